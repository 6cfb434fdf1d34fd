"""The SMTP server of the embedded mail system: submission for the service and its people, and the way in from outside.

Promise: RFC 5321 with PIPELINING, SIZE, 8BITMIME, ENHANCEDSTATUSCODES and AUTH, on loopback without TLS. A message is
answered 250 only when it lies in every folder it goes to. A wrong command is answered and the conversation goes on.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field

from daemon.demo.border import HOSTNAME, Border, Envelope
from daemon.demo.loopback import Client, LoopbackServer
from daemon.demo.mailboxes import MESSAGE_OCTETS, Store

RECIPIENTS = 1_000
"""Per message; RFC 5321 section 4.5.3.1.8 asks for 100 at least."""

_PATH = re.compile(r"<(?:@[^:<>]*:)?([^<>\s]*)>((?: [^\s]+)*)")
_EXTENSIONS = ("PIPELINING", f"SIZE {MESSAGE_OCTETS}", "8BITMIME", "ENHANCEDSTATUSCODES", "AUTH PLAIN LOGIN", "HELP")


@dataclass(slots=True)
class _Transaction:
    """What the client has said so far. `sender` is None before MAIL."""

    helo: str = ""
    login: str = ""
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)

    def reset(self) -> None:
        self.sender = None
        self.recipients = []


class SmtpServer(LoopbackServer):
    """Takes mail for a border."""

    def __init__(self, store: Store, border: Border) -> None:
        super().__init__()
        self._store = store
        self._border = border

    def farewell(self) -> bytes:
        """See `LoopbackServer`."""
        return b"500 5.5.6 the line is too long\r\n"

    async def converse(self, client: Client) -> None:
        """See `LoopbackServer`."""
        state = _Transaction()
        await client.send(f"220 {HOSTNAME} ESMTP\r\n".encode())
        while True:
            line = (await client.line()).rstrip(b"\r\n").decode("latin-1")
            verb, _, rest = line.partition(" ")
            match verb.upper():
                case "QUIT":
                    await client.send(b"221 2.0.0 bye\r\n")
                    return
                case "DATA":
                    await self._data(client, state)
                case "AUTH":
                    await client.send(await self._auth(client, state, rest))
                case _:
                    await client.send(self._simple(state, verb.upper(), rest.strip()))

    def _simple(self, state: _Transaction, verb: str, rest: str) -> bytes:
        match verb:
            case "EHLO" | "HELO":
                state.reset()
                state.helo = rest if re.fullmatch(r"[\w.:\[\]-]{1,255}", rest, re.ASCII) else "unknown"
                lines = [HOSTNAME, *_EXTENSIONS] if verb == "EHLO" else [HOSTNAME]
                return "".join(f"250-{line}\r\n" for line in lines[:-1]).encode() + f"250 {lines[-1]}\r\n".encode()
            case "MAIL":
                return self._mail(state, rest)
            case "RCPT":
                return self._rcpt(state, rest)
            case "RSET":
                state.reset()
                return b"250 2.0.0 reset\r\n"
            case "NOOP":
                return b"250 2.0.0 ok\r\n"
            case "VRFY":
                return b"252 2.1.5 send and see\r\n"
            case "HELP":
                return b"214 2.0.0 RFC 5321\r\n"
        return b"500 5.5.1 unknown command\r\n"

    def _mail(self, state: _Transaction, rest: str) -> bytes:
        if not state.helo or state.sender is not None:
            return b"503 5.5.1 EHLO first, and one MAIL at a time\r\n"
        path, params = _path(rest, "FROM:")
        if path is None:
            return b"501 5.1.7 no reverse-path\r\n"
        for param in params:
            name, _, value = param.upper().partition("=")
            if name == "SIZE" and value.isdigit() and len(value) < 20:
                if int(value) > MESSAGE_OCTETS:
                    return b"552 5.3.4 the message is too large\r\n"
            elif name not in ("BODY", "AUTH") or (name == "BODY" and value not in ("7BIT", "8BITMIME")):
                return b"555 5.5.4 unknown parameter\r\n"
        state.sender = path
        return b"250 2.1.0 ok\r\n"

    def _rcpt(self, state: _Transaction, rest: str) -> bytes:
        if state.sender is None:
            return b"503 5.5.1 MAIL first\r\n"
        path, params = _path(rest, "TO:")
        if not path or params:
            return b"501 5.1.3 no forward-path\r\n"
        if len(state.recipients) >= RECIPIENTS:
            return b"452 4.5.3 too many recipients\r\n"
        if not self._border.accepts(path):
            return b"550 5.1.1 no such user\r\n"
        state.recipients.append(path)
        return b"250 2.1.5 ok\r\n"

    async def _data(self, client: Client, state: _Transaction) -> None:
        if state.sender is None or not state.recipients:
            await client.send(b"503 5.5.1 no recipients\r\n")
            return
        await client.send(b"354 end with a dot\r\n")
        octets = await _text(client)
        if octets is None:
            await client.send(b"552 5.3.4 the message is too large\r\n")
        else:
            envelope = Envelope(state.sender, tuple(state.recipients), state.helo, state.login)
            queue_id = self._border.deliver(octets, envelope)
            await client.send(f"250 2.0.0 ok, queued as {queue_id}\r\n".encode())
        state.reset()

    async def _auth(self, client: Client, state: _Transaction, rest: str) -> bytes:
        mechanism, _, initial = rest.strip().partition(" ")
        match mechanism.upper():
            case "PLAIN":
                words = _decoded(initial.strip() or await _ask(client, "")).split("\0")
                name, password = words[1:] if len(words) == 3 else ("", "")
            case "LOGIN":
                name = _decoded(initial.strip() or await _ask(client, "Username:"))
                password = _decoded(await _ask(client, "Password:"))
            case _:
                return b"504 5.5.4 PLAIN or LOGIN\r\n"
        account = self._store.authenticate(name, password)
        if account is None:
            return b"535 5.7.8 wrong name or password\r\n"
        state.login = account.login
        return b"235 2.7.0 logged in\r\n"


def _path(rest: str, keyword: str) -> tuple[str | None, list[str]]:
    """The path of a MAIL or RCPT and its parameters; None where there is no path."""
    if not rest.upper().startswith(keyword):
        return None, []
    found = _PATH.fullmatch(rest[len(keyword) :].strip())
    if not found or not found[1].isascii():
        return None, []
    return found[1], found[2].split()


async def _text(client: Client) -> bytes | None:
    """The octets of DATA without transparency dots (RFC 5321 section 4.5.2); None if there are too many of them."""
    text = bytearray()
    fits = True
    after_line_end = True
    while True:
        line = await client.line()
        if after_line_end and line == b".\r\n":
            return bytes(text) if fits else None
        if after_line_end and line.startswith(b"."):
            line = line[1:]
        after_line_end = line.endswith(b"\r\n")
        fits = fits and len(text) + len(line) <= MESSAGE_OCTETS
        if fits:
            text += line


async def _ask(client: Client, question: str) -> str:
    await client.send(b"334 " + base64.b64encode(question.encode()) + b"\r\n")
    return (await client.line()).strip().decode("latin-1")


def _decoded(text: str) -> str:
    """Base64 as text; '' for what is none, which opens no account."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
