"""Text that somebody decoded in a wrong charset and encoded again, put right where the evidence is plain.

Two kinds: UTF-8 that was read as a single-octet charset (`РџСЂРёРІРµС‚`), and one single-octet charset read as another
(`Ïðèâåò`, `рТЙЧЕФ`). Promise: total and linear; a text that looks like language as it stands is never touched.
"""

import re

from daemon.mail.charset import SAMPLE_OCTETS, score


def _octet_map(codec: str) -> dict[int, str]:
    """Character → the one Latin-1 character of its octet in `codec`, undefined octets standing for themselves."""
    table = {}
    for octet in range(128, 256):
        char = bytes([octet]).decode(codec, "ignore") or chr(octet)
        table[ord(char)] = chr(octet)
    return table


_OCTETS = {codec: _octet_map(codec) for codec in ("cp1251", "cp1252", "cp866", "koi8-r", "latin-1")}
_DOUBLE = (
    (re.compile("[РС][^А-Яа-яA-Za-z0-9\\s]"), "cp1251"),
    (re.compile("[ÐÑ][^A-Za-zÀ-ÖØ-öø-ÿ0-9\n]"), "cp1252"),
    (re.compile("[╨╤][^\\s\\w]|[╨╤][А-Яа-яЁё]"), "cp866"),
    (re.compile("п[║-╬]|я[─-▐]|я─|п\\W"), "koi8-r"),
)
"""UTF-8 once read as this charset: what its Cyrillic lead octets D0 and D1 then look like."""


def repair(text: str) -> str | None:
    """Text that was decoded in a wrong charset and encoded again, put right; None where it looks right as it is."""
    if text.isascii():
        return None
    for pattern, codec in _DOUBLE:
        if len(pattern.findall(text[:4000])) * 2 >= 0.5 * sum(char > "\x7f" for char in text[:4000]):
            whole = _through_utf8(text, codec)
            return whole if whole is not None else _line_by_line(text, codec)
    return _swapped(text)


def _through_utf8(text: str, codec: str) -> str | None:
    table = _OCTETS[codec]
    if codec == "cp1252":
        table = {**_OCTETS["latin-1"], **table}
    octets = text.translate(table)
    try:
        return octets.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None


def _line_by_line(text: str, codec: str) -> str | None:
    lines = text.split("\n")
    repaired = [_through_utf8(line, codec) or line for line in lines]
    return "\n".join(repaired) if repaired != lines else None


def _swapped(text: str) -> str | None:
    """One single-octet charset read as another: `рТЙЧЕФ`, `Ïðèâåò`."""
    sample = text[: SAMPLE_OCTETS // 2]
    letters = [char for char in sample if char > "\x7f" and char.isalpha()]
    enough = 4 if all(char < "\u0100" for char in letters) else 8
    now = score(sample)
    if len(letters) < enough or now >= 0.6:
        return None
    best = max(_SWAPS, key=lambda pair: score(_swap(sample, *pair)))
    if score(_swap(sample, *best)) < max(0.7, now + 0.3):
        return None
    return _swap(text, *best)


_SWAPS = (
    ("cp1252", "cp1251"),
    ("cp1252", "koi8-r"),
    ("cp1251", "koi8-r"),
    ("koi8-r", "cp1251"),
    ("cp1251", "cp866"),
    ("cp866", "cp1251"),
)


def _swap(text: str, read_as: str, really: str) -> str:
    octets = text.translate(_OCTETS[read_as]).encode("latin-1", "replace")
    return octets.decode(really, "replace")
