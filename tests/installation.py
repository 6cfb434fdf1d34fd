"""A whole installation in a temporary folder: configuration, secrets, state; runs the real runners as processes.

The runners are those of `python -m daemon run …`; nothing of the daemon is replaced.
"""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.servers.dovecot import PASSWORD

KEY = "0123456789abcdef0123456789abcdef"
"""A token key for tests."""
SUPPORT = "info@e-sauda.kz"
OPERATOR = "operator@e-sauda.kz"
MANAGER = "manager@e-sauda.kz"
QUALITY = "quality@e-sauda.kz"
WAIT_SECONDS = 60.0
"""Patience of a test with a busy machine; nothing is asserted about time."""


@dataclass(slots=True)
class Installation:
    """One installation; `settings` are TOML lines by section."""

    folder: Path
    imap_port: int
    smtp_port: int
    user: str
    models: Path
    """Folder of the trained model, shared by all tests."""
    settings: dict[str, list[str]] = field(default_factory=dict)
    mode: str = "auto"
    url: str = "sqlite:///state/desk.sqlite3"
    """Of the database."""
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "esauda.toml"

    @property
    def on_sqlite(self) -> bool:
        """Otherwise on PostgreSQL."""
        return self.url.startswith("sqlite:")

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "state" / "desk.sqlite3"

    def write(self) -> Path:
        """Write the configuration; returns its path."""
        sections: dict[str, list[str]] = {
            "service": [
                f'mode = "{self.mode}"', f'address = "{SUPPORT}"', f'operators = ["{OPERATOR}"]',
                f'manager = "{MANAGER}"', f'quality = "{QUALITY}"',
            ],
            "imap": [
                'host = "127.0.0.1"', f"port = {self.imap_port}", 'security = "none"', f'user = "{self.user}"',
                "timeout_seconds = 10",
            ],
            "intake": ['start = "uid:1"', "poll_seconds = 1"],
            "smtp": [
                'host = "127.0.0.1"', f"port = {self.smtp_port}", 'security = "none"', "timeout_seconds = 10",
                "final_dot_seconds = 5",
            ],
            "paths": ['state = "state"'],
            "database": [f'url = "{self.url}"'],
            "limits": ["free_octets = 0", "backoff_last = 1"],
        }  # fmt: skip
        for name, lines in self.settings.items():
            sections[name] = _merged(sections.get(name, []), lines)
        text = "\n".join(f"[{name}]\n" + "\n".join(lines) + "\n" for name, lines in sections.items())
        (self.folder / "state").mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (self.folder / "state" / "models").exists():
            (self.folder / "state" / "models").symlink_to(self.models)
        self.config.write_text(text, encoding="utf-8")
        return self.config

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Of the runners: the secrets, and what a test adds."""
        secrets = {"ESAUDA_IMAP_PASSWORD": PASSWORD, "ESAUDA_TOKEN_KEYS": KEY}
        return {**os.environ, **secrets, **(extra or {})}

    def start(self, *roles: str, extra: Mapping[str, str] | None = None) -> list["subprocess.Popen[bytes]"]:
        """Start runners; their logs are in `<role>.log`."""
        started = []
        for role in roles:
            with (self.folder / f"{role}.log").open("ab") as log:
                command = [sys.executable, "-m", "daemon", "run", role, "--config", str(self.config)]
                started.append(
                    subprocess.Popen(command, env=self.environment(extra), stdout=log, stderr=subprocess.STDOUT)
                )
        self.processes += started
        return started

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run one command of the daemon to its end."""
        return subprocess.run(
            [sys.executable, "-m", "daemon", *arguments, "--config", str(self.config)],
            env=self.environment(), capture_output=True, text=True, check=False, timeout=WAIT_SECONDS,
        )  # fmt: skip

    def stop(self) -> None:
        """Stop every runner in order; kill what does not."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def rows(self, query: str, *parameters: object) -> list[tuple[object, ...]]:
        """Ask the database, read-only; no rows where the tables are not made yet."""
        if not self.on_sqlite:
            return rows_of(self.url, query, *parameters)
        if not self.database.exists():
            return []
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        try:
            return list(connection.execute(query, parameters))
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return []
            raise
        finally:
            connection.close()

    def change(self, query: str) -> int:
        """Change the database behind the back of the runners; returns how many rows."""
        if not self.on_sqlite:
            return len(rows_of(self.url, f"{query} RETURNING 1"))
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as connection, connection:
            return connection.execute(query).rowcount

    def count(self, query: str, *parameters: object) -> int:
        """The one number that `query` asks for."""
        found = self.rows(query, *parameters)
        return int(str(found[0][0])) if found else 0

    def logs(self) -> str:
        """All logs, for the message of a failing test."""
        return "\n".join(file.read_text(errors="replace")[-4000:] for file in sorted(self.folder.glob("*.log")))

    def wait_for(self, what: str, true: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
        """Wait until `true()`; fails with the logs."""
        until = time.monotonic() + seconds
        while not true():
            if time.monotonic() > until:
                raise AssertionError(f"never happened: {what}\n{self.logs()}")
            time.sleep(0.05)

    def wait_until_quiet(self) -> None:
        """Wait until every message has its outcome and is filed, and every letter is finished."""
        self.wait_for("everything decided, filed and sent", self.is_quiet)

    def is_quiet(self) -> bool:
        """Nothing is under way."""
        open_messages = self.count("SELECT COUNT(*) FROM received WHERE outcome IS NULL")
        unfiled = self.count("SELECT COUNT(*) FROM received WHERE folder <> '' AND filed = ''")
        unsent = self.count("SELECT COUNT(*) FROM letter WHERE state IN ('queued', 'leased', 'dotted')")
        return not (open_messages or unfiled or unsent)


def rows_of(url: str, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Ask a PostgreSQL, however often it is restarted meanwhile; values stand as `?`."""
    text = query.replace("%", "%%").replace("?", "%s") if parameters else query
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            with psycopg.connect(url, autocommit=True) as server:
                cursor = server.execute(text.encode(), parameters or None)
                return cursor.fetchall() if cursor.description else []
        except psycopg.errors.UndefinedTable:
            return []
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def _merged(lines: list[str], changes: list[str]) -> list[str]:
    """`changes` replace the lines of the same setting."""
    changed = {line.split("=")[0].strip() for line in changes}
    return [line for line in lines if line.split("=")[0].strip() not in changed] + changes
