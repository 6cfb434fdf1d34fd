"""Short cuts for the tests of submission: one letter, one account, one run of the event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from daemon.wire.smtp import Envelope, Outcome, SmtpAccount, Submission
from tests.servers.looped import Looped

Result = TypeVar("Result")
OCTETS = b"Subject: test\r\nMessage-ID: <1@e-sauda.kz>\r\n\r\n.leading dot\r\n..two\r\nend\r\n"
LETTER = Envelope("info@e-sauda.kz", ("client@example.kz",), OCTETS)


def account_of(server: Looped, **options: object) -> SmtpAccount:
    """The account on a server of the tests, with time limits that never expire on a busy machine."""
    settings: dict[str, object] = {"security": "none", "timeout_seconds": 30, "final_dot_seconds": 30} | options
    return SmtpAccount(server.host, server.port, **settings)  # type: ignore[arg-type]


class Dots:
    """Counts the calls of `before_dot`."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


def with_submission(account: SmtpAccount, use: Callable[[Submission], Awaitable[Result]]) -> Result:
    """Run `use` on a connection and close it."""

    async def run() -> Result:
        submission = Submission(account)
        try:
            return await use(submission)
        finally:
            await submission.close()

    return asyncio.run(run())


def submit(account: SmtpAccount, *letters: Envelope, before_dot: Callable[[], None] | None = None) -> list[Outcome]:
    """Submit letters one after the other on one `Submission`."""

    async def use(submission: Submission) -> list[Outcome]:
        return [await submission.submit(letter, before_dot or Dots()) for letter in letters]

    return with_submission(account, use)
