"""C.6 on the real runners, servers and database, with a clock of the test's own."""

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from daemon.desk.verdict import Intent, Missing
from tests.desk.cases import verdict
from tests.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.servers.submission import SubmissionServer
from tests.service.acting import VERDICTS, Acting, acting, letter

pytestmark = pytest.mark.dovecot

CLIENT = "asel@example.kz"
TUESDAY_ELEVEN = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
"""11:00 in Astana; eight working hours later it is Wednesday, 9:30."""
Install = Callable[..., Installation]

VERDICTS["no steps"] = verdict(Intent.DEFECT, missing=(Missing.STEPS,))
VERDICTS["Re: no steps"] = verdict(Intent.CONSULT_FUNCTIONALITY)


def to_client(submission: SubmissionServer) -> list[EmailMessage]:
    found = [message_from_bytes(it.octets, policy=default) for it in submission.accepted if CLIENT in it.recipients]
    return [message for message in found if isinstance(message, EmailMessage)]


def state(desk: Installation) -> tuple[object, ...]:
    return desk.rows("SELECT state, closed_reason FROM ticket")[0]


def asked(desk: Installation, dovecot: Dovecot, stage: Acting) -> None:
    dovecot.deliver(letter("no steps", "Ошибка.", CLIENT), desk.user)
    stage.everything()


def test_eight_working_hours_after_the_question_the_ticket_closes_with_the_wording(
    install: Install, dovecot: Dovecot, submission: SubmissionServer
) -> None:
    desk = install(submission.port)
    with acting(desk, TUESDAY_ELEVEN) as stage:
        asked(desk, dovecot, stage)
        assert state(desk) == ("pending", "")
        stage.clock.advance(hours=4)
        stage.everything()
        stage.everything()
        assert [str(it["Subject"]).partition("] ")[2] for it in to_client(submission)][1:] == [
            "Ждём Вашего ответа по обращению: no steps"
        ]
        stage.clock.advance(hours=18)
        stage.everything()
        assert state(desk) == ("pending", "")
        stage.clock.advance(hours=1)
        stage.everything()
        stage.clock.advance(minutes=2)
        stage.everything()
    assert state(desk) == ("closed", "no_answer")
    text = " ".join(to_client(submission)[-1].get_content().split())
    assert "«ответ от клиента не получен»" in text
    assert "1. 24 ноября 2026 г., 11:00: обращение принято и зарегистрировано" in text
    assert len(to_client(submission)) == 3


def test_an_answer_stops_the_clock(install: Install, dovecot: Dovecot, submission: SubmissionServer) -> None:
    desk = install(submission.port)
    with acting(desk, TUESDAY_ELEVEN) as stage:
        asked(desk, dovecot, stage)
        question = str(to_client(submission)[0]["Message-ID"])
        answer = letter("Re: no steps", "Вот шаги.", CLIENT, **{"In-Reply-To": question, "References": question})
        dovecot.deliver(answer, desk.user)
        stage.everything()
        stage.clock.advance(days=3)
        stage.everything()
    assert state(desk) == ("open", "")


def test_nothing_closes_while_the_mailbox_cannot_be_read(
    install: Install, dovecot: Dovecot, submission: SubmissionServer
) -> None:
    desk = install(submission.port)
    with acting(desk, TUESDAY_ELEVEN) as stage:
        asked(desk, dovecot, stage)
        question = str(to_client(submission)[0]["Message-ID"])
        stage.clock.advance(hours=1)
        dovecot.deliver(letter("Re: no steps", "Вот шаги.", CLIENT, References=question), desk.user)
        stage.clock.advance(days=2)
        for _ in range(3):
            stage.timers.once()
            stage.delivery.once()
            stage.clock.advance(minutes=5)
        assert state(desk) == ("pending", "")
        stage.everything()
    assert state(desk) == ("open", "")


def test_a_question_that_is_refused_starts_no_clock_and_goes_to_an_operator(
    install: Install, dovecot: Dovecot, submission: SubmissionServer
) -> None:
    desk = install(submission.port)
    submission.reply("RCPT", "550 5.1.1 unknown", recipient=CLIENT)
    with acting(desk, TUESDAY_ELEVEN) as stage:
        asked(desk, dovecot, stage)
        stage.clock.advance(minutes=1)
        stage.everything()
        assert state(desk) == ("open", "")
        stage.clock.advance(days=3)
        stage.everything()
    assert state(desk) == ("open", "")


def test_a_late_answer_reopens(install: Install, dovecot: Dovecot, submission: SubmissionServer) -> None:
    desk = install(submission.port)
    with acting(desk, TUESDAY_ELEVEN) as stage:
        asked(desk, dovecot, stage)
        question = str(to_client(submission)[0]["Message-ID"])
        stage.clock.advance(days=1)
        for _ in range(3):
            stage.everything()
            stage.clock.advance(minutes=2)
        assert state(desk) == ("closed", "no_answer")
        dovecot.deliver(letter("Re: no steps", "Вот шаги.", CLIENT, References=question), desk.user)
        stage.everything()
    assert state(desk) == ("open", "")
