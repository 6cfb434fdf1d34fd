"""The embedded mail system: IMAP and SMTP on loopback over one store, in one thread of this process.

Promise: everything that touches the store runs in that thread, so there are no locks; `start` returns when both ports
answer, `stop` when nothing runs any more. On failure: `OSError` where a port is taken.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from daemon.demo.border import Border, Envelope
from daemon.demo.imapserver import ImapServer
from daemon.demo.mailboxes import AccountSpec, Store
from daemon.demo.smtpserver import SmtpServer

ANSWER_SECONDS = 60
"""How long a question to the system's thread may take on a loaded machine."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Listed:
    """A message as it lay in a folder when it was listed."""

    uid: int
    octets: bytes
    flags: frozenset[str]
    arrived: datetime


class MailSystem:
    """Use as a context manager, or call `start` and `stop`."""

    def __init__(
        self, accounts: Sequence[AccountSpec], password: str, authserv_id: str | None = "mail.e-sauda.kz"
    ) -> None:
        """`password` opens every account; `authserv_id` None: no Authentication-Results are written."""
        self._store = Store(accounts, password, uidvalidity=int(time.time()))
        self._border = Border(self._store, authserv_id)
        self._imap = ImapServer(self._store)
        self._smtp = SmtpServer(self._store, self._border)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail-system", daemon=True)
        self.imap_port = 0
        self.smtp_port = 0

    def start(self, imap_port: int = 0, smtp_port: int = 0) -> Self:
        """Listen; 0 takes a free port (see `imap_port`, `smtp_port`). Raises OSError."""
        self._thread.start()
        try:
            self.imap_port = self._run(self._imap.listen(imap_port))
            self.smtp_port = self._run(self._smtp.listen(smtp_port))
        except OSError:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End all connections and the thread."""
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ANSWER_SECONDS)
        self._loop.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def deliver(self, octets: bytes, sender: str, recipients: Sequence[str], helo: str = "mx.example.org") -> None:
        """Let a message arrive from outside. `sender` '' is the null reverse-path. Raises KeyError (no such user)."""
        envelope = Envelope(sender, tuple(recipients), helo)
        self._ask(lambda: self._border.deliver(octets, envelope))

    def logins(self) -> list[str]:
        """Every account there is by now: those of the specs, and everybody who was sent something."""
        return self._ask(lambda: self._store.logins)

    def folders(self, account: str) -> list[str]:
        """The folder names of an account (login or address), INBOX first; raises KeyError."""
        return self._ask(lambda: self._store.account(account).names)

    def messages(self, account: str, folder: str = "INBOX") -> list[Listed]:
        """What lies in a folder, oldest first; raises KeyError."""
        return self._ask(
            lambda: [
                Listed(mail.uid, mail.octets, mail.flags, mail.arrived)
                for mail in self._store.account(account).folder(folder).mails
            ]
        )

    async def _end(self) -> None:
        """Stop listening, then end every task: also that of a connection which is only just being accepted."""
        await self._imap.close()
        await self._smtp.close()
        while True:
            await asyncio.sleep(0)
            others = asyncio.all_tasks() - {asyncio.current_task()}
            if not others:
                return
            await asyncio.sleep(0)  # a task that has not begun would be cancelled without closing its connection
            for task in others:
                task.cancel()
            await asyncio.wait(others)

    def _ask(self, question: Callable[[], Result]) -> Result:
        async def answer() -> Result:
            return question()

        return self._run(answer())

    def _run(self, work: Coroutine[object, object, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(ANSWER_SECONDS)
