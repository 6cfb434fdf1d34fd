"""The database is locked, the disk is full: nothing is lost or doubled, and the work goes on by itself."""

import contextlib
import functools
import os
import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.truth import Findings, letters, numbers, raw
from tests.fixtures import Install
from tests.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.servers.submission import SubmissionServer
from tests.service.letters import request

LOCK_SECONDS = float(os.environ.get("LOCK_SECONDS", "8"))
"""How long a second writer keeps the database; longer than the patience of one statement (5 s)."""
DISK_OCTETS = 12_000_000
FULL_TIMES = 3
DECIDED = "SELECT COUNT(*) FROM received WHERE outcome IS NOT NULL"

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(240)]


def test_a_locked_database_is_waited_for_and_no_answer_of_the_server_is_forgotten(
    dovecot: Dovecot, submission: SubmissionServer, install: Install
) -> None:
    installation = install(submission.port, smtp=["final_dot_seconds = 60"])
    processes = installation.start("intake", "delivery", "timers")
    _deliver(dovecot, installation, "before", 1)
    installation.wait_for("the first letters are sent", lambda: _sent(installation) == 2)
    submission.delay("DOT", 2.0, times=2)
    _deliver(dovecot, installation, "dotted", 2)
    dotted = "SELECT COUNT(*) FROM letter WHERE state = 'dotted'"
    installation.wait_for("two letters wait for the answer to their dot", lambda: installation.count(dotted) == 2)
    with _locked(installation.database):
        _deliver(dovecot, installation, "locked", 3)
        time.sleep(LOCK_SECONDS)
        assert len(submission.accepted) == 4
    installation.wait_for("all is decided", lambda: installation.count(DECIDED) == 3)
    installation.wait_until_quiet()
    assert all(process.poll() is None for process in processes), installation.logs()
    assert "Traceback" not in installation.logs()
    _all_is_well(installation, submission, 3)
    assert installation.count("SELECT COUNT(*) FROM letter WHERE attempts <> 1 AND id <= 4") == 0


def test_a_full_disk_is_waited_for_and_resumed_from(
    dovecot: Dovecot, submission: SubmissionServer, install: Install
) -> None:
    installation = install(submission.port)
    disk = installation.folder / "state"
    with _small_disk(disk):
        installation.write()
        processes = installation.start("intake", "delivery", "timers")
        log = installation.folder / "intake.log"
        for number in range(FULL_TIMES):
            _deliver(dovecot, installation, f"easy{number}", number)
            _wait_for(installation, DECIDED, 2 * number + 1)
            ballast = _fill(disk)
            before = log.read_text().count('"server": "database"')
            _deliver(dovecot, installation, f"full{number}", number)
            full = functools.partial(_says_more, log, '"server": "database"', before)
            installation.wait_for("the intake has met the full disk", full)
            ballast.unlink()
            _wait_for(installation, DECIDED, 2 * number + 2)
        installation.wait_until_quiet()
        assert all(process.poll() is None for process in processes), installation.logs()
        _all_is_well(installation, submission, 2 * FULL_TIMES)
        installation.stop()


def test_the_intake_pauses_before_the_disk_is_full(
    dovecot: Dovecot, submission: SubmissionServer, install: Install
) -> None:
    installation = install(submission.port, limits=["free_octets = 1000000000000000"])
    (intake,) = installation.start("intake")
    _deliver(dovecot, installation, "waits", 1)
    log = installation.folder / "intake.log"
    installation.wait_for("it says why", lambda: '"event": "disk.low"' in log.read_text())
    assert installation.count("SELECT COUNT(*) FROM received") == 0
    assert intake.poll() is None
    installation.stop()
    installation.settings = {}
    installation.write()
    installation.start("intake")
    installation.wait_for("the letter is decided", lambda: installation.count(DECIDED) == 1)


@contextlib.contextmanager
def _locked(database: Path) -> Iterator[None]:
    """A second writer that keeps the database to itself."""
    other = sqlite3.connect(database, timeout=30, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextlib.contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    """A file system of its own, of a few megabytes; needs root and the right to mount."""
    options = f"size={DISK_OCTETS},mode=0700"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(folder: Path) -> Path:
    """Use up every last octet of the disk."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (100_000, 1_000, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    assert shutil.disk_usage(folder).free == 0
    return ballast


def _deliver(dovecot: Dovecot, installation: Installation, name: str, number: int) -> None:
    client = f"{name}.{installation.user.partition('@')[0]}@example.kz"
    text = "Подскажите, как прикрепить документы к заявке на участие в торгах по лоту {n}?"
    dovecot.deliver(request(number, client, text), installation.user, reverse_path=client)


def _wait_for(installation: Installation, query: str, least: int) -> None:
    installation.wait_for(f"{least} of {query}", lambda: installation.count(query) >= least)


def _says_more(log: Path, text: str, before: int) -> bool:
    return log.read_text().count(text) > before


def _sent(installation: Installation) -> int:
    return installation.count("SELECT COUNT(*) FROM letter WHERE state = 'sent'")


def _all_is_well(installation: Installation, submission: SubmissionServer, clients: int) -> None:
    findings = Findings()
    numbers(findings, installation)
    letters(findings, installation, submission)
    raw(findings, installation)
    assert findings.clean, findings.text()
    assert installation.rows("SELECT DISTINCT outcome, attempts FROM received") == [("ticket", 0)]
    answered = Counter(one.recipients[0] for one in submission.accepted if one.recipients[0].endswith("example.kz"))
    assert len(answered) == clients
    assert set(answered.values()) == {1}
