"""The regulation: one message, everything known about it, one decision.

Promise: pure and total. Machine mail is never answered and opens nothing (guarantee 5); the same octets under another
UID change nothing (guarantee 2); mail of our own people opens no ticket (B.1); every other message of a person either
joins its ticket or opens one (C.4). Every effect names its rule and clause.
"""

from daemon.desk.case import Case
from daemon.desk.correlate import Role
from daemon.desk.decide_follow_up import follow_up
from daemon.desk.decide_machine import delivery_report, machine_mail
from daemon.desk.decide_new import new_ticket
from daemon.desk.decision import Action, Decision, Filing, Note, Outcome
from daemon.mail.gate import Kind


def decide(case: Case) -> Decision:
    """What is to happen because of the message."""
    if case.snapshot.earlier:
        return _duplicate(case)
    if case.gate.kind is Kind.DELIVERY_REPORT:
        return delivery_report(case)
    if case.gate.kind is Kind.OWN or not case.gate.may_open:
        return machine_mail(case)
    if case.thread.role is Role.STAFF:
        return _staff(case)
    return follow_up(case) if case.thread.ticket else new_ticket(case)


def _duplicate(case: Case) -> Decision:
    earlier = case.snapshot.earlier
    what = f"the same octets were decided before as {earlier.outcome}" if earlier else ""
    return Decision(
        Outcome.DUPLICATE, Action.RECORD, earlier.number if earlier else "", (), Filing.AUTOMATIC, "decide/duplicate", "A.1",
        (what,),
    )  # fmt: skip


def _staff(case: Case) -> Decision:
    """Mail of our own people is kept with its ticket as a note and opens nothing (B.1)."""
    ticket = case.thread.ticket
    note = Note("staff_note", case.message.sender.addr, case.message.new_text, "decide/staff", "B.1")
    return Decision(
        Outcome.STAFF, Action.RECORD, ticket.number if ticket else "", (note,) if ticket else (), Filing.STAY,
        "decide/staff", "B.1", ("written by one of our own people",),
    )  # fmt: skip
