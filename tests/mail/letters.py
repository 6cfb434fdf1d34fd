"""Raw messages for tests, built from octets so that nothing is repaired on the way."""

from daemon.mail.limits import Limits
from daemon.mail.message import Message
from daemon.mail.parse import parse

LIMITS = Limits()


def raw(*fields: str | bytes, body: bytes = b"", end: bytes = b"\r\n") -> bytes:
    """A message of these header lines (text as UTF-8, octets as they are) and this body."""
    lines = [field.encode("utf-8") if isinstance(field, str) else field for field in fields]
    return end.join(lines) + end * 2 + body


def read(*fields: str | bytes, body: bytes = b"") -> Message:
    """The message of these header lines, with a From unless one is given, parsed."""
    given = [field.encode("utf-8") if isinstance(field, str) else field for field in fields]
    if not any(field.lower().startswith(b"from:") for field in given):
        given.insert(0, b"From: a@example.kz")
    return parse(raw(*given, body=body), LIMITS)


def multipart(subtype: str, *parts: bytes, boundary: str = "b1") -> tuple[str, bytes]:
    """(the Content-Type line, the body) of a multipart of raw parts."""
    marks = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"', marks + b"--" + boundary.encode() + b"--\r\n"


def codes(message: Message) -> set[str]:
    """The codes of what was wrong with it."""
    return {defect.code for defect in message.defects}
