"""The deciding transaction: read the state of the desk, and write down all that a decision orders, or nothing of it.

Promise: applying has no policy. A number is drawn only here and only if a ticket opens, so that numbers have no gaps
and are given once (C.4). An outcome is written only by the owner of the lease and only once. On failure the whole
transaction is gone and the message is decided again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from daemon.desk.correlate import content_digest
from daemon.desk.decision import Decision, OpenTicket, Outcome
from daemon.desk.number import reference, registration_number
from daemon.desk.snapshot import Hints, Snapshot
from daemon.desk.ticket import State
from daemon.mail.message import Message
from daemon.store.connection import writing
from daemon.store.effects import Effects, opened_ticket
from daemon.store.models import Counter, Participant, Received, ThreadKey, Ticket
from daemon.store.snapshots import snapshot
from daemon.store.stationery import Opened, Stationery

ASTANA = ZoneInfo("Asia/Almaty")
"""The year of a number is the year in Astana (A.5)."""
THREADED = frozenset({Outcome.TICKET, Outcome.FOLLOW_UP})
"""Outcomes whose Message-ID leads later mail to the ticket."""


class LeaseLost(Exception):
    """Another process took the message over, or it has an outcome already: nothing was written."""


class Transaction:
    """One deciding transaction about one received message. `transaction` gives one."""

    def __init__(self, stationery: Stationery, received: int, owner: str, trace: str, now: datetime) -> None:
        """`received` is the row of the message, `owner` holds its lease."""
        self._stationery = stationery
        self._effects = Effects(stationery, received, trace, now)
        self._received = received
        self._owner = owner
        self._trace = trace
        self._now = now

    def read(self, hints: Hints) -> Snapshot:
        """The state of the desk as this message needs it."""
        return snapshot(hints, self._received, self._now)

    def apply(self, decision: Decision, message: Message, folder: str) -> str:
        """Write everything down; returns the number of the ticket, or ''. Raises `LeaseLost`."""
        opened = self._ticket(decision)
        for effect in decision.effects:
            self._effects.apply(effect, opened)
        if opened and message.message_id and decision.outcome in THREADED:
            ThreadKey.insert(message_id=message.message_id, ticket=opened.id).on_conflict_ignore().execute()
        written = (
            Received.update(
                outcome=decision.outcome, phase="decided", owner=None, ticket=opened.id if opened else None,
                folder=folder, content=content_digest(message), message_id=message.message_id,
                originator=message.sender.addr, subject=message.subject, decision=explanation(decision),
                decided_at=self._now,
            )
            .where(
                (Received.id == self._received) & (Received.owner == self._owner) & Received.outcome.is_null()
            )
            .execute()
        )  # fmt: skip
        if written != 1:
            raise LeaseLost(f"the message {self._trace} is no longer ours")
        return opened.number if opened else ""

    def _ticket(self, decision: Decision) -> Opened | None:
        if decision.opens:
            return self._open(decision.opens)
        return opened_ticket(decision.number) if decision.number else None

    def _open(self, order: OpenTicket) -> Opened:
        year = self._now.astimezone(ASTANA).year
        running = (
            Counter.insert(year=year, last=1)
            .on_conflict(conflict_target=[Counter.year], update={Counter.last: Counter.last + 1})
            .returning(Counter.last)
            .execute()[0]
            .last
        )
        number = registration_number(self._stationery.prefix, year, running)
        related = Ticket.get_or_none(Ticket.number == order.relates_to) if order.relates_to else None
        row = Ticket.create(
            number=number, year=year, running=running, state=State.NEW, category=order.category,
            priority=order.priority, level=order.level, lane=order.lane, language=order.language,
            subject=order.subject, requester=order.requester.key, requester_name=order.requester.name,
            requester_address=order.requester.addr,
            relates_to=related, opened_at=self._now, changed_at=self._now,
        )  # fmt: skip
        if order.requester.addr:
            Participant.create(ticket=row.id, address=order.requester.key, role="requester")
        opened = Opened(row.id, number, reference(year, running), State.NEW)
        self._effects.registered(opened, order)
        return opened


@contextmanager
def transaction(stationery: Stationery, received: int, owner: str, trace: str, now: datetime) -> Iterator[Transaction]:
    """The deciding transaction: commits at the end of the block or leaves nothing. Raises `StoreUnavailable`."""
    with writing():
        yield Transaction(stationery, received, owner, trace, now)


def explanation(decision: Decision) -> dict[str, object]:
    """What `explain` and `tickets show` print of a decision later."""
    return {
        "action": decision.action,
        "rule": decision.rule,
        "clause": decision.clause,
        "reasons": list(decision.reasons),
        "effects": [f"{type(effect).__name__} {effect.rule} {effect.clause}" for effect in decision.effects],
    }
