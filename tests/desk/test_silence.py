"""C.6: the clock of a question, the reminder, and the end after eight working hours of silence."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from daemon.desk.decision import Advance, Mode, Send
from daemon.desk.letters import Letter
from daemon.desk.silence import Silence, closing, due_at, failed_question, may_close, may_remind, reminding
from daemon.desk.ticket import Category, ClosedReason, State
from daemon.desk.verdict import Language
from tests.desk.cases import CLIENT, NUMBER, desk

ASKED = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
"""Tuesday, 11:00 in Astana."""
DUE = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)
"""7.5 hours are left on Tuesday, the last half on Wednesday: 9:30 in Astana."""
MINUTE = timedelta(minutes=1)
OFFICE = desk().office


def silence(**changes: object) -> Silence:
    plain = Silence(
        number=NUMBER, client=CLIENT, language=Language.RU, category=Category.DEFECT, subject="Ошибка",
        asked_at=ASKED, reminded=False, held=False, question_id="<question@e-sauda.kz>",
        history=((ASKED, "registered"), (ASKED, "asked"), (ASKED, "staff_note")),
    )  # fmt: skip
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


def test_eight_working_hours_are_counted_over_the_night() -> None:
    assert due_at(silence(), OFFICE) == DUE


@pytest.mark.parametrize(
    ("passed_at", "now", "closes"),
    [
        (DUE + MINUTE, DUE + MINUTE, True),
        (DUE + MINUTE, DUE, False),
        (DUE + MINUTE - timedelta(seconds=1), DUE + 5 * MINUTE, False),
        (None, DUE + 5 * MINUTE, False),
        (DUE - timedelta(days=1), DUE + timedelta(hours=2), False),
        (DUE + timedelta(hours=12), DUE + timedelta(hours=12), False),
        (DUE + timedelta(hours=24), DUE + timedelta(hours=24), True),
    ],
    ids=[
        "a pass ended a minute after the due time",
        "the minute of the due time itself",
        "the pass ended within the due minute, where an answer may still have come",
        "no pass was ever complete",
        "the mailbox could not be read since before the due time",
        "at night",
        "the next day",
    ],
)
def test_nothing_closes_before_a_complete_pass_after_the_due_minute_in_working_hours(
    passed_at: datetime | None, now: datetime, closes: bool
) -> None:
    assert may_close(silence(), OFFICE, passed_at, now) is closes


def test_an_operator_can_hold_a_ticket_open() -> None:
    assert not may_close(silence(held=True), OFFICE, DUE + MINUTE, DUE + MINUTE)


@pytest.mark.parametrize("mode", [Mode.SHADOW, Mode.ASSIST])
def test_only_mode_auto_closes_or_reminds_by_itself(mode: Mode) -> None:
    careful = dataclasses.replace(OFFICE, mode=mode)
    assert not may_close(silence(), careful, DUE + MINUTE, DUE + MINUTE)
    assert not may_remind(silence(), careful, ASKED + timedelta(hours=5))


@pytest.mark.parametrize(
    ("after", "reminded", "reminds"),
    [
        (timedelta(hours=4), False, True),
        (timedelta(hours=4) - MINUTE, False, False),
        (timedelta(hours=5), True, False),
        (timedelta(hours=10), False, False),
    ],
    ids=["after four hours", "a minute before", "reminded already", "at night"],
)
def test_a_client_is_reminded_once_after_four_working_hours(after: timedelta, reminded: bool, reminds: bool) -> None:
    assert may_remind(silence(reminded=reminded), OFFICE, ASKED + after) is reminds


def test_the_end_closes_with_no_answer_and_lists_what_a_client_may_read() -> None:
    step, letter = closing(silence())
    assert isinstance(step, Advance)
    assert isinstance(letter, Send)
    assert (step.to, step.closed_reason, step.clause) == (State.CLOSED, ClosedReason.NO_ANSWER, "C.6")
    assert letter.letter is Letter.CLOSED_NO_ANSWER
    assert [action.event for action in letter.values.actions] == ["registered", "asked"]


def test_the_reminder_says_from_when_the_ticket_may_be_closed() -> None:
    *_, letter = reminding(silence(), OFFICE)
    assert isinstance(letter, Send)
    assert letter.values.silence_due == DUE


def test_a_question_that_was_not_delivered_goes_to_an_operator_and_closes_nothing() -> None:
    (step,) = failed_question("refused 550")
    assert isinstance(step, Advance)
    assert step.to is State.OPEN
