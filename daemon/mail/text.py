"""Cleaning of decoded text, so that a value can go into a row, a log line or a header of ours as it is.

Promise: `clean_line` gives one line without control characters; `clean_text` keeps line feeds and tabs only. Both are
total and linear; neither result holds NUL, a lone surrogate, C0/C1, U+2028/9 or a bidirectional override.
"""

import re
import unicodedata

_LINE_BAD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
_TEXT_BAD = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACE_LIKE = " \t\u00a0\u202f\u2007"


def clean_line(value: str) -> str:
    """One clean line: runs of control characters become a space, outer blanks go, letters are composed (NFC)."""
    if value.isascii() and value.isprintable():
        return value.strip()
    cleaned = _LINE_BAD.sub(_blank, value)
    return unicodedata.normalize("NFC", cleaned).strip(_SPACE_LIKE)


def clean_text(value: str) -> str:
    """Clean text of many lines: any line break becomes LF, other control characters go, letters are composed (NFC)."""
    broken = _BREAKS.sub("\n", value)
    return unicodedata.normalize("NFC", _TEXT_BAD.sub("", broken))


def _blank(match: re.Match[str]) -> str:
    """Control characters part words; invisible marks and halves of characters do not."""
    return " " if any(mark < "\x80" or mark in "\x85\u2028\u2029" for mark in match.group()) else ""
