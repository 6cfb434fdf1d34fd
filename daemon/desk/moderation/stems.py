"""The notation of stems in the lexicons, and what a stem becomes: plain character strings for one automaton.

    дурак       the whole word            бляд*     a word that begins so
    *пизд*      anywhere in a word        ~еб{у,ет} the same after any of the file's verbal prefixes, or none
    {а,о*,}     one of these              дебил/m   the stem with each ending of the class m of the file

A word in a text is looked at in several *kinds* of view; an anchored stem begins (or ends) with the kind's mark, so
that one automaton serves all kinds.
"""

import itertools
import re
from dataclasses import dataclass
from enum import StrEnum

from daemon.desk.moderation.letters import (
    FOLD,
    KAZAKH_LETTER,
    LATIN_LETTER,
    skeleton_of_cyrillic,
)


class Kind(StrEnum):
    """The kinds of view; the value is the mark that stands before and after each word of that kind."""

    CYRILLIC = "\x01"
    """A Cyrillic word without Kazakh letters."""
    KAZAKH = "\x02"
    """A word with Kazakh letters, as it is written."""
    FOLDED = "\x03"
    """The same word without them. Russian stems are never looked for here: маңда is not манда."""
    LATIN = "\x04"
    RETYPED = "\x06"
    """A Latin word typed anew in the other keyboard layout, or read as the Cyrillic letters it looks like."""
    SKELETON = "\x05"
    """The bones of a Latin word, for transliterated Russian and Kazakh."""


MAX_EXPANSION = 4_000
"""Strings that one stem may become."""
_NOTATION = re.compile(r"[*~]{0,2}[a-zа-яёәғқңөұүһі{},*'-]+(?:/[a-z0-9]+)?\*?\Z")
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One string to look for: anchored at the word's begin, at its end, at both or at neither."""

    letters: str
    begins: bool
    ends: bool


class BadStem(ValueError):
    """A stem that the notation does not allow; the text says why."""


def spellings(stem: str, endings: dict[str, tuple[str, ...]], prefixes: tuple[str, ...]) -> list[Spelling]:
    """What a stem stands for. Raises `BadStem`."""
    if not _NOTATION.match(stem):
        raise BadStem(f"the stem «{stem}» is not in the notation")
    begins, core = not stem.startswith("*"), stem.removeprefix("*")
    prefixed = core.startswith("~")
    core, _, ending = core.removeprefix("~").partition("/")
    if ending and ending not in endings:
        raise BadStem(f"the stem «{stem}» names the unknown ending class «{ending}»")
    tails = endings[ending] if ending else ("",)
    heads = ("", *prefixes) if prefixed else ("",)
    words = [head + word + tail for head in heads for word in _alternatives(core) for tail in tails]
    if len(words) > MAX_EXPANSION:
        raise BadStem(f"the stem «{stem}» stands for more than {MAX_EXPANSION} strings")
    if not all(word.strip("*") for word in words) or any("*" in word[:-1] for word in words):
        raise BadStem(f"the stem «{stem}» can be empty, or has a star inside")
    return [Spelling(word.rstrip("*").replace("ё", "е"), begins, not word.endswith("*")) for word in words]


def _alternatives(core: str) -> list[str]:
    parts = _BRACES.split(core)
    if any("{" in part or "}" in part for part in parts[::2]):
        raise BadStem(f"the braces of «{core}» do not match")
    choices = [part.split(",") if number % 2 else [part] for number, part in enumerate(parts)]
    return ["".join(choice) for choice in itertools.product(*choices)]


def anchored(spelling: Spelling, kind: Kind) -> str:
    """The string as it stands in a view of that kind."""
    return (kind if spelling.begins else "") + spelling.letters + (kind if spelling.ends else "")


def kinds_of(spelling: Spelling, *, fold: bool, latin: bool) -> list[tuple[Kind, Spelling]]:
    """In which kinds of view a spelling is looked for, and how it is written there."""
    word = spelling.letters
    if LATIN_LETTER.search(word):
        return [(Kind.LATIN, spelling)]
    found = []
    if KAZAKH_LETTER.search(word):
        found.append((Kind.KAZAKH, spelling))
    else:
        found += [(Kind.CYRILLIC, spelling), (Kind.RETYPED, spelling)]
    folded = Spelling(word.translate(FOLD), spelling.begins, spelling.ends)
    if fold:
        found += [(Kind.KAZAKH, spelling), (Kind.CYRILLIC, folded), (Kind.FOLDED, folded)]
    if latin:
        found.append((Kind.SKELETON, Spelling(skeleton_of_cyrillic(folded.letters), spelling.begins, spelling.ends)))
    return list(dict.fromkeys(found))
