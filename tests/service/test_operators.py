"""Operators work from their mail client: on the real runners, servers and database."""

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from daemon.desk.verdict import Intent
from tests.desk.cases import verdict
from tests.installation import OPERATOR, QUALITY, Installation
from tests.servers.dovecot import Dovecot
from tests.servers.submission import SubmissionServer
from tests.service.acting import VERDICTS, Acting, acting, letter

pytestmark = pytest.mark.dovecot

CLIENT = "asel@example.kz"
NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
QUOTATION = "\r\n\r\n24.11.2026 11:00, E-SAUDA пишет:\r\n> Обращение передано операторам.\r\n"
Install = Callable[..., Installation]

VERDICTS["rude"] = verdict(Intent.STAFF_COMPLAINT)
for subject in ("how", "Re: how", "bids"):
    VERDICTS[subject] = verdict(Intent.CONSULT_FUNCTIONALITY)


def letters_to(submission: SubmissionServer, address: str) -> list[EmailMessage]:
    found = [message_from_bytes(it.octets, policy=default) for it in submission.accepted if address in it.recipients]
    return [message for message in found if isinstance(message, EmailMessage)]


def handed_over(desk: Installation, dovecot: Dovecot, submission: SubmissionServer, stage: Acting) -> EmailMessage:
    """A question arrives; returns the letter that the operator got about it."""
    dovecot.deliver(letter("how", "Как подать заявку?", CLIENT), desk.user)
    stage.everything()
    return letters_to(submission, OPERATOR)[-1]


def reply(desk: Installation, dovecot: Dovecot, stage: Acting, handed: EmailMessage, text: str, sender: str) -> None:
    head = {"In-Reply-To": str(handed["Message-ID"]), "References": str(handed["Message-ID"])}
    dovecot.deliver(letter("Re: how", text + QUOTATION, sender, **head), desk.user)
    stage.everything()


def test_a_reply_of_the_operator_reaches_the_client_in_his_thread_and_without_the_operators_address(
    install: Install, dovecot: Dovecot, submission: SubmissionServer
) -> None:
    desk = install(submission.port)
    with acting(desk, NOW) as stage:
        handed = handed_over(desk, dovecot, submission, stage)
        reply(desk, dovecot, stage, handed, "Откройте раздел «Торги» и нажмите «Подать заявку».", OPERATOR)
    answer = letters_to(submission, CLIENT)[-1]
    text = answer.get_content()
    assert "Откройте раздел «Торги»" in text
    assert "передано операторам" not in text
    assert OPERATOR not in answer.as_string() + text
    assert answer["In-Reply-To"] is not None
    assert answer["Auto-Submitted"] is None
    assert desk.rows("SELECT state FROM ticket") == [("resolved",)]


def test_the_clients_answer_to_that_reply_reopens_the_ticket(
    install: Install, dovecot: Dovecot, submission: SubmissionServer
) -> None:
    desk = install(submission.port)
    with acting(desk, NOW) as stage:
        handed = handed_over(desk, dovecot, submission, stage)
        reply(desk, dovecot, stage, handed, "Готово.", OPERATOR)
        reply(desk, dovecot, stage, letters_to(submission, CLIENT)[-1], "Не получилось.", CLIENT)
    assert desk.rows("SELECT state FROM ticket") == [("open",)]


def test_a_stranger_who_writes_as_the_operator_without_the_token_does_nothing_and_is_reported(
    install: Install, dovecot: Dovecot, submission: SubmissionServer
) -> None:
    desk = install(submission.port)
    with acting(desk, NOW) as stage:
        handed_over(desk, dovecot, submission, stage)
        receipt = letters_to(submission, CLIENT)[-1]
        reply(desk, dovecot, stage, receipt, "#закрыть", OPERATOR)
    assert desk.rows("SELECT state FROM ticket") == [("new",)]
    assert desk.rows("SELECT name FROM alarm") == [("staff_unproven",)]
    assert len(letters_to(submission, CLIENT)) == 1


def test_a_slip_in_a_command_sends_nothing_to_the_client_and_says_what_was_meant(
    install: Install, dovecot: Dovecot, submission: SubmissionServer
) -> None:
    desk = install(submission.port)
    with acting(desk, NOW) as stage:
        handed = handed_over(desk, dovecot, submission, stage)
        reply(desk, dovecot, stage, handed, "#запрс\r\nКакой браузер?", OPERATOR)
    transcript = letters_to(submission, OPERATOR)[-1].get_content()
    assert "«запрс»" in transcript
    assert "#запрос" in transcript
    assert len(letters_to(submission, CLIENT)) == 1


@pytest.mark.parametrize(("subject", "told"), [("how", OPERATOR), ("rude", QUALITY)], ids=["a question", "a complaint"])
def test_a_receipt_that_is_refused_is_told_to_those_who_may_know_of_the_ticket(
    install: Install, dovecot: Dovecot, submission: SubmissionServer, subject: str, told: str
) -> None:
    desk = install(submission.port)
    submission.reply("RCPT", "550 5.1.1 unknown", recipient=CLIENT)
    with acting(desk, NOW) as stage:
        dovecot.deliver(letter(subject, "Текст.", CLIENT), desk.user)
        stage.everything()
        stage.everything()
    query = "SELECT recipient FROM letter WHERE event = 'operator_delivery_failed'"
    assert desk.rows(query) == [(told,)]
