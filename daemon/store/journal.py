"""The journal of received messages: the queue of the intake, one row for each UID, ending in exactly one outcome.

Promise: a UID is listed once; a row is worked on by one owner at a time; an outcome, once written, never changes.
All functions open their own short transaction unless they say otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import ModelSelect, chunked

from daemon.store.connection import reading, rows, writing
from daemon.store.locks import unclaimed
from daemon.store.models import Mailbox, Received

ANY_UID = 2**32 - 1
"""The greatest UID there can be (RFC 9051 section 9, nz-number)."""
AT_ONCE = 10_000
"""UIDs named in one statement; SQLite takes 32,766 values in one, PostgreSQL 65,535."""


@dataclass(frozen=True, slots=True)
class Place:
    """One incarnation of a folder, as the journal knows it."""

    id: int
    folder: str
    uidvalidity: int
    start_at: datetime | None
    start_uid: int | None
    last_uid: int


@dataclass(frozen=True, slots=True)
class New:
    """A UID seen for the first time."""

    uid: int
    trace: str
    internal_date: datetime
    size: int
    message_id: str = ""
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that this process works on."""

    id: int
    uid: int
    trace: str
    internal_date: datetime
    size: int
    attempts: int
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided message that waits to be filed."""

    id: int
    uid: int
    folder: str
    trace: str


def place(folder: str, uidvalidity: int) -> Place | None:
    """The incarnation of `folder` with that UIDVALIDITY, if it was ever read."""
    with reading():
        row = Mailbox.get_or_none(Mailbox.folder == folder, Mailbox.uidvalidity == uidvalidity)
    return _place(row) if row else None


def latest(folder: str) -> Place | None:
    """The incarnation of `folder` that was begun last."""
    with reading():
        row = Mailbox.select().where(Mailbox.folder == folder).order_by(Mailbox.id.desc()).first()
    return _place(row) if row else None


def earlier(where: Place) -> list[Place]:
    """Incarnations of the same folder before `where` that still have something open."""
    with reading():
        before = Mailbox.select().where((Mailbox.folder == where.folder) & (Mailbox.id < where.id))
        unfinished = (Received.outcome.is_null()) | ((Received.folder != "") & (Received.filed == ""))
        return [
            _place(row) for row in before if Received.select().where((Received.mailbox == row.id) & unfinished).exists()
        ]


def start(folder: str, uidvalidity: int, start_at: datetime | None, start_uid: int | None, now: datetime) -> Place:
    """Begin to read an incarnation of `folder`; two processes may begin at once."""
    with writing():
        Mailbox.insert(
            folder=folder, uidvalidity=uidvalidity, start_at=start_at, start_uid=start_uid, created_at=now
        ).on_conflict_ignore().execute()
    begun = place(folder, uidvalidity)
    if begun is None:
        raise RuntimeError("a mailbox row vanished after it was written")
    return begun


def _place(row: Mailbox) -> Place:
    return Place(row.id, row.folder, row.uidvalidity, row.start_at, row.start_uid, row.last_uid)


def listed(where: Place, low: int, high: int) -> set[int]:
    """The UIDs from `low` to `high` that the journal has."""
    with reading():
        known = Received.select(Received.uid).where((Received.mailbox == where.id) & Received.uid.between(low, high))
        return {uid for (uid,) in rows(known)}


def list_new(where: Place, entries: Sequence[New], now: datetime) -> int:
    """Write down UIDs seen for the first time; returns how many were new."""
    if not entries:
        return 0
    with writing():
        fresh = [
            {
                "mailbox": where.id, "uid": new.uid, "trace": new.trace, "internal_date": new.internal_date,
                "size": new.size, "message_id": new.message_id, "outcome": new.outcome,
                "phase": "decided" if new.outcome else "listed", "listed_at": now,
                "decided_at": now if new.outcome else None,
            }
            for new in entries
        ]  # fmt: skip
        added = sum(Received.insert(row).on_conflict_ignore().as_rowcount().execute() for row in fresh)
        highest = max(new.uid for new in entries)
        Mailbox.update(last_uid=highest).where((Mailbox.id == where.id) & (Mailbox.last_uid < highest)).execute()
    return int(added)


def claim(where: Place, owner: str, limit: int, highest: int = ANY_UID) -> list[Entry]:
    """Take up to `limit` undecided messages with UIDs up to `highest` for `owner`, oldest UID first."""
    with writing():
        free = (
            Received.select(Received.id)
            .where(
                (Received.mailbox == where.id)
                & (Received.uid <= highest)
                & Received.outcome.is_null()
                & Received.owner.is_null()
            )
            .order_by(Received.uid)
            .limit(limit)
        )
        ids = [row.id for row in unclaimed(free)]
        if not ids:
            return []
        Received.update(owner=owner).where(Received.id.in_(ids) & Received.owner.is_null()).execute()
        taken = Received.select().where(Received.id.in_(ids) & (Received.owner == owner)).order_by(Received.uid)
        return [
            Entry(row.id, row.uid, row.trace, row.internal_date, row.size, row.attempts, row.sha256) for row in taken
        ]


def knock(entry: int, owner: str, sha256: str) -> None:
    """Before a message is read: if this process dies now, that is the message's attempt (guarantee 3)."""
    with writing():
        Received.update(phase="parsing", sha256=sha256).where(
            (Received.id == entry) & (Received.owner == owner)
        ).execute()


def read_well(entry: int, owner: str) -> None:
    """The message was read and nothing died: what happens from here on is nobody's attempt."""
    with writing():
        Received.update(phase="parsed").where((Received.id == entry) & (Received.owner == owner)).execute()


def failed(entry: int, owner: str) -> int:
    """A fault of ours with this very message is an attempt; returns how many it has."""
    with writing():
        Received.update(owner=None, phase="listed", attempts=Received.attempts + 1).where(
            (Received.id == entry) & (Received.owner == owner) & Received.outcome.is_null()
        ).execute()
        found = rows(Received.select(Received.attempts).where(Received.id == entry))
    return int(found[0][0])


def give_back(owner: str) -> None:
    """Free what `owner` holds, undecided or unfiled, after a fault of a server or of the database."""
    with writing():
        Received.update(owner=None, phase="listed").where(
            (Received.owner == owner) & Received.outcome.is_null()
        ).execute()
        Received.update(owner=None).where(Received.owner == owner).execute()


def end(entries: Iterable[int], owner: str, outcome: str, now: datetime) -> None:
    """An outcome that needs no decision, such as `vanished`."""
    with writing():
        Received.update(outcome=outcome, phase="decided", owner=None, decided_at=now).where(
            Received.id.in_(list(entries)) & (Received.owner == owner) & Received.outcome.is_null()
        ).execute()


def unread(where: Place, highest: int = ANY_UID) -> set[int]:
    """UIDs up to `highest` without an outcome that nobody holds and whose octets are not stored yet."""
    with reading():
        free = Received.select(Received.uid).where(
            (Received.mailbox == where.id)
            & (Received.uid <= highest)
            & Received.outcome.is_null()
            & Received.owner.is_null()
            & Received.sha256.is_null()
        )
        return {uid for (uid,) in rows(free)}


def vanish(where: Place, uids: Sequence[int], now: datetime) -> int:
    """UIDs that went from the server before they were read; returns how many."""
    gone = Received.update(outcome="vanished", phase="decided", decided_at=now).where(
        (Received.mailbox == where.id)
        & Received.outcome.is_null()
        & Received.owner.is_null()
        & Received.sha256.is_null()
    )
    with writing():
        return sum(int(gone.where(Received.uid.in_(part)).execute()) for part in chunked(uids, AT_ONCE))


def open_count(where: Place) -> int:
    """Messages without an outcome."""
    with reading():
        return int(Received.select().where((Received.mailbox == where.id) & Received.outcome.is_null()).count())


def passed(where: Place, now: datetime) -> None:
    """A complete pass over this incarnation ended: nothing is undecided, journal and server agree."""
    with writing():
        Mailbox.update(passed_at=now).where(Mailbox.id == where.id).execute()


def unfiled(where: Place, limit: int) -> list[Decided]:
    """Decided messages that are still to be filed."""
    with reading():
        return [Decided(*row) for row in rows(_unfiled(where).limit(limit))]


def claim_unfiled(where: Place, owner: str, limit: int, highest: int = ANY_UID) -> list[Decided]:
    """Take up to `limit` decided messages with UIDs up to `highest` for `owner` to file: two processes that move the
    same message at once would leave two."""
    with writing():
        free = _unfiled(where).where((Received.uid <= highest) & Received.owner.is_null()).limit(limit)
        taken = [Decided(*row) for row in rows(unclaimed(free))]
        Received.update(owner=owner).where(Received.id.in_([item.id for item in taken])).execute()
        return taken


def _unfiled(where: Place) -> "ModelSelect[Received]":
    return (
        Received.select(Received.id, Received.uid, Received.folder, Received.trace)
        .where(
            (Received.mailbox == where.id)
            & (Received.folder != "")
            & (Received.filed == "")
            & Received.outcome.is_null(is_null=False)
        )
        .order_by(Received.id)
    )


def filed(entries: Iterable[int], how: str) -> None:
    """They were moved or copied, or are gone from where they were."""
    with writing():
        Received.update(filed=how, owner=None).where(Received.id.in_(list(entries))).execute()


def old_message_ids(folder: str, message_ids: Iterable[str]) -> set[str]:
    """Those of `message_ids` that an earlier incarnation of `folder` knew as `before_start`."""
    wanted = [message_id for message_id in message_ids if message_id]
    if not wanted:
        return set()
    with reading():
        old = (
            Received.select(Received.message_id)
            .join(Mailbox)
            .where((Mailbox.folder == folder) & (Received.outcome == "before_start") & Received.message_id.in_(wanted))
        )
        return {message_id for (message_id,) in rows(old)}


def has_earlier(where: Place) -> bool:
    """Whether the same folder was read before under another UIDVALIDITY."""
    with reading():
        return bool(Mailbox.select().where((Mailbox.folder == where.folder) & (Mailbox.id < where.id)).exists())


def list_junk(where: Place, new: New, originator: str, subject: str, now: datetime, *, report: bool) -> None:
    """Write down a message of the junk folder; `report`: a person's, to be told to the operators."""
    with writing():
        Received.insert(
            mailbox=where.id, uid=new.uid, trace=new.trace, internal_date=new.internal_date, size=new.size,
            message_id=new.message_id, originator=originator, subject=subject, outcome=new.outcome, phase="decided",
            reported=not report, listed_at=now, decided_at=now,
        ).on_conflict_ignore().execute()  # fmt: skip
        Mailbox.update(last_uid=new.uid).where((Mailbox.id == where.id) & (Mailbox.last_uid < new.uid)).execute()
