"""Header fields from octets: splitting, unfolding, encoded words, parameters.

Promise: total and linear. Text in a field is decoded by evidence (raw 8-bit octets, encoded words of any charset, split
inside a character, in quotes); what cannot be read stays visible as it came. Sources: RFC 5322 section 2.2, RFC 2047,
RFC 2231, RFC 2045 section 5.1.
"""

import binascii
import re
from dataclasses import dataclass

from daemon.mail import charset, mojibake
from daemon.mail.charset_names import codec_of
from daemon.mail.limits import Limits
from daemon.mail.message import Defect
from daemon.mail.text import clean_line

_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_KNOWN = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]+|received|reply-to|return-path|in-reply-to"
    rb"|references|x-[a-z-]+)[ \t]*:",
    re.IGNORECASE,
)
_CHARSET_CHARS = 60
_PARAMETERS = 100
"""On one field; 100,000 cost seconds (measured)."""


@dataclass(frozen=True, slots=True)
class Field:
    """A header field: its name in lower case and its value as octets, unfolded, not decoded."""

    name: str
    value: bytes


def split_fields(
    octets: bytes, limits: Limits, start: int = 0, end: int | None = None
) -> tuple[tuple[Field, ...], int, tuple[Defect, ...]]:
    """The fields of the header that begins at `start`, the offset where its body begins, and what was wrong."""
    return _Header(octets, limits, start, len(octets) if end is None else end).read()


class _Header:
    """One pass over the lines of a header."""

    def __init__(self, octets: bytes, limits: Limits, start: int, end: int) -> None:
        self.octets = octets
        self.limits = limits
        self.start = start
        self.end = end
        self.fields: list[tuple[str, list[bytes], int]] = []
        self.defects: list[Defect] = []
        self.last_known = -1

    def read(self) -> tuple[tuple[Field, ...], int, tuple[Defect, ...]]:
        lines, body = self._lines()
        self.last_known = max((index for index, line in enumerate(lines) if _KNOWN.match(line)), default=-1)
        offset = self.start
        for index, line in enumerate(lines):
            if not self._take(index, line):
                return self._done(offset)
            offset += len(line) + 1
        return self._done(body)

    def _lines(self) -> tuple[list[bytes], int]:
        """The lines before the first empty one, and the offset after it."""
        octets, start, end = self.octets, self.start, self.end
        if octets.startswith((b"\n", b"\r\n"), start, end):
            return [], octets.index(b"\n", start) + 1
        head, body = end, end
        for mark in (b"\n\n", b"\n\r\n", b"\n\r\r\n"):
            found = octets.find(mark, start, min(head + 4, end))
            if found != -1 and found < head:
                head, body = found, found + len(mark)
        kept = octets[start : min(head, start + self.limits.header_octets)]
        if len(kept) < head - start:
            self.defects.append(Defect("header_cut", f"{head - start} octets"))
        return (kept.split(b"\n") if kept else []), body

    def _take(self, index: int, line: bytes) -> bool:
        """Adds the line; False where the body begins without an empty line before it."""
        match = _NAME.match(line)
        if match and not line.startswith((b" ", b"\t")):
            if len(self.fields) >= self.limits.header_fields:
                self._once("header_fields_cut")
                return True
            value = line[match.end() :].strip(b" \t\r")
            self.fields.append((match[1].decode("ascii").lower(), [value], len(value)))
            return True
        if index == 0 and line.startswith((b"From ", b">From ")):
            return True
        if line[:1] in (b" ", b"\t") and self.fields:
            self._continue(line)
            return True
        if index > self.last_known:
            self.defects.append(Defect("body_without_empty_line"))
            return False
        self._once("stray_header_line")
        if self.fields:
            self._continue(b" " + line)
        return True

    def _continue(self, line: bytes) -> None:
        name, pieces, size = self.fields[-1]
        if size >= self.limits.header_field_octets:
            self._once("header_field_cut")
            return
        piece = line.rstrip(b"\r")
        pieces.append(piece)
        self.fields[-1] = (name, pieces, size + len(piece))

    def _once(self, code: str) -> None:
        if all(defect.code != code for defect in self.defects):
            self.defects.append(Defect(code))

    def _done(self, body: int) -> tuple[tuple[Field, ...], int, tuple[Defect, ...]]:
        longest = self.limits.header_field_octets
        fields = tuple(Field(name, b"".join(pieces)[:longest]) for name, pieces, _ in self.fields)
        return fields, body, tuple(self.defects)


def decode_text(value: bytes, hint: str = "") -> str:
    """An unstructured field as one clean line. `hint` is the charset that the message declares elsewhere."""
    if value.isascii() and b"=?" not in value:
        return clean_line(value.decode("ascii"))
    text = "".join(text for text, _ in decode_words(value, hint))
    return clean_line(mojibake.repair(text) or text)


def decode_words(value: bytes, hint: str = "") -> list[tuple[str, bool]]:
    """Pieces of a field: (text, whether it came out of encoded words), in order (RFC 2047 section 6)."""
    line = value.decode("latin-1")
    pieces: list[tuple[str, bool]] = []
    for run in _runs(line):
        if isinstance(run, str):
            pieces.append((charset.decode(run.encode("latin-1"), hint).text if not run.isascii() else run, False))
        else:
            pieces.append((_decode_run(run), True))
    return pieces


_EncodedWord = tuple[str, str, str]
"""(charset, encoding, payload) of an encoded word, undecoded."""


def _runs(line: str) -> list[str | list[_EncodedWord]]:
    """Plain text and runs of adjacent encoded words; blanks between the words of a run are dropped."""
    runs: list[str | list[_EncodedWord]] = []
    position = 0
    while (start := line.find("=?", position)) != -1:
        word, end = _word_at(line, start)
        if word is None:
            if end == -1:
                break
            runs.append(line[position:end])
            position = end
            continue
        between = line[position:start]
        previous = runs[-1] if runs else ""
        if isinstance(previous, list) and not between.strip(" \t\r\n"):
            previous.append(word)
        else:
            if between:
                runs.append(between)
            runs.append([word])
        position = end
    if position < len(line):
        runs.append(line[position:])
    return runs


def _word_at(line: str, start: int) -> tuple[_EncodedWord | None, int]:
    """The encoded word at `start` and its end; (None, where to look on), or (None, -1) where none can follow."""
    mark = line.find("?", start + 2, start + 2 + _CHARSET_CHARS)
    if mark == -1 or line[mark + 2 : mark + 3] != "?" or line[mark + 1] not in "bBqQ":
        return None, start + 2
    end = line.find("?=", mark + 3)
    if end == -1:
        return None, -1
    return (line[start + 2 : mark], line[mark + 1].upper(), line[mark + 3 : end]), end + 2


def _decode_run(words: list[_EncodedWord]) -> str:
    """Adjacent words of one charset are joined as octets first: some mailers split inside a character."""
    text: list[str] = []
    pending = b""
    current = ""
    carried = ""
    for index, (label, encoding, payload) in enumerate(words):
        name = codec_of(label)
        if pending and name != current:
            text.append(charset.decode(pending, current).text)
            pending = b""
        current = name or label
        if encoding == "B":
            joined = carried + payload
            following = words[index + 1][:2] if index + 1 < len(words) else None
            if "=" not in joined and len(joined) % 4 and following == (label, "B"):
                carried = joined
                continue
            carried = ""
            pending += decode_base64(joined.encode("latin-1", "replace"))
        else:
            pending += binascii.a2b_qp(payload.encode("latin-1", "replace"), header=True)
        current = name
    if pending:
        text.append(charset.decode(pending, current).text)
    return "".join(text)


def decode_base64(octets: bytes) -> bytes:
    """Base64 as every client reads it: foreign characters are skipped, padding is repaired, data ends at padding."""
    try:
        return binascii.a2b_base64(octets)
    except binascii.Error:
        clean = re.sub(rb"[^A-Za-z0-9+/=]", b"", octets).partition(b"=")[0]
        clean = clean[: len(clean) - (len(clean) % 4 == 1)]
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def parameters(value: bytes, hint: str = "") -> tuple[str, dict[str, str]]:
    """The value of a structured MIME field in lower case, and its parameters (RFC 2045, RFC 2231), decoded."""
    pieces = _split_semicolons(value)
    main = pieces[0].decode("latin-1").partition("(")[0].strip().strip('"').lower()
    plain: dict[str, bytes] = {}
    sections: dict[str, list[tuple[int, bool, bytes]]] = {}
    for piece in pieces[1:]:
        name, equals, raw = piece.partition(b"=")
        key = clean_line(name.decode("latin-1")).lower()
        if not equals or not key:
            continue
        content = _unquoted(raw)
        base, star, rest = key.partition("*")
        if not star:
            plain.setdefault(key, content)
        elif len(sections.setdefault(base, [])) < _PARAMETERS:
            number = rest.rstrip("*")
            index = int(number) if number.isdecimal() and len(number) < 5 else 0
            sections[base].append((index, rest == "" or rest.endswith("*"), content))
    values = {key: decode_text(content, hint) for key, content in plain.items()}
    values.update({key: _joined(parts, hint) for key, parts in sections.items()})
    return clean_line(main), values


def _joined(parts: list[tuple[int, bool, bytes]], hint: str) -> str:
    """RFC 2231 section 4.1: sections in order, percent-decoded where marked so, in the charset of the first."""
    parts.sort(key=lambda part: part[0])
    declared = ""
    octets = bytearray()
    for position, (_, coded, content) in enumerate(parts):
        data = content
        if coded:
            if position == 0 and data.count(b"'") >= 2:
                label, _, data = data.split(b"'", 2)
                declared = label.decode("latin-1")
            octets += _percent(data)
        else:
            octets += data
    raw = bytes(octets)
    if not declared and b"=?" in raw:
        return decode_text(raw, hint)
    return clean_line(charset.decode(raw, declared or hint).text)


def _percent(data: bytes) -> bytes:
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), data)


def _unquoted(raw: bytes) -> bytes:
    value = raw.strip(b" \t\r\n")
    if not value.startswith(b'"'):
        return value
    end = value.rfind(b'"')
    inner = value[1:end] if end > 0 else value[1:]
    # A backslash that escapes neither a quote nor itself is a path of Windows, not an escape.
    return inner.replace(b'\\"', b'"').replace(b"\\\\", b"\\")


def _split_semicolons(value: bytes) -> list[bytes]:
    pieces: list[bytes] = []
    start = 0
    quoted = False
    for match in re.finditer(rb'\\.|["; ]', value, re.DOTALL):
        mark = match.group()
        if mark == b'"':
            quoted = not quoted
        elif mark == b";" and not quoted:
            pieces.append(value[start : match.start()])
            start = match.end()
            if len(pieces) > _PARAMETERS:
                return pieces
    pieces.append(value[start:])
    return pieces
