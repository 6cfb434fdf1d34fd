"""The campaign: several installations at a time on one Dovecot, each besieged for a number of kills.

Every round has its own seed, drawn from the seed of the campaign and its number, so that one round can be run again
alone.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.crash.nursery import Nursery
from tests.crash.site import Site, make_site
from tests.crash.truth import Findings
from tests.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres, missing
from tests.servers.submission import SubmissionServer

KILLS_A_ROUND = 80
AT_ONCE = 3
"""Rounds at a time: while one waits for a server another computes."""
ON_POSTGRESQL = 4
"""One round in so many is on PostgreSQL, where its programs are installed."""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one round."""

    number: int
    seed: int
    kills: int
    letters: int
    unknowns: int
    seconds: float
    findings: Findings


@contextmanager
def nursery_of(folder: Path, models: Path) -> Iterator[Nursery]:
    """A nursery whose configuration lies in `folder`."""
    folder.mkdir()
    pattern = Installation(folder, 1, 1, "info@e-sauda.kz", models)
    nursery = Nursery(pattern.write(), pattern.environment())
    try:
        yield nursery
    finally:
        nursery.stop()


def besiege(
    dovecot: Dovecot, nursery: Nursery, folder: Path, models: Path, number: int, seed: int, kills: int, url: str = ""
) -> Round:
    """One round; that a runner ends in a way that nobody asked for, or that work never ends, is a finding, too.

    `url`: of the database; otherwise it is on SQLite.
    """
    began = time.monotonic()
    with SubmissionServer(dovecot.lmtp_port) as submission:
        site: Site = make_site(dovecot, nursery, submission, folder, models, seed, url)
        try:
            findings = site.siege(kills)
        except AssertionError as error:
            findings = Findings(other=[str(error)])
            site.abandon()
        seconds = time.monotonic() - began
        return Round(number, seed, site.kills, len(site.arrived), site.unknowns, seconds, findings)


def campaign(kills: int, seed: int, first: int, models: Path, tell: Callable[[Round], None]) -> list[Round]:
    """`kills` kills in rounds from number `first` on; `tell` hears of each round as it ends."""
    rounds: list[Round] = []
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="crash-")))
        dovecot = Dovecot()
        stack.callback(dovecot.stop)
        nursery = stack.enter_context(nursery_of(place / "nursery", models))

        postgres = None if missing() else Postgres()
        if postgres:
            stack.callback(postgres.stop)

        def one(number: int) -> Round:
            folder, drawn = place / f"round{number}", round_seed(seed, number)
            on = postgres if number % ON_POSTGRESQL == ON_POSTGRESQL - 1 else None
            url = on.url(on.new_database()) if on else ""
            return besiege(dovecot, nursery, folder, models, number, drawn, KILLS_A_ROUND, url)

        numbers = range(first, -(-kills // KILLS_A_ROUND))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for done in pool.map(one, numbers):
                tell(done)
                rounds.append(done)
    return rounds


def round_seed(seed: int, number: int) -> int:
    """The seed of one round."""
    return seed * 1_000_003 + number
