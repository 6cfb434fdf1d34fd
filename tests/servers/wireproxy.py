"""A TCP proxy on loopback that cuts, stalls or garbles a connection at a given octet or text, or on demand."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from tests.servers.looped import Looped

Direction = Literal["to server", "to client"]
Action = Literal["cut", "stall", "garble"]
CHUNK = 65_536
GARBAGE = b"\x00\xff\xfe ) NIL {99999999999}\r\n"


@dataclass(slots=True)
class _Fault:
    action: Action
    direction: Direction
    text: bytes
    octets: int
    before: bool
    times: int


class WireProxy(Looped):
    """Stands before a server on loopback. Connect to `host` and `port`."""

    def __init__(self, target_port: int, *, host: str = "127.0.0.1") -> None:
        super().__init__(host)
        self._target_port = target_port
        self._faults: list[_Fault] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self.connections = 0
        self.passed: dict[Direction, bytearray] = {"to server": bytearray(), "to client": bytearray()}
        """All octets that came through, over all connections."""
        self._listen_streams(self._serve)

    def fault(
        self,
        action: Action,
        direction: Direction,
        *,
        text: bytes = b"",
        octets: int = 0,
        before: bool = False,
        times: int = 1,
    ) -> None:
        """Do `action` once `text` was seen (or `octets` have passed) in that direction of one connection.

        The text itself passes, unless `before`. Cut: both directions end. Stall: nothing more passes in this direction
        until the connection ends. Garble: the rest of that segment is replaced. For the next `times` connections.
        """
        assert text or octets
        self._faults.append(_Fault(action, direction, text, octets, before, times))

    def retarget(self, port: int) -> None:
        """New connections go to this port: a server that was away has come."""
        self._target_port = port

    def clear(self) -> None:
        """No more faults."""
        self._faults.clear()

    def cut(self) -> None:
        """Cut all connections now."""

        async def abort() -> None:
            for writer in tuple(self._writers):
                writer.transport.abort()
            await asyncio.sleep(0)

        self._call(abort())

    def stall(self) -> None:
        """Nothing passes any more, in either direction, on any connection."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def resume(self) -> None:
        """All passes again."""
        self._loop.call_soon_threadsafe(self._flowing.set)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        both = {writer, server_writer}
        self._writers |= both
        pumps = [
            asyncio.ensure_future(self._pump(reader, server_writer, "to server")),
            asyncio.ensure_future(self._pump(server_reader, writer, "to client")),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._writers -= both
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            server_writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, direction: Direction) -> None:
        writer.transport.set_write_buffer_limits(high=0)
        passed, tail = 0, b""
        while chunk := await reader.read(CHUNK):
            await self._flowing.wait()
            fault, place = self._due(direction, tail, chunk, passed)
            through = chunk if fault is None else chunk[:place]
            self.passed[direction] += through
            writer.write(through)
            await writer.drain()
            passed, tail = passed + len(chunk), (tail + chunk)[-1_000:]
            if fault is None:
                continue
            fault.times -= 1
            if fault.action == "cut":
                return
            if fault.action == "stall":
                await asyncio.Event().wait()
            writer.write(GARBAGE)
            await writer.drain()

    def _due(self, direction: Direction, tail: bytes, chunk: bytes, passed: int) -> tuple[_Fault | None, int]:
        """The first fault that is due in this chunk, and where in the chunk."""
        for fault in self._faults:
            if fault.times <= 0 or fault.direction != direction:
                continue
            if fault.octets and passed <= fault.octets < passed + len(chunk):
                return fault, fault.octets - passed
            if fault.text:
                start = max(len(tail) - len(fault.text) + 1, 0)
                found = (tail + chunk).find(fault.text, start)
                if found >= 0:
                    place = found if fault.before else found + len(fault.text)
                    return fault, max(place - len(tail), 0)
        return None, 0
