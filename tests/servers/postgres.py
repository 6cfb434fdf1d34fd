"""A private PostgreSQL on loopback: one server for a test process, as many databases in it as wanted.

It keeps nothing for the case that the machine goes down (fsync=off), but everything for the case that its processes are
killed. PostgreSQL refuses to run as root: then it runs as an unprivileged user. A server that ends is started again.
"""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg

from tests.servers.guarded import START_SECONDS, Guarded, free_port, private_folder

UNPRIVILEGED = "nobody"
SUPERUSER = "desk"
ATTEMPTS = 5
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "log_min_messages": "warning",
}
_AGAIN = """
trap 'kill -INT "$server" 2>/dev/null; wait "$server"; exit' TERM
while :; do
    "$@" &
    server=$!
    wait "$server"
    sleep 0.1
done
"""
"""Keeps the server up; SIGTERM ends both (SIGINT is PostgreSQL's fast shutdown)."""


def missing() -> str:
    """Why PostgreSQL cannot be started here, or an empty text."""
    return "" if _binary("initdb") else "the programs of PostgreSQL are not installed (Debian: postgresql)"


def _binary(name: str) -> str | None:
    """Debian keeps the server's programs outside PATH, a folder for each major version."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name, path=":".join([os.environ.get("PATH", ""), *map(str, places)]))


class Postgres:
    """The running server. `stop` ends it."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        for _ in range(ATTEMPTS):
            self._start()
            if self._server.wait_for_ports(self.port):
                self._wait_until_it_answers()
                return
            complaint = self._server.output()
            self.stop()
        raise RuntimeError(f"PostgreSQL does not start: {complaint}")

    def _start(self) -> None:
        self.folder = private_folder("postgres")
        self.port = free_port()
        self._data = self.folder / "data"
        prefix: list[str] = []
        if os.geteuid() == 0:
            user = pwd.getpwnam(UNPRIVILEGED)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        initdb = [*prefix, _binary("initdb") or "initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        made = subprocess.run(
            [*initdb, f"--username={SUPERUSER}", str(self._data)], cwd=self.folder, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(f"PostgreSQL cannot be set up: {made.stderr}")
        settings = [f"--{name}={value}" for name, value in {**_SETTINGS, "port": self.port}.items()]
        server = [*prefix, _binary("postgres") or "postgres", "-D", str(self._data), *settings]
        self._server = Guarded(["/bin/sh", "-c", _AGAIN, "again", *server], self.folder)

    def stop(self) -> None:
        """End the server; its databases are gone."""
        self._server.stop()

    def url(self, database: str = "postgres") -> str:
        """For `database.url`."""
        return f"postgresql://{SUPERUSER}@{self.host}:{self.port}/{database}"

    def new_database(self, template: str = "template0") -> str:
        """The name of a database that nobody has used yet, a copy of `template`."""
        name = f"desk{next(self._numbers)}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.ask(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def ask(self, query: str, *parameters: object, database: str = "postgres") -> list[tuple[Any, ...]]:
        """The rows that one statement returns, as another client would see them. Values stand as `%s`."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(query.encode(), parameters or None)
            return cursor.fetchall() if cursor.description else []

    def cut(self, database: str) -> int:
        """End every connection to `database`, as an administrator or a proxy does; returns how many."""
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        return len(self.ask(query, database))

    def restart(self) -> None:
        """The server dies without a word (`pg_ctl restart -m immediate`), recovers, and answers again."""
        before = self._postmaster()
        os.kill(before, signal.SIGQUIT)
        deadline = time.monotonic() + START_SECONDS
        while self._postmaster() in {before, 0} and time.monotonic() < deadline:
            time.sleep(0.01)
        self._wait_until_it_answers()

    def _postmaster(self) -> int:
        """0 while there is none, or while the file is being written."""
        with contextlib.suppress(FileNotFoundError):
            first, newline, _ = (self._data / "postmaster.pid").read_text().partition("\n")
            return int(first) if newline else 0
        return 0

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.ask("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return
