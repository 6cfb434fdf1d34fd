"""The MIME structure of a message (RFC 2045, RFC 2046) as a tree of slices of its octets.

Why not the standard library's parser: it decodes attached messages into our tree and cannot give their octets back, it
recurses without a bound, and it is the slower half of a parse. Here an attached message stays one opaque part with its
own octets, depth and number of parts are bounded before anything is built, and time is linear in (size x depth limit).
Promise: total; whatever is beyond a limit stays inside its parent as plain octets, with a `Defect`.
"""

import binascii
import re
from dataclasses import dataclass, field

from daemon.mail import fields as header
from daemon.mail.fields import Field
from daemon.mail.limits import Limits
from daemon.mail.message import Defect

_GUESSED_BOUNDARY = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]*\r?\n(?=[Cc]ontent-[A-Za-z-]+:)", re.MULTILINE)
_DELIMITER_REST = 200
"""Octets looked at after a boundary: RFC 2046 allows only blanks there."""
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")


@dataclass(slots=True)
class Part:
    """One part: `media_type` in lower case, parameters decoded, `octets` its body as sent (b'' with children)."""

    fields: tuple[Field, ...]
    media_type: str
    params: dict[str, str]
    octets: bytes
    children: "list[Part]" = field(default_factory=list)

    def first(self, name: str) -> bytes:
        """The first value of the field `name` (lower case), b'' without one."""
        return next((item.value for item in self.fields if item.name == name), b"")

    def has(self, name: str) -> bool:
        """Whether the part has such a field."""
        return any(item.name == name for item in self.fields)

    def content(self) -> bytes:
        """The body with its transfer encoding undone (RFC 2045 section 6); unknown encodings are left as they are."""
        encoding = (
            self.first("content-transfer-encoding").partition(b";")[0].partition(b"(")[0].strip(b" \t\r\n\"'").lower()
        )
        if encoding == b"base64":
            return header.decode_base64(self.octets)
        if encoding == b"quoted-printable":
            return binascii.a2b_qp(self.octets)
        if encoding in (b"x-uuencode", b"uuencode", b"x-uue", b"uue"):
            return decode_uu(self.octets)
        return self.octets


@dataclass(frozen=True, slots=True)
class _Span:
    """A part's place in the octets of the message: nested parts are not copied level by level."""

    octets: bytes
    start: int
    end: int


class Tree:
    """Builds the tree of one message and keeps what was wrong with it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.defects: list[Defect] = []
        self.parts = 0

    def build(self, octets: bytes) -> Part:
        """The message that `octets` are."""
        return self._part(_Span(octets, 0, len(octets)), 0, "text/plain")

    def _part(self, span: _Span, depth: int, default: str) -> Part:
        found, body, defects = header.split_fields(span.octets, self.limits, span.start, span.end)
        self.defects += defects
        self.parts += 1
        part = self.bare(found, default)
        inner = _Span(span.octets, body, span.end)
        if part.media_type.startswith("multipart/"):
            self._children(part, inner, depth)
        if not part.children:
            part.octets = span.octets[body : span.end]
        return part

    def bare(self, found: tuple[Field, ...], default: str = "text/plain") -> Part:
        """A part of these fields without a body."""
        declared = next((item.value for item in found if item.name == "content-type"), None)
        media_type, params = header.parameters(declared) if declared is not None else (default, {})
        if not _MEDIA_TYPE.fullmatch(media_type):
            self.note("content_type_unreadable", media_type[:80])
            media_type = default
        return Part(found, media_type, params, b"")

    def note(self, code: str, detail: str = "") -> None:
        """Records a defect once for each code."""
        if all(defect.code != code for defect in self.defects):
            self.defects.append(Defect(code, detail))

    def _children(self, part: Part, span: _Span, depth: int) -> None:
        if depth >= self.limits.mime_depth:
            self.note("too_deep", f"more than {self.limits.mime_depth} levels")
            return
        boundary = part.params.get("boundary", "").encode("utf-8", "replace")
        pieces = self._pieces(span, boundary) if boundary else []
        if not pieces and (guess := _GUESSED_BOUNDARY.search(span.octets, span.start, span.end)):
            self.note("boundary_guessed")
            pieces = self._pieces(span, guess[1])
        if not pieces:
            self.note("multipart_without_parts")
        default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        for piece in pieces:
            if self.parts >= self.limits.mime_parts:
                self.note("too_many_parts", f"more than {self.limits.mime_parts}")
                return
            part.children.append(self._part(piece, depth + 1, default))

    def _pieces(self, span: _Span, boundary: bytes) -> list[_Span]:
        """What stands between the delimiter lines (RFC 2046 section 5.1.1)."""
        octets = span.octets
        mark = b"--" + boundary
        pieces: list[_Span] = []
        start = -1
        position = span.start
        while (found := octets.find(mark, position, span.end)) != -1:
            position = found + len(mark)
            end = octets.find(b"\n", position, span.end)
            end = span.end if end == -1 else end
            rest = octets[position : min(end, position + _DELIMITER_REST)].strip(b" \t\r")
            if (found > span.start and octets[found - 1 : found] != b"\n") or rest not in (b"", b"--"):
                continue
            if start != -1:
                pieces.append(_Span(octets, start, max(start, _before_break(octets, found))))
            start = -1 if rest == b"--" else min(end + 1, span.end)
            position = end
            if start == -1 or len(pieces) > self.limits.mime_parts:
                return pieces
        if start != -1:
            self.note("boundary_not_closed")
            pieces.append(_Span(octets, start, span.end))
        return pieces


def _before_break(octets: bytes, position: int) -> int:
    """The line break before a delimiter belongs to the delimiter."""
    if octets[position - 2 : position] == b"\r\n":
        return position - 2
    return position - 1 if octets[position - 1 : position] == b"\n" else position


def decode_uu(octets: bytes) -> bytes:
    """The file in uuencoded lines, from `begin` to `end`; a broken line is skipped."""
    start = re.search(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", octets, re.MULTILINE)
    data = bytearray()
    for line in (octets[start.end() :] if start else octets).split(b"\n"):
        line = line.rstrip(b"\r")
        if line == b"end":
            break
        data += uu_line(line)
    return bytes(data)


def uu_line(line: bytes) -> bytes:
    """One uuencoded line, leniently; b'' where it is none."""
    if not line or line == b"`":
        return b""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders pad the line; the count in its first octet says how much of it is meant.
        wanted = ((line[0] - 32) & 63) * 4 // 3 + 2
        try:
            return binascii.a2b_uu(line[: wanted + 1])
        except binascii.Error:
            return b""
