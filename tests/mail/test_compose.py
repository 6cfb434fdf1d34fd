"""Our letters: what a second parser (the standard library's) reads back, and what no value can do."""

import base64
import email
import email.policy
import re
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.mail.compose import DESK_HEADER, AutoSubmitted, Letter, compose
from daemon.mail.message import Address
from daemon.mail.parse import parse
from tests.mail.letters import LIMITS

SENDER = Address("Служба поддержки E-SAUDA", "info@e-sauda.kz")
CLIENT = Address("", "ivan@example.kz")
NOON = datetime(2026, 5, 7, 12, 0, tzinfo=UTC)
FIELDS = {
    "date", "from", "to", "subject", "message-id", "mime-version", "content-type", "content-transfer-encoding",
}  # fmt: skip


def letter(
    *,
    to: Address = CLIENT,
    reply_to: Address | None = None,
    subject: str = "ES-2026-000123-4",
    text: str = "Здравствуйте!",
    in_reply_to: str = "",
    references: tuple[str, ...] = (),
    auto_submitted: AutoSubmitted = "",
    attachments: tuple[tuple[str, str, bytes], ...] = (),
    sender: Address = SENDER,
    language: str = "",
) -> Letter:
    return Letter(
        sender=sender,
        to=to,
        reply_to=reply_to,
        subject=subject,
        text=text,
        message_id="<es.0.a.b@e-sauda.kz>",
        in_reply_to=in_reply_to,
        references=references,
        date=NOON,
        auto_submitted=auto_submitted,
        attachments=attachments,
        language=language,
    )


def second(octets: bytes) -> EmailMessage:
    """What the standard library reads; ours is not hostile to it."""
    message = email.message_from_bytes(octets, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def names(octets: bytes) -> list[str]:
    """The names of the header fields on the wire."""
    head = octets.partition(b"\r\n\r\n")[0]
    return [line.partition(b":")[0].decode().lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"]


@pytest.mark.parametrize(
    "subject",
    [
        "Hello",
        "Ваше обращение зарегистрировано: ES-2026-000123-4",
        "Өтінішіңіз қабылданды " * 9,
        "=?utf-8?q?a?=",
        "x" * 300,
        "😀" * 60,
    ],
)
@pytest.mark.parametrize("name", ["", "Ivan", "Иван Петров", 'O"Neil \\ Co', "Петров, Иван (ТОО)"])
def test_a_second_parser_reads_back_what_was_written(subject: str, name: str) -> None:
    octets = compose(letter(to=Address(name, "ivan@example.kz"), subject=subject, text="Сәлем!\nЁжик\n"))
    read = second(octets)
    assert read["Subject"] == subject.strip()
    assert (read["To"].addresses[0].display_name, read["To"].addresses[0].addr_spec) == (name, "ivan@example.kz")
    assert read["From"].addresses[0].display_name == SENDER.name
    assert read.get_content().replace("\r\n", "\n") == "Сәлем!\nЁжик\n"
    assert read["Date"].datetime == NOON


def test_a_long_name_is_split_between_characters() -> None:
    assert parse(compose(letter(to=Address("Ә" * 120, "a@example.kz"))), LIMITS).to[0].name == "Ә" * 120


def test_our_own_parser_reads_back_what_was_written() -> None:
    file = ("протокол.pdf", "application/pdf", b"%PDF-1.4\x00")
    message = parse(compose(letter(subject="Тема", text="Текст", attachments=(file,))), LIMITS)
    assert (message.subject, message.text, message.defects) == ("Тема", "Текст", ())
    assert [(item.name, item.content_type, item.content) for item in message.attachments] == [file]


@pytest.mark.parametrize(
    "name", ["a.pdf", "протокол торгов.pdf", "Ұ" * 100 + ".docx", 'a"b\\c/../d.txt', "", "a\r\nX-Evil: 1.txt"]
)
def test_attachments_come_back_whole(name: str) -> None:
    content = bytes(range(256)) * 40
    octets = compose(letter(attachments=((name, "image/png", content), ("b.eml", "message/rfc822", b"Subject: x\n\n"))))
    first, other = second(octets).iter_attachments()
    assert (first.get_content(), first.get_content_type()) == (content, "image/png")
    assert other.get_content_type() == "application/octet-stream"
    assert (first.get_filename() or "").replace(":", "_") == parse(octets, LIMITS).attachments[0].name
    assert "x-evil" not in names(octets)


def test_a_letter_is_seven_bit_with_crlf_and_short_lines() -> None:
    octets = compose(
        letter(
            to=Address("Иван", "a@example.kz"),
            subject="Ө" * 400,
            text="слово " * 5000,
            attachments=(("ф" * 99, "a/b", b"x" * 999),),
        )
    )
    assert octets.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", octets)
    assert max(len(line) for line in octets.split(b"\r\n")) <= 78


@pytest.mark.parametrize("auto", ["auto-replied", "auto-generated"])
def test_an_automatic_letter_says_so(auto: AutoSubmitted) -> None:
    read = second(compose(letter(auto_submitted=auto)))
    assert (read["Auto-Submitted"], read["X-Auto-Response-Suppress"], read[DESK_HEADER]) == (auto, "All", "1")


def test_a_letter_of_a_person_does_not_claim_to_be_automatic() -> None:
    read = second(compose(letter()))
    assert (read["Auto-Submitted"], read["X-Auto-Response-Suppress"], read[DESK_HEADER]) == (None, None, None)


def test_references_keep_the_first_and_the_last_twenty() -> None:
    ids = tuple(f"<{number}@example.kz>" for number in range(200))
    read = second(compose(letter(references=ids, in_reply_to=ids[-1])))
    assert read["References"].split() == [ids[0], *ids[-20:]]
    assert read["In-Reply-To"] == ids[-1]


def test_ids_that_cannot_stand_in_a_field_are_left_out() -> None:
    bad = ("<a@b>\r\nX-Evil: 1", "no brackets", "<a b>", "<>", "<ы@example.kz>", "<" + "x" * 2000 + ">", "")
    octets = compose(letter(in_reply_to=bad[0], references=(*bad, "<good@example.kz>")))
    assert second(octets)["References"] == "<good@example.kz>"
    assert "in-reply-to" not in names(octets)


@pytest.mark.parametrize(
    "addr",
    [
        "",
        "a",
        "a@",
        "@b",
        "a b@example.kz",
        "a@b@c",
        "a@example.kz\r\nBcc: v@example.com",
        "<a@b>",
        "почта@example.kz",
        "a,b@example.kz",
    ],
)
def test_an_address_that_cannot_be_written_is_refused(addr: str) -> None:
    assert not Address("", addr).writable
    with pytest.raises(ValueError):
        compose(letter(to=Address("", addr)))


_EVIL = st.text(st.sampled_from('aЯ \r\n\t\0\x0b\x0c\x1c\x85\u2028\u2029\ud800:<>"\\=?@,;()'), max_size=60)


@given(name=_EVIL, subject=_EVIL, text=_EVIL, file=_EVIL, kind=_EVIL, language=_EVIL)
@settings(max_examples=500, deadline=None)
def test_no_value_can_add_a_field_or_end_the_header(
    name: str, subject: str, text: str, file: str, kind: str, language: str
) -> None:
    octets = compose(
        letter(
            to=Address(name, "a@example.kz"),
            subject=subject,
            text=text,
            attachments=((file, kind, b"content"),),
            auto_submitted="auto-replied",
            language=language,
        )
    )
    allowed = FIELDS | {"auto-submitted", "x-auto-response-suppress", DESK_HEADER.lower(), "content-language"}
    found = names(octets)
    assert set(found) <= allowed
    assert len(found) == len(set(found))
    assert octets.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", octets)
    parts = octets.split(b"--=_es_part")
    assert len(parts) == 4
    assert base64.b64decode(parts[2].partition(b"\r\n\r\n")[2]) == b"content"
