"""What the three runners share: an orderly stop, and patience with servers that are away.

Promise: told to stop (SIGTERM, SIGINT), a runner ends within `stop_seconds`: at once where it only waits, else after
the step it is at; if that takes longer the process just ends, which is safe at any moment. A server or database that
cannot be used is waited for with growing pauses and never died of.
"""

import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from daemon import log
from daemon.desk.limits import ServiceLimits
from daemon.store.connection import StoreUnavailable
from daemon.wire.imap import ImapUnavailable


class Stopped(BaseException):
    """The runner was told to stop while it only waited. Not an Exception: nothing may swallow it."""


class Stop:
    """Whether the runner was told to stop. One for each process."""

    def __init__(self, limits: ServiceLimits) -> None:
        """Take over SIGTERM and SIGINT."""
        self._is_told = False
        self._waiting = False
        self._stop_seconds = limits.stop_seconds
        # Not a threading.Event: the signal may interrupt this very thread while it holds the lock inside, and `set`
        # would wait for that lock for ever. A byte in a pipe, never read, ends every wait from then on.
        self._bell, self._cord = os.pipe()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told)

    def __bool__(self) -> bool:
        return self._is_told

    def _told(self, _number: int, _frame: FrameType | None) -> None:
        if not self._is_told:
            self._is_told = True
            os.write(self._cord, b"!")
            last = threading.Timer(self._stop_seconds, os._exit, (0,))
            last.daemon = True
            last.start()
        if self._waiting:
            self._waiting = False
            raise Stopped

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A block that only waits and may be left at any point. Raises `Stopped`."""
        self._waiting = True
        try:
            # Asked only now: a signal just before would otherwise be heard only when the wait is over.
            if self:
                raise Stopped
            yield
        finally:
            self._waiting = False

    def wait(self, seconds: float) -> None:
        """Sleep, but not longer than until the stop."""
        select.select([self._bell], [], [], seconds)


class Patience:
    """Growing pauses while something is away, and one log line at its end."""

    def __init__(self, limits: ServiceLimits, stop: Stop) -> None:
        self._limits = limits
        self._stop = stop
        self._pause = 0.0
        self._since = 0.0
        self._server = ""

    def wait(self, server: str, reason: str) -> None:
        """`server` cannot be used: pause, longer each time."""
        if not self._pause:
            self._since = time.monotonic()
        self._server = server
        self._pause = min(max(self._pause * 2, float(self._limits.backoff_first)), float(self._limits.backoff_last))
        log.server_unavailable(server=server, reason=reason, retry_in=self._pause)
        self._stop.wait(self._pause)

    def over(self) -> None:
        """It worked again."""
        if self._pause:
            log.server_back(server=self._server, down=time.monotonic() - self._since)
            self._pause = 0.0


def persist(work: Callable[[], None], stop: Stop, patience: Patience) -> None:
    """Do `work` again and again until the stop; wait for what is away."""
    while not stop:
        try:
            work()
        except ImapUnavailable as error:
            patience.wait("imap", str(error))
        except StoreUnavailable as error:
            patience.wait("database", str(error))
        except Stopped:
            return


@contextmanager
def watchdog(seconds: int) -> Iterator[None]:
    """End the process by SIGALRM if the block takes longer: a message that hangs its reader counts an attempt."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
