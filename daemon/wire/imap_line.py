"""The connection under `daemon.wire.imap`: imaplib with limits on time and octets, and an IDLE that can be trusted.

Promise: no operation lasts longer than its limit, whatever the server does, and no answer takes more octets than
allowed. Nagle's delay is off. A tagged NO is told apart from everything else, because after it the connection is sound.
On failure: raises imaplib's own errors, OSError or ValueError; `daemon.wire.imap` turns them into its one error.
"""

import contextlib
import imaplib
import socket
import ssl
import threading
from collections.abc import Iterator
from selectors import EVENT_READ, DefaultSelector
from typing import Any, Protocol

from imapclient import IMAPClient

NEWS = ("EXISTS", "RECENT", "EXPUNGE", "FETCH")
"""Untagged responses that mean: the mailbox is not as it was (RFC 9051 section 7.4 and 7.5)."""


class Peer(Protocol):
    """What the connection has to know of the account."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def timeout_seconds(self) -> float: ...


class Refused(imaplib.IMAP4.error):
    """The server answered a command with a tagged NO."""


class Line:
    """One TCP connection and its limits. It holds a second handle of the socket, so that it can cut under TLS too."""

    def __init__(self, response_octets: int) -> None:
        self._response_octets = response_octets
        self._octets = 0
        self._twin: socket.socket | None = None
        self.expired = False

    def hold(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._twin = connection.dup()

    @contextlib.contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Cut the connection if the block is not done in `seconds`: drips of octets do not stretch it."""
        self._octets = 0
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def count(self, octets: int) -> None:
        self._octets += octets
        if self._octets > self._response_octets:
            raise imaplib.IMAP4.abort(f"the answer is over {self._response_octets} octets")

    def cut(self) -> None:
        if self._twin is not None:
            with contextlib.suppress(OSError):
                self._twin.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        self.cut()
        if self._twin is not None:
            self._twin.close()
            self._twin = None

    def _expire(self) -> None:
        self.expired = True
        self.cut()


class Connection(imaplib.IMAP4):
    """imaplib's connection on a `Line`."""

    def __init__(self, peer: Peer, line: Line, tls: ssl.SSLContext | None) -> None:
        self._line = line
        self._tls = tls
        super().__init__(peer.host, peer.port, timeout=peer.timeout_seconds)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        connection = socket.create_connection((self.host, self.port), timeout)
        self._line.hold(connection)
        if self._tls is None:
            return connection
        return self._tls.wrap_socket(connection, server_hostname=self.host)

    def read(self, size: int) -> bytes:
        self._line.count(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._line.count(len(line))
        return line

    def _command_complete(self, name: str, tag: bytes) -> tuple[str, list[Any]]:
        kind, data = super()._command_complete(name, tag)  # type: ignore[misc]  # not in typeshed
        if kind != "NO":
            return kind, data
        if name in {"SELECT", "EXAMINE"}:
            self.state = "AUTH"
        text = data[-1] if data else b""
        raise Refused(text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text))

    def take_news(self) -> bool:
        """Whether the server spoke of a change since the last call.

        Forgets all untagged responses, COPYUID among them: imaplib lets them grow for ever.
        """
        news = self._has_news()
        self.untagged_responses = {}
        return news

    def idle_turn(self, seconds: float) -> bool:
        """One IDLE (RFC 2177): True if the server said anything of `NEWS` in it.

        DONE is answered by the server before this returns, so a dead connection cannot look like a quiet one. Nothing
        is read while the socket does not block, so a line in two segments is no fault.
        """
        tag = self._command("IDLE")
        while self._get_response() is not None:
            if self.tagged_commands[tag] is not None:
                self._command_complete("IDLE", tag)
        if not self._has_news() and not self._has_input():
            with DefaultSelector() as selector:
                selector.register(self.sock, EVENT_READ)
                selector.select(seconds)
        self.send(b"DONE\r\n")
        self._command_complete("IDLE", tag)
        return self.take_news()

    def _has_news(self) -> bool:
        return any(name in self.untagged_responses for name in NEWS)

    def _has_input(self) -> bool:
        """Whether octets that the selector cannot see wait in the buffer of the file or of TLS."""
        timeout = self.sock.gettimeout()
        self.sock.setblocking(False)
        try:
            return bool(self.file.peek(1))  # type: ignore[union-attr]  # it is a BufferedReader
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            self.sock.settimeout(timeout)


class Client(IMAPClient):  # type: ignore[misc]  # imapclient has no types
    """imapclient on our `Connection`, with aware times."""

    def __init__(self, peer: Peer, line: Line, tls: ssl.SSLContext | None) -> None:
        self.connection = Connection(peer, line, tls)
        super().__init__(peer.host, peer.port, ssl=tls is not None, timeout=peer.timeout_seconds)
        self.connection.debug = 0
        self.normalise_times = False

    def _create_IMAP4(self) -> Connection:  # noqa: N802  # imapclient's name
        return self.connection
