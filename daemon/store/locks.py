"""What a writing transaction locks before it reads it, where the database lets several write at once (PostgreSQL).

Promise: two transactions that decide about the same client, the same message or the same ticket come one after the
other, and the later one reads what the earlier one wrote. All locks end with the transaction. Everybody takes them in
one order, so that nobody waits in a circle: names (sorted), then tickets (by id), then the counter of numbers. With
SQLite the transaction has the whole database already, and nothing here does anything.
"""

import hashlib
from collections.abc import Iterable
from typing import TypeVar

from peewee import ModelSelect

from daemon.store.models import Table, database

Row = TypeVar("Row", bound=Table)
MIGRATIONS = "migrations"
"""The name whose lock is held while the schema changes."""


def several_write() -> bool:
    """Whether transactions of several processes write at once."""
    return bool(database.obj.for_update)


def lock_names(names: Iterable[str]) -> None:
    """Lock names, such as addresses and Message-IDs: for what is counted or must not be there yet, there is no row.

    Two names may share a lock by chance; then they only wait for each other.
    """
    keys = sorted({number_of(name) for name in names})
    if keys and several_write():
        database.obj.execute_sql(f"SELECT {', '.join('pg_advisory_xact_lock(%s)' for _ in keys)}", keys)


def number_of(name: str) -> int:
    """The 64-bit number of a name's lock."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:8], signed=True)


def held(query: "ModelSelect[Row]") -> "ModelSelect[Row]":
    """The same query, which also locks its rows and reads them as they are then.

    Not against others that only refer to them (FOR NO KEY UPDATE): a history line is no change of its ticket.
    """
    if not several_write():
        return query
    # peewee takes the text of the clause; its stubs do not know.
    return query.for_update("FOR NO KEY UPDATE")  # type: ignore[arg-type]


def unclaimed(query: "ModelSelect[Row]") -> "ModelSelect[Row]":
    """The same query, which locks its rows and passes over those that somebody else is about to take."""
    return query.for_update(skip_locked=True) if several_write() else query
