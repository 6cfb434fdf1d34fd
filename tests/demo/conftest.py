"""A mail system of four accounts, and clients that are closed after the test."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from imapclient import IMAPClient

from daemon.demo.mailboxes import AccountSpec
from daemon.demo.mailsystem import MailSystem

PASSWORD = "demo"
WAIT_SECONDS = 60.0
ACCOUNTS = (
    AccountSpec("support", ("info@e-sauda.kz", "help@e-sauda.kz"), ("Witness", "Support/Registered")),
    AccountSpec("operator", ("operator@e-sauda.kz",)),
    AccountSpec("manager", ("manager@e-sauda.kz",)),
    AccountSpec("quality", ("quality@e-sauda.kz",)),
)

Connect = Callable[..., IMAPClient]


def letter(subject: str = "Question", message_id: str = "<1@example.kz>", text: str = "Hello") -> bytes:
    return (
        f"From: Asel <asel@example.kz>\r\nTo: info@e-sauda.kz\r\nSubject: {subject}\r\n"
        f"Message-ID: {message_id}\r\nDate: Mon, 23 Nov 2026 10:00:00 +0500\r\n\r\n{text}\r\n"
    ).encode()


@pytest.fixture
def system() -> Iterator[MailSystem]:
    with MailSystem(ACCOUNTS, PASSWORD) as running:
        yield running


@pytest.fixture
def connect(system: MailSystem) -> Iterator[Connect]:
    """Opens an IMAP connection: `connect()`, `connect("operator")`."""
    with ExitStack() as stack:

        def open_connection(login: str = "support", folder: str | None = "INBOX") -> IMAPClient:
            client = IMAPClient("127.0.0.1", system.imap_port, ssl=False, timeout=WAIT_SECONDS)
            stack.callback(client.shutdown)
            client.normalise_times = False
            client.login(login, PASSWORD)
            if folder:
                client.select_folder(folder)
            return client

        yield open_connection


class Wire:
    """A client that writes lines of its own making."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)
        self._file = self._socket.makefile("rb")

    def send(self, octets: bytes) -> None:
        self._socket.sendall(octets)

    def line(self) -> bytes:
        return self._file.readline()

    def until(self, start: bytes) -> list[bytes]:
        """The lines up to the one that begins so, or to the end of the connection."""
        lines = []
        while line := self.line():
            lines.append(line)
            if line.startswith(start):
                break
        return lines

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@pytest.fixture
def imap_wire(system: MailSystem) -> Iterator[Wire]:
    wire = Wire(system.imap_port)
    wire.line()
    yield wire
    wire.close()


@pytest.fixture
def smtp_wire(system: MailSystem) -> Iterator[Wire]:
    wire = Wire(system.smtp_port)
    wire.line()
    yield wire
    wire.close()
