"""The parser is total: any octets give a clean `Message`, bounded, and never an exception."""

# ruff: noqa: E501 - lines of raw mail are compared more easily when they are not broken

import random
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.mail import envelope
from daemon.mail.limits import Limits
from daemon.mail.parse import parse, parse_header
from tests.mail.clean import unclean
from tests.mail.fuzz import campaign, rules, try_one
from tests.mail.letters import LIMITS, codes, raw, read
from tests.mail.mutate import mutant, seeds

MACHINE = rules()

POISON: dict[str, bytes] = {
    "line feed in an encoded name": b"From: =?utf-8?q?a=0Ab?= <a@example.kz>\n\nx",
    "line feed in an encoded subject": b"Subject: =?utf-8?q?Hi=0ABcc:_v@example.com?=\n\nx",
    "a lone bracket for an id": b"Message-ID: <\n\nx",
    "an unknown charset": b"Subject: =?nonsense?b?YQ==?=\nContent-Type: text/plain; charset=nonsense\n\nx",
    "a thousand nested comments": b"From: " + b"(" * 1_000 + b"\n\nx",
    "a NUL in the charset": b'Content-Type: text/plain; charset="utf-8\x00"\n\nx',
    "a NUL in everything": b"From: a\x00@example.kz\nSubject: \x00\n\n\x00x\x00",
    "a codec that is no text": b"Content-Type: text/plain; charset=zlib\n\nx\x9c",
    "charset undefined": b"Content-Type: text/plain; charset=undefined\n\n\xff",
    "charset idna": b"Content-Type: text/plain; charset=idna\n\n" + b"a" * 100 + b"\xff",
    "charset unicode_escape": b"Content-Type: text/plain; charset=unicode_escape\n\n\\ud800\xff",
    "utf-7 with halves of characters": b"Content-Type: text/plain; charset=utf-7\n\n+2AA-",
    "utf-16 of an odd length": b"Content-Type: text/plain; charset=utf-16\n\nabc",
    "broken iso-2022-jp": b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B\xff",
    "an address with a line break": b"From: a@example.kz\rBcc: v@example.com\nTo: <a\x0bb@example.kz>\n\nx",
    "groups in From": b"From: a:b:c;d;:;,<@x:y@z>;\n\nx",
    "a year of five thousand digits": b"Date: Mon, 5 May " + b"9" * 5_000 + b" 10:00:00 +0500\n\nx",
    "a zone of a hundred hours": b"Date: Mon, 5 May 2025 10:00:00 +9999\n\nx",
    "a multipart that ends in itself": b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: multipart/mixed; boundary="b"\n\n--b--\n--b--',
    "an attached message of nothing": b"Content-Type: message/rfc822\n\n",
    "base64 of one character": b"Content-Transfer-Encoding: base64\n\nA",
    "a broken quoted-printable": b"Content-Transfer-Encoding: quoted-printable\n\n=\n=Z=\xff==",
    "a uuencoded part of rubbish": b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n\xff\xff\nend",
    "parameters without end": b'Content-Type: text/plain; a="; b=\\"\n\nx',
    "sections of RFC 2231 out of order": b"Content-Type: text/plain; name*9999999999*=a; name*-1=b; name*x=c; name*=''%\n\nx",
    "separators of lines that are none": "Subject: a\u2028b\u2029c\u0085d\n\ne\u2028f".encode(),
    "a lone surrogate in UTF-8": b"Subject: a\xed\xa0\x80b\n\n\xed\xa0\x80",
    "only a header": b"From: a@example.kz",
    "only colons": b":" * 1_000,
    "nothing": b"",
    "only line ends": b"\r\n" * 1_000,
}  # fmt: skip


@pytest.mark.parametrize("octets", POISON.values(), ids=POISON.keys())
def test_a_poison_message_costs_nothing(octets: bytes) -> None:
    try_one(octets, MACHINE, LIMITS)


@given(st.binary(max_size=2_000))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_octets_give_a_clean_message(octets: bytes) -> None:
    try_one(octets, MACHINE, LIMITS)


@given(
    fields=st.lists(st.tuples(st.sampled_from(["From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type", "Content-Disposition", "Content-Transfer-Encoding", "Return-Path"]), st.binary(max_size=120)), max_size=12),
    body=st.binary(max_size=400),
)  # fmt: skip
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_values_of_known_fields_give_a_clean_message(fields: list[tuple[str, bytes]], body: bytes) -> None:
    try_one(raw(*[name.encode() + b": " + value for name, value in fields], body=body), MACHINE, LIMITS)


def test_mutants_of_every_seed_give_clean_messages() -> None:
    chance, pool = random.Random(20260507), seeds()
    for _ in range(3_000):
        try_one(mutant(chance.choice(pool), chance), MACHINE, LIMITS)


def test_the_campaign_can_be_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert campaign(50, 1) == 0
    assert "50 mutants" in capsys.readouterr().out


def test_where_mail_parser_fails_the_message_is_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_tree: object) -> object:
        raise AttributeError("'NoneType' object has no attribute 'index'")

    monkeypatch.setattr(envelope, "MailParser", broken)
    message = read(
        "From: Иван <ivan@example.kz>",
        "To: b@example.kz, c@example.kz",
        "Date: Wed, 7 May 2025 14:05:00 +0500",
        body=b"text",
    )
    assert (message.sender.name, message.sender.addr) == ("Иван", "ivan@example.kz")
    assert [address.addr for address in message.to] == ["b@example.kz", "c@example.kz"]
    assert message.date is not None
    assert message.text == "text"
    assert "mail_parser_failed" in codes(message)


def test_the_same_octets_give_the_same_message() -> None:
    for octets in seeds()[:4]:
        assert parse(octets, LIMITS) == parse(octets, LIMITS)
        assert parse_header(octets, LIMITS).sha256 == parse(octets, LIMITS).sha256


BOMBS: dict[str, bytes] = {
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nx",
    "half encoded words": b"Subject: " + b"=?a?q?" * 100_000 + b"\n\nx",
    "addresses": b"To: " + b", ".join(b"a%d@example.kz" % number for number in range(20_000)) + b"\n\nx",
    "commas": b"From: " + b"," * 100_000 + b"\n\nx",
    "quotation marks": b"From: " + b'"' * 100_000 + b"\n\nx",
    "parameters": b"Content-Type: text/plain" + b"; a=b" * 100_000 + b"\n\nx",
    "header fields": b"X-A: b\n" * 100_000 + b"\nx",
    "parts": b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 100_000,
    "attached messages in one another": b"Content-Type: message/rfc822\n\n" * 20_000,
    "lines": b"\n\n" + b"x\n" * 700_000,
    "comments of html": b"Content-Type: text/html\n\n-->" + b"<!--" * 200_000,
    "cells of html": b"Content-Type: text/html\n\n<table><tr>" + b"<td>x" * 15_000,
    "begin lines": b"\n\n" + b"begin 644 x\n" * 50_000,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("octets", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_takes_bounded_memory(octets: bytes) -> None:
    tracemalloc.start()
    try:
        assert not unclean(parse(octets, Limits()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * len(octets) + 16_000_000
