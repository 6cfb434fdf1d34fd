"""What falls due by time alone: letters that wait too long or failed, resolved tickets, junk to report, alarms to tell.

Promise: every function that writes does so in one transaction with the letter it orders, so that a person is told once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import fn

from daemon.desk.decision import Send
from daemon.desk.limits import ServiceLimits
from daemon.store.connection import reading, rows, writing
from daemon.store.effects import opened_ticket
from daemon.store.models import Alarm, History, Letter, Received, Switch, Ticket
from daemon.store.snapshots import BREAKER, UNSENT
from daemon.store.stationery import Opened, Stationery, post

AT_ONCE = 200
"""Rows of one kind in one round; the rest waits for the next."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A letter that an operator must hear of."""

    id: int
    trace: str
    event: str
    recipient: str
    state: str
    reason: str
    number: str
    lane: str
    """Of its ticket; `quality` keeps it from the operators (C.7b)."""


@dataclass(frozen=True, slots=True)
class Junk:
    """A person's mail in the junk folder."""

    id: int
    originator: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Resolved:
    """A resolved ticket whose time to answer is over."""

    id: int
    number: str


def delayed(now: datetime, limits: ServiceLimits) -> list[Trouble]:
    """Letters that have waited for `tell_operator` and of which nobody was told."""
    since = now - timedelta(seconds=limits.tell_operator)
    return _trouble(Letter.state.in_(["queued", "unknown"]) & (Letter.created_at < since) & ~Letter.delay_told)


def failed() -> list[Trouble]:
    """Letters that ended badly and of which nobody was told."""
    return _trouble(Letter.state.in_(["refused", "expired", "held"]) & ~Letter.failure_told)


def _trouble(which: object) -> list[Trouble]:
    with reading():
        query = (
            Letter.select(
                Letter.id, Letter.trace, Letter.event, Letter.recipient, Letter.state, Letter.reason, Ticket.number,
                Ticket.lane,
            )
            .left_outer_join(Ticket)
            .where(which)
            .order_by(Letter.id)
            .limit(AT_ONCE)
        )  # fmt: skip
        return [Trouble(a, b, c, d, e, f, number or "", lane or "") for a, b, c, d, e, f, number, lane in rows(query)]


def tell(stationery: Stationery, trouble: Trouble, letters: Sequence[Send], now: datetime) -> None:
    """Order `letters` about a letter and remember that it was told."""
    waits = trouble.state in {"queued", "unknown"}
    with writing():
        opened = opened_ticket(trouble.number) if trouble.number else None
        untold = ~Letter.delay_told if waits else ~Letter.failure_told
        told = Letter.update(delay_told=True, failure_told=not waits).where((Letter.id == trouble.id) & untold)
        if not told.execute():
            return  # other timers were quicker
        for letter in letters:
            post(stationery, letter, opened, None, trouble.trace, now)
        if opened:
            note = f"{trouble.event}: {trouble.state}, {trouble.reason}"
            _history(opened, "delivery_trouble", trouble.recipient, note, now)


def _history(opened: Opened, event: str, who: str, note: str, now: datetime) -> None:
    History.create(
        ticket=opened.id, at=now, event=event, from_state=opened.state, to_state=opened.state, who=who, received=None,
        rule="timers", clause="A.1", note=note,
    )  # fmt: skip


def resolved(now: datetime) -> list[Resolved]:
    """Resolved tickets that fall due."""
    with reading():
        query = (
            Ticket.select(Ticket.id, Ticket.number)
            .where(Ticket.due_at.is_null(is_null=False) & (Ticket.due_at <= now) & (Ticket.state == "resolved"))
            .order_by(Ticket.due_at)
            .limit(AT_ONCE)
        )
        return [Resolved(*row) for row in rows(query)]


def close(ticket: Resolved, reason: str, event: str, who: str, now: datetime) -> bool:
    """Close a ticket that is still resolved and due; False where somebody was quicker."""
    with writing():
        changed = (
            Ticket.update(state="closed", closed_reason=reason, due_at=None, changed_at=now)
            .where((Ticket.id == ticket.id) & (Ticket.state == "resolved") & (Ticket.due_at <= now))
            .execute()
        )
        if changed:
            History.create(
                ticket=ticket.id, at=now, event=event, from_state="resolved", to_state="closed", who=who,
                received=None, rule="timers/resolution", clause="C.6", note="",
            )  # fmt: skip
    return bool(changed)


def junk(limit: int) -> list[Junk]:
    """People's mail in the junk folder that was not reported yet."""
    with reading():
        query = (
            Received.select(Received.id, Received.originator, Received.subject, Received.internal_date)
            .where(~Received.reported)
            .order_by(Received.id)
            .limit(limit)
        )
        return [Junk(*row) for row in rows(query)]


def report_junk(
    stationery: Stationery, found: Sequence[Junk], letters: Sequence[Send], trace: str, now: datetime
) -> None:
    """Order the report and remember it."""
    with writing():
        fresh = Received.id.in_([item.id for item in found]) & ~Received.reported
        if not Received.update(reported=True).where(fresh).execute():
            return  # other timers were quicker
        for letter in letters:
            post(stationery, letter, None, None, trace, now)


def alarms_to_tell() -> list[tuple[str, str, datetime]]:
    """(name, detail, since) of alarms that nobody was written about."""
    with reading():
        untold = Alarm.select(Alarm.name, Alarm.detail, Alarm.since).where(~Alarm.told)
        return [(row[0], row[1], row[2]) for row in rows(untold)]


def tell_alarm(stationery: Stationery, name: str, letters: Sequence[Send], trace: str, now: datetime) -> None:
    """Order the letters about an alarm and remember it."""
    with writing():
        if not Alarm.update(told=True).where((Alarm.name == name) & ~Alarm.told).execute():
            return  # other timers were quicker
        for letter in letters:
            post(stationery, letter, None, None, trace, now)


def automatic_letters(now: datetime, seconds: int) -> tuple[int, int]:
    """(letters, distinct addresses) of automatic mail within the last `seconds`."""
    with reading():
        query = Letter.select(fn.COUNT(Letter.id), fn.COUNT(fn.DISTINCT(Letter.recipient_key))).where(
            (Letter.created_at > now - timedelta(seconds=seconds))
            & (Letter.recipient_key != "")
            & Letter.state.not_in(UNSENT)
        )
        letters, addresses = rows(query)[0]
    return int(letters), int(addresses)


def breaker_is_open() -> bool:
    """Whether automatic letters are held."""
    with reading():
        return bool(Switch.select().where((Switch.name == BREAKER) & (Switch.value == "open")).exists())


def set_breaker(value: str, now: datetime) -> None:
    """Open or close the breaker."""
    with writing():
        Switch.insert(name=BREAKER, value=value, at=now).on_conflict(
            conflict_target=[Switch.name], update={"value": value, "at": now}
        ).execute()
