"""A server process that cannot outlive the tests.

Promise: the server is ended and its folder removed when `stop` is called, and also when the test process dies in any
way: a small shell stands guard over a pipe that the operating system closes with us.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

_GUARD = """
folder=$1; shift
"$@" &
server=$!
read -r _
kill -TERM "$server" 2>/dev/null
wait "$server"
rm -rf -- "$folder"
"""
STOP_SECONDS = 15
START_SECONDS = 15


def private_folder(name: str) -> Path:
    """A new folder that other users can walk into (mail runs as another user), short enough for Unix sockets."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    folder.chmod(0o755)
    return folder


def free_port() -> int:
    """A loopback port that is free now. Another process may take it first: start again then."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Guarded:
    """One server, started in the foreground under a guard. `folder` is removed with it."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._folder = folder
        with (folder / "output").open("wb") as output:
            self._guard = subprocess.Popen(
                ["/bin/sh", "-c", _GUARD, "guard", str(folder), *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait_for_ports(self, *ports: int) -> bool:
        """True when all accept connections, False when they do not in `START_SECONDS`."""
        deadline = time.monotonic() + START_SECONDS
        for port in ports:
            while not _accepts(port):
                if time.monotonic() > deadline or self._guard.poll() is not None:
                    return False
                time.sleep(0.01)
        return True

    def output(self) -> str:
        """What the server wrote, for the failure of a test."""
        return (self._folder / "output").read_text("utf-8", "replace")

    def stop(self) -> None:
        """End the server and remove its folder."""
        assert self._guard.stdin is not None
        with contextlib.suppress(OSError):
            self._guard.stdin.close()
        try:
            self._guard.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._guard.pid, 9)
            self._guard.wait()
            shutil.rmtree(self._folder, ignore_errors=True)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
