"""Cheap runners for many kills: forked from one process that has read the rules and the models already.

What runs in the fork is `python -m daemon run ROLE` itself, with its own configuration, environment and log; only the
reading of rules/ and the loading of the models (seconds of pure computation, without any effect) were done before.
The nursery dies with the process that started it, and its runners with it.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daemon import cli, failpoint, service
from daemon.config import load
from daemon.knowledge import knowledge
from daemon.workplace import rulebook
from tests.installation import WAIT_SECONDS
from tests.trained import ROOT

READY = "ready"


@dataclass(slots=True)
class Runner:
    """One forked runner. `code` is its exit code once it has ended, negative for a signal."""

    pid: int = 0
    code: int | None = None

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        until = time.monotonic() + WAIT_SECONDS
        while self.code is None:
            if time.monotonic() > until:
                raise AssertionError(f"the runner {self.pid} does not end")
            time.sleep(0.005)
        return self.code

    def signal(self, number: int) -> None:
        """Send a signal if it still lives."""
        if self.code is None and self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Nursery:
    """The process that forks runners, seen from the test."""

    def __init__(self, config: Path, environment: dict[str, str]) -> None:
        """`config`: any configuration with the rules and models that all runners will use."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery", str(config)], cwd=ROOT,
            env={**environment, "OPENBLAS_NUM_THREADS": "1"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._runners: dict[int, Runner] = {}
        self._news = threading.Condition()
        self._lock = threading.Lock()
        if self._line() != READY:
            raise RuntimeError("the nursery did not start")
        threading.Thread(target=self._listen, daemon=True).start()

    def start(self, config: Path, role: str, point: str, log: Path) -> Runner:
        """Fork a runner; `point` is for `daemon.failpoint`, or ''."""
        with self._lock:
            log.touch()
            tag = len(self._runners)
            runner = self._runners[tag] = Runner()
            self._say({"tag": tag, "config": str(config), "role": role, "point": point, "log": str(log)})
        with self._news:
            self._news.wait_for(lambda: runner.pid or self._process.poll() is not None)
        return runner

    def stop(self) -> None:
        """End the nursery and what still lives in it."""
        with contextlib.suppress(OSError), self._process:
            if self._process.stdin:
                self._process.stdin.close()
            self._process.wait(15)

    def _say(self, order: dict[str, object]) -> None:
        if self._process.stdin:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()

    def _line(self) -> str:
        return self._process.stdout.readline().strip() if self._process.stdout else ""

    def _listen(self) -> None:
        while line := self._line():
            news = json.loads(line)
            with self._news:
                runner = self._runners[news["tag"]]
                runner.pid = news["pid"]
                runner.code = news.get("code", runner.code)
                self._news.notify_all()
        with self._news:
            self._news.notify_all()


class _House:
    """The inside of the nursery process."""

    def __init__(self) -> None:
        self._tags: dict[int, int] = {}

    def serve(self) -> None:
        """Fork for each order until the orders end."""
        signal.signal(signal.SIGCHLD, lambda *_: self._reap())
        self._tell(READY)
        # Not `for line in sys.stdin`: a buffered reader may not be entered again by a forked child.
        buffered = b""
        while octets := os.read(0, 65_536):
            *lines, buffered = (buffered + octets).split(b"\n")
            for line in lines:
                self._fork(json.loads(line))
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        for pid in self._tags:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _fork(self, order: dict[str, Any]) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            _be(order)
        self._tags[pid] = order["tag"]
        self._tell(json.dumps({"tag": order["tag"], "pid": pid}))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return
                code = os.waitstatus_to_exitcode(status)
                self._tell(json.dumps({"tag": self._tags.pop(pid), "pid": pid, "code": code}))

    def _tell(self, line: str) -> None:
        # One write of less than PIPE_BUF octets: never torn, also where a signal comes between two.
        os.write(1, line.encode() + b"\n")


def _be(order: dict[str, Any]) -> None:
    """Become the runner; never returns."""
    code = 1
    try:
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for mine, theirs in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(mine, theirs)
        os.environ[failpoint.VARIABLE] = order["point"]
        importlib.reload(failpoint)
        code = cli.main(["run", order["role"], "--config", order["config"]])
    except BaseException:  # noqa: BLE001 - written down as the interpreter would, and the process ends
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _warm(file: Path) -> None:
    """Read what is the same for every runner, once."""
    config = load(file)
    rules = rulebook(config)
    known = knowledge(config.rules, config.data, config.models, lambda _step: None)
    if known.english:
        known.english.offensive("warm up")
    vars(service).update(rulebook=lambda _config: rules, knowledge=lambda *_: known)
    gc.collect()
    gc.freeze()


def main() -> None:
    """The nursery process: `python -m tests.crash.nursery CONFIG`."""
    _warm(Path(sys.argv[1]))
    _House().serve()


if __name__ == "__main__":
    main()
