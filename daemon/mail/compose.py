"""Writing our letters: the only place where header fields are made.

Promise: the octets are 7-bit, with CRLF line ends and lines of at most 76 characters where we fold; no value can add a
field or end the header (every control character in a value becomes a space); text is base64 UTF-8. An id of a received
message that cannot stand in a field is left out. ValueError only where an address or our own Message-ID cannot be
written: `Address.writable` tells beforehand, so that no received address can fail a delivery.
"""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Literal

from daemon.mail.message import Address
from daemon.mail.text import clean_line, clean_text

DESK_HEADER = "X-ESauda-Desk"
"""On every automatic letter; the gate knows our own letters by it."""
MAX_REFERENCES_HEAD = 1
MAX_REFERENCES_TAIL = 20
"""The first id names the thread, the last ones its near past: RFC 5322 section 3.6.4 bounds nothing, we do."""
MAX_SUBJECT_CHARS = 998
"""RFC 5322 section 2.1.1, taken for the subject as a whole."""
MAX_ID_CHARS = 900
"""A line of a header may have 998 characters (RFC 5322 section 2.1.1)."""
_ID = re.compile(r"<[^<>\s\x00-\x20\x7f]+>")
_LINE_CHARS = 76
_WORD_OCTETS = 39
"""39 octets are 52 base64 characters: `Subject: =?utf-8?B?...?=` is then 73, inside the 76 of RFC 2047 section 2."""
_PIECE_CHARS = 54
"""A section of RFC 2231 with its name fits a line of 76."""

AutoSubmitted = Literal["auto-replied", "auto-generated", ""]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of ours before it is octets. `auto_submitted` is '' for a letter that a person wrote (RFC 3834)."""

    sender: Address
    to: Address
    reply_to: Address | None
    subject: str
    text: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    date: datetime
    auto_submitted: AutoSubmitted
    attachments: tuple[tuple[str, str, bytes], ...]
    """(file name, media type, content) of each."""
    language: str


def compose(letter: Letter) -> bytes:
    """The letter as octets (RFC 5322, RFC 2045). Raises ValueError on an address or id that cannot stand in a field."""
    body_fields, body = _text_part(letter)
    if letter.attachments:
        body_fields, body = _mixed(letter, body_fields, body)
    fields = _fields(letter) + body_fields
    head = "\r\n".join(f"{name}: {value}" for name, value in fields)
    return head.encode("ascii") + b"\r\n\r\n" + body


def _fields(letter: Letter) -> list[tuple[str, str]]:
    fields = [
        ("Date", format_datetime(letter.date)),
        ("From", _mailbox(letter.sender)),
        ("To", _mailbox(letter.to)),
    ]
    if letter.reply_to is not None:
        fields.append(("Reply-To", _mailbox(letter.reply_to)))
    fields.append(("Subject", _words(clean_line(letter.subject)[:MAX_SUBJECT_CHARS])))
    fields.append(("Message-ID", _identifier(letter.message_id)))
    if _usable_id(letter.in_reply_to):
        fields.append(("In-Reply-To", letter.in_reply_to))
    references = _bounded(tuple(item for item in letter.references if _usable_id(item)))
    if references:
        fields.append(("References", "\r\n ".join(references)))
    if letter.auto_submitted:
        fields += [
            ("Auto-Submitted", letter.auto_submitted),
            ("X-Auto-Response-Suppress", "All"),
            (DESK_HEADER, "1"),
        ]
    if letter.language:
        fields.append(("Content-Language", _ascii(letter.language)))
    fields.append(("MIME-Version", "1.0"))
    return fields


def _text_part(letter: Letter) -> tuple[list[tuple[str, str]], bytes]:
    text = clean_text(letter.text).rstrip("\n") + "\n"
    octets = text.replace("\n", "\r\n").encode("utf-8")
    fields = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "base64"),
    ]
    return fields, _base64_lines(octets)


def _mixed(letter: Letter, text_fields: list[tuple[str, str]], text_body: bytes) -> tuple[list[tuple[str, str]], bytes]:
    # Base64 and our own header lines never begin with "--", so a fixed boundary cannot occur inside a part.
    boundary = "=_es_part"
    parts = [(text_fields, text_body)]
    parts += [_attachment(*attachment) for attachment in letter.attachments]
    octets = bytearray()
    for fields, body in parts:
        head = "\r\n".join(f"{name}: {value}" for name, value in fields)
        octets += f"--{boundary}\r\n{head}\r\n\r\n".encode("ascii") + body
    octets += f"--{boundary}--\r\n".encode("ascii")
    return [("Content-Type", f'multipart/mixed; boundary="{boundary}"')], bytes(octets)


def _attachment(name: str, content_type: str, content: bytes) -> tuple[list[tuple[str, str]], bytes]:
    media_type = _ascii(content_type).lower()
    if media_type.count("/") != 1 or media_type.startswith(("multipart/", "message/")):
        # RFC 2046 section 5.2.1 forbids base64 on message/rfc822.
        media_type = "application/octet-stream"
    fields = [
        ("Content-Type", media_type),
        ("Content-Disposition", f"attachment;\r\n {_file_name(name)}"),
        ("Content-Transfer-Encoding", "base64"),
    ]
    return fields, _base64_lines(content)


def _file_name(name: str) -> str:
    """The filename parameter: quoted where it is ASCII, else in sections of RFC 2231."""
    clean = clean_line(name).replace("/", "_").replace("\\", "_").replace('"', "'")[:150] or "file"
    if clean.isascii():
        return f'filename="{clean}"'
    octets = clean.encode("utf-8")
    coded = "".join(chr(octet) if chr(octet).isalnum() and octet < 128 else f"%{octet:02X}" for octet in octets)
    pieces = _percent_pieces(coded, _PIECE_CHARS)
    return ";\r\n ".join(
        f"filename*{index}*={('utf-8' + chr(39) * 2) if index == 0 else ''}{piece}"
        for index, piece in enumerate(pieces)
    )


def _percent_pieces(coded: str, width: int) -> list[str]:
    pieces: list[str] = []
    start = 0
    while start < len(coded):
        end = min(start + width, len(coded))
        while end < len(coded) and "%" in coded[end - 2 : end]:
            end -= 1
        pieces.append(coded[start:end])
        start = end
    return pieces


def _mailbox(address: Address) -> str:
    """RFC 5322 section 3.4: an optional display-name and the addr-spec in angle brackets."""
    addr = address.addr
    if not address.writable:
        raise ValueError(f"not an address that can be written: {addr!r}")
    name = clean_line(address.name)[:200]
    if not name:
        return addr
    if name.isascii() and "=?" not in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"\r\n <{addr}>'
    return f"{_encoded(name)}\r\n <{addr}>"


def _words(value: str) -> str:
    """Unstructured text: as it is where it is short ASCII, else RFC 2047 encoded-words."""
    if value.isascii() and "=?" not in value and len(value) <= _LINE_CHARS - len("Subject: "):
        return value
    return _encoded(value)


def _encoded(value: str) -> str:
    words: list[str] = []
    chunk = bytearray()
    for char in value:
        octets = char.encode("utf-8")
        if len(chunk) + len(octets) > _WORD_OCTETS:
            words.append(_word(bytes(chunk)))
            chunk.clear()
        chunk += octets
    if chunk:
        words.append(_word(bytes(chunk)))
    return "\r\n ".join(words)


def _word(octets: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(octets).decode('ascii')}?="


def _identifier(value: str) -> str:
    """A Message-ID as given, for it must match octet by octet. Raises ValueError where it cannot stand in a field."""
    if not _usable_id(value):
        raise ValueError(f"not a Message-ID: {value!r}")
    return value


def _usable_id(value: str) -> bool:
    return value.isascii() and len(value) <= MAX_ID_CHARS and _ID.fullmatch(value) is not None


def _bounded(references: tuple[str, ...]) -> tuple[str, ...]:
    if len(references) <= MAX_REFERENCES_HEAD + MAX_REFERENCES_TAIL:
        return references
    return references[:MAX_REFERENCES_HEAD] + references[-MAX_REFERENCES_TAIL:]


def _ascii(value: str) -> str:
    return clean_line(value).encode("ascii", "ignore").decode("ascii").replace(";", "").replace(" ", "")


def _base64_lines(octets: bytes) -> bytes:
    coded = base64.b64encode(octets)
    lines = [coded[start : start + _LINE_CHARS] for start in range(0, len(coded), _LINE_CHARS)]
    return b"".join(line + b"\r\n" for line in lines)
