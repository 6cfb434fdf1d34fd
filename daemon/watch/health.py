"""Health: the count and the oldest age of everything that is not finished, the last complete pass, the alarms.

Promise: every state that is not terminal is here, so that nothing can wait unseen; the exit code is 0 when all is well,
1 when something waits too long or an alarm stands, 2 when the store cannot be read.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from daemon.settings import Config
from daemon.store.connection import reading, rows
from daemon.store.models import Alarm, Letter, Mailbox, Received, Runner, Switch, Ticket

PASS_MINUTES = 10
"""Without a complete pass for as long the intake stands."""
UNDECIDED_MINUTES = 10
"""A message without an outcome for as long is stuck."""
UNSENT_STATES = ("queued", "leased", "dotted", "unknown", "held")
OPEN_STATES = ("new", "open", "pending", "suspended", "resolved")


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows are in a state, and since when the oldest is."""

    what: str
    state: str
    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """The whole picture."""

    counts: tuple[Count, ...]
    last_pass: datetime | None
    runners: tuple[tuple[str, str, datetime], ...]
    """(role, owner, last beat)."""
    alarms: tuple[tuple[str, str, datetime], ...]
    """(name, detail, since)."""
    breaker: str
    faults: tuple[str, ...]
    """What is wrong, in words; empty when all is well."""

    @property
    def exit_code(self) -> int:
        """For monitoring."""
        return 1 if self.faults else 0


def health(config: Config, now: datetime) -> Health:
    """Read the picture. Raises `StoreUnavailable`."""
    with reading():
        counts = (
            *_counts("ticket", Ticket, Ticket.state, Ticket.changed_at, OPEN_STATES),
            *_counts("letter", Letter, Letter.state, Letter.created_at, UNSENT_STATES),
            _undecided(),
        )
        passes = Mailbox.select(fn.MAX(Mailbox.passed_at)).where(Mailbox.folder == config.imap.inbox)
        last_pass = _instant(rows(passes)[0][0])
        runners = _triples(Runner.select(Runner.role, Runner.owner, Runner.beat_at))
        alarms = _triples(Alarm.select(Alarm.name, Alarm.detail, Alarm.since))
        switch = rows(Switch.select(Switch.value).where(Switch.name == "breaker"))
    breaker = switch[0][0] if switch else "closed"
    picture = Health(counts, last_pass, runners, alarms, breaker, ())
    return Health(counts, last_pass, runners, alarms, breaker, _faults(picture, config, now))


def _triples(query: Any) -> tuple[tuple[str, str, datetime], ...]:  # noqa: ANN401 - a query of peewee
    return tuple((row[0], row[1], row[2]) for row in rows(query))


def _counts(what: str, table: type, state: object, since: object, states: tuple[str, ...]) -> list[Count]:
    query = table.select(state, fn.COUNT(state), fn.MIN(since)).where(state.in_(states)).group_by(state)  # type: ignore[attr-defined]
    found = {row[0]: Count(what, row[0], row[1], _instant(row[2])) for row in rows(query)}
    return [found.get(name, Count(what, name, 0, None)) for name in states]


def _undecided() -> Count:
    query = Received.select(fn.COUNT(Received.id), fn.MIN(Received.listed_at)).where(Received.outcome.is_null())
    count, oldest = rows(query)[0]
    return Count("message", "undecided", count, _instant(oldest))


def _instant(value: datetime | int | None) -> datetime | None:
    return Received.listed_at.python_value(value) if isinstance(value, int) else value


def _faults(picture: Health, config: Config, now: datetime) -> tuple[str, ...]:
    faults = [f"alarm {name}: {detail}" for name, detail, _ in picture.alarms]
    if picture.last_pass is None or now - picture.last_pass > timedelta(minutes=PASS_MINUTES):
        faults.append(f"no complete pass over the mailbox for {PASS_MINUTES} minutes")
    if picture.breaker == "open":
        faults.append("the breaker on automatic letters is open; see `outbox release`")
    limits = {
        ("message", "undecided"): timedelta(minutes=UNDECIDED_MINUTES),
        ("letter", "queued"): timedelta(seconds=config.limits.tell_operator),
        ("letter", "unknown"): timedelta(minutes=config.witness.grace_minutes * 2 + 1),
        ("letter", "held"): timedelta(0),
    }
    for entry in picture.counts:
        limit = limits.get((entry.what, entry.state))
        if limit is not None and entry.oldest and now - entry.oldest > limit:
            since = f"{entry.oldest:%Y-%m-%d %H:%M} UTC"
            faults.append(f"{entry.count} {entry.what}(s) {entry.state}, the oldest since {since}")
    return tuple(faults)


def lines(picture: Health, now: datetime) -> list[str]:
    """The picture as text for a terminal."""
    out = [f"{'what':<10}{'state':<12}{'count':>7}  oldest"]
    out += [f"{item.what:<10}{item.state:<12}{item.count:>7}  {_age(item.oldest, now)}" for item in picture.counts]
    out.append(f"last complete pass: {_age(picture.last_pass, now)}")
    out += [f"runner {role:<9} {owner}, beat {_age(beat, now)} ago" for role, owner, beat in picture.runners]
    out.append(f"breaker: {picture.breaker}")
    out += [f"FAULT: {fault}" for fault in picture.faults] or ["all is well"]
    return out


def _age(since: datetime | None, now: datetime) -> str:
    if since is None:
        return "-"
    seconds = max(0, int((now - since).total_seconds()))
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s"


def as_dict(picture: Health) -> dict[str, object]:
    """The picture for programs; instants are ISO 8601."""
    return {
        "counts": [
            {"what": item.what, "state": item.state, "count": item.count, "oldest": _iso(item.oldest)}
            for item in picture.counts
        ],
        "last_pass": _iso(picture.last_pass),
        "runners": [{"role": role, "owner": owner, "beat": _iso(beat)} for role, owner, beat in picture.runners],
        "alarms": [{"name": name, "detail": detail, "since": _iso(since)} for name, detail, since in picture.alarms],
        "breaker": picture.breaker,
        "faults": list(picture.faults),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
