"""Replies and commands of our own people (B.1, C.6, C.7a, C.7b, guarantee 7)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daemon.desk.case import Case
from daemon.desk.correlate import Role
from daemon.desk.decide import decide
from daemon.desk.decision import Advance, Decision, Note, Outcome, RaiseAlarm, Send
from daemon.desk.letters import Letter
from daemon.desk.ticket import State
from daemon.desk.verdict import Offence
from daemon.mail.message import Address
from daemon.mail.msgid import Claim
from tests.desk.cases import (
    CLIENT,
    MANAGER,
    NOW,
    OPERATOR,
    QUALITY,
    REFERENCE,
    attachment,
    desk,
    letter_view,
    message,
    of,
    sends,
    snapshot,
    thread,
    ticket,
    verdict,
)

CLAIM = Claim(REFERENCE, "a" * 13, "b" * 20, "es.token")


def written(
    text: str, *, sender: Address = OPERATOR, state: State = State.OPEN, vouched: bool = True, vouching: bool = True,
    age: timedelta = timedelta(hours=1), letter_to: Address | None = None, **changes: Any,
) -> Case:  # fmt: skip
    """A reply of one of us to the letter that handed a ticket over."""
    place = replace(thread(ticket(state), role=Role.STAFF, proven=True), vouched=vouched, claim=CLAIM)
    ours = letter_view("operator_new", letter_to or sender, created_at=NOW - age)
    return desk(vouching=vouching).case(
        message=message(sender=sender, new_text=text, **changes), thread=place, snapshot=snapshot(letters=(ours,)),
        verdict=verdict(),
    )  # fmt: skip


def steps(decision: Decision) -> list[tuple[State, str]]:
    return [(it.to, it.clause) for it in of(decision, Advance)]


def transcript(decision: Decision) -> tuple[str, ...]:
    found = [it.values.details for it in of(decision, Send) if it.letter is Letter.STAFF_TRANSCRIPT]
    return found[0] if found else ()


def test_a_plain_reply_goes_to_the_client_and_resolves_the_ticket() -> None:
    decision = decide(written("Обновите страницу."))
    assert sends(decision) == [("operator_reply", CLIENT.addr)]
    assert of(decision, Send)[0].values.staff_text == "Обновите страницу."
    assert steps(decision) == [(State.RESOLVED, "A.1")]
    assert decision.outcome is Outcome.STAFF


@pytest.mark.parametrize("word", ["#запрос", "# Запрос", "##ЗАПРОС", "#сұрау", "#ask"])
def test_a_question_puts_the_ticket_to_pending_and_starts_the_clock(word: str) -> None:
    decision = decide(written(f"{word}\nКакой у Вас браузер?"))
    assert sends(decision)[0] == ("operator_question", CLIENT.addr)
    assert steps(decision) == [(State.PENDING, "C.6")]
    assert of(decision, Advance)[0].due_at == NOW


def test_a_note_stays_with_us() -> None:
    decision = decide(written("#заметка\nКлиент звонил."))
    assert sends(decision) == [("staff_transcript", OPERATOR.addr)]
    assert [it.text for it in of(decision, Note)] == ["Клиент звонил."]
    assert not steps(decision)


def test_attachments_of_a_reply_go_with_it_but_not_the_logo_of_a_signature() -> None:
    files = (attachment("guide.pdf"), attachment("logo.png", inline=True))
    decision = decide(written("Смотрите файл.", attachments=files))
    assert [name for name, _, _ in of(decision, Send)[0].attachments] == ["guide.pdf"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("#запрс\nКакой браузер?", "unknown:запрс:запрос"),
        ("#решено\n#ыыы\nГотово.", "unknown:ыыы:"),
        ("#запрос\n", "no_text"),
        ("#решено\n#запрос\nТекст", "one_step"),
        ("#снять", "manager_only:снять"),
    ],
    ids=["a slip", "one known, one not", "a question without words", "two steps", "the manager's command"],
)
def test_what_is_not_valid_is_said_and_nothing_is_done(text: str, problem: str) -> None:
    decision = decide(written(text))
    assert transcript(decision) == (problem,)
    assert sends(decision) == [("staff_transcript", OPERATOR.addr)]
    assert not of(decision, Advance)
    assert not of(decision, Note)


def test_the_manager_lifts_a_suspension_with_one_command() -> None:
    decision = decide(written("#снять", sender=MANAGER, state=State.SUSPENDED))
    assert steps(decision) == [(State.OPEN, "C.7a")]


def test_a_command_that_the_state_does_not_allow_is_refused_with_its_reason() -> None:
    decision = decide(written("#взять", state=State.CLOSED))
    assert transcript(decision)[0].startswith("refused:")
    assert not of(decision, Advance)


@pytest.mark.parametrize(
    "case",
    [
        written("Ответ.", vouched=False),
        written("Ответ.", letter_to=MANAGER),
        written("Ответ.", age=timedelta(days=15)),
        written("#закрыть", vouched=False),
    ],
    ids=["our server does not vouch", "the token of somebody else", "an old token", "a forged command"],
)
def test_without_proof_nothing_is_done_and_the_manager_is_told(case: Case) -> None:
    decision = decide(case)
    assert [type(it) for it in decision.effects] == [RaiseAlarm]


def test_where_nobody_vouches_a_token_is_good_for_a_reply_but_not_for_a_command_that_needs_proof() -> None:
    assert sends(decide(written("Ответ.", vouching=False, vouched=False)))[0][0] == "operator_reply"
    decision = decide(written("#закрыть", vouching=False, vouched=False))
    assert transcript(decision) == ("needs_proof:закрыть",)


def test_offensive_words_of_ours_never_reach_a_client() -> None:
    case = replace(written("Сами вы…"), verdict=replace(verdict(), offence=Offence.INSULT))
    decision = decide(case)
    assert sends(decision) == [("quality_complaint", QUALITY.addr)]
    assert decision.clause == "C.7b"
    assert not of(decision, Advance)


def test_mail_of_our_own_people_outside_a_ticket_opens_nothing_and_is_told_how_to() -> None:
    place = replace(thread(role=Role.STAFF), vouched=True)
    decision = decide(desk().case(message=message(sender=OPERATOR), thread=place))
    assert transcript(decision) == ("staff_no_ticket",)
    assert decision.opens is None
