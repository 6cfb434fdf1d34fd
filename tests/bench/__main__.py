"""`make bench N=500`: letters per second and CPU milliseconds per letter, of the daemon and of a bare loop.

From a full mailbox to the last reply accepted, on the same Dovecot and the same sink in the same run. The daemon's
start (loading the models) is not counted; its receipts to clients and its letters to the operator are both sent.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.letters import letters
from tests.bench.sink import Sink
from tests.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.trained import trained_models

TICK = os.sysconf("SC_CLK_TCK")
PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one contestant."""

    name: str
    letters: int
    seconds: float
    cpu: float
    peak_mib: float

    def line(self, bare: "Cost | None" = None) -> str:
        """One row of the table."""
        each = self.cpu / self.letters * 1000
        ratio = f"{each / (bare.cpu / bare.letters * 1000):6.2f}" if bare else "     1"
        return f"{self.name:<28}{self.letters / self.seconds:>12.1f}{each:>12.2f}{ratio:>10}{self.peak_mib:>10.0f}"


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        models = trained_models(folder)
        dovecot = Dovecot()
        try:
            with Sink() as sink:
                bare = _bare(dovecot, sink, folder, count, seed)
            with Sink() as sink:
                runs = _daemon(dovecot, sink, folder, models, count, seed)
        finally:
            dovecot.stop()
    print(f"{'':<28}{'letters/s':>12}{'CPU ms each':>12}{'ratio':>10}{'peak MiB':>10}")
    for cost in (bare, *runs):
        print(cost.line(bare if cost is not bare else None))


def _fill(dovecot: Dovecot, user: str, count: int, seed: int) -> None:
    for octets in letters(count, seed):
        dovecot.deliver(octets, user)


def _bare(dovecot: Dovecot, sink: Sink, folder: Path, count: int, seed: int) -> Cost:
    user = dovecot.new_user()
    _fill(dovecot, user, count, seed)
    command = [
        sys.executable, "-m", "tests.bench.bare", str(dovecot.imap_port), user, dovecot.password, str(sink.port),
        str(folder / "bare.sqlite3"), str(count),
    ]  # fmt: skip
    began = time.monotonic()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError("the bare loop failed")
    return Cost("bare loop", count, sink.last - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _daemon(dovecot: Dovecot, sink: Sink, folder: Path, models: Path, count: int, seed: int) -> list[Cost]:
    user = dovecot.new_user()
    home = folder / "desk"
    home.mkdir()
    desk = Installation(home, dovecot.imap_port, sink.port, user, models)
    desk.write()
    intake, delivery = desk.start("intake", "delivery")
    try:
        desk.wait_for("the runners to start", lambda: desk.logs().count('"runner.started"') == 2)
        time.sleep(2)
        before = [_used(intake.pid), _used(delivery.pid)]
        _fill_quietly(dovecot, user, count, seed, intake.pid)
        began = time.monotonic()
        desk.wait_for("every receipt", lambda: sink.letters_to("@example.kz") >= count, PATIENCE)
        seconds = sink.last - began
        desk.wait_until_quiet()
        used = [_used(process.pid) - start for process, start in zip((intake, delivery), before, strict=True)]
        peaks = [_peak(intake.pid), _peak(delivery.pid)]
    finally:
        desk.stop()
    return [
        Cost("daemon", count, seconds, sum(used), sum(peaks)),
        Cost("  of it intake", count, seconds, used[0], peaks[0]),
        Cost("  of it delivery", count, seconds, used[1], peaks[1]),
    ]


def _fill_quietly(dovecot: Dovecot, user: str, count: int, seed: int, intake: int) -> None:
    """Fill the mailbox while the intake stands still, so that it meets a full one."""
    os.kill(intake, signal.SIGSTOP)
    _fill(dovecot, user, count, seed)
    os.kill(intake, signal.SIGCONT)


def _used(pid: int) -> float:
    """CPU seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _peak(pid: int) -> float:
    """Peak resident memory in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
