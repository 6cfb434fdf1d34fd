"""A message as a tree of MIME parts (RFC 2045, RFC 2046) that keeps every octet where it was.

Promise: total and linear; what is not well-formed is one plain part. The octets of a part are slices of the message,
so that sizes told and octets sent agree.
"""

from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from urllib.parse import quote

DEPTH = 30
"""Multiparts in multiparts; what lies deeper is handed out as one part."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `header` with its blank line, `body`, and the parts inside."""

    header: bytes
    body: bytes
    fields: Message
    """The header fields, their octets as Latin-1."""
    kind: str
    """Media type in lower case."""
    children: tuple["Part", ...]

    def values(self, name: str) -> list[str]:
        """Every value of a header field, unfolded, octets as Latin-1."""
        return [str(value).replace("\r", "").replace("\n", "") for value in self.fields.get_all(name, [])]

    def value(self, name: str) -> str | None:
        """The first value of a header field."""
        return next(iter(self.values(name)), None)

    def params(self, name: str) -> list[tuple[str, str]]:
        """The parameters of a structured header field, without its main value; RFC 2231 values stay encoded."""
        found = self.fields.get_params(header=name, unquote=True) or []
        return [(key, value) if isinstance(value, str) else _extended(key, *value) for key, value in found[1:]]


def split(octets: bytes, default: str = "text/plain", depth: int = 0) -> Part:
    """Take a message or a part to pieces. `default` is the media type where none is given."""
    header, body = split_header(octets)
    fields = HeaderParser().parsestr(header.decode("latin-1"))
    kind = fields.get_content_type() if "content-type" in fields else default
    children: tuple[Part, ...] = ()
    boundary = _boundary(fields) if kind.startswith("multipart/") else None
    if kind == "message/rfc822" and depth < DEPTH:
        children = (split(body, depth=depth + 1),)
    elif boundary and depth < DEPTH:
        inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        children = tuple(split(chunk, inner, depth + 1) for chunk in _chunks(body, boundary))
    if kind.startswith("multipart/") and not children:
        kind = "text/plain"
    return Part(header, body, fields, kind, children)


def split_header(octets: bytes) -> tuple[bytes, bytes]:
    """Header (with the blank line) and body."""
    if octets.startswith((b"\r\n", b"\n")):
        end = octets.index(b"\n") + 1
        return octets[:end], octets[end:]
    ends = [found + len(mark) for mark in (b"\r\n\r\n", b"\n\n") if (found := octets.find(mark)) >= 0]
    end = min(ends, default=len(octets))
    return octets[:end], octets[end:]


def _extended(key: str, charset: str | None, language: str | None, value: str) -> tuple[str, str]:
    return f"{key}*", f"{charset or ''}'{language or ''}'{quote(value.encode('latin-1', 'replace'), safe='')}"


def _boundary(fields: Message) -> bytes | None:
    boundary = fields.get_boundary()
    return boundary.encode("latin-1", "replace") if boundary else None


def _chunks(body: bytes, boundary: bytes) -> list[bytes]:
    mark = b"--" + boundary
    chunks: list[bytes] = []
    start = -1
    position = 0
    while position < len(body):
        end = body.find(b"\n", position) + 1 or len(body)
        line = body[position:end].rstrip(b" \t\r\n")
        if line in (mark, mark + b"--"):
            if start >= 0:
                chunks.append(_without_last_line_end(body[start:position]))
            if line != mark:
                return chunks
            start = end
        position = end
    return [*chunks, body[start:]] if start >= 0 else chunks


def _without_last_line_end(chunk: bytes) -> bytes:
    return chunk.removesuffix(b"\n").removesuffix(b"\r")
