"""A line-oriented TCP server on loopback: what the IMAP and the SMTP server share.

Promise: each answer is handed to the socket in one write; one client's rubbish, silence or sudden end is that
client's alone. asyncio sets TCP_NODELAY on its sockets, so no answer waits for an
acknowledgement.
"""

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress

HOST = "127.0.0.1"
LINE_OCTETS = 1_000_000
"""One line without its literals: a command with 100,000 UIDs fits."""


class LineTooLongError(Exception):
    """The client sent more than LINE_OCTETS without a line end."""


class GoneError(Exception):
    """The client has closed the connection."""


class Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def line(self) -> bytes:
        """The next line with its end; raises GoneError, LineTooLongError."""
        try:
            return await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError:
            raise GoneError from None
        except asyncio.LimitOverrunError:
            raise LineTooLongError from None

    async def exactly(self, octets: int) -> bytes:
        """That many octets; raises GoneError."""
        try:
            return await self._reader.readexactly(octets)
        except asyncio.IncompleteReadError:
            raise GoneError from None

    async def send(self, octets: bytes) -> None:
        """Send all of it at once."""
        if octets:
            self._writer.write(octets)
            await self._writer.drain()


class LoopbackServer(ABC):
    """Listens on loopback and holds one conversation per connection, each a task of the running loop."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None

    @abstractmethod
    async def converse(self, client: Client) -> None:
        """Talk until the client has had enough."""

    @abstractmethod
    def farewell(self) -> bytes:
        """What to say to a client who sends an endless line."""

    async def listen(self, port: int) -> int:
        """Start; 0 takes a free port. Returns the port; raises OSError."""
        self._server = await asyncio.start_server(self._serve, HOST, port, limit=LINE_OCTETS)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def close(self) -> None:
        """Stop listening; a conversation ends when its task is cancelled.

        A connection that is just being accepted is let in first: asyncio would lose its socket.
        """
        if self._server is None:
            return
        for listening in self._server.sockets:
            asyncio.get_running_loop().remove_reader(listening.fileno())
        await asyncio.sleep(0)
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = Client(reader, writer)
        try:
            await self.converse(client)
        except LineTooLongError:
            with suppress(ConnectionError):
                await client.send(self.farewell())
        except (GoneError, ConnectionError):
            return
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
