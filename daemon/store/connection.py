"""The connection to the database, one for each process.

Promise: SQLite runs with WAL and synchronous=FULL, and every writing transaction takes its lock at the start (BEGIN
IMMEDIATE), so that what was read in it still holds at its commit. On failure: whatever says that the database or the
disk cannot be used now becomes `StoreUnavailable`; the connection is closed, and the caller waits and tries again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from peewee import Database, InterfaceError, InternalError, OperationalError, SqliteDatabase

from daemon.store.models import database

BUSY_MILLISECONDS = 5_000
"""SQLite waits as long for a lock before it says `database is locked`."""
PRAGMAS = {"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1, "busy_timeout": BUSY_MILLISECONDS}


class StoreUnavailable(Exception):
    """The database or the disk cannot be used now: wait and try again; nothing was half done."""


def connect(url: str, base: Path) -> Database:
    """Bind the tables to the database at `url`; a relative SQLite path is relative to `base`.

    Raises ValueError on a URL of another kind.
    """
    parts = urlsplit(url)
    if parts.scheme != "sqlite":
        raise ValueError(f"no database of the kind `{parts.scheme}` is supported")
    path = (base / url.removeprefix("sqlite:///")).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = SqliteDatabase(str(path), pragmas=PRAGMAS, autoconnect=False)
    database.initialize(connection)
    return connection


@contextmanager
def reading() -> Iterator[None]:
    """Statements outside a transaction."""
    with _guarded():
        yield


@contextmanager
def writing() -> Iterator[None]:
    """One transaction that takes the write lock at its start and commits at its end, or leaves nothing behind."""
    with _guarded(), database.obj.atomic("IMMEDIATE"):
        yield


@contextmanager
def _guarded() -> Iterator[None]:
    connection = database.obj
    try:
        connection.connect(reuse_if_open=True)
        yield
    except (OperationalError, InterfaceError, InternalError, OSError) as error:
        connection.close()
        raise StoreUnavailable(f"{type(error).__name__}: {error}") from error


def rows(query: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - peewee's own types do not know what `tuples` does
    """The rows of a query as tuples."""
    return list(query.tuples())
