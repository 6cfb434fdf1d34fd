"""An SMTP server that misbehaves at one command, octet by octet under our control; no library helps it to be polite."""

import asyncio
import contextlib
from typing import Literal

from tests.servers.looped import Looped

Behaviour = Literal["2yz", "4yz", "5yz", "drop", "stall", "garbage", "endless reply"]
BEHAVIOURS: tuple[Behaviour, ...] = ("2yz", "4yz", "5yz", "drop", "stall", "garbage", "endless reply")
COMMANDS = ("greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "dot", "RSET")
STALL_SECONDS = 3_600

_REPLIES = {"2yz": b"250 2.0.0 fine\r\n", "4yz": b"451 4.3.0 later\r\n", "5yz": b"550 5.7.1 no\r\n"}
_GARBAGE = b"\x00\xfe\xffMoin!\r\n"
_USUAL = {
    "greeting": b"220 mail.e-sauda.kz ESMTP\r\n",
    "EHLO": b"250-mail.e-sauda.kz\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n",
    "AUTH": b"235 2.7.0 in\r\n",
    "DATA": b"354 go on\r\n",
    "QUIT": b"221 2.0.0 bye\r\n",
}


class ScriptedSmtp(Looped):
    """The server. `accepted` holds each message that it took over, also where it did not say so.

    Args:
        behaviours: what to do at a command of `COMMANDS`; elsewhere the usual.
        times: how often to misbehave, over all connections; then all is well.
        takes: whether the message is taken over when the dot comes and no 2yz is said.
        replies: octets to say instead of the usual ones.
    """

    def __init__(
        self,
        behaviours: dict[str, Behaviour],
        *,
        times: int = 1_000_000,
        takes: bool = False,
        replies: dict[str, bytes] | None = None,
    ) -> None:
        super().__init__()
        self._replies = _USUAL | (replies or {})
        self._behaviours = behaviours
        self._times = dict.fromkeys(behaviours, times)
        self._takes = takes
        self.accepted: list[bytes] = []
        self.seen: list[str] = []
        self.connections = 0
        self._listen_streams(self._serve)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        await self._answer("greeting", writer)
        while line := await reader.readline():
            command = line[:4].decode("ascii", "replace").upper()
            if (await self._answer(command, writer)).startswith(b"354"):
                await self._message(reader, writer)
            if command == "QUIT":
                return

    async def _message(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        message = await reader.readuntil(b"\r\n.\r\n")
        if self._takes or self._behaviours.get("dot", "2yz") == "2yz" or self._times["dot"] <= 0:
            self.accepted.append(message)
        await self._answer("dot", writer)

    async def _answer(self, command: str, writer: asyncio.StreamWriter) -> bytes:
        """Say what is due; the reply is returned, or nothing if it was none."""
        self.seen.append(command)
        reply = self._replies.get(command, b"250 2.0.0 ok\r\n")
        behaviour = self._behaviours.get(command)
        if behaviour is not None and self._times[command] > 0:
            self._times[command] -= 1
            reply = await self._misbehave(behaviour, writer)
        writer.write(reply)
        await writer.drain()
        return reply

    async def _misbehave(self, behaviour: Behaviour, writer: asyncio.StreamWriter) -> bytes:
        match behaviour:
            case "2yz" | "4yz" | "5yz":
                return _REPLIES[behaviour]
            case "garbage":
                return _GARBAGE
            case "drop":
                raise EOFError
            case "stall":
                await asyncio.sleep(STALL_SECONDS)
            case "endless reply":
                with contextlib.suppress(OSError):
                    while not writer.is_closing():
                        writer.write(b"250-and another thing\r\n" * 100)
                        await writer.drain()
        raise EOFError
