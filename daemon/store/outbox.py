"""The outbox: the states of our letters.

  queued      waits for its due time                      → leased
  leased      a delivery process submits it               → dotted; back to queued when that process dies
  dotted      the final dot may be out                    → sent, queued (4yz), refused (5yz), unknown
  unknown     nobody heard the answer to the final dot    → sent (witness found it), queued (witness never saw it), held
  sent        accepted by the submission server
  refused     5yz · expired  given up · held  a person must release it · suppressed, dropped  never to be sent

Promise: `dotted` is committed between the last octet of the body and the final dot; a letter is leased by one owner at
a time; an `unknown` letter is never sent again blindly. All functions open their own short transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import ModelSelect

from daemon.store.connection import reading, rows, writing
from daemon.store.locks import unclaimed
from daemon.store.models import Letter, Ticket

TERMINAL = frozenset({"sent", "refused", "expired", "suppressed", "dropped"})
STATES = ("queued", "leased", "dotted", "unknown", "held", "sent", "refused", "expired", "suppressed", "dropped")


@dataclass(frozen=True, slots=True)
class Leased:
    """A letter that this process submits."""

    id: int
    trace: str
    event: str
    message_id: str
    recipient: str
    reverse_path: str
    octets: bytes
    attempts: int
    acknowledgement: bool
    created_at: datetime
    number: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A letter whose outcome nobody heard."""

    id: int
    trace: str
    message_id: str
    dotted_at: datetime
    witnessed: bool


def lease(owner: str, limit: int, now: datetime) -> list[Leased]:
    """Take up to `limit` due letters for `owner`, the oldest due first."""
    with reading():
        due = rows(_due(now).limit(1))
    if not due:
        return []
    with writing():
        ids = [letter for (letter,) in rows(unclaimed(_due(now).limit(limit)))]
        Letter.update(owner=owner, state="leased", attempts=Letter.attempts + 1).where(
            Letter.id.in_(ids) & (Letter.state == "queued")
        ).execute()
        taken = (
            Letter.select(
                Letter.id, Letter.trace, Letter.event, Letter.message_id, Letter.recipient, Letter.reverse_path,
                Letter.octets, Letter.attempts, Letter.acknowledgement, Letter.created_at, Ticket.number,
            )
            .left_outer_join(Ticket)
            .where(Letter.id.in_(ids) & (Letter.owner == owner))
            .order_by(Letter.due_at)
        )  # fmt: skip
        return [_leased(row) for row in rows(taken)]


def _leased(row: tuple[Any, ...]) -> Leased:
    number, trace, event, message_id, recipient, reverse_path, octets, attempts, acknowledgement, created, ticket = row
    return Leased(
        number, trace, event, message_id, recipient, reverse_path, bytes(octets), attempts, acknowledgement, created,
        ticket or "",
    )  # fmt: skip


def _due(now: datetime) -> "ModelSelect[Letter]":
    return Letter.select(Letter.id).where((Letter.state == "queued") & (Letter.due_at <= now)).order_by(Letter.due_at)


def dotted(letter: int, owner: str, now: datetime, *, witnessed: bool) -> None:
    """The final dot goes out next. Raises `LookupError` where the lease is lost: then it must not."""
    with writing():
        marked = (
            Letter.update(state="dotted", dotted_at=now, witnessed=witnessed)
            .where((Letter.id == letter) & (Letter.owner == owner) & (Letter.state == "leased"))
            .execute()
        )
    if marked != 1:
        raise LookupError(f"letter {letter} is no longer leased by this process")


def finish(letter: int, owner: str, state: str, reason: str, now: datetime) -> None:
    """Write the outcome of an attempt: `sent`, `refused`, `expired`, `unknown` or `held`."""
    with writing():
        Letter.update(state=state, reason=reason, owner=None, ended_at=now if state in TERMINAL else None).where(
            (Letter.id == letter) & (Letter.owner == owner)
        ).execute()


def defer(letter: int, owner: str, due_at: datetime, reason: str) -> None:
    """Try again at `due_at`."""
    with writing():
        Letter.update(state="queued", due_at=due_at, reason=reason, owner=None).where(
            (Letter.id == letter) & (Letter.owner == owner)
        ).execute()


def untouched(letter: int, owner: str) -> None:
    """The server was away: the letter waits as before, without an attempt."""
    with writing():
        Letter.update(state="queued", owner=None, attempts=Letter.attempts - 1).where(
            (Letter.id == letter) & (Letter.owner == owner) & (Letter.state == "leased")
        ).execute()


def give_back(owner: str) -> None:
    """Free what `owner` leased and does not submit any more; a letter that it marked as dotted is in doubt."""
    with writing():
        Letter.update(state="queued", owner=None, attempts=Letter.attempts - 1).where(
            (Letter.owner == owner) & (Letter.state == "leased")
        ).execute()
        Letter.update(state="unknown", owner=None, reason="the attempt broke off at the final dot").where(
            (Letter.owner == owner) & (Letter.state == "dotted")
        ).execute()


def unknown(limit: int) -> list[Doubtful]:
    """Letters to be looked up by the witness."""
    with reading():
        doubtful = (
            Letter.select(Letter.id, Letter.trace, Letter.message_id, Letter.dotted_at, Letter.witnessed)
            .where(Letter.state == "unknown")
            .order_by(Letter.id)
            .limit(limit)
        )
        return [Doubtful(*row) for row in rows(doubtful)]


def resolve(letter: int, state: str, reason: str, now: datetime, *, risk: bool = False) -> bool:
    """The end of doubt: `sent`, `queued` (a known risk) or `held`. Returns False where somebody was quicker."""
    with writing():
        changed = (
            Letter.update(
                state=state, reason=reason, due_at=now, ended_at=now if state in TERMINAL else None,
                risks=Letter.risks + (1 if risk else 0),
            )
            .where((Letter.id == letter) & (Letter.state == "unknown"))
            .execute()
        )  # fmt: skip
    return bool(changed)


def change(letters: list[int], state: str, reason: str, now: datetime) -> int:
    """What a person orders: `queued` (retry, release), `held` or `dropped`. A sent letter stays sent."""
    movable = ("queued", "held", "unknown", "refused", "expired", "suppressed")
    with writing():
        return int(
            Letter.update(state=state, reason=reason, due_at=now, ended_at=now if state in TERMINAL else None)
            .where(Letter.id.in_(letters) & Letter.state.in_(movable))
            .execute()
        )
