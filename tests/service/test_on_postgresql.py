"""Several hosts' worth of runners on one PostgreSQL, whose server dies and comes back under load."""

import functools
import os
from pathlib import Path

import pytest

from tests.crash.nursery import Nursery
from tests.crash.site import make_site
from tests.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres
from tests.servers.submission import SubmissionServer

ROLES = ("intake", "intake", "intake", "intake", "delivery", "delivery", "timers", "timers")
TURNS = int(os.environ.get("POSTGRES_TURNS", "6"))
"""In two of three the server dies, in the third all connections are cut."""
LETTERS_EACH = 10
SEED = 5
DECIDED = "SELECT COUNT(*) FROM received WHERE outcome IS NOT NULL"


@pytest.mark.dovecot
@pytest.mark.timeout(240 + 10 * TURNS)
def test_a_server_that_dies_under_four_intakes_and_two_deliveries_loses_and_doubles_nothing(
    dovecot: Dovecot, postgres: Postgres, nursery: Nursery, submission: SubmissionServer, models: Path, tmp_path: Path
) -> None:
    database = postgres.new_database()
    site = make_site(dovecot, nursery, submission, tmp_path / "site", models, SEED, postgres.url(database))
    installation = site.installation
    logs = [installation.folder / f"{role}{number}.log" for number, role in enumerate(ROLES)]
    runners = [nursery.start(installation.config, role, "", log) for role, log in zip(ROLES, logs, strict=True)]
    for turn in range(TURNS):
        for _ in range(LETTERS_EACH):
            site.deliver()
        least = turn * LETTERS_EACH + LETTERS_EACH // 3
        installation.wait_for("work is under way", functools.partial(_at_least, installation, least))
        if turn % 3 == 2:
            assert postgres.cut(database) >= 1
        else:
            postgres.restart()
    letters = TURNS * LETTERS_EACH
    installation.wait_for("all is decided", functools.partial(_at_least, installation, letters))
    installation.wait_until_quiet()
    assert [runner.code for runner in runners] == [None] * len(ROLES), installation.logs()
    assert "Traceback" not in installation.logs()
    for runner in runners:
        site.end_runner(runner)
    findings = site.siege(0)
    assert findings.clean, findings.text()
    assert installation.rows("SELECT DISTINCT outcome, attempts FROM received") == [("ticket", 0)]
    assert installation.count("SELECT COUNT(*) FROM raw") == letters
    assert not (installation.folder / "state" / "raw").exists()
    number = str(installation.rows("SELECT number FROM ticket ORDER BY id LIMIT 1")[0][0])
    for command in (
        ("status",),
        ("status", "--json"),
        ("tickets", "list"),
        ("tickets", "show", number),
        ("outbox", "list"),
    ):
        done = installation.command(*command)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    postgres.drop(database)


def _at_least(installation: Installation, least: int) -> bool:
    return installation.count(DECIDED) >= least
