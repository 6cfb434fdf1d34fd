"""Waiting for the daemon of the demonstration, with a line that shows how far it is."""

import sys
import time
from collections.abc import Callable

from daemon.demo.stage import Stage
from daemon.store.connection import StoreUnavailable, reading
from daemon.store.models import Letter, Received

PATIENCE_SECONDS = 300
"""The longest wait for one phase, on a loaded machine that trains the model for the first time."""
LOOK_SECONDS = 0.2
UNFINISHED = ("queued", "leased", "dotted", "unknown")


class Gone(Exception):
    """The daemon ended, or never finished."""


def say(text: str) -> None:
    """A line for the person who watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def wait_until_done(stage: Stage, messages: int, what: str) -> None:
    """Until `messages` are decided and filed and every letter is out. Raises `Gone`."""
    began = time.monotonic()
    shown = ""
    while True:
        decided, unfiled, unsent = _counts()
        line = f"  {what}: {decided}/{messages} letters decided, {unsent} replies under way"
        if line != shown:
            _redraw(line)
            shown = line
        if decided >= messages and not unfiled and not unsent:
            say("")
            return
        _check(stage, began)
        time.sleep(LOOK_SECONDS)


def _redraw(line: str) -> None:
    sys.stdout.write(f"\r{line}" if sys.stdout.isatty() else f"{line}\n")
    sys.stdout.flush()


def _check(stage: Stage, began: float) -> None:
    if (code := stage.daemon.poll()) is not None:
        raise Gone(f"the daemon ended with exit code {code}; its log is {stage.log}")
    if time.monotonic() - began > PATIENCE_SECONDS:
        raise Gone(f"not done after {PATIENCE_SECONDS} s; the daemon's log is {stage.log}")


def _counts() -> tuple[int, int, int]:
    return (
        _count(lambda: Received.select().where(Received.outcome.is_null(is_null=False)).count()),
        _count(lambda: Received.select().where((Received.folder != "") & (Received.filed == "")).count()),
        _count(lambda: Letter.select().where(Letter.state.in_(UNFINISHED)).count()),
    )


def _count(ask: Callable[[], int]) -> int:
    try:
        with reading():
            return ask()
    except StoreUnavailable:
        return 0
