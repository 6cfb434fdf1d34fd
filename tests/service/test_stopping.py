"""Stopping: in order and in time wherever a runner stands; wrong settings end with 78; `run` keeps its three alive."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fixtures import Install
from tests.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.servers.guarded import free_port
from tests.servers.submission import SubmissionServer
from tests.servers.wireproxy import WireProxy
from tests.service.letters import request

EX_CONFIG = 78
SUPERVISOR_SECONDS = 10
"""Supervisors kill what does not stop in time."""
Wires = Callable[[int], WireProxy]

_EVERY_MOMENT = """
import os, signal, sys
from daemon.desk.limits import ServiceLimits
from daemon.runner import Stop

def told_after(lines):
    stop, left = Stop(ServiceLimits()), lines
    def trace(frame, event, argument):
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGTERM)
        return trace
    sys.settrace(trace)
    stop.wait(0.001)
    sys.settrace(None)
    if left > 0:
        os._exit(2)
    stop.wait(60)
    os._exit(0 if stop else 1)

lines, codes = 0, {0}
while codes == {0}:
    lines += 1
    pid = os.fork()
    if not pid:
        signal.alarm(30)
        told_after(lines)
    codes.add(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
print(lines, codes - {0})
"""


def test_a_signal_at_any_line_of_a_wait_is_heard() -> None:
    """A lock that the signal's own thread holds would make it deaf for ever."""
    ended = subprocess.run([sys.executable, "-c", _EVERY_MOMENT], capture_output=True, text=True, check=True)
    lines, _, codes = ended.stdout.strip().partition(" ")
    assert int(lines) > 1
    assert codes == "{2}", "2: the signal would come after the wait; 1: it was not heard; -14: it hung"


@pytest.mark.dovecot
@pytest.mark.timeout(180)
def test_every_runner_ends_in_order_on_sigterm_also_in_idle(
    dovecot: Dovecot, submission: SubmissionServer, install: Install, wireproxy: Wires
) -> None:
    wire = wireproxy(dovecot.imap_port)
    installation = install(submission.port, imap_port=wire.port, intake=["poll_seconds = 300"])
    processes = installation.start("intake", "delivery", "timers")
    installation.wait_for("the intake waits in IDLE", lambda: b"+ idling" in wire.passed["to client"])
    installation.wait_for("all live", lambda: installation.count("SELECT COUNT(*) FROM runner") == len(processes))
    for process in processes:
        process.send_signal(signal.SIGTERM)
    assert [process.wait(SUPERVISOR_SECONDS) for process in processes] == [0, 0, 0]
    assert installation.logs().count('"event": "runner.stopped"') == len(processes)
    assert installation.count("SELECT COUNT(*) FROM runner") == 0


@pytest.mark.dovecot
@pytest.mark.timeout(180)
def test_a_runner_ends_in_time_while_a_server_keeps_it_waiting(
    dovecot: Dovecot, submission: SubmissionServer, install: Install, wireproxy: Wires
) -> None:
    wire = wireproxy(dovecot.imap_port)
    installation = install(
        submission.port, imap_port=wire.port, imap=["timeout_seconds = 120"], smtp=["final_dot_seconds = 120"],
        intake=["poll_seconds = 300"],
    )  # fmt: skip
    submission.delay("DOT", 60)
    _deliver(dovecot, installation)
    processes = installation.start("intake", "delivery")
    dotted = "SELECT COUNT(*) FROM letter WHERE state = 'dotted'"
    installation.wait_for("a letter waits for the answer to its dot", lambda: installation.count(dotted) > 0)
    installation.wait_for("the intake waits in IDLE", lambda: b"+ idling" in wire.passed["to client"])
    wire.fault("stall", "to client", text=b"FETCH")
    wire.fault("stall", "to client", text=b"SEARCH", times=9)
    _deliver(dovecot, installation, 2)
    for process in processes:
        process.send_signal(signal.SIGTERM)
    assert [process.wait(SUPERVISOR_SECONDS) for process in processes] == [0, 0]


@pytest.mark.dovecot
@pytest.mark.timeout(180)
def test_a_runner_whose_servers_are_away_waits_and_ends_on_sigterm(install: Install) -> None:
    installation = install(free_port(), imap_port=free_port())
    processes = installation.start("intake", "delivery", "timers")
    log = installation.folder / "intake.log"
    installation.wait_for("it tries again", lambda: log.read_text().count('"event": "server.unavailable"') >= 2)
    assert [process.poll() for process in processes] == [None] * len(processes)
    for process in processes:
        process.send_signal(signal.SIGTERM)
    assert [process.wait(SUPERVISOR_SECONDS) for process in processes] == [0, 0, 0]


@pytest.mark.dovecot
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("section", "lines", "said"),
    [
        ("service", ['mode = "bold"'], "`service.mode`"),
        ("service", ['adress = "info@e-sauda.kz"'], "no setting `adress`"),
        ("intake", ['start = "soon"'], "`soon` is no start"),
        ("paths", ['templates = "nowhere"'], "is missing"),
    ],
)
def test_wrong_settings_end_every_runner_with_78_and_name_file_and_line(
    install: Install, section: str, lines: list[str], said: str
) -> None:
    installation = install(free_port(), **{section: lines})
    for role in ([], ["intake"], ["delivery"], ["timers"]):
        ended = installation.command("run", *role)
        assert ended.returncode == EX_CONFIG, ended.stderr
        assert said in ended.stderr
        assert "nothing was started" in ended.stderr


@pytest.mark.dovecot
@pytest.mark.timeout(180)
def test_a_first_run_that_was_not_told_where_to_start_ends_all_with_78(
    dovecot: Dovecot, submission: SubmissionServer, install: Install
) -> None:
    installation = install(submission.port, intake=['start = ""'])
    _deliver(dovecot, installation)
    ended = installation.command("run")
    assert ended.returncode == EX_CONFIG
    assert "where to start" in ended.stderr
    assert installation.count("SELECT COUNT(*) FROM received") == 0
    assert installation.count("SELECT COUNT(*) FROM runner") == 0


@pytest.mark.dovecot
@pytest.mark.timeout(180)
def test_run_starts_a_killed_runner_again_and_stops_all_on_sigterm(
    dovecot: Dovecot, submission: SubmissionServer, install: Install
) -> None:
    installation = install(submission.port)
    with _whole(installation) as whole:
        installation.wait_for("all three live", lambda: len(_pids(installation)) == 3)
        killed = _pids(installation)["intake"]
        os.kill(killed, signal.SIGKILL)
        installation.wait_for("another intake lives", lambda: _pids(installation).get("intake", killed) != killed)
        _deliver(dovecot, installation)
        sent = "SELECT COUNT(*) FROM letter WHERE state = 'sent'"
        installation.wait_for("it does its work", lambda: installation.count(sent) == 2)
        children = _pids(installation)
        whole.send_signal(signal.SIGTERM)
        assert whole.wait(SUPERVISOR_SECONDS) == 0
        assert not [pid for pid in children.values() if Path(f"/proc/{pid}").exists()]
        assert _pids(installation) == {}


@contextlib.contextmanager
def _whole(installation: Installation) -> "Iterator[subprocess.Popen[bytes]]":
    """`run` without a name."""
    command = [sys.executable, "-m", "daemon", "run", "--config", str(installation.config)]
    with (installation.folder / "run.log").open("ab") as log:
        whole = subprocess.Popen(command, env=installation.environment(), stdout=log, stderr=subprocess.STDOUT)
    try:
        yield whole
    finally:
        whole.send_signal(signal.SIGTERM)
        whole.wait()


def _pids(installation: Installation) -> dict[str, int]:
    """Role → process id of the runners that say they live; an owner's name holds both."""
    owners = [str(row[0]) for row in installation.rows("SELECT owner FROM runner ORDER BY started_at")]
    return {role: int(pid) for role, pid, _ in (owner.split("-") for owner in owners)}


def _deliver(dovecot: Dovecot, installation: Installation, number: int = 1) -> None:
    client = f"stop{number}.{installation.user.partition('@')[0]}@example.kz"
    text = "Подскажите, как прикрепить документы к заявке на участие в торгах по лоту {n}?"
    dovecot.deliver(request(number, client, text), installation.user, reverse_path=client)
