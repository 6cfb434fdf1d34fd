"""Brings the database to the newest schema.

Promise: two processes may start at once: one migrates under a lock, the other waits. Each migration is one transaction,
so that a kill in the middle of it leaves the schema as it was. On failure `StoreUnavailable`, and the start is tried
again.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playhouse.migrations import Runner

from daemon.store.connection import StoreUnavailable, reading
from daemon.store.models import database

FOLDER = Path(__file__).parent / "migrations"


def migrate(state: Path) -> list[str]:
    """Apply what is missing; returns the names of what was applied. `state` holds the lock file."""
    with _lock(state), reading():
        runner = Runner(database.obj, str(FOLDER))
        return [str(name) for name in runner.up()]


@contextmanager
def _lock(state: Path) -> Iterator[None]:
    """playhouse.migrations itself knows no lock: of four processes that start at once, three would die."""
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (state / "migrate.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise StoreUnavailable(f"the lock of the migrations cannot be taken: {error.strerror}") from error
