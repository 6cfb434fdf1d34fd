"""Machine mail: recorded on the ticket it belongs to, never answered, opening and reopening nothing (guarantee 5).

A delivery report about a letter of ours is believed only if it carries the signed token of that letter; then it is
shown to the operators with its reason, and a question of ours that did not arrive stops the clock of C.6. A letter to
one of our own people that failed is told to the manager and to nobody it failed for, so that a dead mailbox among us
cannot start a war with ourselves.
"""

from dataclasses import replace

from daemon.desk.answer import to_staff, values_of
from daemon.desk.case import Case
from daemon.desk.decision import (
    Action,
    Advance,
    Decision,
    Effect,
    Filing,
    Lane,
    MarkLetter,
    Note,
    Outcome,
    RaiseAlarm,
    StopAddress,
)
from daemon.desk.letters import Delivery, Letter
from daemon.desk.snapshot import LetterView, TicketView
from daemon.desk.ticket import Event, Refused, State, step
from daemon.mail.gate import Kind
from daemon.mail.message import DeliveryReport

CLAUSE = "A.1"
ARRIVED = frozenset({"delivered", "relayed", "expanded"})
"""Actions that say that the letter is on its way (RFC 3464 section 2.3.3)."""
QUESTIONS = frozenset({Letter.ASKED, Letter.REPHRASE_UNCLEAR, Letter.REPHRASE_LANGUAGE})
"""Letters whose answer the clock of C.6 waits for."""
TOLD = frozenset({Delivery.REFUSED, Delivery.UNKNOWN})
"""What people hear of in any case; a delay only where it concerns a question."""
_UNREADABLE = DeliveryReport("", "", "", "", "")


def machine_mail(case: Case) -> Decision:
    """Mail that no person wrote now."""
    outcome = Outcome.OWN if case.gate.kind is Kind.OWN else Outcome.MACHINE
    rule = f"gate/{case.gate.kind}"
    ticket = case.thread.ticket
    effects: tuple[Effect, ...] = ()
    if ticket and outcome is Outcome.MACHINE:
        text = f"{case.gate.kind}: {case.message.subject}"
        effects = (Note(Event.MACHINE_MAIL, case.message.sender.addr, text, rule, CLAUSE),)
    reasons = tuple(f"{mark.rule}: {mark.words}" for mark in case.gate.marks)
    number = ticket.number if ticket else ""
    return Decision(outcome, Action.RECORD, number, effects, Filing.AUTOMATIC, rule, CLAUSE, reasons)


def delivery_report(case: Case) -> Decision:
    """A report about the delivery of a letter (RFC 3464), ours or not."""
    letter = _reported(case)
    report = case.message.report or _UNREADABLE
    rule = "gate/delivery_report"
    if letter is None:
        reasons = ("a delivery report without a token of ours",)
        return Decision(Outcome.REPORT, Action.RECORD, "", (), Filing.AUTOMATIC, rule, CLAUSE, reasons)
    ticket = case.snapshot.ticket(letter.number)
    reason = f"{report.action} {report.status} {report.diagnostic}".strip() or "a report that says nothing readable"
    on_ticket = _on_ticket(case, ticket, letter, report, reason, rule) if ticket else ()
    moved = any(isinstance(effect, Advance) for effect in on_ticket)
    effects = (
        MarkLetter(letter.nonce, reason, rule, CLAUSE),
        *_stop(letter, report, reason, rule),
        *on_ticket,
        *(_tell(case, ticket, letter, report, reason, rule) if moved or _delivery(report) in TOLD else ()),
    )
    return Decision(Outcome.REPORT, Action.RECORD, letter.number, effects, Filing.AUTOMATIC, rule, CLAUSE, (reason,))


def _reported(case: Case) -> LetterView | None:
    claim = case.thread.claim
    return next((letter for letter in case.snapshot.letters if claim and letter.nonce == claim.nonce), None)


def _failed(report: DeliveryReport) -> bool:
    return report.action == "failed" or report.status.startswith("5")


def _stop(letter: LetterView, report: DeliveryReport, reason: str, rule: str) -> tuple[Effect, ...]:
    return (StopAddress(letter.recipient, reason, rule, CLAUSE),) if _failed(report) else ()


def _delivery(report: DeliveryReport) -> Delivery:
    if _failed(report):
        return Delivery.REFUSED
    if report.action in ARRIVED:
        return Delivery.NONE
    return Delivery.DELAYED if report.action == "delayed" else Delivery.UNKNOWN


def _on_ticket(
    case: Case, ticket: TicketView, letter: LetterView, report: DeliveryReport, reason: str, rule: str
) -> tuple[Effect, ...]:
    text = f"{letter.event} to {letter.recipient}: {reason}"
    unasked = letter.event in QUESTIONS and _delivery(report) is not Delivery.NONE
    moved = step(ticket.state, ticket.closed_reason, Event.DELIVERY_REPORT)
    if unasked and ticket.state is State.PENDING and not isinstance(moved, Refused):
        return (
            Advance(Event.DELIVERY_REPORT, moved.to, moved.closed_reason, case.message.sender.addr, rule, "C.6", text),
        )
    return (Note(Event.DELIVERY_REPORT, case.message.sender.addr, text, rule, CLAUSE),)


def _tell(
    case: Case, ticket: TicketView | None, letter: LetterView, report: DeliveryReport, reason: str, rule: str
) -> tuple[Effect, ...]:
    values = replace(
        values_of(case), number=letter.number, delivery=_delivery(report), recipient=letter.recipient,
        diagnostic=f"{report.status} {report.diagnostic}".strip(), client_text="",
    )  # fmt: skip
    office, failed_for = case.office, letter.recipient.casefold()
    alarm: tuple[Effect, ...] = ()
    people = office.operators
    if failed_for in office.staff:
        people = (office.manager,)
        alarm = (RaiseAlarm("staff_unreachable", f"{letter.recipient}: {reason}", rule, CLAUSE),)
    elif ticket and ticket.lane is Lane.QUALITY:
        people = (office.quality,)
    others = tuple(person for person in people if person.key != failed_for)
    return (*to_staff(case, others, Letter.OPERATOR_DELIVERY_FAILED, values, ticket, rule, CLAUSE), *alarm)
