"""The IMAP server against clients that write lines of their own making."""

import random

import pytest

from daemon.demo.imapgrammar import NESTING
from daemon.demo.loopback import LINE_OCTETS
from daemon.demo.mailsystem import MailSystem
from tests.demo.conftest import Connect, Wire, letter

LOGIN = b"a LOGIN support demo\r\n"


def garbage(seed: int) -> list[bytes]:
    draw = random.Random(seed)
    words = [b"a", b"UID", b"FETCH", b"STORE", b"SEARCH", b"APPEND", b"(", b")", b'"', b"{", b"}", b"\\", b"[", b"1:*"]
    lines = [bytes(draw.randrange(256) for _ in range(draw.randrange(200))) for _ in range(100)]
    lines += [b" ".join(draw.choices(words, k=draw.randrange(12))) for _ in range(100)]
    return [line.replace(b"\n", b"").replace(b"\r", b"").rstrip(b"}") for line in lines]


def test_200_garbage_lines_are_answered_and_the_session_goes_on(imap_wire: Wire) -> None:
    imap_wire.send(LOGIN + b"b SELECT INBOX\r\n")
    imap_wire.until(b"b OK")
    for seed in range(3):
        imap_wire.send(b"".join(line + b"\r\n" for line in garbage(seed)))
    imap_wire.send(b"end NOOP\r\n")
    assert imap_wire.until(b"end ")[-1].startswith(b"end OK")


def test_clients_that_vanish_in_the_middle_harm_nobody(system: MailSystem, connect: Connect) -> None:
    beginnings = [b"", b"a LOG", LOGIN + b"b APPEND INBOX {1000}\r\nabc", LOGIN + b"b SELECT INBOX\r\nc IDLE\r\n"]
    for beginning in beginnings * 5:
        wire = Wire(system.imap_port)
        wire.send(beginning)
        wire.close()
    assert connect().search("ALL") == []


@pytest.mark.parametrize(
    "command",
    [
        b"NONSENSE",
        b"FETCH 1 FLAGS",
        b"SEARCH ALL",
        b"LIST",
        b"SELECT INBOX",
        b"IDLE",
        b"STATUS INBOX (MESSAGES)",
        b"AUTHENTICATE PLAIN ====",
        b'LOGIN "support',
        b"LOGIN (a b) c",
        b"ID " + b"(" * (NESTING + 2),
        b"ID )",
    ],
)
def test_what_cannot_be_done_before_login_is_bad(imap_wire: Wire, command: bytes) -> None:
    imap_wire.send(b"x " + command + b"\r\ny NOOP\r\n")
    lines = imap_wire.until(b"y ")
    assert lines[0].startswith(b"x BAD")
    assert lines[-1].startswith(b"y OK")


def test_literals_are_asked_for_or_taken_at_once(imap_wire: Wire) -> None:
    imap_wire.send(b"a LOGIN {7}\r\n")
    assert imap_wire.line().startswith(b"+ ")
    imap_wire.send(b"support {4+}\r\ndemo\r\n")
    assert imap_wire.line().startswith(b"a OK")
    octets = letter()
    imap_wire.send(b"b APPEND INBOX (\\Seen) {%d+}\r\n%b\r\n" % (len(octets), octets))
    assert b"APPENDUID" in imap_wire.line()


def test_a_literal_that_is_too_large_ends_the_connection(imap_wire: Wire) -> None:
    imap_wire.send(b"a LOGIN {999999999}\r\n")
    assert imap_wire.line().startswith(b"* BYE")
    assert imap_wire.line() == b""


def test_an_endless_line_ends_the_connection(system: MailSystem, imap_wire: Wire, connect: Connect) -> None:
    imap_wire.send(b"a" * (LINE_OCTETS + 10))
    assert imap_wire.line().startswith(b"* BYE")
    assert connect().noop()


def test_authenticate_plain_works_with_and_without_an_initial_response(system: MailSystem) -> None:
    for separator in (b" ", b"\r\n"):
        wire = Wire(system.imap_port)
        wire.send(b"a AUTHENTICATE PLAIN" + separator + b"AHN1cHBvcnQAZGVtbw==\r\n")
        assert wire.until(b"a ")[-1].startswith(b"a OK")
        wire.close()


def test_idle_tells_what_came_before_it_and_ends_at_done(system: MailSystem, imap_wire: Wire) -> None:
    imap_wire.send(LOGIN + b"b SELECT INBOX\r\n")
    imap_wire.until(b"b OK")
    system.deliver(letter(), "", ["info@e-sauda.kz"])
    imap_wire.send(b"c IDLE\r\n")
    assert imap_wire.line() == b"+ idling\r\n"
    assert imap_wire.line() == b"* 1 EXISTS\r\n"
    imap_wire.send(b"DONE\r\n")
    assert imap_wire.until(b"c ")[-1].startswith(b"c OK")
    imap_wire.send(b"d IDLE\r\nwhatever\r\n")
    assert imap_wire.until(b"d ")[-1].startswith(b"d BAD")


def test_logout_says_bye_and_closes(imap_wire: Wire) -> None:
    imap_wire.send(b"a LOGOUT\r\n")
    assert imap_wire.line().startswith(b"* BYE")
    assert imap_wire.line().startswith(b"a OK")
    assert imap_wire.line() == b""


def test_a_set_of_a_hundred_thousand_numbers_is_no_trouble(imap_wire: Wire) -> None:
    numbers = b",".join(b"%d" % number for number in range(1, 200_000, 2))
    imap_wire.send(LOGIN + b"b SELECT INBOX\r\nc UID FETCH " + numbers[:900_000].rstrip(b",") + b" FLAGS\r\n")
    assert imap_wire.until(b"c ")[-1].startswith(b"c OK")
