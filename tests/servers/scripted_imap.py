"""An IMAP server that says exactly what a test wants, piece by piece."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tests.servers.looped import Looped

PAUSE_SECONDS = 0.05
"""Between the pieces of an answer: long enough for each to be a segment of its own."""
CAPABILITIES = "IMAP4rev1 AUTH=PLAIN IDLE MOVE UIDPLUS NAMESPACE"


@dataclass(frozen=True, slots=True)
class Forever:
    """Say this again and again, with a pause or without."""

    octets: bytes
    pause_seconds: float = 0


Answer = Sequence[bytes] | Forever
"""Pieces in order (`TAG` is the client's tag; an empty piece hangs up), or one without end. No piece: silence."""


class ScriptedImap(Looped):
    """The server. Commands are named by their first word, UID commands as `UID FETCH`; `DONE` and literals too.

    Args:
        answers: to a command, one after the other; the last one stays. Elsewhere `TAG OK done`.
        capabilities: what CAPABILITY lists.
    """

    def __init__(self, answers: dict[str, list[Answer]], capabilities: str = CAPABILITIES) -> None:
        super().__init__()
        self._answers: dict[str, list[Answer]] = {
            "greeting": [[b"* OK ready\r\n"]],
            "CAPABILITY": [[f"* CAPABILITY {capabilities}\r\nTAG OK done\r\n".encode()]],
            "AUTHENTICATE": [[b"+ \r\n"]],
            "literal": [[b"TAG OK done\r\n"]],
            "NAMESPACE": [[b'* NAMESPACE (("" "/")) NIL NIL\r\nTAG OK done\r\n']],
            "SELECT": [[b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 4] ok\r\nTAG OK [READ-WRITE]\r\n"]],
            "IDLE": [[b"+ idling\r\n"]],
            "DONE": [[b"TAG OK done\r\n"]],
            "LOGOUT": [[b"* BYE\r\nTAG OK done\r\n"]],
            **answers,
        }
        self.commands: list[str] = []
        self.lines: list[bytes] = []
        self._listen_streams(self._serve)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._answer("greeting", b"", writer)
        tag = b""
        while line := await reader.readline():
            self.lines.append(line)
            words = line.upper().split()
            if words[:1] == [b"DONE"]:
                command = "DONE"
            elif len(words) > 1:
                tag, command = line.split()[0], words[1].decode()
                command = f"UID {words[2].decode()}" if command == "UID" else command
            else:
                command = "literal"
            self.commands.append(command)
            await self._answer(command, tag, writer)

    async def _answer(self, command: str, tag: bytes, writer: asyncio.StreamWriter) -> None:
        answers = self._answers.get(command, [[b"TAG OK done\r\n"]])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Forever):
            while True:
                writer.write(answer.octets)
                await writer.drain()
                await asyncio.sleep(answer.pause_seconds)
        for number, piece in enumerate(answer):
            if number:
                await asyncio.sleep(PAUSE_SECONDS)
            if not piece:
                raise EOFError
            writer.write(piece.replace(b"TAG", tag))
            await writer.drain()
