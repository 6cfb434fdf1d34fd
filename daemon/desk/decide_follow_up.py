"""A message of a person that belongs to a ticket: its words are added, and the table of states says what follows.

Promise: without proof that the sender is who From says, a message adds words and nothing else: it resolves, suspends
and counts nothing (guarantee 6); nor does a stranger who answers a letter of ours suspend somebody else's ticket. No
receipt goes out for a follow-up; the operators hear of it, or quality control alone where it is about staff (C.7b).
"""

from dataclasses import replace

from daemon.desk.answer import to_staff, values_of
from daemon.desk.case import Case
from daemon.desk.choose import Choice, choose, complaint
from daemon.desk.correlate import Role
from daemon.desk.decide_new import allowed, brings, counted, new_ticket, suspended
from daemon.desk.decision import Action, Advance, Decision, Effect, Filing, Lane, Outcome
from daemon.desk.letters import Letter
from daemon.desk.snapshot import TicketView
from daemon.desk.ticket import FOLLOW_UP, Event, Note, Refused, State, Step, step
from daemon.desk.verdict import AckKind, Intent
from daemon.desk.worktime import DAY_MINUTES
from daemon.mail.message import Address

RULE = "decide/follow_up"
_UNFINISHED = frozenset({State.NEW, State.OPEN, State.PENDING})
"""Where "it is solved" would resolve the ticket."""
_ACKNOWLEDGEMENTS = {
    AckKind.THANKS: Event.CLIENT_THANKS,
    AckKind.SOLVED: Event.CLIENT_SOLVED,
    AckKind.WAITING: Event.CLIENT_WAITING,
}


def follow_up(case: Case) -> Decision:
    """Add the message to its ticket."""
    ticket = case.thread.ticket
    if ticket is None:
        raise ValueError("a follow-up needs its ticket")
    choice = _chosen(case, ticket)
    if choice.action is Action.SUSPEND and _is_theirs(case) and ticket.state is not State.SUSPENDED:
        return _offended(case, ticket, choice)
    event = _event(case, ticket)
    moved = step(ticket.state, ticket.closed_reason, event)
    if isinstance(moved, Refused):
        # No cell of the table refuses words of a client (tested), so this is a fault of ours.
        raise RuntimeError(moved.reason)  # noqa: TRY004
    if moved.note is FOLLOW_UP:
        linked = replace(case, thread=replace(case.thread, ticket=None, mentions=ticket.number))
        return new_ticket(linked, choice)
    return _added(case, ticket, event, moved, choice)


def _chosen(case: Case, ticket: TicketView) -> Choice:
    """Whatever is written in a complaint about staff belongs to it (C.7b)."""
    if ticket.lane is Lane.QUALITY:
        return complaint(case.office.policy)
    return allowed(case, choose(case.verdict, case.office.policy, _offences(case)))


def _is_theirs(case: Case) -> bool:
    """Whether a proven participant of the ticket writes."""
    return case.thread.proven and case.thread.role in {Role.REQUESTER, Role.PARTICIPANT}


def _offences(case: Case) -> int:
    return case.snapshot.offences if case.thread.proven else 0


def _event(case: Case, ticket: TicketView) -> Event:
    verdict = case.verdict
    certain = case.office.policy.intents[Intent.ACKNOWLEDGEMENT].certain
    if verdict.intent is not Intent.ACKNOWLEDGEMENT or verdict.confidence < certain:
        return Event.CLIENT_WROTE
    event = _ACKNOWLEDGEMENTS.get(verdict.ack_kind, Event.CLIENT_WROTE)
    if event is Event.CLIENT_THANKS and brings(case):
        return Event.CLIENT_WROTE
    resolves = event is Event.CLIENT_SOLVED and ticket.state in _UNFINISHED
    return Event.CLIENT_WROTE if resolves and not _is_theirs(case) else event


def _added(case: Case, ticket: TicketView, event: Event, moved: Step, choice: Choice) -> Decision:
    minutes = case.office.resolution_days * DAY_MINUTES
    due = case.office.calendar.due(case.now, minutes) if moved.to is State.RESOLVED else None
    advance = Advance(
        event, moved.to, moved.closed_reason, case.message.sender.addr, RULE, "C.6", _said(case), due_at=due
    )
    reasons = (f"{event} by {case.thread.role}, proof {case.thread.proof}", choice.reason)
    effects = (advance, *counted(case, choice), *_told(case, ticket, event, moved, choice))
    if choice.action is Action.QUALITY:
        return Decision(
            Outcome.FOLLOW_UP,
            Action.QUALITY,
            ticket.number,
            effects,
            Filing.QUALITY,
            choice.rule,
            choice.clause,
            reasons,
        )
    filing = Filing.SUSPENDED if moved.to is State.SUSPENDED else Filing.REGISTERED
    return Decision(Outcome.FOLLOW_UP, Action.RECORD, ticket.number, effects, filing, RULE, "C.6", reasons)


def _said(case: Case) -> str:
    role = case.thread.role
    return "" if role in {Role.REQUESTER, Role.PARTICIPANT} else f"written by a {role} who answered our letter"


def _told(case: Case, ticket: TicketView, event: Event, moved: Step, choice: Choice) -> tuple[Effect, ...]:
    """Operators hear of new words; the manager of what is raised or shown to the manager only; quality control, and no
    operator, of what is about staff."""
    values = replace(values_of(case), number=ticket.number, category=ticket.category, reason=choice.lane or event)
    if choice.action is Action.QUALITY:
        quality: tuple[Address, ...] = (case.office.quality,)
        return to_staff(case, quality, Letter.QUALITY_COMPLAINT, values, ticket, choice.rule, choice.clause)
    if moved.to is State.SUSPENDED:
        people: tuple[Address, ...] = (case.office.manager,)
    elif moved.note is Note.RAISED:
        people = (*case.office.operators, case.office.manager)
    elif event is Event.CLIENT_THANKS and moved.to is ticket.state:
        people = ()
    else:
        people = case.office.operators
    return to_staff(case, people, Letter.OPERATOR_FOLLOW_UP, values, ticket, RULE, "C.6")


def _offended(case: Case, ticket: TicketView, choice: Choice) -> Decision:
    values = replace(values_of(case), number=ticket.number, category=ticket.category)
    effects = suspended(case, choice, values)
    return Decision(
        Outcome.FOLLOW_UP, Action.SUSPEND, ticket.number, effects, Filing.SUSPENDED, choice.rule, choice.clause,
        (choice.reason,),
    )  # fmt: skip
