"""Starting runners: one in this process, or all three as children of this one.

Promise: a fault of configuration, rules or templates ends with exit code 78 (EX_CONFIG) and all faults on standard
error; a database that is away is waited for. `run` without a name starts intake, delivery and timers as processes of
their own, starts one again that ended, and stops all on SIGTERM.
"""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from daemon import log, training
from daemon.delivery import Delivery
from daemon.desk.faults import Faulty
from daemon.desk.limits import ServiceLimits
from daemon.intake import Intake
from daemon.knowledge import knowledge
from daemon.runner import Patience, Stop, Stopped
from daemon.settings import Config
from daemon.store.connection import StoreUnavailable, connect
from daemon.store.migrate import migrate
from daemon.store.owner import Owner
from daemon.timers import Timers
from daemon.workplace import Workplace, rulebook, utc_now, with_knowledge, workplace

ROLES = ("intake", "delivery", "timers")
EX_CONFIG = 78
"""sysexits.h: something was found in an unconfigured or misconfigured state."""
RESTART_FIRST = 1.0
RESTART_LAST = 60.0
"""Pauses before a runner that ended is started again, in seconds, double from the first to the last."""
STEADY_SECONDS = 60.0
"""A runner that lived as long starts again with the first pause."""
MAKERS: dict[str, Callable[[Workplace, Owner, Stop], Intake | Delivery | Timers]] = {
    "intake": Intake,
    "delivery": Delivery,
    "timers": Timers,
}


def run_one(config: Config, role: str) -> None:
    """Be one runner until SIGTERM. Raises `Faulty`."""
    os.umask(0o077)
    log.set_up(role, mask=config.log.mask)
    stop = Stop(config.limits)
    tools = workplace(config, rulebook(config))
    _warn_of_unconfirmed_years(tools)
    if role == "intake":
        _train_apart(config)
        tools = with_knowledge(tools, knowledge(config.rules, config.data, config.models, lambda _step: None))
    owner = _enter(config, role, stop)
    if owner is None:
        return
    log.runner_started(version=version("e-sauda-support"), mode=config.service.mode)
    try:
        MAKERS[role](tools, owner, stop).run()
    except Stopped:
        pass
    finally:
        _leave(owner)
    log.runner_stopped(reason="told to stop")


def _train_apart(config: Config) -> None:
    """Train a missing model in a process of its own: it needs memory that the intake would never give back."""
    material = training.sources(config.data / "corpus", config.rules / "intents.yaml")
    if not training.is_kept(material, config.models):
        command = [sys.executable, "-m", "daemon", "train", "--config", str(config.file)]
        subprocess.run(command, stderr=subprocess.DEVNULL, check=False)  # noqa: S603


def open_store(config: Config) -> None:
    """Connect to the database and bring it to the newest schema. Raises `StoreUnavailable`."""
    connect(config.database_url, config.file.parent)
    migrate(config.state)


def _enter(config: Config, role: str, stop: Stop) -> Owner | None:
    """Open the store and take a name for leases; waits for a database that is away."""
    patience = Patience(config.limits, stop)
    while not stop:
        try:
            open_store(config)
            owner = Owner(role, config.state, utc_now())
        except StoreUnavailable as error:
            patience.wait("database", str(error))
        else:
            patience.over()
            return owner
    return None


def _leave(owner: Owner) -> None:
    try:
        owner.leave()
    except StoreUnavailable as error:
        log.server_unavailable(server="database", reason=str(error), retry_in=0)


def _warn_of_unconfirmed_years(tools: Workplace) -> None:
    year = tools.now().year
    if years := tools.rulebook.calendar.unconfirmed(year, year):
        log.calendar_unconfirmed(years=", ".join(map(str, years)))


@dataclasses.dataclass(slots=True)
class _Child:
    role: str
    process: "subprocess.Popen[bytes]"
    began: float
    pause: float


def run_all(config: Config) -> int:
    """Keep the three runners alive until SIGTERM; returns the exit code."""
    rulebook(config)
    log.set_up("run", mask=config.log.mask)
    stop = Stop(dataclasses.replace(config.limits, stop_seconds=config.limits.stop_seconds + 1))
    children = [_Child(role, _spawn(config.file, role), time.monotonic(), RESTART_FIRST) for role in ROLES]
    code = 0
    while not stop and not code:
        stop.wait(0.2)
        for child in children:
            if (ended := child.process.poll()) is not None and not stop:
                if ended == EX_CONFIG:
                    code = EX_CONFIG
                    break
                _again(config, child, ended, stop)
    _stop_all(children, config.limits)
    return code


def _spawn(file: Path, role: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "daemon", "run", role, "--config", str(file)])  # noqa: S603


def _again(config: Config, child: _Child, ended: int, stop: Stop) -> None:
    if time.monotonic() - child.began > STEADY_SECONDS:
        child.pause = RESTART_FIRST
    log.runner_ended(role=child.role, code=ended, restart_in=child.pause)
    stop.wait(child.pause)
    if not stop:
        child.pause = min(child.pause * 2, RESTART_LAST)
        child.began = time.monotonic()
        child.process = _spawn(config.file, child.role)


def _stop_all(children: list[_Child], limits: ServiceLimits) -> None:
    for child in children:
        if child.process.poll() is None:
            child.process.send_signal(signal.SIGTERM)
    until = time.monotonic() + limits.stop_seconds
    for child in children:
        try:
            child.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()


def print_faults(error: Faulty) -> int:
    """All faults on standard error; returns the exit code."""
    for fault in error.faults:
        sys.stderr.write(f"{fault}\n")
    count = len(error.faults)
    sys.stderr.write(f"{count} fault{'' if count == 1 else 's'} found; nothing was started.\n")
    return EX_CONFIG
