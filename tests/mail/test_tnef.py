"""winmail.dat is opened; a broken one stays a file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.mail.tnef import unpack
from tests.mail.letters import codes, multipart, read


def number(value: int, width: int) -> bytes:
    return value.to_bytes(width, "little")


def attribute(level: int, name: int, data: bytes) -> bytes:
    return bytes([level]) + number(name, 2) + number(0, 2) + number(len(data), 4) + data + number(sum(data) & 0xFFFF, 2)


def padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)


def long_name(name: str) -> bytes:
    """MAPI properties with a number, a named property and the long file name in Unicode."""
    text = name.encode("utf-16-le") + b"\0\0"
    rendering = number(0x03, 2) + number(0x370B, 2) + number(7, 4)
    named = (
        number(0x0B, 2)
        + number(0x8001, 2)
        + b"g" * 16
        + number(1, 4)
        + number(6, 4)
        + padded(b"a\0b\0c\0")
        + number(1, 4)
    )
    filename = number(0x1F, 2) + number(0x3707, 2) + number(1, 4) + number(len(text), 4) + padded(text)
    return number(3, 4) + rendering + named + filename


def winmail(*files: tuple[str, str, bytes], body: str = "") -> bytes:
    """A TNEF stream of these (short name, long name, content) files."""
    stream = number(0x223E9F78, 4) + number(1, 2) + attribute(1, 0x9006, number(0x10000, 4))
    if body:
        stream += attribute(1, 0x800C, body.encode("cp1251") + b"\0")
    for short, name, content in files:
        stream += attribute(2, 0x9002, b"\0" * 14) + attribute(2, 0x8010, short.encode("cp1251") + b"\0")
        stream += attribute(2, 0x800F, content)
        if name:
            stream += attribute(2, 0x9005, long_name(name))
    return stream


FILES = (("PROTOK~1.PDF", "Протокол торгов.pdf", b"%PDF-1.4 x"), ("скан.png", "", b"\x89PNG\r\n\x1a\nx"))


def part(stream: bytes) -> bytes:
    return b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: binary\r\n\r\n" + stream


def test_the_files_of_a_winmail_are_attachments() -> None:
    kind, body = multipart("mixed", b"\r\nsee the files", part(winmail(*FILES)))
    message = read(kind, body=body)
    assert [(item.name, item.content_type, item.content) for item in message.attachments] == [
        ("Протокол торгов.pdf", "application/pdf", b"%PDF-1.4 x"),
        ("скан.png", "image/png", b"\x89PNG\r\n\x1a\nx"),
    ]
    assert "tnef_opened" in codes(message)


def test_its_body_is_read_where_there_is_no_other() -> None:
    message = read("Content-Type: application/ms-tnef", body=winmail(body="Не работает кабинет"))
    assert (message.text, message.attachments) == ("Не работает кабинет", ())


@pytest.mark.parametrize("stream", [b"", b"not tnef", winmail()])
def test_what_cannot_be_opened_stays_a_file(stream: bytes) -> None:
    kind, body = multipart("mixed", b"\r\nsee the file", part(stream))
    message = read(kind, body=body)
    assert [(item.name, item.content) for item in message.attachments] == [("winmail.dat", stream)]
    assert "tnef_unreadable" in codes(message)


def test_a_truncated_stream_gives_what_came_before() -> None:
    whole = winmail(*FILES)
    found = unpack(whole[:-20])
    assert found is not None
    assert found.files[0].content == b"%PDF-1.4 x"


@given(place=st.integers(6, 400), octets=st.binary(min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_a_lying_stream_is_survived(place: int, octets: bytes) -> None:
    whole = winmail(*FILES)
    found = unpack(whole[:place] + octets + whole[place + len(octets) :])
    assert found is not None
    assert sum(len(file.content) for file in found.files) <= len(whole) + len(octets)
