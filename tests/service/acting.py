"""A desk whose clock and judge are the test's: the real runners, servers and database, called round by round."""

import dataclasses
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from daemon.config import load
from daemon.delivery import Delivery
from daemon.desk.verdict import Verdict
from daemon.intake import Intake
from daemon.mail.gate import inspect
from daemon.mail.message import Message
from daemon.runner import Stop
from daemon.service import open_store
from daemon.store.models import database
from daemon.store.owner import Owner
from daemon.timers import Timers
from daemon.workplace import Understood, Workplace, rulebook, workplace
from tests.installation import Installation


class Clock:
    """A clock that moves when the test says so."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Let time pass: hours=, minutes=, days=."""
        self.now += timedelta(**by)


class Judged(Workplace):
    """A workplace whose judge says what the test wants; everything else is the daemon's."""

    def understand(self, message: Message) -> Understood:
        gate = inspect(message, self.own, self.rulebook.machine)
        return Understood(message, gate, VERDICTS[message.subject], authenticated=False)


VERDICTS: dict[str, Verdict] = {}
"""Subject → verdict."""


class Acting:
    """The three runners, one round at a time."""

    def __init__(self, tools: Workplace, clock: Clock) -> None:
        self.clock = clock
        self._owners = {role: Owner(role, tools.config.state, clock.now) for role in ("intake", "delivery", "timers")}
        stop = Stop(tools.config.limits)
        self.intake = Intake(tools, self._owners["intake"], stop)
        self.delivery = Delivery(tools, self._owners["delivery"], stop)
        self.timers = Timers(tools, self._owners["timers"], stop)

    def everything(self) -> None:
        """One round of each: mail in, what is due, mail out."""
        self.intake.once()
        self.timers.once()
        self.delivery.once()

    def leave(self) -> None:
        """Give the leases back."""
        for owner in self._owners.values():
            owner.leave()


@contextmanager
def acting(installation: Installation, now: datetime) -> Iterator[Acting]:
    """The runners of `installation` with a clock that stands at `now`."""
    config = load(Path(installation.config), installation.environment())
    open_store(config)
    clock = Clock(now)
    tools = workplace(config, rulebook(config), clock)
    judged = Judged(**{entry.name: getattr(tools, entry.name) for entry in dataclasses.fields(tools)})
    stage = Acting(judged, clock)
    try:
        yield stage
    finally:
        stage.leave()
        database.obj.close()


def letter(subject: str, text: str, sender: str = "asel@example.kz", **fields: str) -> bytes:
    """A plain letter of a client."""
    head = {
        "From": sender, "To": "info@e-sauda.kz", "Subject": subject,
        "Message-ID": f"<{secrets.token_hex(8)}@example.kz>",
        "Date": "Tue, 24 Nov 2026 10:00:00 +0500", "MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8",
        **fields,
    }  # fmt: skip
    return "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode() + b"\r\n" + text.encode() + b"\r\n"
