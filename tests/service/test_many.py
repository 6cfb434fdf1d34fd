"""Several runners of each kind on one mailbox and one outbox, stopped and killed and started again."""

import functools
import random
import signal
from pathlib import Path

import pytest

from tests.crash.nursery import Nursery
from tests.crash.site import make_site
from tests.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.servers.submission import SubmissionServer

ROLES = ("intake", "intake", "intake", "intake", "delivery", "delivery", "timers", "timers")
RESTARTS = 10
LETTERS_EACH = 8
SEED = 4


@pytest.mark.dovecot
@pytest.mark.timeout(240)
def test_four_intakes_two_deliveries_and_ten_restarts_lose_and_double_nothing(
    dovecot: Dovecot, nursery: Nursery, submission: SubmissionServer, models: Path, tmp_path: Path
) -> None:
    site = make_site(dovecot, nursery, submission, tmp_path / "site", models, SEED)
    installation, chance = site.installation, random.Random(SEED)
    logs = [installation.folder / f"{role}{number}.log" for number, role in enumerate(ROLES)]
    runners = [nursery.start(installation.config, role, "", log) for role, log in zip(ROLES, logs, strict=True)]
    decided = "SELECT COUNT(*) FROM received WHERE outcome IS NOT NULL"
    for restart in range(RESTARTS):
        for _ in range(LETTERS_EACH):
            site.deliver()
        under_way = functools.partial(_at_least, installation, decided, restart * LETTERS_EACH // 2)
        installation.wait_for("work is under way", under_way)
        number = chance.randrange(len(runners))
        runners[number].signal(chance.choice((signal.SIGTERM, signal.SIGKILL)))
        runners[number].wait()
        assert runners[number].code in {0, -signal.SIGKILL, -signal.SIGTERM}
        runners[number] = nursery.start(installation.config, ROLES[number], "", logs[number])
    all_of_them = functools.partial(_at_least, installation, decided, RESTARTS * LETTERS_EACH)
    installation.wait_for("all is decided", all_of_them)
    installation.wait_until_quiet()
    assert [runner.code for runner in runners] == [None] * len(ROLES), installation.logs()
    for runner in runners:
        site.end_runner(runner)
    findings = site.siege(0)
    assert findings.clean, findings.text()
    assert installation.count("SELECT COUNT(*) FROM received WHERE outcome = 'quarantined'") == 0


def _at_least(installation: Installation, query: str, least: int) -> bool:
    return installation.count(query) >= least
