"""The connection under `daemon.wire.smtp`: aiosmtplib with the last step of DATA taken apart.

aiosmtplib writes the body and the final dot in one call. Here they are two, because only the dot makes the outcome
ambiguous (RFC 1047): before it the server must not accept the letter. The pieces of aiosmtplib that this leans on are
pinned by `tests/wire/test_smtp_pins.py`.

Promise: a reply is never taken for the answer to another command. Every wait has a limit.
On failure: raises aiosmtplib's exceptions or OSError; `daemon.wire.smtp` turns them into outcomes.
"""
# ruff: noqa: SLF001  # the protocol object is aiosmtplib's; it offers no public way between body and dot

import asyncio
import re

from aiosmtplib import SMTP, SMTPException, SMTPResponse, SMTPServerDisconnected
from aiosmtplib.protocol import SMTPProtocol

BLOCK_OCTETS = 65_536
"""Octets of the body after which we wait until they have left; the time limit is per block (RFC 5321, 4.5.3.2.5)."""

_LINE_END = re.compile(rb"\r\n|\r|\n")


class OutOfStep(SMTPException):
    """The server said something that nobody asked for: its replies can no longer be told apart."""


class Client(SMTP):
    """aiosmtplib's client for one letter at a time."""

    async def ask(self, command: bytes) -> SMTPResponse:
        """Send one command line and wait for its reply, whatever the code."""
        self._in_step()
        return await self.execute_command(command)

    async def body(self, octets: bytes) -> SMTPResponse | None:
        """After 354: write the message, dot-stuffed, without the final dot, and wait until it has left.

        Returns a reply that the server could not hold back, or None, as it should be.
        """
        protocol = self._in_step()
        transport, waiter = protocol.transport, protocol._response_waiter
        if waiter is None or not isinstance(transport, asyncio.WriteTransport):
            raise SMTPServerDisconnected("Connection lost")
        transport.set_write_buffer_limits(high=1)
        protocol._response_pending = True
        stuffed = dot_stuffed(octets)
        try:
            for start in range(0, len(stuffed), BLOCK_OCTETS):
                protocol.write(stuffed[start : start + BLOCK_OCTETS])
                await asyncio.wait_for(protocol._drain_helper(), self.timeout)
            await asyncio.sleep(0)
        except OSError:
            # A server that replies early may close at once: its reply says more than the broken pipe.
            if not waiter.done():
                raise
        return waiter.result() if waiter.done() else None

    def dot(self) -> None:
        """Write the final dot. If this raises, the dot was not written."""
        protocol = self._in_step()
        protocol._response_pending = True
        protocol.write(b".\r\n")

    async def verdict(self, seconds: float) -> SMTPResponse:
        """The reply to the final dot, waited for up to `seconds`."""
        if self.protocol is None:
            raise SMTPServerDisconnected("Connection lost")
        return await self.protocol.read_response(timeout=seconds)

    def close(self) -> None:
        """Cut the connection at once: nothing still in our buffers is sent, and no farewell of TLS is waited for."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
        super().close()

    def _in_step(self) -> SMTPProtocol:
        protocol = self.protocol
        if protocol is None or not protocol.is_connected:
            raise SMTPServerDisconnected("Connection lost")
        if protocol._buffer:
            raise OutOfStep("the server replied to what it was not asked")
        return protocol


def dot_stuffed(octets: bytes) -> bytes:
    """The message as it goes over the wire (RFC 5321 section 4.5.2): every line ends in CRLF, leading dots are doubled.

    Lone CR and LF become CRLF, so that no server can see the end of the message inside it.
    """
    lines = _LINE_END.split(octets)
    if lines[-1] == b"":
        lines.pop()
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)
