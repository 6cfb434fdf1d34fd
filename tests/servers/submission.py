"""A submission server for tests: aiosmtpd that relays into Dovecot by LMTP and does as it is told.

It keeps every transaction it accepted. A script decides, command by command and attempt by attempt, what it replies;
where the script is silent it is an ordinary, friendly server.
"""

import asyncio
import smtplib
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.authority import Authority
from tests.servers.looped import Looped

COMMANDS = ("EHLO", "MAIL", "RCPT", "DATA", "DOT", "RSET")
"""What a rule can be for. `DOT` is the final dot: the message has been received."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One transaction that the server took over."""

    reverse_path: str
    recipients: tuple[str, ...]
    octets: bytes
    at: float
    """Seconds since the epoch."""


@dataclass(slots=True)
class _Rule:
    command: str
    times: int
    recipient: str | None = None
    reply: str | None = None
    drop: bool = False
    seconds: float = 0
    take: bool = False
    """At the dot: accept and relay the message, whatever is said of it."""


class SubmissionServer(Looped):
    """The running server.

    Args:
        lmtp_port: where accepted mail goes; None: nowhere, it is only recorded.
        authority: offers STARTTLS with it, or TLS from the first octet if `implicit_tls`.
        login: the one user and password that may submit; None: everybody.
    """

    def __init__(
        self,
        lmtp_port: int | None = None,
        *,
        authority: Authority | None = None,
        implicit_tls: bool = False,
        login: tuple[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.accepted: list[Accepted] = []
        self.commands: list[str] = []
        self.connections = 0
        self._lmtp_port = lmtp_port
        self._login = login
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()
        self._transports: set[asyncio.WriteTransport] = set()
        context = _server_context(authority) if authority else None
        self._starttls = None if implicit_tls else context
        self._listen(self._protocol, ssl=context if implicit_tls else None)

    def reply(self, command: str, text: str, *, times: int = 1_000_000, recipient: str | None = None) -> None:
        """Answer `command` with `text` (`451 4.3.0 later`) the next `times` times; at RCPT only for `recipient`."""
        self._add(_Rule(command, times, recipient, reply=text))

    def drop(self, command: str, *, times: int = 1_000_000) -> None:
        """Cut the connection when `command` has come. At `DOT` the message is not taken."""
        self._add(_Rule(command, times, drop=True))

    def take_and_drop(self, *, times: int = 1_000_000) -> None:
        """Take the message over at the final dot and cut the connection instead of saying so (RFC 1047)."""
        self._add(_Rule("DOT", times, drop=True, take=True))

    def delay(self, command: str, seconds: float, *, times: int = 1_000_000) -> None:
        """Be slow; then do as usual."""
        self._add(_Rule(command, times, seconds=seconds))

    def reset(self) -> None:
        """Forget the script and what was accepted."""
        with self._lock:
            self._rules.clear()
            self.accepted.clear()
            self.commands.clear()
            self.connections = 0

    def hang_up(self) -> None:
        """Cut all connections now, as a server does with idle ones."""

        self._call(self._hang_up())

    async def _hang_up(self) -> None:
        for transport in tuple(self._transports):
            transport.abort()
        await asyncio.sleep(0)

    async def _shut(self) -> None:
        await self._hang_up()
        await super()._shut()

    def _add(self, rule: _Rule) -> None:
        assert rule.command in COMMANDS
        with self._lock:
            self._rules.append(rule)

    def _protocol(self) -> "_Smtp":
        return _Smtp(self)

    async def _act(self, command: str, transport: asyncio.WriteTransport | None, recipient: str = "") -> _Rule | None:
        """Note the command and carry out what the first rule for it says; the rule is returned."""
        with self._lock:
            self.commands.append(command)
            rule = next((rule for rule in self._rules if _fits(rule, command, recipient)), None)
            if rule is not None:
                rule.times -= 1
        if rule is not None and rule.seconds:
            await asyncio.sleep(rule.seconds)
        if rule is not None and rule.drop and not rule.take and transport is not None:
            transport.abort()
        return rule

    def _take(self, envelope: Envelope) -> None:
        octets = envelope.content if isinstance(envelope.content, bytes) else b""
        recipients = tuple(str(recipient) for recipient in envelope.rcpt_tos)
        reverse_path = "" if envelope.mail_from in {None, "<>"} else str(envelope.mail_from)
        if self._lmtp_port is not None:
            with smtplib.LMTP(self.host, self._lmtp_port) as lmtp:
                for recipient in recipients:
                    # One at a time: LMTP answers the dot once for each recipient, and smtplib reads one answer only.
                    lmtp.sendmail(reverse_path, [recipient], octets)
        with self._lock:
            self.accepted.append(Accepted(reverse_path, recipients, octets, time.time()))


class _Handler:
    """aiosmtpd's hooks; each asks the script first."""

    def __init__(self, owner: SubmissionServer) -> None:
        self._owner = owner

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name
        self, server: "_Smtp", session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        rule = await self._owner._act("EHLO", server.wire)
        return [rule.reply] if rule and rule.reply else responses

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, server: "_Smtp", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        rule = await self._owner._act("MAIL", server.wire)
        if rule and rule.reply:
            return rule.reply
        if self._owner._login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender ok"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: "_Smtp", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        rule = await self._owner._act("RCPT", server.wire, address)
        if rule and rule.reply:
            return rule.reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient ok"

    async def handle_RSET(self, server: "_Smtp", session: Session, envelope: Envelope) -> str:  # noqa: N802
        rule = await self._owner._act("RSET", server.wire)
        return rule.reply if rule and rule.reply else "250 2.0.0 Ok"

    async def handle_DATA(self, server: "_Smtp", session: Session, envelope: Envelope) -> str:  # noqa: N802
        rule = await self._owner._act("DOT", server.wire)
        if rule and rule.reply:
            return rule.reply
        if rule is None or rule.take or not rule.drop:
            await asyncio.to_thread(self._owner._take, envelope)
        if rule and rule.drop and server.wire:
            server.wire.abort()
        return "250 2.0.0 Ok: taken over"


class _Smtp(SMTP):
    """aiosmtpd's protocol with a script before DATA's 354."""

    def __init__(self, owner: SubmissionServer) -> None:
        self._owner = owner
        self.wire: asyncio.WriteTransport | None = None
        super().__init__(
            _Handler(owner),
            hostname="mail.e-sauda.kz",
            loop=owner._loop,
            data_size_limit=60_000_000,
            command_call_limit=100_000,
            tls_context=owner._starttls,
            auth_require_tls=False,
            authenticator=self._check_login if owner._login else None,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        if self.wire is None:  # else STARTTLS has just been done
            self._owner.connections += 1
        self.wire = transport
        self._owner._transports.add(transport)
        super().connection_made(transport)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        rule = await self._owner._act("DATA", self.wire)
        if rule and rule.reply:
            await self.push(rule.reply)
        elif not (rule and rule.drop):
            await super().smtp_DATA(arg)

    def _check_login(self, server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == self._owner._login
        return AuthResult(success=good, handled=False)


def _fits(rule: _Rule, command: str, recipient: str) -> bool:
    return rule.command == command and rule.times > 0 and rule.recipient in {None, recipient}


def _server_context(authority: Authority) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority.certificate, authority.key)
    return context
