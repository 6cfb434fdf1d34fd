"""Who holds a lease: a living process of ours.

Promise: an owner is dead exactly when its process is (its lock file is free) or, on another host, when its beat has
stopped for `lease_seconds`. One that was thought dead and lives (its host was cut off) has lost what it held and goes
on under its name: no outcome and no final dot is written without the lease. What a dead owner held is given back: a
message that killed its reader counts an attempt (guarantee 3), a letter whose final dot may be out becomes `unknown`,
everything else is simply free again.
"""

import contextlib
import fcntl
import os
import secrets
import socket
from datetime import datetime, timedelta
from pathlib import Path

from daemon.store.connection import StoreUnavailable, reading, rows, writing
from daemon.store.models import Letter, Received, Runner


class Owner:
    """This process as a holder of leases. Use as a context manager: leaving it gives everything back."""

    def __init__(self, role: str, state: Path, now: datetime) -> None:
        """`role` names the runner, `state` holds the lock files."""
        self.role = role
        self.name = f"{role}-{os.getpid()}-{secrets.token_hex(4)}"
        self._folder = state / "owners"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = (self._folder / self.name).open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.host = f"{socket.gethostname()} {self._mark()}"
        except OSError as error:
            raise StoreUnavailable(f"the folder of lock files cannot be used: {error.strerror}") from error
        self._started_at = now
        self.beat(now)

    def _mark(self) -> str:
        """What all processes that share this folder of lock files know each other by: hosts may have equal names."""
        mark, part = self._folder / "mark", self._folder / f"{self.name}.part"
        if not mark.exists():
            part.write_text(secrets.token_hex(8))
            with contextlib.suppress(FileExistsError):
                os.link(part, mark)
            part.unlink()
        return mark.read_text()

    def beat(self, now: datetime) -> None:
        """Say that this process lives, also where another host has buried it meanwhile."""
        with writing():
            Runner.insert(
                owner=self.name, role=self.role, host=self.host, started_at=self._started_at, beat_at=now
            ).on_conflict(conflict_target=[Runner.owner], update={"beat_at": now}).execute()  # fmt: skip

    def leave(self) -> None:
        """Give back what is held: an orderly end is nobody's attempt."""
        with writing():
            release(self.name, poisoned=False)
        self._lock.close()
        (self._folder / self.name).unlink(missing_ok=True)

    def bury_the_dead(self, now: datetime, lease_seconds: int) -> tuple[str, ...]:
        """Give back what dead owners held; returns their names. Comes before any lease is taken, so it also beats."""
        self.beat(now)
        with reading():
            holders = _holders()
            runners = list(Runner.select().where(Runner.owner != self.name))
        dead = [runner.owner for runner in runners if self._is_dead(runner, now, lease_seconds)]
        # Buried, it lived on, took a lease and died before it said so.
        dead += sorted(holders - {self.name, *(runner.owner for runner in runners)})
        for name in dead:
            with writing():
                release(name, poisoned=True)
            (self._folder / name).unlink(missing_ok=True)
        return tuple(dead)

    def _is_dead(self, runner: Runner, now: datetime, lease_seconds: int) -> bool:
        if runner.host != self.host:
            return bool(now - runner.beat_at > timedelta(seconds=lease_seconds))
        try:
            with (self._folder / runner.owner).open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise StoreUnavailable(f"the folder of lock files cannot be used: {error.strerror}") from error
        return True


def _holders() -> set[str]:
    """Everybody who holds a lease."""
    return {
        owner
        for table in (Received, Letter)
        for (owner,) in rows(table.select(table.owner).where(table.owner.is_null(is_null=False)))
    }


def release(owner: str, *, poisoned: bool) -> None:
    """Free everything that `owner` holds, inside the caller's transaction.

    `poisoned`: the owner died, so a message it was just reading counts an attempt.
    """
    if poisoned:
        reader = (Received.owner == owner) & (Received.phase == "parsing")
        Received.update(attempts=Received.attempts + 1).where(reader).execute()
    Received.update(owner=None, phase="listed").where((Received.owner == owner) & Received.outcome.is_null()).execute()
    Received.update(owner=None).where(Received.owner == owner).execute()
    held = Letter.owner == owner
    Letter.update(owner=None, state="unknown", reason="the process ended after the final dot may have gone out").where(
        held & (Letter.state == "dotted")
    ).execute()
    Letter.update(owner=None, state="queued").where(held & (Letter.state == "leased")).execute()
    Letter.update(owner=None).where(held).execute()
    Runner.delete().where(Runner.owner == owner).execute()
