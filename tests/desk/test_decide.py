"""The order of the regulation: machine mail, copies, our own people; and what is true of every decision."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk.case import Case
from daemon.desk.correlate import Proof, Role, Thread
from daemon.desk.decide import decide
from daemon.desk.decide_new import quarantined
from daemon.desk.decision import (
    Action,
    Advance,
    CountOffence,
    Decision,
    Effect,
    Fate,
    Filing,
    Lane,
    Mode,
    Note,
    OpenTicket,
    Outcome,
    Send,
)
from daemon.desk.policy import CLAUSES
from daemon.desk.snapshot import Correspondent, Earlier
from daemon.desk.ticket import ClosedReason, State
from daemon.desk.verdict import AckKind, Target
from daemon.mail.gate import Gate, Kind, Mark
from daemon.mail.message import NOBODY, Address, DeliveryReport
from tests.desk.cases import (
    CLIENT,
    MANAGER,
    NOW,
    NUMBER,
    OPERATOR,
    PERSON,
    QUALITY,
    SECOND,
    STRANGER,
    UNANSWERABLE,
    acknowledgement,
    attachment,
    case,
    desk,
    letter_view,
    message,
    of,
    offensive,
    sends,
    snapshot,
    thread,
    ticket,
)
from tests.desk.test_choose import VERDICTS

STAFF = {OPERATOR.addr, SECOND.addr, MANAGER.addr, QUALITY.addr}


def gate(kind: Kind) -> Gate:
    return Gate(kind, may_open=False, may_answer=False, marks=(Mark("rule", kind, "field", "words"),))


MACHINES = [gate(kind) for kind in Kind if kind not in {Kind.PERSON, Kind.HOP_LIMIT}]
SNAPSHOTS = st.builds(
    snapshot,
    offences=st.integers(0, 2), breaker_open=st.booleans(),
    letters=st.sampled_from([(), (letter_view(),), (letter_view("registered"),), (letter_view(recipient=OPERATOR),)]),
    tickets=st.sampled_from([(), (ticket(),), (ticket(State.PENDING),)]),
    correspondents=st.builds(
        lambda count, bounced: (Correspondent(CLIENT.key, (count, count), bounced=bounced),),
        st.sampled_from([0, 2, 3, 10]), st.booleans(),
    ),
)  # fmt: skip
TICKETS = st.builds(
    lambda state, reason, lane, count: ticket(
        state, closed_reason=reason if state is State.CLOSED else None, lane=lane, letters_sent=(count,) * 5
    ),
    st.sampled_from(State), st.sampled_from(ClosedReason), st.sampled_from([Lane.NONE, Lane.QUALITY]),
    st.sampled_from([0, 9, 10]),
)  # fmt: skip
THREADS = st.builds(
    lambda joined, role, proven: Thread(
        joined, Proof.TOKEN if joined else Proof.NONE, role if joined else Role.STRANGER, proven, "", proven, None
    ),
    st.none() | TICKETS, st.sampled_from([Role.REQUESTER, Role.PARTICIPANT, Role.STRANGER]), st.booleans(),
)  # fmt: skip
MESSAGES = st.builds(
    message,
    sender=st.sampled_from([CLIENT, NOBODY]), attachments=st.sampled_from([(), (attachment(),)]),
    report=st.sampled_from([None, DeliveryReport(CLIENT.addr, "failed", "5.1.1", "no such user", "")]),
)  # fmt: skip


@st.composite
def cases(draw: st.DrawFn, gates: st.SearchStrategy[Gate]) -> Case:
    office = desk(mode=draw(st.sampled_from(Mode)))
    return office.case(
        message=draw(MESSAGES), gate=draw(gates), verdict=draw(VERDICTS), thread=draw(THREADS),
        snapshot=draw(SNAPSHOTS),
    )  # fmt: skip


PEOPLE = cases(st.sampled_from([PERSON, UNANSWERABLE]))
MACHINE_CASES = cases(st.sampled_from(MACHINES))


def person_hears(decision: Decision) -> bool:
    """Whether some person of ours is written to, or would be but for the mode or a cap that raised an alarm."""
    return any(isinstance(it, Send) and it.to.addr in STAFF for it in decision.effects)


def client_hears(decision: Decision) -> bool:
    return any(isinstance(it, Send) and it.automatic and it.fate in {Fate.QUEUED, Fate.HELD} for it in decision.effects)


@settings(max_examples=200)
@given(st.one_of(PEOPLE, MACHINE_CASES))
def test_every_decision_and_every_effect_names_its_rule_and_a_clause_of_the_regulation(some: Case) -> None:
    decision = decide(some)
    named: tuple[Decision | Effect, ...] = (decision, *decision.effects)
    for it in named:
        assert it.rule
        assert it.clause in CLAUSES
    assert all(decision.reasons)


@settings(max_examples=200)
@given(PEOPLE)
def test_of_every_message_of_a_person_somebody_hears_or_the_regulation_says_why_not(some: Case) -> None:
    decision = decide(some)
    if decision.outcome is Outcome.RECORDED:
        assert some.verdict.advertising or some.verdict.ack_kind is AckKind.THANKS
    elif not person_hears(decision) and not client_hears(decision):
        steps = of(decision, Advance)
        assert [step.event for step in steps] == ["client_thanks"]
        assert some.thread.ticket
        assert steps[0].to is some.thread.ticket.state


@settings(max_examples=200)
@given(PEOPLE)
def test_a_message_of_a_person_opens_a_ticket_or_joins_one_or_asks_for_nothing(some: Case) -> None:
    decision = decide(some)
    assert decision.outcome in {Outcome.TICKET, Outcome.FOLLOW_UP, Outcome.RECORDED}
    assert (decision.outcome is Outcome.TICKET) == (decision.opens is not None)
    assert len(of(decision, OpenTicket)) <= 1


@settings(max_examples=200)
@given(PEOPLE)
def test_an_unproven_sender_never_resolves_closes_or_suspends_an_existing_ticket_and_counts_nothing(
    some: Case,
) -> None:
    unproven = dataclasses.replace(some, thread=dataclasses.replace(some.thread, proven=False))
    decision = decide(unproven)
    assert not of(decision, CountOffence)
    joined = unproven.thread.ticket
    if joined and decision.outcome is Outcome.FOLLOW_UP:
        for step in of(decision, Advance):
            assert step.to is joined.state or step.to not in {State.RESOLVED, State.CLOSED, State.SUSPENDED}


@settings(max_examples=200)
@given(PEOPLE)
def test_a_stranger_never_resolves_closes_or_suspends_somebody_elses_ticket(some: Case) -> None:
    place = dataclasses.replace(some.thread, role=Role.STRANGER, proven=True)
    decision = decide(dataclasses.replace(some, thread=place))
    if place.ticket and decision.outcome is Outcome.FOLLOW_UP:
        for step in of(decision, Advance):
            assert step.to is place.ticket.state or step.to not in {State.RESOLVED, State.CLOSED, State.SUSPENDED}


@settings(max_examples=200)
@given(PEOPLE)
def test_what_is_about_staff_reaches_quality_control_and_no_operator(some: Case) -> None:
    decision = decide(some)
    quality_ticket = some.thread.ticket is not None and some.thread.ticket.lane is Lane.QUALITY
    if decision.action is Action.QUALITY or quality_ticket:
        assert decision.action is Action.QUALITY
        told = {it.to.addr for it in of(decision, Send) if it.to.addr in STAFF}
        assert told == {QUALITY.addr}
        assert decision.filing is Filing.QUALITY


@settings(max_examples=150)
@given(PEOPLE)
def test_nothing_is_asked_or_refused_without_its_letter(some: Case) -> None:
    decision = decide(some)
    if decision.action in {Action.ASK, Action.REPHRASE, Action.DECLINE}:
        assert client_hears(decision)


@settings(max_examples=150)
@given(PEOPLE)
def test_outside_mode_auto_nothing_is_refused_asked_or_suspended(some: Case) -> None:
    modest = dataclasses.replace(some, office=desk(mode=Mode.ASSIST).office)
    assert decide(modest).action not in {Action.ASK, Action.REPHRASE, Action.DECLINE, Action.SUSPEND}


@settings(max_examples=150)
@given(PEOPLE)
def test_in_mode_shadow_nothing_goes_out(some: Case) -> None:
    decision = decide(dataclasses.replace(some, office=desk(mode=Mode.SHADOW).office))
    assert not sends(decision, Fate.QUEUED, Fate.HELD)


@settings(max_examples=200)
@given(MACHINE_CASES)
def test_machine_mail_opens_nothing_and_nobody_outside_hears_of_it(some: Case) -> None:
    decision = decide(some)
    assert decision.outcome in {Outcome.OWN, Outcome.MACHINE, Outcome.REPORT}
    assert not of(decision, OpenTicket)
    assert all(it.to.addr in STAFF and not it.automatic for it in of(decision, Send))
    assert decision.filing is Filing.AUTOMATIC


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in {Kind.PERSON, Kind.DELIVERY_REPORT, Kind.OWN}])
def test_machine_mail_is_noted_on_its_ticket_and_moves_nothing(kind: Kind) -> None:
    decision = decide(case(gate=gate(kind), thread=thread(ticket(State.PENDING), proven=True)))
    assert (decision.outcome, decision.number) == (Outcome.MACHINE, NUMBER)
    assert [type(it) for it in decision.effects] == [Note]


def test_our_own_mail_is_recorded_and_touches_no_ticket() -> None:
    decision = decide(case(gate=gate(Kind.OWN), thread=thread(ticket(), proven=True)))
    assert (decision.outcome, decision.effects) == (Outcome.OWN, ())


@pytest.mark.parametrize("kind", Kind)
def test_a_copy_of_a_decided_message_changes_nothing(kind: Kind) -> None:
    before = snapshot(earlier=Earlier(1, "ticket", NUMBER), tickets=(ticket(),))
    decision = decide(case(gate=gate(kind), snapshot=before, thread=thread(ticket(), proven=True)))
    assert (decision.outcome, decision.number, decision.effects) == (Outcome.DUPLICATE, NUMBER, ())


@pytest.mark.parametrize(
    "words",
    [acknowledgement(AckKind.SOLVED), offensive(Target.STAFF)],
    ids=["solved", "offence"],
)
def test_a_forged_operator_can_neither_resolve_nor_suspend(words: object) -> None:
    place = thread(ticket(), role=Role.STAFF, proven=False)
    decision = decide(case(message=message(sender=OPERATOR), verdict=words, thread=place))
    assert not of(decision, Advance)


def test_a_message_that_killed_its_reader_opens_a_ticket_for_a_person_and_answers_nobody() -> None:
    decision = quarantined(desk().office, 12_345, NOW, 3)
    assert (decision.outcome, decision.filing) == (Outcome.QUARANTINED, Filing.QUARANTINE)
    assert decision.opens
    assert (decision.opens.lane, decision.opens.requester) == (Lane.UNREADABLE, NOBODY)
    assert sends(decision) == [("operator_new", OPERATOR.addr), ("operator_new", SECOND.addr)]
    assert all(it.clause in CLAUSES for it in decision.effects)
    assert "12345" in decision.reasons[0]


def test_a_stranger_is_no_participant_of_the_ticket_he_mentions() -> None:
    place = dataclasses.replace(thread(), mentions=NUMBER)
    decision = decide(case(message=message(sender=STRANGER, originators=(STRANGER,)), thread=place))
    assert decision.opens
    assert (decision.opens.relates_to, decision.opens.requester) == (NUMBER, STRANGER)
    assert decision.number == ""


def test_an_empty_address_is_never_written_to() -> None:
    decision = decide(case(message=message(sender=Address("", ""), originators=())))
    assert all(it.to.addr for it in of(decision, Send))
