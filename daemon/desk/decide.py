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
from daemon.desk.decide_staff import staff
from daemon.desk.decision import Action, Decision, Filing, Outcome
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
        return staff(case)
    return follow_up(case) if case.thread.ticket else new_ticket(case)


def _duplicate(case: Case) -> Decision:
    earlier = case.snapshot.earlier
    what = f"the same octets were decided before as {earlier.outcome}" if earlier else ""
    number = earlier.number if earlier else ""
    return Decision(Outcome.DUPLICATE, Action.RECORD, number, (), Filing.AUTOMATIC, "decide/duplicate", "A.1", (what,))
