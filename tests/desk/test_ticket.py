"""The table of ticket states, cell by cell, against the table written out here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.ticket import (
    FOLLOW_UP,
    TRANSITIONS,
    ClosedReason,
    Event,
    Note,
    Refused,
    State,
    Step,
    step,
)

# Columns: new, open, pending, suspended, resolved, closed. `-` is refused, `=` keeps the closing reason,
# a word in brackets is a closing reason (oos: out of scope), a sign after the state is a footnote.
TABLE = """
client_wrote      new   open   open     suspended¹  open      open²
client_thanks     new   open   open     suspended   resolved  closed(=)
client_solved     resolved resolved resolved suspended resolved closed(=)
client_waiting    new³  open³  open³    suspended³  open³     open³
machine_mail      new⁴  open⁴  pending⁴ suspended   resolved⁴ closed(=)
delivery_report   new⁴  open⁴  open⁶    suspended   resolved⁴ closed(=)
operator_takes    open  open   open     -           open      -
operator_replies  resolved resolved resolved -      resolved  closed(=)⁵
asked             pending pending pending -         pending   pending
declined          closed(oos) closed(oos) closed(oos) - closed(oos) closed(oos)
offence           suspended suspended suspended suspended suspended suspended
manager_lifts     -     -      -        open        -         -
silence_due       -     -      closed(no_answer) -  -         -
resolution_due    -     -      -        -           closed(resolved) -
cancelled         closed(cancelled) closed(cancelled) closed(cancelled) closed(cancelled) closed(cancelled) -
merged            closed(merged) closed(merged) closed(merged) closed(merged) closed(merged) -
"""
NOTES = {
    "¹": Note.SHOWN_TO_MANAGER,
    "²": Note.REOPENED,
    "³": Note.RAISED,
    "⁴": Note.RECORDED,
    "⁵": Note.SENT,
    "⁶": Note.QUESTION_FAILED,
}
ROWS = {Event(line.split()[0]): line.split()[1:] for line in TABLE.strip().splitlines()}
CELLS = [(event, state, row[place]) for event, row in ROWS.items() for place, state in enumerate(State)]
REOPENING = sorted(set(ClosedReason) - {ClosedReason.RESOLVED, ClosedReason.MERGED})


def _expected(cell: str, before: ClosedReason | None) -> Step:
    note = NOTES.get(cell[-1], Note.NONE)
    cell = cell if note is Note.NONE else cell[:-1]
    state, _, reason = cell.rstrip(")").partition("(")
    reason = {"oos": ClosedReason.OUT_OF_SCOPE.value}.get(reason, reason)
    if reason == "=":
        return Step(State(state), before, note)
    return Step(State(state), ClosedReason(reason) if reason else None, note)


def test_the_table_here_has_every_event_and_every_state() -> None:
    assert set(ROWS) == set(Event)
    assert all(len(row) == len(State) for row in ROWS.values())


def test_the_table_of_the_program_is_total() -> None:
    assert set(TRANSITIONS) == set(Event)
    assert all(set(row) == set(State) for row in TRANSITIONS.values())


@pytest.mark.parametrize(("event", "state", "cell"), CELLS)
def test_every_cell_is_as_written(event: Event, state: State, cell: str) -> None:
    reasons = REOPENING if state is State.CLOSED else [None]
    for before in reasons:
        after = step(state, before, event)
        if cell == "-":
            assert isinstance(after, Refused)
            assert event.value in after.reason
        else:
            assert after == _expected(cell, before)


@pytest.mark.parametrize("reason", [ClosedReason.RESOLVED, ClosedReason.MERGED])
def test_new_words_after_resolved_or_merged_open_a_linked_follow_up(reason: ClosedReason) -> None:
    assert step(State.CLOSED, reason, Event.CLIENT_WROTE) == Step(State.CLOSED, reason, FOLLOW_UP)


@pytest.mark.parametrize("reason", list(ClosedReason))
def test_the_other_events_treat_a_closed_ticket_alike_whatever_its_reason(reason: ClosedReason) -> None:
    for event, row in ROWS.items():
        if event is not Event.CLIENT_WROTE and row[-1] != "-":
            assert step(State.CLOSED, reason, event) == _expected(row[-1], reason)


def test_a_decline_may_close_as_unintelligible() -> None:
    after = step(State.PENDING, None, Event.DECLINED, declined_as=ClosedReason.UNINTELLIGIBLE)
    assert after == Step(State.CLOSED, ClosedReason.UNINTELLIGIBLE)


def test_nothing_is_declined_as_resolved() -> None:
    with pytest.raises(ValueError, match="declined"):
        step(State.NEW, None, Event.DECLINED, declined_as=ClosedReason.RESOLVED)


@pytest.mark.parametrize(
    ("state", "reason"), [(State.CLOSED, None), (State.OPEN, ClosedReason.MERGED), (State.NEW, ClosedReason.RESOLVED)]
)
def test_a_closing_reason_belongs_to_closed_tickets_and_to_no_others(state: State, reason: ClosedReason | None) -> None:
    with pytest.raises(ValueError, match="closing reason"):
        step(state, reason, Event.CLIENT_WROTE)


def test_a_refusal_says_why() -> None:
    after = step(State.SUSPENDED, None, Event.OPERATOR_REPLIES)
    assert isinstance(after, Refused)
    assert "only the manager can lift" in after.reason


@given(st.lists(st.sampled_from(list(Event)), max_size=60))
def test_no_sequence_of_events_leaves_the_table(events: list[Event]) -> None:
    state, reason = State.NEW, None
    for event in events:
        after = step(state, reason, event)
        if isinstance(after, Refused):
            continue
        assert (after.closed_reason is not None) == (after.to is State.CLOSED)
        if state is State.SUSPENDED and after.to is not State.SUSPENDED:
            assert event in {Event.MANAGER_LIFTS, Event.CANCELLED, Event.MERGED}
        if event in {Event.MACHINE_MAIL, Event.CLIENT_THANKS}:
            assert after.to is not State.CLOSED or state is State.CLOSED
        state, reason = after.to, after.closed_reason
