"""The IMAP server of the embedded mail system: lines, literals, IDLE and AUTHENTICATE around an `imapsession`.

Promise: good enough for imapclient and for an ordinary mail client (Thunderbird, mutt) on loopback without TLS. What
a client does wrong is answered BAD or NO; only an endless line or an oversized literal ends the connection.
"""

import asyncio
from typing import Literal

from daemon.demo.imapaccount import CAPABILITY, Answer, logged_in
from daemon.demo.imapcommands import run
from daemon.demo.imapgrammar import CommandError, RefusedError, Token, text_of, tokenise
from daemon.demo.imapsession import Session
from daemon.demo.loopback import Client, LoopbackServer
from daemon.demo.mailboxes import MESSAGE_OCTETS, Store

IDLE_SETTLES = 0.05
"""Seconds between `+ idling` and the first notice: clients built on imaplib do not see a notice in the same segment."""

COMMAND_LITERALS = 100
"""Literals in one command."""


class ImapServer(LoopbackServer):
    """Serves the accounts of a store."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    def farewell(self) -> bytes:
        """See `LoopbackServer`."""
        return b"* BYE the line is too long\r\n"

    async def converse(self, client: Client) -> None:
        """See `LoopbackServer`."""
        session = Session(self._store)
        await client.send(b"* OK [" + CAPABILITY + b"] ready\r\n")
        while True:
            segments = await _command(client)
            tag, _, rest = segments[0].partition(b" ")
            name, _, first = rest.partition(b" ")
            if name.upper() == b"LOGOUT":
                await client.send(b"* BYE bye\r\n" + _tag(tag) + b" OK done\r\n")
                return
            await client.send(await _answer(client, session, _tag(tag), name.upper(), [first, *segments[1:]]))


async def _command(client: Client) -> list[bytes]:
    """A command line with its literals: text, literal, text, … text."""
    segments: list[bytes] = []
    while True:
        line = (await client.line()).rstrip(b"\r\n")
        size, waits = _announced(line)
        if size is None:
            return [*segments, line]
        if size > MESSAGE_OCTETS or len(segments) > 2 * COMMAND_LITERALS:
            await client.send(b"* BYE the literal is too large\r\n")
            raise ConnectionAbortedError
        if waits:
            await client.send(b"+ go on\r\n")
        segments += [line[: line.rindex(b"{")], await client.exactly(size)]


def _announced(line: bytes) -> tuple[int | None, bool]:
    """The size of the literal that follows a line, and whether the client waits to be asked (RFC 7888)."""
    if not line.endswith(b"}") or b"{" not in line:
        return None, False
    inside = line[line.rindex(b"{") + 1 : -1]
    digits = inside.removesuffix(b"+")
    if not digits.isdigit() or len(digits) > 10:
        return None, False
    return int(digits), digits == inside


def _tag(tag: bytes) -> bytes:
    """The client's tag, or `*` for one that cannot be repeated."""
    return tag if tag and len(tag) < 100 and tag.isascii() and tag.isalnum() else b"*"


async def _answer(client: Client, session: Session, tag: bytes, name: bytes, segments: list[bytes]) -> bytes:
    try:
        args = tokenise(segments)
        if name == b"IDLE":
            return await _idle(client, session, tag)
        if name == b"AUTHENTICATE":
            lines, done = await _authenticate(client, session, args)
        else:
            lines, done = run(session, name.decode("latin-1"), args)
    except CommandError as fault:
        return tag + f" BAD {fault}\r\n".encode("latin-1", "replace")
    except RefusedError as refusal:
        return tag + f" NO {refusal}\r\n".encode("latin-1", "replace")
    return b"".join(line + b"\r\n" for line in [*lines, tag + b" OK " + done])


async def _authenticate(client: Client, session: Session, args: list[Token]) -> Answer:
    if not args or text_of(args[0]).upper() != "PLAIN":
        raise RefusedError("[CANNOT] only PLAIN")
    if len(args) > 1:
        response = text_of(args[1]).encode("latin-1")
    else:
        await client.send(b"+ \r\n")
        response = (await client.line()).strip()
    session.plain(response)
    return logged_in()


async def _idle(client: Client, session: Session, tag: bytes) -> bytes:
    """RFC 2177: tell of changes until the client writes DONE."""
    changed = asyncio.Event()
    with session.watching(changed.set):
        await client.send(b"+ idling\r\n")
        line = asyncio.create_task(client.line())
        try:
            await asyncio.wait({line}, timeout=IDLE_SETTLES)
            while not line.done():
                changed.clear()
                await client.send(b"".join(news + b"\r\n" for news in session.news()))
                await _either(line, changed)
            ending = await line
        finally:
            line.cancel()
    if ending.strip().upper() != b"DONE":
        raise CommandError("DONE was awaited")
    return tag + b" OK idle ended\r\n"


async def _either(line: asyncio.Task[bytes], changed: asyncio.Event) -> None:
    notice = asyncio.create_task(changed.wait())
    either: set[asyncio.Task[bytes] | asyncio.Task[Literal[True]]] = {line, notice}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        notice.cancel()
