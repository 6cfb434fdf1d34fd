"""FETCH of structures and sections, compared with what the standard library reads from the same octets."""

import random
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from daemon.demo.imapfetch import body_structure, envelope, section
from daemon.demo.letters import SampleLetter, sample_letters
from daemon.demo.mailsystem import MailSystem
from daemon.demo.mime import split
from tests.demo.conftest import Connect
from tests.demo.test_letters import NOW

LETTERS = sample_letters(NOW)
BY_KEY = {letter.key: letter for letter in LETTERS}


def nested() -> bytes:
    """multipart/mixed of multipart/alternative (1), a forwarded message with an attachment (2), a PNG (3)."""
    inner = EmailMessage(policy=SMTP)
    inner["Subject"] = "inner"
    inner["From"] = "b@example.org"
    inner.set_content("inner text\n")
    inner.add_attachment(b"1,2\n", maintype="text", subtype="csv", filename="inner.csv")
    message = EmailMessage(policy=SMTP)
    message["From"] = 'Ерлан "Ерке" <a@example.kz>'
    message["To"] = "info@e-sauda.kz, other@example.org"
    message["Subject"] = "outer"
    message.set_content("plain\n")
    message.add_alternative("<p>html</p>\n", subtype="html")
    message.add_attachment(inner)
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    return message.as_bytes()


NESTED = nested()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("1.1", b"plain\r\n"),
        ("1.2", b"<p>html</p>\r\n"),
        ("2.1", b"inner text\r\n"),
        ("2.2", b"MSwyCg==\r\n"),
        ("3", b"iVBORw==\r\n"),
        ("2.HEADER.FIELDS (Subject)", b"Subject: inner\r\n\r\n"),
        ("HEADER.FIELDS (SUBJECT)", b"Subject: outer\r\n\r\n"),
        ("9", b""),
        ("1.1.7", b""),
    ],
)
def test_a_section_is_the_octets_of_that_part(wanted: str, expected: bytes) -> None:
    assert section(split(NESTED), wanted).rstrip() == expected.rstrip()


def test_header_and_text_make_up_the_whole() -> None:
    part = split(NESTED)
    assert section(part, "HEADER") + section(part, "TEXT") == section(part, "") == NESTED
    assert section(part, "2.HEADER") + section(part, "2.TEXT") == section(part, "2")
    assert b"Subject:" not in section(part, "HEADER.FIELDS.NOT (Subject From)")
    assert section(part, "3.MIME").startswith(b"Content-Type: image/png")


def test_a_message_of_one_part_is_its_own_part_1() -> None:
    part = split(b"Subject: x\r\n\r\nbody\r\n")
    assert section(part, "1") == section(part, "TEXT") == b"body\r\n"
    assert section(part, "2") == b""


def test_imapclient_reads_structure_envelope_and_a_slice(system: MailSystem, connect: Connect) -> None:
    system.deliver(NESTED, "a@example.kz", ["info@e-sauda.kz"])
    found = connect().fetch([1], ["ENVELOPE", "BODYSTRUCTURE", "BODY", "BODY.PEEK[1.1]<2.3>", "INTERNALDATE"])[1]
    assert found[b"ENVELOPE"].subject == b"outer"
    assert [address.mailbox for address in found[b"ENVELOPE"].to] == [b"info", b"other"]
    assert found[b"BODY[1.1]<2>"] == b"ain"
    assert found[b"INTERNALDATE"].tzinfo
    children = found[b"BODYSTRUCTURE"][0]
    assert [child[-1] if isinstance(child[0], list) else child[1] for child in children][1:] == [b"RFC822", b"PNG"]
    assert children[1][7][1] == b"inner"
    assert found[b"BODY"].is_multipart


@pytest.mark.parametrize("letter", LETTERS, ids=[letter.key for letter in LETTERS])
def test_every_sample_letter_is_fetched_as_it_was_delivered(
    system: MailSystem, connect: Connect, letter: SampleLetter
) -> None:
    system.deliver(letter.octets, letter.sender, ["info@e-sauda.kz"])
    found = connect().fetch([1], ["BODY.PEEK[]", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE", "BODY.PEEK[HEADER]"])[1]
    assert found[b"BODY[]"].endswith(letter.octets)
    assert found[b"RFC822.SIZE"] == len(found[b"BODY[]"])
    parsed = message_from_bytes(letter.octets)
    assert found[b"ENVELOPE"].message_id == str(parsed["Message-ID"]).encode()
    assert found[b"BODYSTRUCTURE"].is_multipart == (parsed.get_content_maintype() == "multipart")


def test_a_russian_file_name_stays_encoded_in_the_structure() -> None:
    structure = body_structure(split(BY_KEY["defect_screenshot"].octets), extended=True)
    assert b'"FILENAME*" "utf-8\'\'%D1%81%D0%BD%D0%B8%D0%BC%D0%BE%D0%BA%20' in structure


def test_any_octets_have_a_structure() -> None:
    draw = random.Random(7)
    source = NESTED + BY_KEY["broken_mime"].octets
    for _ in range(500):
        octets = bytearray(source)
        for _ in range(draw.randrange(1, 40)):
            octets[draw.randrange(len(octets))] = draw.randrange(256)
        part = split(bytes(octets[draw.randrange(len(octets)) // 4 :]))
        assert part.header + part.body
        assert body_structure(part, extended=True).startswith(b"(")
        assert envelope(part).startswith(b"(")
        assert section(part, "HEADER") + section(part, "TEXT") == section(part, "")
