"""Submission: handing a letter to our mail server by SMTP (RFC 5321, 6409) through aiosmtplib.

Promise: `submit` returns what became of the letter and raises for no fault of the server. DATA is sent only if every
recipient was accepted. `before_dot` is called when the whole body has left and the final dot has not; only if it
returns is the dot sent, and only after it can the outcome be `Unknown`. TLS is verified; the password is in no outcome.
On failure: the connection is dropped, and the next `submit` opens another.

| what happened | outcome |
|---|---|
| 2yz to the final dot | `Sent` |
| 4yz to MAIL, RCPT, DATA or the dot; 552 to RCPT (RFC 5321 section 4.5.3.1.10) | `Deferred` with that code |
| 5yz to MAIL, RCPT, DATA or the dot | `Refused` with that code |
| 4yz or 5yz to the greeting, EHLO, STARTTLS or AUTH (not about the letter) | `Deferred` with that code |
| lost connection, silence, garbage, a reply without end, before the dot | `Deferred` with code 0 |
| the same after the dot | `Unknown` |
"""

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Iterator

from aiosmtplib import SMTPException, SMTPResponse, SMTPResponseException, SMTPServerDisconnected

from daemon.wire.smtp_line import Client
from daemon.wire.smtp_values import (
    Deferred,
    Envelope,
    Outcome,
    RecipientReply,
    Refused,
    Sent,
    SmtpAccount,
    Stage,
    Unknown,
)
from daemon.wire.text import clean, disguises
from daemon.wire.tls import verifying_context

__all__ = [
    "Deferred",
    "Envelope",
    "Outcome",
    "RecipientReply",
    "Refused",
    "Sent",
    "SmtpAccount",
    "Stage",
    "Submission",
    "Unknown",
]

GOODBYE_SECONDS = 5.0
"""For QUIT; nobody waits longer for a farewell."""


class _Trouble(Exception):
    """The connection is of no more use. `code` is 0, or what the server said."""

    def __init__(self, stage: Stage, code: int, reply: str) -> None:
        super().__init__(reply)
        self.stage, self.code, self.reply = stage, code, reply


class Submission:
    """One kept connection; one letter at a time."""

    def __init__(self, account: SmtpAccount) -> None:
        self._account = account
        self._secrets = disguises(account.user or "", account.password)
        self._client: Client | None = None

    async def submit(self, envelope: Envelope, before_dot: Callable[[], None]) -> Outcome:
        """Hand one letter over.

        Raises:
            BaseException: what `before_dot` raised, after the connection was cut without the dot; or a cancellation.
        """
        try:
            return await self._transaction(envelope, before_dot)
        except _Trouble as trouble:
            self._drop()
            return Deferred(trouble.code, trouble.reply, trouble.stage)
        except BaseException:
            self._drop()
            raise

    async def close(self) -> None:
        """QUIT if that is still possible. Never raises."""
        if self._client is not None:
            with contextlib.suppress(SMTPException, OSError, ValueError, RuntimeError):
                await asyncio.wait_for(self._client.quit(), GOODBYE_SECONDS)
        self._drop()
        await asyncio.sleep(0)

    async def _transaction(self, envelope: Envelope, before_dot: Callable[[], None]) -> Outcome:
        reverse_path = _path(envelope.reverse_path)
        if reverse_path is None:
            return Refused(0, "the address cannot be written in a command", "MAIL")
        mail = await self._mail(b"MAIL FROM:" + reverse_path, envelope.octets)
        if mail.code >= 400:
            return await self._declined(mail, "MAIL")
        replies = tuple([await self._rcpt(address) for address in envelope.recipients])
        if any(reply.code // 100 != 2 for reply in replies):
            return await self._some_refused(replies)
        data = await self._ask("DATA", b"DATA", 3)
        if data.code >= 400:
            return await self._declined(data, "DATA", replies)
        return await self._letter(envelope.octets, before_dot, replies)

    async def _mail(self, command: bytes, octets: bytes) -> SMTPResponse:
        """MAIL on the kept connection; if that turns out to be dead or tired, once more on a new one."""
        kept = self._client is not None and self._client.is_connected
        if kept:
            try:
                return await self._ask("MAIL", command + self._body_kind(octets), 2)
            except _Trouble:
                self._drop()
        await self._open()
        return await self._ask("MAIL", command + self._body_kind(octets), 2)

    async def _rcpt(self, address: str) -> RecipientReply:
        path = _path(address)
        if path is None:
            return RecipientReply(address, 0, "the address cannot be written in a command")
        reply = await self._ask("RCPT", b"RCPT TO:" + path, 2)
        return RecipientReply(address, reply.code, self._clean(reply.message))

    async def _letter(
        self, octets: bytes, before_dot: Callable[[], None], replies: tuple[RecipientReply, ...]
    ) -> Outcome:
        """The body, the mark, the dot, the verdict."""
        with self._step("BODY"):
            early = await self._live().body(octets)
        if early is not None:
            return self._early(early, replies)
        before_dot()
        with self._step("DOT"):
            self._live().dot()
        try:
            with self._step("DOT"):
                verdict = await self._live().verdict(self._account.final_dot_seconds)
        except _Trouble as trouble:
            self._drop()
            return Unknown(trouble.reply, replies)
        reply = self._clean(verdict.message)
        if verdict.code == 421:
            self._drop()
        match verdict.code // 100:
            case 2:
                return Sent(f"{verdict.code} {reply}", replies)
            case 4:
                return Deferred(verdict.code, reply, "DOT", replies)
            case 5:
                return Refused(verdict.code, reply, "DOT", replies)
        self._drop()
        return Unknown(f"{verdict.code} {reply}", replies)

    def _early(self, reply: SMTPResponse, replies: tuple[RecipientReply, ...]) -> Outcome:
        """The server spoke while it should have listened; the dot is not sent, so nothing can be accepted."""
        self._drop()
        text = self._clean(reply.message)
        if 500 <= reply.code < 600:
            return Refused(reply.code, text, "BODY", replies)
        return Deferred(reply.code if 400 <= reply.code < 500 else 0, text, "BODY", replies)

    async def _declined(self, reply: SMTPResponse, stage: Stage, replies: tuple[RecipientReply, ...] = ()) -> Outcome:
        await self._reset()
        kind = Deferred if reply.code < 500 else Refused
        return kind(reply.code, self._clean(reply.message), stage, replies)

    async def _some_refused(self, replies: tuple[RecipientReply, ...]) -> Outcome:
        await self._reset()
        refused = [reply for reply in replies if reply.code // 100 != 2]
        for reply in refused:
            if 400 <= reply.code < 500 or reply.code == 552:
                return Deferred(reply.code, reply.reply, "RCPT", replies)
        return Refused(refused[0].code, refused[0].reply, "RCPT", replies)

    async def _reset(self) -> None:
        """RSET, or a new connection next time: a transaction must not reach into the next one."""
        try:
            if (await self._ask("MAIL", b"RSET", 2)).code >= 400:
                self._drop()
        except _Trouble:
            self._drop()

    async def _open(self) -> None:
        account = self._account
        with self._step("CONNECT"):
            context = None if account.security == "none" else verifying_context(account.ca_file)
            self._client = client = Client(
                hostname=account.host,
                port=account.port,
                local_hostname=account.local_hostname,
                timeout=account.timeout_seconds,
                use_tls=account.security == "tls",
                start_tls=account.security == "starttls",
                tls_context=context,
            )
            await client.connect()
        with self._step("EHLO"):
            await client.ehlo()
        if account.user is not None:
            with self._step("AUTH"):
                await client.login(account.user, account.password)

    async def _ask(self, stage: Stage, command: bytes, good: int) -> SMTPResponse:
        """A reply of class `good`, 4 or 5. 421 means that the server hangs up, whatever was asked."""
        with self._step(stage):
            reply = await self._live().ask(command)
        if reply.code == 421:
            raise _Trouble(stage, 421, self._clean(reply.message))
        if reply.code // 100 not in {good, 4, 5}:
            raise _Trouble(stage, 0, self._clean(f"an unexpected reply: {reply.code} {reply.message}"))
        return reply

    @contextlib.contextmanager
    def _step(self, stage: Stage) -> Iterator[None]:
        """The one place where aiosmtplib's exceptions become ours."""
        try:
            yield
        except SMTPResponseException as error:
            code = error.code if 400 <= error.code < 600 else 0
            raise _Trouble(stage, code, self._clean(error.message)) from None
        except (SMTPException, OSError, ValueError, RuntimeError) as error:
            raise _Trouble(stage, 0, self._clean(_reason(error))) from None

    def _live(self) -> Client:
        if self._client is None:
            raise SMTPServerDisconnected("the connection is closed")
        return self._client

    def _body_kind(self, octets: bytes) -> bytes:
        """RFC 6152: say so if octets above 127 are coming, where the server takes them."""
        client = self._client
        eight = client is not None and client.supports_extension("8bitmime") and not octets.isascii()
        return b" BODY=8BITMIME" if eight else b""

    def _clean(self, text: str) -> str:
        return clean(text, *self._secrets)

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _path(address: str) -> bytes | None:
    """`<address>`, or None for an address that could break out of its command or needs SMTPUTF8."""
    if not address.isascii() or any(not "!" <= character <= "~" or character in "<>" for character in address):
        return None
    return f"<{address}>".encode()


def _reason(error: Exception) -> str:
    cause = error.__cause__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the certificate is not accepted: {cause.verify_message}"
    return str(error) or type(error).__name__
