"""Brings the database to the newest schema.

Promise: several processes, on several hosts, may start at once: one migrates under a lock, the others wait. Each
migration is one transaction, so that a kill in the middle of it leaves the schema as it was. On failure
`StoreUnavailable`, and the start is tried again.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playhouse.migrations import Runner

from daemon.store.connection import StoreUnavailable, reading
from daemon.store.locks import MIGRATIONS, number_of, several_write
from daemon.store.models import database

FOLDER = Path(__file__).parent / "migrations"


def migrate(state: Path) -> list[str]:
    """Apply what is missing; returns the names of what was applied. `state` holds the lock file, where it is one."""
    # playhouse.migrations itself knows no lock: of four processes that start at once, three would die.
    lock = _lock_of_the_database() if several_write() else _lock_file(state)
    with lock:
        runner = Runner(database.obj, str(FOLDER))
        return [str(name) for name in runner.up()]


@contextmanager
def _lock_file(state: Path) -> Iterator[None]:
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (state / "migrate.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            with reading():
                yield
    except OSError as error:
        raise StoreUnavailable(f"the lock of the migrations cannot be taken: {error.strerror}") from error


@contextmanager
def _lock_of_the_database() -> Iterator[None]:
    """Ends with the connection at the latest, so that a killed process leaves none behind."""
    with reading():
        (encoding,) = database.obj.execute_sql("SHOW server_encoding").fetchone()
        if encoding != "UTF8":
            raise StoreUnavailable(f"the database must be made with the encoding UTF8, and this one has {encoding}")
        number = (number_of(MIGRATIONS),)
        database.obj.execute_sql("SELECT pg_advisory_lock(%s)", number)
        try:
            yield
        finally:
            if not database.obj.is_closed():
                database.obj.execute_sql("SELECT pg_advisory_unlock(%s)", number)
