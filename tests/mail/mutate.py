"""Seeds and mutations for the fuzz campaign: letters of every shape that we know, bent at random."""

import os
import random
from pathlib import Path

_SEEDS = (
    "From: =?utf-8?B?0JjQstCw0L0=?= <a@example.kz>\r\nTo: info@e-sauda.kz\r\nSubject: =?koi8-r?Q?=F0=D2=C9?=\r\n"
    'Content-Type: text/plain; charset="windows-1251"\r\nContent-Transfer-Encoding: 8bit\r\n\r\nПривет\r\n> старое\r\n',
    'From: a@example.kz\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: '
    'multipart/alternative; boundary="c"\n\n--c\n\ntext\n--c\nContent-Type: text/html\n\n<div>html <blockquote>q'
    "</blockquote></div>\n--c--\n--b\nContent-Type: application/pdf; name*0*=utf-8''%D1%81; name*1=x.pdf\n"
    "Content-Disposition: attachment\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjQ=\n--b\n"
    "Content-Type: message/rfc822\n\nSubject: inner\n\nbody\n--b--\n",
    "Return-Path: <>\nFrom: MAILER-DAEMON@example.kz\nSubject: Undelivered Mail Returned to Sender\nContent-Type: "
    'multipart/report; report-type=delivery-status; boundary="r"\n\n--r\n\nsorry\n--r\nContent-Type: '
    "message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; b@example.kz\nAction: failed\n"
    "Status: 5.1.1\nDiagnostic-Code: smtp; 550 no\n--r\nContent-Type: text/rfc822-headers\n\n"
    "Message-ID: <es.2026-000123.aaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb@e-sauda.kz>\n--r--\n",
    "From: b@example.kz\nSubject: uu\nContent-Type: text/plain; format=flowed\n\nfile:\n"
    "begin 644 a.txt\n#0V%T\n`\nend\n",
)
_TOKENS = (
    b"\r\n", b"\n\n", b"\r", b"\x00", b"=?utf-8?B?", b"?=", b"=?", b"--b", b"--b--", b"boundary=", b"charset=", b";",
    b'"',
    b"<", b">", b"(", b")", b",", b":;", b"\\", b"\xff\xfe", b"\xd0", b"\x1b$B", b"Content-Type: multipart/mixed",
    b"Content-Transfer-Encoding: base64\n", b"<blockquote>", b"<div>", b"begin 644 x\n", b"%", b"*0*=", b"'", b"From: ",
    b"message/rfc822", b"\xe2\x80\xa8", b"=0A", b"utf-16", b"utf-7", b"idna", b"undefined", b"\xc2\x85", b"=",
)  # fmt: skip


def seeds() -> list[bytes]:
    """Our own seeds, and other people's mail where MAIL_FIXTURES names its folder."""
    found = [seed.encode("cp1251" if "1251" in seed else "utf-8") for seed in _SEEDS]
    folder = os.environ.get("MAIL_FIXTURES", "")
    if folder and Path(folder).is_dir():
        found += [path.read_bytes() for path in sorted(Path(folder).glob("*/*")) if path.stat().st_size < 60_000]
    return found


def mutant(octets: bytes, chance: random.Random) -> bytes:
    """One to eight random edits of `octets`."""
    data = bytearray(octets)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(data) + 1)
        edit = chance.randrange(6)
        if edit == 0:
            data[place:place] = chance.choice(_TOKENS)
        elif edit == 1:
            data[place : place + chance.randint(1, 40)] = b""
        elif edit == 2:
            data[place : place + 1] = bytes([chance.randrange(256)])
        elif edit == 3:
            data[place:place] = chance.choice(_TOKENS) * chance.randint(2, 200)
        elif edit == 4:
            other = chance.randrange(len(data) + 1)
            data[place:place] = data[other : other + chance.randint(1, 400)]
        else:
            data = data[: max(1, place)]
    return bytes(data)
