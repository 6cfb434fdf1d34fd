"""The stage of the demonstration: an embedded mail system, a configuration for it, and the very same daemon.

Promise: everything is on loopback and under one folder, which is made anew at each start (the trained model is kept).
The daemon is `python -m daemon run`, as on a real machine.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from daemon.config import load
from daemon.demo.mailboxes import AccountSpec
from daemon.demo.mailsystem import MailSystem
from daemon.settings import Config

SUPPORT = "info@e-sauda.kz"
STAFF = {"operator": "operator@e-sauda.kz", "manager": "manager@e-sauda.kz", "quality": "quality@e-sauda.kz"}
STOP_SECONDS = 15

CONFIGURATION = """\
# Made by the demonstration. A real one begins as esauda.example.toml.
[service]
mode = "auto"
address = "{support}"
operators = ["{operator}"]
manager = "{manager}"
quality = "{quality}"
authserv_id = "mail.e-sauda.kz"

[imap]
host = "127.0.0.1"
port = {imap_port}
security = "none"
user = "{support}"
junk = "Junk"

[intake]
start = "uid:1"
poll_seconds = 5

[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
user = "{support}"
subaddresses = true

[witness]
address = "info+Witness@e-sauda.kz"
folder = "Witness"

[database]
url = "sqlite:///desk.sqlite3"

[paths]
state = "."

[limits]
free_octets = 0
"""


@dataclass(slots=True)
class Stage:
    """What runs during the demonstration."""

    folder: Path
    password: str
    mail: MailSystem
    config: Config
    environment: Mapping[str, str]
    daemon: "subprocess.Popen[bytes]"

    @property
    def log(self) -> Path:
        """The daemon's log."""
        return self.folder / "daemon.log"

    def stop(self) -> None:
        """End the daemon, then the mail system."""
        if self.daemon.poll() is None:
            self.daemon.send_signal(signal.SIGTERM)
        try:
            self.daemon.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            self.daemon.wait()
        self.mail.stop()


def set_up(folder: Path) -> Stage:
    """Make the stage in `folder`. Raises OSError where the folder or a port cannot be used."""
    _sweep(folder)
    password, key = secrets.token_hex(8), secrets.token_hex(32)
    mail = MailSystem(_accounts(), password).start()
    file = folder / "esauda.toml"
    file.write_text(
        CONFIGURATION.format(support=SUPPORT, **STAFF, imap_port=mail.imap_port, smtp_port=mail.smtp_port),
        encoding="utf-8",
    )
    mine = {"ESAUDA_IMAP_PASSWORD": password, "ESAUDA_SMTP_PASSWORD": password, "ESAUDA_TOKEN_KEYS": key}
    environment = {**os.environ, **mine}
    with (folder / "daemon.log").open("wb") as log:
        command = [sys.executable, "-m", "daemon", "run", "--config", str(file)]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)  # noqa: S603
    return Stage(folder, password, mail, load(file, environment), mine, process)


def _accounts() -> list[AccountSpec]:
    support = AccountSpec(SUPPORT, (SUPPORT,), ("Witness",))
    return [support, *(AccountSpec(address, (address,)) for address in STAFF.values())]


def _sweep(folder: Path) -> None:
    """Everything of the last demonstration but its trained model."""
    folder.mkdir(parents=True, exist_ok=True)
    for entry in folder.iterdir():
        if entry.name == "models":
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
