"""Kill -9 at every named boundary and at random moments: nothing is lost, nothing happens twice.

The share of the ordinary test run; `python -m tests.crash N SEED` goes on for as long as wanted.
"""

import os
import random
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from daemon import failpoint
from tests.crash.campaign import besiege
from tests.crash.nursery import Nursery
from tests.crash.site import RANDOM, Kill, drawn, make_site
from tests.crash.truth import Findings, letters
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres
from tests.servers.submission import SubmissionServer

ROUNDS = 3
KILLS_A_ROUND = 54
KILLS_ON_POSTGRESQL = 36
REAL_KILLS = 6
SEED = int(os.environ.get("CRASH_SEED", "1"))

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(400)]


def test_a_plan_leaves_no_boundary_out_and_has_random_moments() -> None:
    plan = drawn(random.Random(SEED), KILLS_A_ROUND)
    assert {kill.point for kill in plan} == {*failpoint.POINTS, RANDOM}
    assert len(plan) == KILLS_A_ROUND


def test_kills_at_every_boundary_lose_nothing_and_double_nothing(
    dovecot: Dovecot, nursery: Nursery, models: Path, tmp_path: Path
) -> None:
    def one(number: int) -> None:
        done = besiege(dovecot, nursery, tmp_path / f"round{number}", models, number, SEED + number, KILLS_A_ROUND)
        assert done.kills == KILLS_A_ROUND
        assert done.letters >= KILLS_A_ROUND
        assert done.findings.clean, f"seed {done.seed}\n{done.findings.text()}"

    with ThreadPoolExecutor(ROUNDS) as pool:
        list(pool.map(one, range(ROUNDS)))


def test_kills_lose_and_double_nothing_on_postgresql(
    dovecot: Dovecot, postgres: Postgres, nursery: Nursery, models: Path, tmp_path: Path
) -> None:
    database = postgres.new_database()
    kills, seed = KILLS_ON_POSTGRESQL, SEED + ROUNDS
    done = besiege(dovecot, nursery, tmp_path / "round", models, ROUNDS, seed, kills, postgres.url(database))
    assert done.kills == kills
    assert done.findings.clean, f"seed {done.seed}\n{done.findings.text()}"
    postgres.drop(database)


def test_runners_killed_from_their_very_start_lose_nothing(
    dovecot: Dovecot, nursery: Nursery, submission: SubmissionServer, models: Path, tmp_path: Path
) -> None:
    """Whole processes, as a supervisor starts them: the kill may come while they still read their rules."""
    site = make_site(dovecot, nursery, submission, tmp_path / "site", models, SEED)
    chance = random.Random(SEED)
    lives = "SELECT COUNT(*) FROM runner WHERE role = 'intake'"
    for number in range(REAL_KILLS):
        site.deliver()
        site.deliver()
        began = time.monotonic()
        processes = site.installation.start("intake", "delivery", "timers")
        if number % 2:
            site.installation.wait_for("the intake lives", lambda: site.installation.count(lives) > 0)
        time.sleep(max(0.0, chance.uniform(0, 2) - (time.monotonic() - began)))
        for process in processes:
            process.send_signal(signal.SIGKILL)
            process.wait()
    site.siege(0)
    findings = site.findings()
    assert findings.clean, findings.text()


def test_a_message_that_kills_its_reader_three_times_is_quarantined_and_costs_its_neighbours_nothing(
    dovecot: Dovecot, nursery: Nursery, submission: SubmissionServer, models: Path, tmp_path: Path
) -> None:
    site = make_site(dovecot, nursery, submission, tmp_path / "site", models, SEED)
    installation = site.installation
    for _ in range(3):
        site.deliver()
    # The second of three: the first one passes at the first start, then it is always the first to be read.
    for count in (2, 1, 1):
        runner = nursery.start(installation.config, "intake", f"intake.knocked:{count}", tmp_path / "intake.log")
        assert runner.wait() == -signal.SIGKILL
    assert installation.rows("SELECT uid, outcome FROM received WHERE outcome IS NOT NULL") == [(1, "ticket")]
    site.siege(0)
    assert installation.rows("SELECT uid, outcome, attempts, folder FROM received ORDER BY uid") == [
        (1, "ticket", 0, "Support/Registered"),
        (2, "quarantined", 3, "Support/Quarantine"),
        (3, "ticket", 0, "Support/Registered"),
    ]
    query = "SELECT lane, requester FROM ticket WHERE id = (SELECT ticket_id FROM received WHERE uid = 2)"
    assert installation.rows(query) == [("unreadable", "")]
    told = "SELECT recipient, state FROM letter WHERE received_id = 2"
    assert installation.rows(told) == [("operator@e-sauda.kz", "sent")]
    assert len(dovecot.messages(installation.user, "Support/Quarantine")) == 1
    findings = Findings()
    letters(findings, installation, submission)
    assert findings.clean, findings.text()


def test_a_kill_after_the_message_was_read_is_nobodys_attempt(
    dovecot: Dovecot, nursery: Nursery, submission: SubmissionServer, models: Path, tmp_path: Path
) -> None:
    site = make_site(dovecot, nursery, submission, tmp_path / "site", models, SEED)
    site.deliver()
    for point in ("intake.read", "intake.deciding", "intake.applied", "intake.read", "intake.stored", "intake.fetched"):
        runner = nursery.start(site.installation.config, "intake", point, tmp_path / "intake.log")
        assert runner.wait() == -signal.SIGKILL, point
    assert site.siege(0).clean
    assert site.installation.rows("SELECT outcome, attempts FROM received") == [("ticket", 0)]


def test_a_message_that_leaves_the_server_after_its_octets_are_safe_is_decided_all_the_same(
    dovecot: Dovecot, nursery: Nursery, submission: SubmissionServer, models: Path, tmp_path: Path
) -> None:
    site = make_site(dovecot, nursery, submission, tmp_path / "site", models, SEED)
    site.deliver()
    runner = nursery.start(site.installation.config, "intake", "intake.read", tmp_path / "intake.log")
    assert runner.wait() == -signal.SIGKILL
    dovecot.expunge(site.installation.user, "INBOX", 1)
    site.siege(0)
    assert site.installation.rows("SELECT outcome, attempts FROM received") == [("ticket", 0)]
    assert site.installation.count("SELECT COUNT(*) FROM letter WHERE state = 'sent'") == 2


def test_octets_that_are_lost_from_the_disk_before_the_decision_are_fetched_again(
    dovecot: Dovecot, nursery: Nursery, submission: SubmissionServer, models: Path, tmp_path: Path
) -> None:
    site = make_site(dovecot, nursery, submission, tmp_path / "site", models, SEED)
    site.deliver()
    site.deliver()
    runner = nursery.start(site.installation.config, "intake", "intake.read", tmp_path / "intake.log")
    assert runner.wait() == -signal.SIGKILL
    (kept,) = (site.installation.folder / "state" / "raw").rglob("*.eml")
    kept.unlink()
    findings = site.siege(0)
    assert findings.clean, findings.text()
    assert kept.exists()


def test_every_kill_of_a_plan_names_a_boundary_that_the_code_has() -> None:
    sources = "".join(file.read_text() for file in Path(failpoint.__file__).parent.glob("*.py"))
    reached = Counter(point for point in failpoint.POINTS if f'failpoint.reach("{point}")' in sources)
    assert set(reached) == set(failpoint.POINTS)
    assert Kill("intake", "intake.read", 2).armed == "intake.read:2"
