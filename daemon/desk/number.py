"""Registration numbers (C.4): written, and found again in what people write.

Promise: a number can be read over the telephone. `ES-2026-000123-4` is a prefix, the year, a running number of at
least six digits and a check digit (H. M. Damm, 2004) over year and running number, which tells every single wrong
digit and every swap of two neighbours. Finding numbers in a text takes time linear in its length.
On failure: what does not check is not a number of ours and is passed over in silence; a number that names no ticket
is for the caller to notice.
"""

import re
from dataclasses import dataclass

RUNNING_DIGITS = 6
"""The least width of the running number; it grows by itself after 999,999 (C.4: unique for ever)."""
RUNNING_DIGITS_MAX = 9
"""Longer digit strings are no running number; bounds the search."""
NUMBERS_MAX = 50
"""Different numbers taken from one text; a longer list is no letter about a ticket."""

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_DASH_CHARS = r"-\u2010-\u2015\u2212\uFE58\uFE63\uFF0D"
_DASH = rf"\s{{0,3}}[{_DASH_CHARS}]\s{{0,3}}"
_TAIL = (
    rf"(20[0-9]{{2}}){_DASH}([0-9]{{{RUNNING_DIGITS},{RUNNING_DIGITS_MAX}}}){_DASH}([0-9])"
    rf"(?![0-9])(?![{_DASH_CHARS}][0-9])"
)
_LOOKALIKES = {
    "A": "А",
    "B": "В",
    "C": "С",
    "E": "Е",
    "H": "Н",
    "K": "К",
    "M": "М",
    "O": "О",
    "P": "Р",
    "S": "СЅ",
    "T": "Т",
    "X": "Х",
    "Y": "У",
}
"""Cyrillic letters that a Russian or Kazakh keyboard gives for a Latin one; С is how S is heard."""


@dataclass(frozen=True, slots=True)
class RegistrationNumber:
    """A registration number without its prefix; the check digit has been verified."""

    year: int
    running: int
    check: int

    @property
    def reference(self) -> str:
        """Year and running number, the key of the ticket in the store: `2026-000123`."""
        return reference(self.year, self.running)


def registration_number(prefix: str, year: int, running: int) -> str:
    """The number as clients see it (C.4), e.g. `ES-2026-000123-4`. ValueError outside 2000-2099 or 1-999,999,999."""
    key = reference(year, running)
    return f"{prefix}-{key}-{check_digit(key)}"


def reference(year: int, running: int) -> str:
    """Year and running number, e.g. `2026-000123`. ValueError outside 2000-2099 or 1-999,999,999."""
    if not 2000 <= year <= 2099:
        raise ValueError(f"no registration number has the year {year}")
    if not 1 <= running < 10**RUNNING_DIGITS_MAX:
        raise ValueError(f"no registration number has the running number {running}")
    return f"{year}-{running:0{RUNNING_DIGITS}d}"


def check_digit(key: str) -> int:
    """The Damm check digit over the digits of `key`; all else in it is passed over."""
    interim = 0
    for digit in key:
        if "0" <= digit <= "9":
            interim = int(_DAMM[interim][int(digit)])
    return interim


def numbers_in(text: str, prefix: str) -> tuple[RegistrationNumber, ...]:
    """Every different registration number that `text` names, in order, at most NUMBERS_MAX.

    Case, spaces around the dashes, the kind of dash and Cyrillic look-alikes of the prefix do not matter. The prefix
    may be missing where year, running number and check digit are all there. A wrong check digit makes no number.
    """
    found: dict[RegistrationNumber, None] = {}
    for match in _pattern(prefix).finditer(text):
        year, running, check = int(match[1]), match[2], int(match[3])
        if int(running) == 0 or running != f"{int(running):0{RUNNING_DIGITS}d}":
            continue
        if check_digit(f"{year}{running}") != check:
            continue
        found.setdefault(RegistrationNumber(year, int(running), check))
        if len(found) == NUMBERS_MAX:
            break
    return tuple(found)


def _pattern(prefix: str) -> re.Pattern[str]:
    letters = "".join(f"[{re.escape(letter)}{_LOOKALIKES.get(letter, '')}]" for letter in prefix.upper())
    with_prefix = rf"(?<![^\W_]){letters}(?:{_DASH}|\s{{0,3}})"
    without = rf"(?<![^\W_])(?<![{_DASH_CHARS}/.])"
    return re.compile(rf"(?:{with_prefix}|{without}){_TAIL}", re.IGNORECASE)
