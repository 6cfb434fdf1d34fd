"""From a draft to the octets of a message, as the senders' mail programs write them.

Promise: the same draft and time give the same octets; lines end in CRLF (RFC 5322 section 2.1).
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from hashlib import sha256

SUPPORT = "info@e-sauda.kz"
ASTANA = timezone(timedelta(hours=5))


@dataclass(frozen=True, slots=True)
class Person:
    """A sender: display name and address."""

    name: str
    addr: str

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return self.addr.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class SampleLetter:
    """A message for the demonstration."""

    key: str
    """Unique among the samples."""
    says: str
    """One English line for the table."""
    octets: bytes
    sender: str
    """Reverse-path; '' is the null one."""
    client: str
    """The address in whose INBOX an answer would arrive."""
    expects_reply: bool | None
    """Whether the regulation owes the sender an answer; None where either can be right."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message of one plain text."""

    key: str
    says: str
    author: Person
    subject: str
    text: str
    encoding: str = "base64"
    """Content-Transfer-Encoding: base64, quoted-printable or 8bit."""
    reply_to: str = ""
    expects_reply: bool | None = True
    null_path: bool = False
    """Sent with the null reverse-path."""


def plain(draft: Draft, now: datetime) -> SampleLetter:
    """A letter of one text part."""
    message = begin(draft, now)
    if draft.reply_to:
        message["Reply-To"] = draft.reply_to
    message.set_content(draft.text.strip() + "\n", cte=draft.encoding)
    return finish(draft, message)


def begin(draft: Draft, now: datetime) -> EmailMessage:
    """A message to us with its identification fields, still without From and Subject."""
    message = EmailMessage(policy=SMTP)
    message["To"] = SUPPORT
    message["Date"] = date(now)
    message["Message-ID"] = message_id(draft, now)
    return message


def finish(draft: Draft, message: EmailMessage, subject: str | None = None) -> SampleLetter:
    """The octets. `subject` where it is not the draft's; boundaries do not change from run to run."""
    for number, part in enumerate(message.walk()):
        if part.get_content_maintype() == "multipart":
            part.set_boundary(f"----=_{draft.key}_{number}")
    header = [
        f"From: {formataddr((draft.author.name, draft.author.addr))}",
        f"Subject: {_encoded(draft.subject if subject is None else subject)}",
    ]
    octets = "".join(line + "\r\n" for line in header).encode("ascii") + message.as_bytes()
    return _sample(draft, octets)


def raw(draft: Draft, header: Sequence[bytes], body: bytes) -> SampleLetter:
    """A letter written octet by octet; `header` without line ends, `body` with any."""
    octets = b"".join(line + b"\n" for line in [*header, b""]) + body
    return _sample(draft, octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def _sample(draft: Draft, octets: bytes) -> SampleLetter:
    client = draft.reply_to or draft.author.addr
    sender = "" if draft.null_path else draft.author.addr
    return SampleLetter(draft.key, draft.says, octets, sender, client, draft.expects_reply)


def _encoded(text: str) -> str:
    """RFC 2047; the header machinery of EmailMessage loses spaces between encoded words in some Pythons."""
    return text if text.isascii() else Header(text, "utf-8", header_name="Subject").encode(linesep="\r\n")


def date(now: datetime) -> str:
    """A Date field in the time of Astana."""
    return format_datetime(now.astimezone(ASTANA))


def message_id(draft: Draft, now: datetime) -> str:
    """A Message-ID that no other letter and no other run has."""
    return f"<{sha256(f'{draft.key} {now.isoformat()}'.encode()).hexdigest()[:24]}@{draft.author.domain}>"


def screenshot() -> bytes:
    """A PNG of 320 x 120: a window with a title bar and a red notice in it."""
    width, height = 320, 120
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += _colour(x, y, width, height)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _colour(x: int, y: int, width: int, height: int) -> bytes:
    if x in (0, width - 1) or y in (0, height - 1):
        return b"\x60\x60\x60"
    if y < 20:
        return b"\x1f\x4e\x79"
    if 40 <= y < 80 and 30 <= x < width - 30:
        return b"\xc0\x30\x30"
    return b"\xf5\xf5\xf5"


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
