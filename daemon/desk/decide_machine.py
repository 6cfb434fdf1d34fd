"""Machine mail: recorded on the ticket it belongs to, never answered, opening and reopening nothing (guarantee 5).

A delivery report about a letter of ours is believed only if it carries the signed token of that letter; then it is
shown to the operators with its reason, and a question of ours that did not arrive stops the clock of C.6.
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
    MarkLetter,
    Note,
    Outcome,
    StopAddress,
)
from daemon.desk.letters import Delivery, Letter
from daemon.desk.snapshot import LetterView, TicketView
from daemon.desk.ticket import Event, Refused, State, step
from daemon.mail.gate import Kind
from daemon.mail.message import DeliveryReport

CLAUSE = "A.1"


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
    report = case.message.report
    rule = "gate/delivery_report"
    if letter is None or report is None:
        reasons = ("a delivery report without a token of ours",)
        return Decision(Outcome.REPORT, Action.RECORD, "", (), Filing.AUTOMATIC, rule, CLAUSE, reasons)
    ticket = case.snapshot.ticket(letter.number)
    reason = f"{report.action} {report.status} {report.diagnostic}".strip()
    effects = (
        MarkLetter(letter.nonce, reason, rule, CLAUSE),
        *_stop(letter, report, reason, rule),
        *(_on_ticket(case, ticket, letter, reason, rule) if ticket else ()),
        *_tell(case, ticket, letter, report, rule),
    )
    return Decision(Outcome.REPORT, Action.RECORD, letter.number, effects, Filing.AUTOMATIC, rule, CLAUSE, (reason,))


def _reported(case: Case) -> LetterView | None:
    claim = case.thread.claim
    return next((letter for letter in case.snapshot.letters if claim and letter.nonce == claim.nonce), None)


def _failed(report: DeliveryReport) -> bool:
    return report.action == "failed" or report.status.startswith("5")


def _stop(letter: LetterView, report: DeliveryReport, reason: str, rule: str) -> tuple[Effect, ...]:
    return (StopAddress(letter.recipient, reason, rule, CLAUSE),) if _failed(report) else ()


def _on_ticket(case: Case, ticket: TicketView, letter: LetterView, reason: str, rule: str) -> tuple[Effect, ...]:
    text = f"{letter.event} to {letter.recipient}: {reason}"
    asked = letter.event in {Letter.ASKED, Letter.REPHRASE_UNCLEAR, Letter.REPHRASE_LANGUAGE}
    moved = step(ticket.state, ticket.closed_reason, Event.DELIVERY_REPORT)
    if asked and ticket.state is State.PENDING and not isinstance(moved, Refused):
        return (
            Advance(Event.DELIVERY_REPORT, moved.to, moved.closed_reason, case.message.sender.addr, rule, "C.6", text),
        )
    return (Note(Event.DELIVERY_REPORT, case.message.sender.addr, text, rule, CLAUSE),)


def _tell(
    case: Case, ticket: TicketView | None, letter: LetterView, report: DeliveryReport, rule: str
) -> tuple[Effect, ...]:
    if not _failed(report):
        return ()
    values = replace(
        values_of(case), number=letter.number, delivery=Delivery.REFUSED, recipient=letter.recipient,
        diagnostic=f"{report.status} {report.diagnostic}".strip(), client_text="",
    )  # fmt: skip
    return to_staff(case, case.office.operators, Letter.OPERATOR_DELIVERY_FAILED, values, ticket, rule, CLAUSE)
