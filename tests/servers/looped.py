"""A small asyncio server in a thread of the test process, for the servers that tests must be able to script."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Self

CALL_SECONDS = 10


class Looped:
    """Runs an event loop in a thread. A context manager; `stop` closes every connection."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host = host
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name=type(self).__name__, daemon=True)
        self._thread.start()
        self.port = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _call(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(CALL_SECONDS)

    def _listen(self, factory: Callable[[], asyncio.BaseProtocol], **options: Any) -> None:
        """Serve connections by protocols; the port is chosen by the system."""
        self._server = self._call(self._loop.create_server(factory, self.host, 0, **options))
        self.port = self._server.sockets[0].getsockname()[1] if self._server else 0

    def _listen_streams(
        self, serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]
    ) -> None:
        """Serve connections by a coroutine over streams; a lost connection ends it quietly."""

        async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
                await serve(reader, writer)
            writer.transport.abort()

        async def start() -> asyncio.Server:
            return await asyncio.start_server(served, self.host, 0)

        self._server = self._call(start())
        self.port = self._server.sockets[0].getsockname()[1] if self._server else 0

    def stop(self) -> None:
        """Close everything and end the thread."""
        self._call(self._shut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CALL_SECONDS)
        self._loop.close()

    async def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.01)
