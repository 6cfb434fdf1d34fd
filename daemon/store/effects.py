"""Writes the effects of a decision into the database, inside the caller's transaction.

Promise: an effect is written as it was ordered; nothing is decided here. Every step of a ticket is a row of its history
with who, which message, which rule and which clause; the state column is a cache of it.
"""

from datetime import datetime

from daemon.desk.decision import (
    Advance,
    CountOffence,
    Effect,
    MarkLetter,
    Note,
    OpenTicket,
    RaiseAlarm,
    Send,
    StopAddress,
)
from daemon.desk.number import reference
from daemon.desk.ticket import State
from daemon.store.alarms import raise_alarm
from daemon.store.connection import rows
from daemon.store.locks import held
from daemon.store.models import Bounced, History, Letter, Offender, Ticket
from daemon.store.stationery import Opened, Stationery, post


def opened_ticket(number: str) -> Opened | None:
    """The ticket with that registration number, locked until the end of the caller's transaction."""
    row = held(Ticket.select().where(Ticket.number == number)).first()
    return Opened(row.id, row.number, reference(row.year, row.running), row.state) if row else None


class Effects:
    """Writes effects that one message, or the clock (`received` None), brought about."""

    def __init__(self, stationery: Stationery, received: int | None, trace: str, now: datetime) -> None:
        self._stationery = stationery
        self._received = received
        self._trace = trace
        self._now = now

    def registered(self, opened: Opened, order: OpenTicket) -> None:
        """The first row of a history."""
        self._history(opened, "registered", "", State.NEW, order.requester.addr, order.rule, order.clause, "")

    def apply(self, effect: Effect, opened: Opened | None) -> None:
        """Write one effect down. Raises ValueError where it needs a ticket and there is none: a fault of ours."""
        match effect:
            case OpenTicket():
                pass  # the transaction opened it, for only there may a number be drawn
            case Send():
                post(self._stationery, effect, opened, self._received, self._trace, self._now)
            case Advance() if opened:
                self._advance(effect, opened)
            case Note() if opened:
                state = self._state(opened)
                self._history(opened, effect.event, state, state, effect.who, effect.rule, effect.clause, effect.text)
            case CountOffence():
                Offender.create(address=effect.address, received=self._received, at=self._now)
            case StopAddress():
                self._stop(effect)
            case MarkLetter():
                Letter.update(reason=effect.reason).where(Letter.nonce == effect.nonce).execute()
            case RaiseAlarm():
                raise_alarm(effect.name, effect.detail, self._now)
            case _:
                raise ValueError(f"{type(effect).__name__} needs a ticket, and this decision has none")

    def _state(self, opened: Opened) -> str:
        return str(rows(Ticket.select(Ticket.state).where(Ticket.id == opened.id))[0][0])

    def _advance(self, effect: Advance, opened: Opened) -> None:
        before = self._state(opened)
        Ticket.update(
            state=effect.to, closed_reason=effect.closed_reason or "", changed_at=self._now, due_at=effect.due_at
        ).where(Ticket.id == opened.id).execute()
        self._history(opened, effect.event, before, effect.to, effect.who, effect.rule, effect.clause, effect.note)

    def _history(
        self, opened: Opened, event: str, before: str, after: str, who: str, rule: str, clause: str, note: str
    ) -> None:
        History.create(
            ticket=opened.id, at=self._now, event=event, from_state=before, to_state=after, who=who,
            received=self._received, rule=rule, clause=clause, note=note,
        )  # fmt: skip

    def _stop(self, effect: StopAddress) -> None:
        until = self._now + self._stationery.hold_bounced
        Bounced.insert(address=effect.address.casefold(), until=until, reason=effect.reason).on_conflict(
            conflict_target=[Bounced.address], update={"until": until, "reason": effect.reason}
        ).execute()
