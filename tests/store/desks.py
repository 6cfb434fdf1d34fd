"""A real store in a folder, and the steps of an intake in it."""

import contextlib
import functools
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from daemon.desk.correlate import hints
from daemon.desk.decision import Action as Does
from daemon.desk.decision import Decision, Effect, Fate, Filing, Lane, OpenTicket, Outcome, Send
from daemon.desk.letters import Letter as Kind
from daemon.desk.letters import LetterValues
from daemon.desk.render import Templates, templates
from daemon.desk.snapshot import Snapshot
from daemon.desk.ticket import Category, Level, Priority
from daemon.desk.verdict import Language
from daemon.mail.message import Address, Message
from daemon.store import journal
from daemon.store.connection import connect
from daemon.store.journal import Entry, New, Place
from daemon.store.migrate import migrate
from daemon.store.models import database
from daemon.store.stationery import Stationery
from daemon.store.transaction import transaction
from tests.desk.cases import CLIENT, message

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
KEY = b"k" * 32
FILE = "desk.sqlite3"
SQLITE = f"sqlite:///{FILE}"
URL_FILE = "url"
"""In the folder of a store: where its database is."""


@functools.cache
def letter_templates() -> Templates:
    """The shipped templates."""
    texts: Mapping[Path, str] = {file: file.read_text("utf-8") for file in sorted((ROOT / "templates").glob("*/*.j2"))}
    return templates(texts)


def stationery(random_bits: Callable[[int], int] = secrets.randbits) -> Stationery:
    """What our letters are written with."""
    return Stationery(
        templates=letter_templates(), sender=Address("E-SAUDA", "info@e-sauda.kz"), domain="e-sauda.kz", prefix="ES",
        keys=(KEY,), null_reverse_path=True, subaddresses=False, hold_bounced=timedelta(days=60),
        random_bits=random_bits,
    )  # fmt: skip


def empty_store(folder: Path, url: str) -> None:
    """Say that the database of the store in `folder` is at `url`."""
    (folder / URL_FILE).write_text(url)


def reach_store(folder: Path) -> None:
    """Connect to the store in `folder`, as another process of the daemon does."""
    connect((folder / URL_FILE).read_text(), folder)


def open_store(folder: Path) -> None:
    """Connect to the store in `folder`, with its newest schema."""
    reach_store(folder)
    migrate(folder)


def ask(folder: Path, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """What another client of the same database sees, or changes; values stand as `?`."""
    url = (folder / URL_FILE).read_text()
    if url == SQLITE:
        with contextlib.closing(sqlite3.connect(folder / FILE)) as connection, connection:
            return list(connection.execute(query, parameters))
    with psycopg.connect(url, autocommit=True) as server:
        cursor = server.execute(query.replace("?", "%s").encode(), parameters or None)
        return cursor.fetchall() if cursor.description else []


def close_store() -> None:
    """Close the connection of this thread."""
    database.obj.close()


def inbox(now: datetime = NOW) -> Place:
    """The incarnation of the inbox that every test reads."""
    return journal.place("INBOX", 1) or journal.start("INBOX", 1, None, None, now)


def listed(*uids: int, now: datetime = NOW) -> Place:
    """Write down UIDs as seen."""
    where = inbox(now)
    journal.list_new(where, [New(uid, f"{uid:016x}", now, 1_000) for uid in uids], now)
    return where


def leased(uid: int, owner: str = "intake-1", now: datetime = NOW) -> Entry:
    """The entry of a new UID, leased by `owner`."""
    (entry,) = journal.claim(listed(uid, now=now), owner, 1)
    return entry


def opening(requester: Address = CLIENT, lane: Lane = Lane.NONE) -> OpenTicket:
    """The order to open a ticket."""
    return OpenTicket(
        category=Category.CONSULTATION, priority=Priority.NORMAL, level=Level.BASIC, lane=lane, language=Language.RU,
        subject="Вопрос", requester=requester, relates_to="", rule="decisions/consult_lot", clause="C.4",
    )  # fmt: skip


def receipt(to: Address = CLIENT, fate: Fate = Fate.QUEUED, letter: Kind = Kind.REGISTERED, *, automatic: bool = True,
            acknowledgement: bool = True) -> Send:  # fmt: skip
    """The order of a letter."""
    return Send(
        letter=letter, to=to, language=Language.RU, values=LetterValues(subject="Вопрос"), automatic=automatic,
        acknowledgement=acknowledgement, in_reply_to="<question@example.kz>", references=("<question@example.kz>",),
        fate=fate, reason="", rule="decisions/consult_lot", clause="C.4",
    )  # fmt: skip


def decision(*effects: Effect, outcome: Outcome = Outcome.TICKET, number: str = "") -> Decision:
    """A decision with these effects."""
    return Decision(
        outcome, Does.REGISTER, number, effects, Filing.REGISTERED, "decisions/consult_lot", "A.6.in", ("certain",)
    )


def decided(uid: int, ordered: Decision, received: Message | None = None, now: datetime = NOW,
            folder: str = "Support/Registered") -> str:  # fmt: skip
    """Lease, decide and apply; returns the number."""
    owner = f"intake-{uid}"
    entry = leased(uid, owner, now)
    with transaction(stationery(), entry.id, owner, entry.trace, now) as tx:
        return tx.apply(ordered, received or message(message_id=f"<{uid}@example.kz>"), folder)


def looked_up(received: Message, now: datetime = NOW) -> Snapshot:
    """What the store knows about a message."""
    with transaction(stationery(), 0, "nobody", "0", now) as tx:
        return tx.read(hints(received, "ES"))
