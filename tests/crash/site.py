"""One installation under fire: letters arrive while its runners are killed at named boundaries and random moments.

The plan of kills is drawn from a seed. A runner that died is started again at once, armed for the next kill of its
plan; when all plans are done the runners live, and `truth` compares the servers with the database.
"""

import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from daemon import failpoint
from tests.crash.nursery import Nursery, Runner
from tests.crash.truth import Arrived, Findings, compare
from tests.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.servers.submission import SubmissionServer

ROLES = ("intake", "delivery", "timers")
RANDOM = "random moment"
RANDOM_SECONDS = 0.4
"""A random kill comes within so many seconds of the start of its runner."""
PATIENCE_SECONDS = 20.0
"""An armed runner that did not come to its point for as long is stopped, and its kill put off."""
UNDER_WAY = 6
"""Letters that wait for a decision while kills are under way."""
REFUSED_EVERY = 9
"""One client in so many has an address that the submission server refuses: work for the timers."""
ATTEMPTS_BEFORE_QUARANTINE = 2
"""Kills of its reader that a message survives; the third would rightly quarantine it."""
COUNTS = {
    "intake.stored": (1, 2, 3), "intake.knocked": (1, 2), "intake.read": (1, 2, 3), "intake.deciding": (1, 2, 3),
    "intake.applied": (1, 2, 3), "intake.decided": (1, 2, 3), "intake.fetched": (1,), "intake.listed": (1,),
    "intake.filing": (1, 1, 2), "intake.moved": (1, 1, 2), "delivery.leased": (1, 2), "delivery.body": (1, 2, 3),
    "delivery.dotted": (1, 2, 3), "delivery.accepted": (1, 2, 3), "delivery.sent": (1, 2, 3), "timers.due": (1, 1, 2),
}  # fmt: skip
"""At which passage of a point the runner dies; drawn at random."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill to be made: a failpoint with its count, or a random moment in seconds after the start."""

    role: str
    """Of the runner that is killed."""
    point: str
    count: int = 1
    seconds: float = 0.0

    @property
    def armed(self) -> str:
        """For the environment of the runner."""
        return "" if self.point == RANDOM else f"{self.point}:{self.count}"


@dataclass(slots=True)
class Slot:
    """One runner's place and the kills that wait for it."""

    role: str
    plan: list[Kill]
    runner: Runner | None = None
    began: float = 0.0
    done: int = 0


@dataclass(slots=True)
class Site:
    """The installation with its servers and its plan."""

    dovecot: Dovecot
    nursery: Nursery
    submission: SubmissionServer
    installation: Installation
    chance: random.Random
    arrived: list[Arrived] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    unknowns: int = 0
    """Letters that were still in doubt when the grace time ran out."""

    def siege(self, kills: int) -> Findings:
        """Make `kills` kills while letters arrive, let everything end in peace, and compare."""
        plan = drawn(self.chance, kills)
        self.slots = [Slot(role, [kill for kill in plan if kill.role == role]) for role in ROLES]
        while any(slot.plan for slot in self.slots):
            self._feed()
            for slot in self.slots:
                self._turn(slot)
            time.sleep(0.01)
        self.finish()
        return self.findings()

    def finish(self) -> None:
        """No more kills: wait until nothing is under way; let the grace time pass for what is still unknown."""
        self._live()
        self._stop()
        self.unknowns = self.let_the_grace_pass()
        self._live()
        doubt = "SELECT COUNT(*) FROM letter WHERE state = 'unknown'"
        self.installation.wait_for("the witness resolves all doubt", lambda: not self.installation.count(doubt))
        self._until_told()
        self._stop()

    def let_the_grace_pass(self) -> int:
        """As if the grace time had passed since the final dot of every unknown letter; returns how many there are."""
        return self.installation.change("UPDATE letter SET dotted_at = dotted_at - 3600000000 WHERE state = 'unknown'")

    def abandon(self) -> None:
        """Leave no runner behind."""
        for slot in self.slots:
            if slot.runner:
                slot.runner.signal(signal.SIGKILL)

    def findings(self) -> Findings:
        """Servers against database."""
        return compare(self.installation, self.dovecot, self.submission, self.arrived)

    @property
    def kills(self) -> int:
        """Kills made."""
        return sum(slot.done for slot in self.slots)

    def deliver(self, *, refusable: bool = False) -> None:
        """One more letter of a new client arrives; `refusable`: it may be one whose address is refused."""
        number = len(self.arrived) + 1
        client = f"client{number}.{self.installation.folder.name}@example.kz"
        refused = refusable and number % REFUSED_EVERY == 0
        if refused:
            self.submission.reply("RCPT", "550 5.1.1 no such user", recipient=client)
        message_id = f"<{number}.{self.installation.folder.name}@example.kz>"
        octets = (
            f"From: Client {number} <{client}>\r\nTo: info@e-sauda.kz\r\nSubject: Заявка {number}\r\n"
            f"Message-ID: {message_id}\r\nDate: Tue, 24 Nov 2026 10:00:00 +0500\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            f"Подскажите, как прикрепить документы к заявке на участие в торгах по лоту {number}?\r\n"
        ).encode()
        self.dovecot.deliver(octets, self.installation.user, reverse_path=client)
        self.arrived.append(Arrived(message_id, client, refused))

    def _feed(self) -> None:
        undecided = self.installation.count("SELECT COUNT(*) FROM received WHERE outcome IS NOT NULL")
        while len(self.arrived) - undecided < UNDER_WAY:
            self.deliver(refusable=True)

    def _turn(self, slot: Slot) -> None:
        """Look at a runner: start it, kill it at its moment, note its death."""
        runner = slot.runner
        if runner is None:
            self._start(slot)
        elif runner.code is not None:
            if runner.code != -signal.SIGKILL:
                raise AssertionError(f"{slot.role} ended with {runner.code}\n{self.installation.logs()}")
            slot.plan.pop(0)
            slot.done += 1
            slot.runner = None
        elif slot.plan and slot.plan[0].point == RANDOM:
            if time.monotonic() >= slot.began + slot.plan[0].seconds:
                runner.signal(signal.SIGKILL)
        elif slot.plan and time.monotonic() > slot.began + PATIENCE_SECONDS:
            self._put_off(slot)

    def _put_off(self, slot: Slot) -> None:
        self._end(slot)
        slot.plan.append(slot.plan.pop(0))

    def _start(self, slot: Slot) -> None:
        if slot.plan and slot.role == "intake" and self._poisonous(slot.plan[0]):
            harmless = next((kill for kill in slot.plan if not _may_poison(kill)), None)
            if harmless:
                slot.plan.remove(harmless)
                slot.plan.insert(0, harmless)
            else:
                self._peace(slot)
        armed = slot.plan[0].armed if slot.plan else ""
        config, log = self.installation.config, self.installation.folder / f"{slot.role}.log"
        slot.runner = self.nursery.start(config, slot.role, armed, log)
        slot.began = time.monotonic()

    def _poisonous(self, kill: Kill) -> bool:
        """Whether the kill might be the third of one message's readers."""
        query = (
            "SELECT COUNT(*) FROM received WHERE outcome IS NULL "
            "AND attempts + CASE WHEN phase = 'parsing' THEN 1 ELSE 0 END >= ?"
        )
        return _may_poison(kill) and self.installation.count(query, ATTEMPTS_BEFORE_QUARANTINE) > 0

    def _peace(self, slot: Slot) -> None:
        """Let the messages that were hit twice be decided."""
        kept, slot.plan = slot.plan, []
        self._start(slot)
        waiting = "SELECT COUNT(*) FROM received WHERE outcome IS NULL AND attempts > 0"
        self.installation.wait_for("what was hit is decided", lambda: not self.installation.count(waiting))
        self._end(slot)
        slot.plan = kept

    def _live(self) -> None:
        """All runners live until everything that can end has ended."""
        for slot in self.slots:
            slot.plan = []
            if slot.runner is None or slot.runner.code is not None:
                self._start(slot)
        self.installation.wait_for("every message that arrived is listed", self._all_listed)
        self._until_told()

    def _until_told(self) -> None:
        """Wait until nothing is under way and people know of what failed."""
        self.installation.wait_until_quiet()
        told = "SELECT COUNT(*) FROM letter WHERE state IN ('refused', 'expired', 'held') AND NOT failure_told"
        self.installation.wait_for("people know of what failed", lambda: not self.installation.count(told))
        alarms = "SELECT COUNT(*) FROM alarm WHERE NOT told"
        self.installation.wait_for("the manager knows of alarms", lambda: not self.installation.count(alarms))
        self.installation.wait_until_quiet()

    def _all_listed(self) -> bool:
        return self.installation.count("SELECT COUNT(*) FROM received") >= len(self.arrived)

    def _stop(self) -> None:
        for slot in self.slots:
            self._end(slot)

    def _end(self, slot: Slot) -> None:
        runner, slot.runner = slot.runner, None
        if runner:
            self.end_runner(runner)

    def end_runner(self, runner: Runner) -> None:
        """SIGTERM; a runner that dies by a kill of its plan meanwhile, or before it listens, is as good."""
        runner.signal(signal.SIGTERM)
        if runner.wait() not in {0, -signal.SIGKILL, -signal.SIGTERM}:
            raise AssertionError(f"a runner ended with {runner.code}\n{self.installation.logs()}")


def drawn(chance: random.Random, kills: int) -> list[Kill]:
    """A plan: every point in turn, so that none is left out, and every fifth kill at a random moment; shuffled."""
    plan = []
    for number in range(kills):
        if number % 5 == 4:
            plan.append(Kill(chance.choice(ROLES), RANDOM, seconds=chance.uniform(0, RANDOM_SECONDS)))
        else:
            point = failpoint.POINTS[(number - number // 5) % len(failpoint.POINTS)]
            plan.append(Kill(point.partition(".")[0], point, count=chance.choice(COUNTS[point])))
    chance.shuffle(plan)
    return plan


def _may_poison(kill: Kill) -> bool:
    return kill.point in {RANDOM, "intake.knocked"}


def make_site(
    dovecot: Dovecot, nursery: Nursery, submission: SubmissionServer, folder: Path, models: Path, seed: int,
    url: str = "",
) -> Site:  # fmt: skip
    """A new installation with a mailbox of its own, its copies of letters in the folder `Witness`.

    `url`: of its database; otherwise it is on SQLite.
    """
    folder.mkdir()
    user = dovecot.new_user()
    installation = Installation(folder, dovecot.imap_port, submission.port, user, models)
    installation.url = url or installation.url
    local, _, domain = user.partition("@")
    installation.settings = {"witness": [f'address = "{local}+Witness@{domain}"', 'folder = "Witness"']}
    installation.write()
    return Site(dovecot, nursery, submission, installation, random.Random(seed))
