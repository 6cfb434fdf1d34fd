"""winmail.dat: the files that Outlook packs into a TNEF part instead of MIME ([MS-OXTNEF]).

Promise: total, linear and bounded by the octets given: a truncated or lying stream gives what could be read before the
fault, and no length in it is believed beyond its end. Checksums are not verified (mailers write wrong ones); RTF bodies
are not read, because Outlook sends the text beside the part.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from daemon.mail import charset

_SIGNATURE = (0x223E9F78).to_bytes(4, "little")
_BODY = 0x800C
_RENDER_DATA = 0x9002
_TITLE = 0x8010
_DATA = 0x800F
_PROPERTIES = 0x9005
_MESSAGE_LEVEL, _ATTACHMENT_LEVEL = 1, 2
_LONG_FILENAME = 0x3707
_NAMED = 0x8000
_MULTIPLE = 0x1000
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _UNICODE = 0x1E, 0x1F
_VARIABLE = frozenset({0x0D, _STRING, _UNICODE, 0x102})
_MAX_PROPERTIES = 500
_MAX_FILES = 200


@dataclass(slots=True)
class TnefFile:
    """One file of the part: its name ('' where it has none) and its octets."""

    name: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Tnef:
    """What a TNEF part holds: its plain body ('' without one) and its files."""

    text: str
    files: tuple[TnefFile, ...]


def unpack(octets: bytes) -> Tnef | None:
    """The contents of a TNEF part, or None where the octets are no TNEF."""
    if not octets.startswith(_SIGNATURE):
        return None
    text = ""
    files: list[TnefFile] = []
    for level, attribute, data in _attributes(octets):
        if level == _MESSAGE_LEVEL and attribute == _BODY:
            text = charset.decode(data.rstrip(b"\x00")).text
        elif level == _ATTACHMENT_LEVEL and attribute == _RENDER_DATA:
            if len(files) == _MAX_FILES:
                break
            files.append(TnefFile())
        elif level == _ATTACHMENT_LEVEL and files:
            _into(files[-1], attribute, data)
    return Tnef(text, tuple(file for file in files if file.content or file.name))


def _into(file: TnefFile, attribute: int, data: bytes) -> None:
    if attribute == _TITLE:
        file.name = file.name or charset.decode(data.partition(b"\x00")[0]).text
    elif attribute == _DATA:
        file.content = data
    elif attribute == _PROPERTIES:
        file.name = _long_name(data) or file.name


def _attributes(octets: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(level, attribute, data) of each attribute, as far as the octets reach."""
    position = 6
    while position + 9 <= len(octets):
        level = octets[position]
        attribute = _number(octets, position + 1, 2)
        length = _number(octets, position + 5, 4)
        start = position + 9
        if level not in (_MESSAGE_LEVEL, _ATTACHMENT_LEVEL) or start + length > len(octets):
            return
        yield level, attribute, octets[start : start + length]
        position = start + length + 2


def _long_name(data: bytes) -> str:
    """The long file name among MAPI properties ([MS-OXTNEF] section 2.1.3.4), or ''."""
    position = 4
    for _ in range(min(_number(data, 0, 4), _MAX_PROPERTIES)):
        kind, name = _number(data, position, 2), _number(data, position + 2, 2)
        position += 4
        if name >= _NAMED:
            position = _after_name(data, position)
        value, position = _value(data, position, kind)
        if position > len(data):
            return ""
        if name == _LONG_FILENAME and kind & ~_MULTIPLE in (_STRING, _UNICODE):
            return _string(value, kind)
    return ""


def _string(value: bytes, kind: int) -> str:
    if kind & ~_MULTIPLE == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\x00")
    return charset.decode(value.rstrip(b"\x00")).text


def _after_name(data: bytes, position: int) -> int:
    """The place after the name of a named property: a GUID, then a number or a string."""
    if _number(data, position + 16, 4) == 0:
        return position + 24
    length = _number(data, position + 20, 4)
    return position + 24 + length + -length % 4


def _value(data: bytes, position: int, kind: int) -> tuple[bytes, int]:
    """(the first value, the place after all values); a place beyond the data where the kind is unknown."""
    base = kind & ~_MULTIPLE
    counted = bool(kind & _MULTIPLE) or base in _VARIABLE
    count = _number(data, position, 4) if counted else 1
    position += 4 if counted else 0
    if base in _FIXED:
        width = _FIXED[base]
        return data[position : position + width], position + width * count
    if base not in _VARIABLE or count > len(data):
        return b"", len(data) + 1
    first = b""
    for index in range(count):
        length = _number(data, position, 4)
        if position + 4 + length > len(data):
            return b"", len(data) + 1
        first = first if index else data[position + 4 : position + 4 + length]
        position += 4 + length + -length % 4
    return first, position


def _number(data: bytes, position: int, width: int) -> int:
    return int.from_bytes(data[position : position + width], "little")
