"""The way of one message: octets → message → gate → verdict → thread → decision → outcome.

Promise: the octets are safe before anything reads them; what reads them is marked, so that a message that kills its
reader three times is quarantined unread, with a ticket for a person (guarantee 3). A fault of our own code with a
message is an attempt, too; a fault of the database is nobody's and goes up as `StoreUnavailable`.
"""

import time

from daemon import failpoint, log
from daemon.desk.case import Case
from daemon.desk.correlate import correlate, hints
from daemon.desk.decide import decide
from daemon.desk.decide_new import quarantined
from daemon.desk.decision import Decision
from daemon.mail.message import Message, unread
from daemon.mail.parse import parse, parse_header
from daemon.runner import watchdog
from daemon.store import journal
from daemon.store.connection import StoreUnavailable
from daemon.store.journal import Entry
from daemon.store.transaction import LeaseLost, Transaction, transaction
from daemon.workplace import Understood, Workplace


def take(workplace: Workplace, owner: str, entry: Entry, octets: bytes) -> bool:
    """Bring the message that `owner` leased to its outcome; False where it has none yet. Raises `StoreUnavailable`."""
    began = time.monotonic()
    digest = workplace.raw.put(octets)
    failpoint.reach("intake.stored")
    try:
        if entry.attempts >= workplace.config.limits.poison_attempts:
            _quarantine(workplace, owner, entry, digest)
        else:
            _read_and_decide(workplace, owner, entry, octets, digest, began)
    except LeaseLost:
        log.message_lease_lost(trace=entry.trace)
        return False
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - whatever this message does to our code costs itself only
        attempts = journal.failed(entry.id, owner)
        reason = f"{type(error).__name__}: {error}"
        log.message_failed(trace=entry.trace, uid=entry.uid, error=reason, attempts=attempts)
        return False
    return True


def _read_and_decide(workplace: Workplace, owner: str, entry: Entry, octets: bytes, digest: str, began: float) -> None:
    journal.knock(entry.id, owner, digest)
    failpoint.reach("intake.knocked")
    with watchdog(workplace.config.limits.message_seconds):
        understood = _read(workplace, entry, octets)
    journal.read_well(entry.id, owner)
    failpoint.reach("intake.read")
    with transaction(workplace.stationery, entry.id, owner, entry.trace, workplace.now()) as tx:
        decision = _decide(workplace, tx, understood, entry)
        failpoint.reach("intake.deciding")
        folder = workplace.folder(decision.filing)
        number = tx.apply(decision, understood.message, folder)
        failpoint.reach("intake.applied")
    failpoint.reach("intake.decided")
    _say(entry, understood.message, decision, number, folder, began)


def _read(workplace: Workplace, entry: Entry, octets: bytes) -> Understood:
    limits = workplace.config.message_limits
    whole = entry.size <= limits.message_octets
    return workplace.understand(parse(octets, limits) if whole else parse_header(octets, limits))


def _decide(workplace: Workplace, tx: Transaction, understood: Understood, entry: Entry) -> Decision:
    message, office = understood.message, workplace.office
    found = hints(message, workplace.config.service.number_prefix)
    snapshot = tx.read(found)
    thread = correlate(
        found, snapshot, workplace.config.secrets.token_keys, office.staff, authenticated=understood.authenticated
    )
    return decide(
        Case(
            message, understood.gate, understood.verdict, thread, snapshot, office,
            received_at=entry.internal_date, now=workplace.now(),
        )
    )  # fmt: skip


def _quarantine(workplace: Workplace, owner: str, entry: Entry, digest: str) -> None:
    now = workplace.now()
    decision = quarantined(workplace.office, entry.size, entry.internal_date, entry.attempts)
    with transaction(workplace.stationery, entry.id, owner, entry.trace, now) as tx:
        number = tx.apply(decision, unread(digest, entry.size), workplace.folder(decision.filing))
    log.message_quarantined(trace=entry.trace, uid=entry.uid, attempts=entry.attempts, number=number)


def _say(entry: Entry, message: Message, decision: Decision, number: str, folder: str, began: float) -> None:
    log.message_decided(
        trace=entry.trace, uid=entry.uid, sender=message.sender.addr, subject=message.subject,
        outcome=decision.outcome, action=decision.action, clause=decision.clause, rule=decision.rule, number=number,
        folder=folder, seconds=time.monotonic() - began,
    )  # fmt: skip
