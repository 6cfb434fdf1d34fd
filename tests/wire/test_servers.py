"""The servers of the tests leave nothing behind, however the tests end."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers.guarded import _accepts

SCRIPT = r"""
import os, signal, sys
from tests.servers.dovecot import Dovecot
server = Dovecot()
server.deliver(b"Subject: x\r\n\r\nx\r\n", server.new_user())
print(server.folder, server.imap_port, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.dovecot
def test_a_server_ends_and_its_folder_goes_when_the_tests_are_killed() -> None:
    root = Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", SCRIPT], cwd=root, capture_output=True, text=True, check=False)
    assert killed.returncode == -9
    folder, port = killed.stdout.split()
    deadline = time.monotonic() + 60
    while Path(folder).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(folder).exists()
    assert not _accepts(int(port))
