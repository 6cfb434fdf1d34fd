"""A submission server that takes everything and keeps nothing but the count and the time: it costs next to no CPU."""

import asyncio
import threading
import time

from tests.servers.looped import Looped


class Sink(Looped):
    """The running sink."""

    def __init__(self) -> None:
        super().__init__()
        self.recipients: list[str] = []
        self.last = 0.0
        self._lock = threading.Lock()
        self._listen_streams(self._serve)

    def letters_to(self, ending: str) -> int:
        """Letters accepted for addresses that end so."""
        with self._lock:
            return sum(address.endswith(ending) for address in self.recipients)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        recipient = ""
        while line := await reader.readline():
            command = line[:4].upper()
            if command == b"RCPT":
                recipient = line.decode("ascii", "replace").partition("<")[2].partition(">")[0]
            if command == b"DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                with self._lock:
                    self.recipients.append(recipient)
                    self.last = time.monotonic()
            if command == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            writer.write(b"250 ok\r\n")
        writer.close()
