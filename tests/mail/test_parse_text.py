"""Text and header values of letters as they really come: charsets, encoded words, encodings, broken headers."""

import base64
import quopri

import pytest

from daemon.mail.parse import parse
from tests.mail.letters import LIMITS, codes, multipart, raw, read

SUBJECT = "Не работает кабинет"
TEXT = "Здравствуйте! Не могу войти в личный кабинет."
KAZAKH = "Сәлеметсіз бе! Жеке кабинетке кіре алмаймын, көмектесіңізші."
CYRILLIC = ["windows-1251", "koi8-r", "cp866", "iso-8859-5", "mac-cyrillic", "utf-8"]


def word(text: str, charset: str, kind: str = "B", label: str = "") -> bytes:
    """One encoded word (RFC 2047)."""
    octets = text.encode(charset)
    if kind == "B":
        coded = base64.b64encode(octets)
    else:
        coded = b"".join(b"_" if octet == 32 else b"=%02X" % octet for octet in octets)
    return f"=?{label or charset}?{kind}?".encode() + coded + b"?="


@pytest.mark.parametrize("charset", CYRILLIC)
@pytest.mark.parametrize("kind", ["B", "Q"])
def test_a_subject_in_encoded_words(charset: str, kind: str) -> None:
    assert read(b"Subject: " + word(SUBJECT, charset, kind)).subject == SUBJECT


@pytest.mark.parametrize("charset", CYRILLIC)
def test_a_subject_in_raw_octets(charset: str) -> None:
    assert read(b"Subject: " + SUBJECT.encode(charset)).subject == SUBJECT


@pytest.mark.parametrize("charset", CYRILLIC)
def test_a_name_in_raw_octets(charset: str) -> None:
    message = read(b"From: " + "Иван Петров".encode(charset) + b" <ivan@example.kz>")
    assert (message.sender.name, message.sender.addr) == ("Иван Петров", "ivan@example.kz")


@pytest.mark.parametrize("charset", CYRILLIC)
@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
def test_a_body_in_its_declared_charset(charset: str, encoding: str) -> None:
    octets = TEXT.encode(charset)
    body = {"8bit": octets, "base64": base64.encodebytes(octets), "quoted-printable": quopri.encodestring(octets)}
    message = read(
        f"Content-Type: text/plain; charset={charset}", f"Content-Transfer-Encoding: {encoding}", body=body[encoding]
    )
    assert message.text.strip() == TEXT


@pytest.mark.parametrize(
    "label",
    [
        "win-1251",
        "windows1251",
        "cp-1251",
        "ansi-1251",
        "x-cp1251",
        '"windows-1251"',
        "WINDOWS-1251",
        "us-ascii",
        "utf-8",
        "iso-8859-1",
        "none",
        "",
        "koi8-r",
        "idna",
        "x-unknown",
    ],
)
def test_a_body_in_windows_1251_whatever_it_is_called(label: str) -> None:
    message = read(f"Content-Type: text/plain; charset={label}", body=TEXT.encode("cp1251"))
    assert message.text == TEXT


@pytest.mark.parametrize("charset", ["koi8-r", "cp866", "iso8859-5", "kz1048", "cp1251"])
def test_a_body_without_any_declaration(charset: str) -> None:
    assert read(body=TEXT.encode(charset)).text == TEXT
    assert "charset_guessed" in codes(read(body=TEXT.encode(charset)))


@pytest.mark.parametrize("charset", ["utf-8", "kz1048", "ptcp154"])
@pytest.mark.parametrize("said", ["", "; charset=windows-1251", "; charset=utf-8"])
def test_kazakh_arrives(charset: str, said: str) -> None:
    message = read(
        b"Subject: " + KAZAKH.encode(charset), f"Content-Type: text/plain{said}", body=KAZAKH.encode(charset)
    )
    assert (message.subject, message.text) == (KAZAKH, KAZAKH)


def test_a_charset_named_only_in_the_html() -> None:
    html = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head><body>{TEXT}'
    assert read("Content-Type: text/html", body=html.encode("cp1251")).text == TEXT


def test_text_encoded_twice_is_put_right() -> None:
    spoilt = "".join(bytes([octet]).decode("cp1251", "ignore") or chr(octet) for octet in TEXT.encode())
    message = read("Content-Type: text/plain; charset=utf-8", body=spoilt.encode())
    assert message.text == TEXT
    assert "encoded_twice" in codes(message)


def test_a_word_split_inside_a_character() -> None:
    octets = SUBJECT.encode()
    first, second = base64.b64encode(octets[:5]).decode(), base64.b64encode(octets[5:]).decode()
    assert read(f"Subject: =?utf-8?B?{first}?=\r\n =?UTF-8?B?{second}?=").subject == SUBJECT


def test_a_word_split_inside_a_base64_group() -> None:
    coded = base64.b64encode(SUBJECT.encode()).decode()
    assert read(f"Subject: =?utf-8?B?{coded[:13]}?= =?utf-8?B?{coded[13:]}?=").subject == SUBJECT


@pytest.mark.parametrize(
    ("field", "subject"),
    [
        (b"Subject: " + word("При", "koi8-r") + b" " + word("вет", "cp1251"), "Привет"),
        (b"Subject: " + word("Тема", "utf-8", label="utf-8*ru"), "Тема"),
        (b"Subject: " + word("Тема", "cp1251", label="win-1251"), "Тема"),
        (b"Subject: Re: " + word("Тема", "utf-8") + b" [1]", "Re: Тема [1]"),
        ("Subject: =?utf-8?Q?Привет мир?=", "Привет мир"),
        ("Subject: =?utf-8?Q?=D0=9F", "=?utf-8?Q?=D0=9F"),
        ("Subject: =?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("Subject: =?utf-8?B?!!!?=", ""),
        ("Subject: =?utf-8?Q?a=0D=0ABcc:_v@example.com?=", "a Bcc: v@example.com"),
        ("Subject: =?utf-8?Q?a=00b=E2=80=A8c?=", "a b c"),
        ("Subject: first\r\nSubject: second", "first"),
        ("Subject: long\r\n\tfolded\r\n  line", "long folded  line"),
        ("SUBJECT:no blank", "no blank"),
        ("Subject : blank before the colon", "blank before the colon"),
        ("Subject:", ""),
    ],
)
def test_a_subject_of_this_form(field: str | bytes, subject: str) -> None:
    assert read(field).subject == subject


@pytest.mark.parametrize(
    ("value", "name", "addr"),
    [
        (b'"' + word("Иван Петров", "koi8-r") + b'" <ivan@example.kz>', "Иван Петров", "ivan@example.kz"),
        (word("Иван Петров", "utf-8", "Q") + b" <ivan@example.kz>", "Иван Петров", "ivan@example.kz"),
        (word("Иван Петров", "utf-8") + b"<ivan@example.kz>", "Иван Петров", "ivan@example.kz"),
        (word("Иван Петров <ivan@example.kz>", "utf-8"), "Иван Петров", "ivan@example.kz"),
        (word("Петров, Иван", "cp1251") + b" <ivan@example.kz>", "Петров, Иван", "ivan@example.kz"),
        (word("a@example.com", "utf-8") + b" <ivan@example.kz>", "a@example.com", "ivan@example.kz"),
        (word('ceo@example.com" <x@example.com>', "utf-8") + b" <ivan@example.kz>", None, "ivan@example.kz"),
        (word("a\r\nBcc: v@example.com", "utf-8") + b" <ivan@example.kz>", "a Bcc: v@example.com", "ivan@example.kz"),
        (b"ivan@example.kz", "", "ivan@example.kz"),
        (b"<ivan@example.kz>", "", "ivan@example.kz"),
        (b"ivan@example.kz (Ivan)", "Ivan", "ivan@example.kz"),
        (b"Ivan <ivan@example.kz", "Ivan", "ivan@example.kz"),
        (b"Desk: ivan@example.kz, petr@example.kz;", "", "ivan@example.kz"),
        ("Иван <ivan@пример.қаз>".encode(), "Иван", "ivan@пример.қаз"),
        (b"", "", ""),
        (b"Ivan", "", ""),
        (b"undisclosed-recipients:;", "", ""),
    ],
)
def test_a_sender_of_this_form(value: bytes, name: str | None, addr: str) -> None:
    sender = read(b"From: " + value).sender
    assert sender.addr == addr
    assert name is None or sender.name == name


def test_many_recipients_are_bounded() -> None:
    to = ", ".join(f"a{number}@example.kz" for number in range(1_500))
    assert 0 < len(read(f"To: {to}").to) <= 200


def test_two_from_fields_are_noted() -> None:
    message = read("From: a@example.kz", "From: b@example.kz")
    assert message.sender.addr == "a@example.kz"
    assert "from_repeated" in codes(message)


@pytest.mark.parametrize(
    "before", [b"\r\n", b"\n\n\n", b"\xef\xbb\xbf", b" \r\n", b"From a@example.kz Mon May  5 10:00:00 2025\n"]
)
def test_what_stands_before_the_header_is_passed_over(before: bytes) -> None:
    message = parse(before + raw("From: a@example.kz", f"Subject: {SUBJECT}", body=b"text"), LIMITS)
    assert (message.sender.addr, message.subject, message.text) == ("a@example.kz", SUBJECT, "text")


def test_a_stray_line_in_the_header_loses_nothing() -> None:
    message = read("To: b@example.kz", "this line has no colon", f"Subject: {SUBJECT}", body=b"text")
    assert (message.subject, message.text) == (SUBJECT, "text")
    assert "stray_header_line" in codes(message)


def test_a_body_without_an_empty_line_is_found() -> None:
    message = parse(b"From: a@example.kz\nSubject: x\nThis is the text already.\nAnd more.\n", LIMITS)
    assert (message.subject, message.text.strip()) == ("x", "This is the text already.\nAnd more.")


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_any_line_ends_are_read(end: bytes) -> None:
    message = parse(raw("From: a@example.kz", "Subject: x", body=b"one" + end + b"two", end=end), LIMITS)
    assert (message.subject, message.text) == ("x", "one\ntwo")


def test_flowed_lines_are_joined() -> None:
    message = read(
        "Content-Type: text/plain; format=flowed", body=b"one \r\ntwo\r\n  three\r\n> quoted \r\nfour\r\n-- \r\nsig"
    )
    assert message.text == "one two\n three\n> quoted \nfour\n-- \nsig"


def test_html_alone_is_read_as_text() -> None:
    html = f"<html><style>p{{color:red}}</style><body><p>{SUBJECT}</p><p>Вторая&nbsp;строка</p><script>x()</script>"
    assert read("Content-Type: text/html; charset=utf-8", body=html.encode()).new_text == f"{SUBJECT}\n\nВторая строка"


def test_of_alternatives_the_plain_one_is_read() -> None:
    kind, body = multipart(
        "alternative", b"Content-Type: text/plain\r\n\r\nplain text", b"Content-Type: text/html\r\n\r\n<b>rich</b>"
    )
    assert read(kind, body=body).text.strip() == "plain text"


def test_an_empty_plain_alternative_gives_way_to_the_html() -> None:
    kind, body = multipart(
        "alternative", b"Content-Type: text/plain\r\n\r\n \r\n", b"Content-Type: text/html\r\n\r\n<b>rich</b> words"
    )
    assert read(kind, body=body).text.strip() == "rich words"


def test_of_three_forms_one_is_read_and_none_is_a_file() -> None:
    kind, body = multipart(
        "alternative",
        b"Content-Type: text/plain\r\n\r\nplain text",
        b"Content-Type: text/enriched\r\n\r\n<bold>rich</bold>",
        b"Content-Type: text/html\r\n\r\n<b>rich</b>",
    )
    message = read(kind, body=body)
    assert (message.text.strip(), message.attachments) == ("plain text", ())


def test_enriched_text_alone_is_read_without_its_marks() -> None:
    assert read("Content-Type: text/enriched", body=b"<bold>rich</bold> words").text.strip() == "rich words"


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@example.kz>", ("<a@example.kz>",)),
        ("<a@example.kz> <b@example.kz>\r\n <a@example.kz>", ("<a@example.kz>", "<b@example.kz>")),
        ("Letter of Monday", ()),
        ("<a b@example.kz>", ()),
        ("<" * 1000, ()),
    ],
)
def test_references_are_ids_and_nothing_else(value: str, ids: tuple[str, ...]) -> None:
    message = read(f"References: {value}", f"In-Reply-To: {value}")
    assert (message.references, message.in_reply_to) == (ids, ids)


def test_the_last_hundred_references_are_kept() -> None:
    value = " ".join(f"<{number}@example.kz>" for number in range(300))
    assert read(f"References: {value}").references[-1] == "<299@example.kz>"
    assert len(read(f"References: {value}").references) == 100


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("Wed, 07 May 2025 14:05:00 +0500", "2025-05-07T09:05:00+00:00"),
        ("7 May 2025 14:05 +0500", "2025-05-07T09:05:00+00:00"),
        ("Wed, 07 May 2025 14:05:00 GMT", "2025-05-07T14:05:00+00:00"),
        ("yesterday", None),
        ("Wed, 99 May 99999 99:99:99 +9999", None),
        ("", None),
    ],
)
def test_a_date_is_read_in_utc_or_not_at_all(value: str, iso: str | None) -> None:
    date = read(f"Date: {value}").date
    assert (date.isoformat() if date else None) == iso


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("Return-Path: <>", ""),
        ("Return-Path: <a@example.kz>", "a@example.kz"),
        ("Return-Path: a@example.kz", "a@example.kz"),
        ("X-A: b", None),
    ],
)
def test_the_reverse_path_is_told_from_its_absence(field: str, path: str | None) -> None:
    assert read(field).return_path == path
