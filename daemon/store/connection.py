"""The connection to the database, one for each thread: SQLite, or PostgreSQL where several hosts share the work.

Promise: what a writing transaction read and decided upon still holds at its commit; a commit is durable.

  SQLite      WAL, synchronous=FULL; a writing transaction takes the one write lock at its start (BEGIN IMMEDIATE).
  PostgreSQL  READ COMMITTED, synchronous_commit=on; a writing transaction locks what it decides upon before it reads it
              (`daemon.store.locks`). So two messages wait for each other only where they have to: those of one client,
              those about one ticket, and from the drawn number to the commit, which is the price of numbers without
              gaps. SERIALIZABLE would make all openers of tickets collide at the counter and decide again; one lock for
              everything would make each host wait while any other reads.

On failure: whatever says that the database or the disk cannot be used now becomes `StoreUnavailable`, also a lock that
is not had in time and a deadlock; the connection is closed, and the caller waits and tries again with a new one. A
commit whose answer is lost may have happened: every statement of the store may be done again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from peewee import Database, InterfaceError, InternalError, OperationalError, PostgresqlDatabase, SqliteDatabase

from daemon.store.models import database

BUSY_MILLISECONDS = 5_000
"""How long a statement waits for a lock before it says that the database is busy."""
PRAGMAS = {"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1, "busy_timeout": BUSY_MILLISECONDS}
IDLE_MILLISECONDS = 60_000
"""A transaction that stands still as long (its host vanished, its process is stopped) gives its locks back."""
SESSION = (
    f"-c lock_timeout={BUSY_MILLISECONDS} -c idle_in_transaction_session_timeout={IDLE_MILLISECONDS} "
    "-c synchronous_commit=on"
)
"""Settings of every PostgreSQL session; the operator's `options` come after them and win."""
LINE: dict[str, str | int] = {
    "application_name": "e-sauda-support",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""libpq: a server that vanished is noticed within a minute; what the URL itself says wins."""


class StoreUnavailable(Exception):
    """The database or the disk cannot be used now: wait and try again; nothing was half done."""


def kind_of(url: str) -> str:
    """`sqlite`, `postgresql`, or '' where the URL is of no kind that is supported."""
    if url.startswith("postgresql://"):
        return "postgresql"
    return "sqlite" if url.startswith("sqlite:///") and len(url) > len("sqlite:///") else ""


def connect(url: str, base: Path) -> Database:
    """Bind the tables to the database at `url`; a relative SQLite path is relative to `base`.

    Raises ValueError on a URL of another kind.
    """
    kind = kind_of(url)
    if not kind:
        raise ValueError(f"no database of the kind `{urlsplit(url).scheme}` is supported")
    made = _sqlite(url, base) if kind == "sqlite" else _postgresql(url)
    database.initialize(made)
    return made


def _sqlite(url: str, base: Path) -> Database:
    path = (base / url.removeprefix("sqlite:///")).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteDatabase(str(path), pragmas=PRAGMAS, autoconnect=False)


def _postgresql(url: str) -> Database:
    # Imported here: an installation on SQLite has no driver for PostgreSQL.
    from psycopg.conninfo import conninfo_to_dict

    given = conninfo_to_dict(url)
    settings: dict[str, Any] = {name: value for name, value in LINE.items() if name not in given}
    options = f"{SESSION} {given.get('options', '')}".strip()
    return PostgresqlDatabase(url, prefer_psycopg3=True, autoconnect=False, options=options, **settings)


@contextmanager
def reading() -> Iterator[None]:
    """Statements outside a transaction."""
    with _guarded():
        yield


@contextmanager
def writing() -> Iterator[None]:
    """One transaction that commits at its end, or leaves nothing behind."""
    begin = "IMMEDIATE" if isinstance(database.obj, SqliteDatabase) else "READ COMMITTED"
    with _guarded(), database.obj.atomic(begin):
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
