"""A message that belongs to a ticket: what it does to the ticket, who hears of it, and what it may not do."""

from typing import Any

import pytest

from daemon.desk.correlate import Role
from daemon.desk.decide import decide
from daemon.desk.decision import Action, Advance, CountOffence, Filing, Lane, Mode, Outcome, Send
from daemon.desk.ticket import ClosedReason, State
from daemon.desk.verdict import AckKind, Intent, Missing, Target
from tests.desk.cases import (
    CALENDAR,
    CLIENT,
    MANAGER,
    NOW,
    NUMBER,
    OPERATOR,
    QUALITY,
    SECOND,
    STRANGER,
    acknowledgement,
    attachment,
    case,
    desk,
    message,
    of,
    offensive,
    sends,
    snapshot,
    thread,
    ticket,
    verdict,
)

OPERATORS = [OPERATOR.addr, SECOND.addr]
COMPLAINT = verdict(Intent.STAFF_COMPLAINT)
REOPENING = sorted(set(ClosedReason) - {ClosedReason.RESOLVED, ClosedReason.MERGED})
LIVING = [state for state in State if state is not State.CLOSED]


def followed(state: State, judged: Any, *, proven: bool = True, role: Role = Role.REQUESTER, **changes: Any) -> Any:
    joined = ticket(state, **changes.pop("about", {}))
    return decide(case(verdict=judged, thread=thread(joined, proven=proven, role=role), **changes))


def states(decision: Any) -> list[State]:
    return [step.to for step in of(decision, Advance)]


def told(decision: Any) -> list[str]:
    return [recipient for _, recipient in sends(decision)]


@pytest.mark.parametrize(
    ("before", "after", "people"),
    [
        (State.NEW, State.NEW, OPERATORS),
        (State.OPEN, State.OPEN, OPERATORS),
        (State.PENDING, State.OPEN, OPERATORS),
        (State.SUSPENDED, State.SUSPENDED, [MANAGER.addr]),
        (State.RESOLVED, State.OPEN, OPERATORS),
        (State.CLOSED, State.OPEN, OPERATORS),
    ],
)
@pytest.mark.parametrize("proven", [True, False])
def test_new_words_are_added_and_the_right_people_hear(
    before: State, after: State, people: list[str], proven: bool
) -> None:
    decision = followed(before, verdict(), proven=proven)
    assert (decision.outcome, decision.number) == (Outcome.FOLLOW_UP, NUMBER)
    assert (states(decision), told(decision)) == ([after], people)
    assert decision.filing is (Filing.SUSPENDED if before is State.SUSPENDED else Filing.REGISTERED)


@pytest.mark.parametrize("reason", REOPENING)
def test_an_answer_reopens_what_was_closed_without_an_answer_of_ours(reason: ClosedReason) -> None:
    assert states(followed(State.CLOSED, verdict(), about={"closed_reason": reason})) == [State.OPEN]


def test_an_answer_to_a_decline_reopens_also_when_it_would_be_declined_again() -> None:
    decision = followed(State.CLOSED, verdict(Intent.OOS_LEGAL), about={"closed_reason": ClosedReason.OUT_OF_SCOPE})
    assert states(decision) == [State.OPEN]
    assert told(decision) == OPERATORS


@pytest.mark.parametrize("reason", [ClosedReason.RESOLVED, ClosedReason.MERGED])
def test_an_answer_after_the_end_opens_a_linked_ticket(reason: ClosedReason) -> None:
    decision = followed(State.CLOSED, verdict(), about={"closed_reason": reason})
    assert decision.outcome is Outcome.TICKET
    assert decision.opens
    assert (decision.opens.relates_to, decision.number) == (NUMBER, "")
    assert told(decision) == [CLIENT.addr, *OPERATORS]


@pytest.mark.parametrize("judged", [verdict(), verdict(Intent.DEFECT, missing=(Missing.STEPS,)), COMPLAINT])
def test_no_receipt_goes_out_for_a_follow_up(judged: Any) -> None:
    assert not [it for it in of(followed(State.OPEN, judged), Send) if it.automatic]


@pytest.mark.parametrize(
    ("before", "after", "people"),
    [
        (State.NEW, State.NEW, []),
        (State.OPEN, State.OPEN, []),
        (State.PENDING, State.OPEN, OPERATORS),
        (State.SUSPENDED, State.SUSPENDED, [MANAGER.addr]),
        (State.RESOLVED, State.RESOLVED, []),
        (State.CLOSED, State.CLOSED, []),
    ],
)
def test_thanks_disturb_nobody_unless_they_end_our_waiting(before: State, after: State, people: list[str]) -> None:
    decision = followed(before, acknowledgement(AckKind.THANKS))
    assert (states(decision), told(decision)) == ([after], people)


def test_thanks_with_something_attached_are_an_answer() -> None:
    decision = followed(
        State.RESOLVED, acknowledgement(AckKind.THANKS), message=message(attachments=(attachment("screen.png"),))
    )
    assert (states(decision), told(decision)) == ([State.OPEN], OPERATORS)


@pytest.mark.parametrize("before", [State.NEW, State.OPEN, State.PENDING])
@pytest.mark.parametrize(
    ("proven", "role", "after"),
    [
        (True, Role.REQUESTER, State.RESOLVED),
        (True, Role.PARTICIPANT, State.RESOLVED),
        (True, Role.STRANGER, None),
        (False, Role.REQUESTER, None),
    ],
)
def test_only_a_proven_participant_resolves_by_saying_solved(
    before: State, proven: bool, role: Role, after: State | None
) -> None:
    unmoved = State.OPEN if before is State.PENDING else before
    decision = followed(before, acknowledgement(AckKind.SOLVED), proven=proven, role=role)
    assert states(decision) == [after or unmoved]
    assert told(decision) == OPERATORS


@pytest.mark.parametrize("days", [1, 3, 5])
def test_a_resolved_ticket_falls_due_after_the_configured_working_days(days: int) -> None:
    place = thread(ticket(), proven=True)
    decision = decide(desk(resolution_days=days).case(verdict=acknowledgement(AckKind.SOLVED), thread=place))
    assert [step.due_at for step in of(decision, Advance)] == [CALENDAR.due(NOW, days * 570)]


def test_a_ticket_that_is_open_again_falls_due_no_more() -> None:
    assert [step.due_at for step in of(followed(State.RESOLVED, verdict()), Advance)] == [None]


@pytest.mark.parametrize("before", [State.SUSPENDED, State.RESOLVED, State.CLOSED])
@pytest.mark.parametrize("proven", [True, False])
def test_solved_moves_nothing_that_is_stopped_or_done(before: State, proven: bool) -> None:
    decision = followed(before, acknowledgement(AckKind.SOLVED), proven=proven)
    assert (decision.outcome, states(decision)) == (Outcome.FOLLOW_UP, [before])


@pytest.mark.parametrize(
    ("before", "after"),
    [(state, State.OPEN) for state in (State.OPEN, State.PENDING, State.RESOLVED, State.CLOSED)]
    + [(State.NEW, State.NEW)],
)
def test_still_waiting_is_raised_to_operators_and_manager(before: State, after: State) -> None:
    decision = followed(before, acknowledgement(AckKind.WAITING))
    assert (states(decision), told(decision)) == ([after], [*OPERATORS, MANAGER.addr])


def test_still_waiting_in_a_stopped_ticket_is_for_the_manager() -> None:
    assert told(followed(State.SUSPENDED, acknowledgement(AckKind.WAITING))) == [MANAGER.addr]


@pytest.mark.parametrize("kind", [AckKind.THANKS, AckKind.SOLVED])
def test_a_doubtful_acknowledgement_is_new_words(kind: AckKind) -> None:
    decision = followed(State.OPEN, acknowledgement(kind, 0.79))
    assert (states(decision), told(decision)) == ([State.OPEN], OPERATORS)


@pytest.mark.parametrize("before", [state for state in LIVING if state is not State.SUSPENDED])
def test_an_offence_of_a_proven_participant_suspends_and_is_answered_once(before: State) -> None:
    decision = followed(before, offensive(Target.STAFF))
    assert (decision.action, states(decision), decision.filing) == (
        Action.SUSPEND,
        [State.SUSPENDED],
        Filing.SUSPENDED,
    )
    assert sends(decision) == [("suspended", CLIENT.addr), ("manager_suspended", MANAGER.addr)]
    assert [it.address for it in of(decision, CountOffence)] == [CLIENT.key]


def test_an_offence_in_a_stopped_ticket_is_shown_to_the_manager_and_not_answered_again() -> None:
    decision = followed(State.SUSPENDED, offensive(Target.STAFF))
    assert sends(decision) == [("operator_follow_up", MANAGER.addr)]


@pytest.mark.parametrize(("proven", "role"), [(False, Role.REQUESTER), (False, Role.STRANGER), (True, Role.STRANGER)])
def test_nobody_suspends_a_ticket_that_is_not_provably_his(proven: bool, role: Role) -> None:
    decision = followed(State.OPEN, offensive(Target.STAFF), proven=proven, role=role, message=message(sender=STRANGER))
    assert (states(decision), told(decision)) == ([State.OPEN], OPERATORS)
    assert [it.address for it in of(decision, CountOffence)] == ([STRANGER.key] if proven else [])


def test_improper_words_beside_a_matter_are_counted_and_go_on_to_the_operators() -> None:
    decision = followed(State.OPEN, offensive(Target.OTHER))
    assert (states(decision), told(decision)) == ([State.OPEN], OPERATORS)
    assert of(decision, CountOffence)


def test_repeated_improper_words_of_a_proven_participant_suspend() -> None:
    assert followed(State.OPEN, offensive(Target.OTHER), snapshot=snapshot(offences=1)).action is Action.SUSPEND


def test_in_mode_assist_a_person_decides_about_an_offence() -> None:
    place = thread(ticket(), proven=True)
    decision = decide(desk(mode=Mode.ASSIST).case(verdict=offensive(Target.STAFF), thread=place))
    assert (states(decision), told(decision)) == ([State.OPEN], OPERATORS)
    assert {it.values.reason for it in of(decision, Send)} == {Lane.PROPOSED}
    assert not of(decision, CountOffence)


@pytest.mark.parametrize("before", LIVING)
@pytest.mark.parametrize("judged", [COMPLAINT, offensive(Target.STAFF, Intent.STAFF_COMPLAINT)])
def test_a_complaint_about_staff_inside_a_ticket_goes_to_quality_control_and_not_to_the_operators(
    before: State, judged: Any
) -> None:
    decision = followed(before, judged)
    assert (decision.action, decision.filing, decision.clause) == (Action.QUALITY, Filing.QUALITY, "C.7b")
    assert sends(decision) == [("quality_complaint", QUALITY.addr)]
    assert states(decision) == [State.OPEN if before in {State.PENDING, State.RESOLVED} else before]


@pytest.mark.parametrize(
    "judged",
    [
        verdict(),
        verdict(Intent.OOS_LEGAL),
        offensive(Target.STAFF),
        offensive(Target.UNCLEAR, offence_certain=False),
        acknowledgement(AckKind.WAITING),
        acknowledgement(AckKind.SOLVED),
    ],
)
@pytest.mark.parametrize("proven", [True, False])
def test_whatever_is_written_in_a_complaint_about_staff_reaches_quality_control_alone(
    judged: Any, proven: bool
) -> None:
    decision = followed(State.NEW, judged, proven=proven, about={"lane": Lane.QUALITY})
    assert sends(decision) == [("quality_complaint", QUALITY.addr)]
    assert State.SUSPENDED not in states(decision)


def test_words_after_the_end_of_a_complaint_about_staff_are_again_for_quality_control() -> None:
    ended = {"lane": Lane.QUALITY, "closed_reason": ClosedReason.RESOLVED}
    decision = followed(State.CLOSED, verdict(), about=ended)
    assert decision.opens
    assert decision.opens.lane is Lane.QUALITY
    assert sends(decision) == [("quality_received", CLIENT.addr), ("quality_complaint", QUALITY.addr)]


def test_words_of_a_stranger_who_answered_our_letter_are_marked_in_the_history() -> None:
    decision = followed(State.OPEN, verdict(), role=Role.STRANGER, message=message(sender=STRANGER))
    assert [step.note for step in of(decision, Advance)] == ["written by a stranger who answered our letter"]
    assert [step.who for step in of(decision, Advance)] == [STRANGER.addr]
