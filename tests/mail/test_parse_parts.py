"""Parts, attachments and their names; structure that is deep, wide or broken."""

# ruff: noqa: E501 - lines of raw mail are compared more easily when they are not broken

import base64
import binascii

import pytest

from daemon.mail.limits import Limits
from daemon.mail.parse import parse, parse_header
from tests.mail.letters import LIMITS, codes, multipart, raw, read

PDF = b"%PDF-1.4\n\x00\xff"
CODED = base64.encodebytes(PDF)
TEXT = b"Content-Type: text/plain\r\n\r\nsee the file"


def part(*fields: str | bytes, body: bytes = CODED) -> bytes:
    lines = [field.encode() if isinstance(field, str) else field for field in fields]
    return b"\r\n".join([*lines, b"Content-Transfer-Encoding: base64"]) + b"\r\n\r\n" + body


def only_name(*fields: str | bytes) -> str:
    kind, body = multipart("mixed", TEXT, part(*fields))
    message = read(kind, body=body)
    (attachment,) = message.attachments
    assert (attachment.content, attachment.size) == (PDF, len(PDF))
    assert message.text.strip() == "see the file"
    return attachment.name


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        (["Content-Type: application/pdf", 'Content-Disposition: attachment; filename="a b.pdf"'], "a b.pdf"),
        (['Content-Type: application/pdf; name="only-name.pdf"'], "only-name.pdf"),
        (["Content-Type: application/pdf", "Content-Disposition: attachment; filename=no quotes.pdf"], "no quotes.pdf"),
        (["Content-Type: application/pdf", "Content-Disposition: attachment; filename*=utf-8''%D1%81%D1%87%D1%91%D1%82.pdf"], "счёт.pdf"),
        (["Content-Type: application/pdf", "Content-Disposition: attachment; filename*=koi8-r'ru'%D3%DE%A3%D4.pdf"], "счёт.pdf"),
        (["Content-Type: application/pdf", "Content-Disposition: attachment; filename*0*=utf-8''%D1%81%D1; filename*1*=%87; filename*2=x.pdf"], "счx.pdf"),
        (["Content-Type: application/pdf", "Content-Disposition: attachment; filename*1=b.pdf; filename*0=a"], "ab.pdf"),
        (["Content-Type: application/pdf", 'Content-Disposition: attachment; filename="=?utf-8?B?0YHRh9GR0YIucGRm?="'], "счёт.pdf"),
        (["Content-Type: application/pdf; name==?koi8-r?B?095jo9Q=?=", "Content-Disposition: attachment"], None),
        (["Content-Type: application/pdf", b"Content-Disposition: attachment; filename=" + "счёт.pdf".encode("cp1251")], "счёт.pdf"),
        (["Content-Type: application/pdf", "Content-Disposition: attachment; filename=счёт.pdf"], "счёт.pdf"),
        (["Content-Type: application/pdf"], "attachment-1.pdf"),
        (["Content-Type: application/pdf", "Content-Disposition: attachment"], "attachment-1.pdf"),
        (["Content-Type: application/x-strange", "Content-Disposition: attachment"], "attachment-1.bin"),
        (["Content-Type: application/pdf", 'Content-Disposition: attachment; filename="../../etc/passwd"'], "passwd"),
        (["Content-Type: application/pdf", 'Content-Disposition: attachment; filename="C:\\temp\\a.pdf"'], "a.pdf"),
        (["Content-Type: application/pdf", 'Content-Disposition: attachment; filename=".."'], "attachment-1.pdf"),
        (["Content-Type: application/pdf", 'Content-Disposition: attachment; filename="CON.pdf"'], "_CON.pdf"),
        (["Content-Type: application/pdf", 'Content-Disposition: attachment; filename="a<b>|c?.pdf"'], "a_b__c_.pdf"),
        (["Content-Type: application/pdf", 'Content-Disposition: attachment; filename="a\u202efdp.exe"'], "afdp.exe"),
        (["Content-Type: application/pdf", f'Content-Disposition: attachment; filename="{"ж" * 500}.pdf"'], "ж" * 146 + ".pdf"),
    ],
)  # fmt: skip
def test_the_name_of_an_attachment(fields: list[str | bytes], name: str | None) -> None:
    found = only_name(*fields)
    assert name is None or found == name
    assert len(found) <= LIMITS.attachment_name_chars


INNER = raw("From: c@example.kz", "Subject: Внутреннее", "Content-Type: text/html", body=b"<b>inner words</b>")


@pytest.mark.parametrize(
    "disposition",
    [
        "",
        "Content-Disposition: inline\r\n",
        "Content-Disposition: attachment\r\n",
        'Content-Disposition: attachment; filename="f.eml"\r\n',
    ],
)
def test_an_attached_message_is_one_file_with_its_own_octets(disposition: str) -> None:
    inner = f"Content-Type: message/rfc822\r\n{disposition}\r\n".encode() + INNER
    kind, body = multipart("mixed", TEXT, inner)
    message = read(kind, body=body)
    (attachment,) = message.attachments
    assert attachment.content == INNER
    assert attachment.name == ("f.eml" if "f.eml" in disposition else "Внутреннее.eml")
    assert "inner" not in message.text


def test_an_attached_message_in_base64_is_decoded() -> None:
    kind, body = multipart("mixed", TEXT, part("Content-Type: message/rfc822", body=base64.encodebytes(INNER)))
    (attachment,) = read(kind, body=body).attachments
    assert attachment.content == INNER


def test_a_digest_is_a_set_of_attached_messages() -> None:
    kind, body = multipart("digest", b"\r\nSubject: one\r\n\r\n1", b"\r\nSubject: two\r\n\r\n2")
    assert [item.name for item in read(kind, body=body).attachments] == ["one.eml", "two.eml"]


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"


def jpeg(width: int, height: int) -> bytes:
    frame = b"\xff\xc0\x00\x11\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\x03" + b"\0" * 9
    return b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 10 + frame


@pytest.mark.parametrize(
    ("picture", "decoration"),
    [
        (png(120, 40), True),
        (png(1, 1), True),
        (png(700, 90), True),
        (png(1366, 768), False),
        (jpeg(80, 80), True),
        (jpeg(1080, 1920), False),
        (b"GIF89a" + (400).to_bytes(2, "little") + (300).to_bytes(2, "little"), False),
        (b"RIFF unknown", True),
        (b"RIFF unknown" + b"x" * 50_000, False),
        (b"\xff\xd8\xff", True),
    ],
)
def test_a_pasted_screenshot_is_told_from_a_logo(picture: bytes, decoration: bool) -> None:
    html = b'Content-Type: text/html\r\n\r\n<p>look <img src="cid:pic@1"></p>'
    shown = part("Content-Type: image/png; name=pic.png", "Content-ID: <pic@1>", body=base64.encodebytes(picture))
    related, inner = multipart("related", html, shown, boundary="b2")
    attached = part("Content-Type: image/png; name=other.png", body=base64.encodebytes(picture))
    kind, body = multipart("mixed", f"{related}\r\n\r\n".encode() + inner, attached)
    found = [(item.name, item.inline) for item in read(kind, body=body).attachments]
    assert found == [("pic.png", decoration), ("other.png", False)]


def test_a_uuencoded_file_leaves_the_text_and_becomes_an_attachment() -> None:
    lines = b"".join(binascii.b2a_uu(PDF[start : start + 45]) for start in range(0, len(PDF), 45))
    message = read(body=b"before\r\nbegin 644 a.pdf\r\n" + lines + b"`\r\nend\r\nafter")
    assert [(item.name, item.content) for item in message.attachments] == [("a.pdf", PDF)]
    assert message.text == "before\n\nafter"


def test_a_sentence_that_begins_is_no_uuencoded_file() -> None:
    text = "begin 644 steps from the office\nand turn left at the end"
    assert read(body=text.encode()).text == text


@pytest.mark.parametrize(
    "coded",
    [
        CODED.replace(b"=", b""),
        CODED.replace(b"\n", b"!\n"),
        b" " + CODED,
        CODED + b"\nfooter of a list",
        CODED.rstrip() + b"A",
    ],
)
def test_base64_is_read_as_clients_read_it(coded: bytes) -> None:
    kind, body = multipart("mixed", TEXT, part("Content-Type: application/pdf", body=coded))
    assert read(kind, body=body).attachments[0].content.startswith(PDF)


def test_the_text_around_an_attachment_is_kept_in_order() -> None:
    kind, body = multipart("mixed", b"\r\none", part("Content-Type: image/png; name=a.png"), b"\r\ntwo")
    assert read(kind, body=body).text == "one\ntwo"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("Content-Type: multipart/mixed", "boundary_guessed"),
        ('Content-Type: multipart/mixed; boundary="other"', "boundary_guessed"),
        ('Content-Type: multipart/mixed; boundary="b1"', "boundary_not_closed"),
    ],
)
def test_a_broken_boundary_is_survived(kind: str, code: str) -> None:
    message = read(
        kind,
        body=b"--b1\r\nContent-Type: text/plain\r\n\r\nfirst\r\n--b1\r\nContent-Type: text/plain\r\n\r\nsecond\r\n",
    )
    assert message.text.strip() == "first\nsecond"
    assert code in codes(message)


def test_a_multipart_of_nothing_is_read_as_text() -> None:
    message = read('Content-Type: multipart/mixed; boundary="b1"', body=b"no part at all")
    assert message.text == "no part at all"
    assert "multipart_without_parts" in codes(message)


def nested(depth: int) -> bytes:
    """A multipart in a multipart, `depth` times."""
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level) for level in range(depth)
    )
    return b"From: a@example.kz\nSubject: deep\n" + head + b"\nthe words\n"


@pytest.mark.parametrize("depth", [2, 29, 31, 300, 1_000, 4_000])
def test_depth_is_bounded_and_the_header_survives(depth: int) -> None:
    message = parse(nested(depth), LIMITS)
    assert (message.subject, message.sender.addr) == ("deep", "a@example.kz")
    assert ("too_deep" in codes(message)) == (depth > LIMITS.mime_depth)
    if depth < LIMITS.mime_depth:
        assert message.text.strip() == "the words"


def test_the_number_of_parts_is_bounded() -> None:
    kind, body = multipart("mixed", *[b"\r\nx"] * 1_200)
    message = read(kind, body=body)
    assert "too_many_parts" in codes(message)
    assert message.text.count("x") < LIMITS.mime_parts


def test_the_number_of_attachments_is_bounded_and_told() -> None:
    kind, body = multipart("mixed", *[part("Content-Type: application/pdf")] * 150)
    message = read(kind, body=body)
    assert len(message.attachments) == LIMITS.attachments
    assert "too_many_attachments" in codes(message)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(message_octets=100), "message_too_big"),
        (Limits(lines=10), "too_many_lines"),
        (Limits(dashed_lines=3), "too_many_dashed_lines"),
    ],
)
def test_over_a_limit_the_header_alone_is_read(limits: Limits, code: str) -> None:
    message = parse(raw("From: a@example.kz", "Subject: big", body=b"\n--x" * 200), limits)
    assert (message.subject, message.text, message.attachments) == ("big", "", ())
    assert code in codes(message)


def test_header_bounds_cut_and_tell() -> None:
    fields = [f"X-Field: {number}" for number in range(3_000)]
    message = read("Subject: " + "a" * 50_000, "Subject: x", *fields, body=b"text")
    assert len(message.subject) == LIMITS.header_field_octets
    assert len(message.headers) == LIMITS.header_fields
    assert "header_fields_cut" in codes(message)
    assert message.text == "text"


def test_a_header_read_alone_is_the_same_header() -> None:
    octets = raw("From: a@example.kz", "Subject: x", "Content-Type: text/html; charset=utf-8", body=b"<b>text</b>")
    alone, whole = parse_header(octets.partition(b"<b>")[0], LIMITS), parse(octets, LIMITS)
    assert (alone.sender, alone.subject, alone.headers) == (whole.sender, whole.subject, whole.headers)
    assert (alone.content_type, alone.text, alone.new_text) == ("text/html", "", "")
    assert "header_only" in codes(alone)


def test_long_text_is_cut_and_told() -> None:
    message = read(body=b"word " * 50_000)
    assert len(message.text) == LIMITS.text_chars
    assert "text_cut" in codes(message)
