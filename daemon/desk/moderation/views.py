"""The views of a text: every word as it could be meant, a constant number of times.

A *chunk* is what stands between blanks. Each different chunk is cleaned (composed, lower case, without unseen
characters) and read in every way in which people disguise words: split at punctuation and without it, repeated
letters once, digits and signs for letters, look-alikes of both alphabets, the other keyboard layout,
transliteration, Kazakh without its letters. All views are strings, so that one pass of one automaton sees them all.

Promise: linear in the length of the text; equal chunks are read once.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from daemon.desk.moderation.letters import (
    CYRILLIC_KEYS_TO_LATIN,
    CYRILLIC_LETTER,
    DIGITS_EN,
    DIGITS_KK,
    DIGITS_RU,
    FOLD,
    FOREIGN_LETTER,
    KAZAKH_LETTER,
    LATIN_KEYS_TO_CYRILLIC,
    LATIN_LETTER,
    LONG_REPEATS,
    LOOKALIKES_ONLY,
    LOOKS_CYRILLIC,
    LOOKS_LATIN,
    MARK_FLOOD,
    REPEATED,
    REPEATS,
    UNSEEN,
    UNSEEN_CHARACTERS,
    skeleton_of_latin,
)
from daemon.desk.moderation.stems import Kind

JOINED_CHARS = 40
"""Longest chunk that is read without its inner punctuation; disguises are one word long."""
DISGUISED = 2_000
"""Different chunks of one text that are read as disguises; plain words are read however many there are."""
EDGES = " \t.,;:!?…\"'«»“”„‘’()[]{}<>-–—_*#%&|/\\~^=+№•·`$@"
MASKS = re.compile(r"[*#%@_$&^~]|\.{2,}")
_PARTS = re.compile(r"[^\W\d_]+")
_DIGIT_OR_SIGN = re.compile(r"[\d@$!|]")
_CONTRACTION = re.compile(r"[a-z]['’][a-z]{1,3}\Z")
_PI = re.compile(r"3[.,]14")
_EDGE_DIGITS = "0123456789"
_LAYOUT_KEYS = re.compile(r"[\[\];',.`{}:\"<>~a-z]+\Z")


@dataclass(slots=True)
class Views:
    """All views of a text. A *reading* is one way to read a chunk as a word; each is seen in several kinds of view.

    `words[kind][n]` is a view of the reading `readings[kind][n]`; `chunks[reading]` is the chunk it was read from.
    """

    words: dict[Kind, list[str]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    readings: dict[Kind, list[int]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    chunks: list[int] = field(default_factory=list)
    masked: list[tuple[int, str]] = field(default_factory=list)
    """Chunks in which letters are hidden, for `masks`."""
    latin: list[tuple[int, str]] = field(default_factory=list)
    """Latin readings, whose views are made all at once."""
    disguised: int = 0
    """Chunks that were read as disguises."""

    def read(self, chunk: int) -> int:
        """A new reading of the chunk."""
        self.chunks.append(chunk)
        return len(self.chunks) - 1

    def add(self, kind: Kind, word: str, reading: int) -> None:
        """One reading in one kind of view."""
        self.words[kind].append(word)
        self.readings[kind].append(reading)


def cleaned(chunks: list[str]) -> list[str]:
    """The chunks composed, in lower case, with ё as е and without unseen characters; still one string for each."""
    text = "\n".join(chunks).replace("№", "#")
    if not text.isascii():
        characters = set(text)
        if not characters.isdisjoint(UNSEEN_CHARACTERS):
            text = UNSEEN.sub("", unicodedata.normalize("NFKC", MARK_FLOOD.sub(r"\1", text)))
        elif not unicodedata.is_normalized("NFKC", "\n".join(characters)):
            text = unicodedata.normalize("NFKC", text)
    return text.lower().replace("ё", "е").split("\n")


def views_of(words: list[str]) -> Views:
    """Every view of the cleaned chunks; the owner of a view is the chunk's place in the list."""
    views = Views()
    for owner, word in enumerate(words):
        bare = word if word.isalpha() else word.strip(EDGES)
        if bare.isalpha():
            _letters(bare, owner, views)
        elif bare:
            _mixed(bare, owner, views)
        if bare and (bare is not word or not bare.isalpha()):
            _edges(word, bare, owner, views)
    _transliterations(views)
    return views


def _letters(word: str, owner: int, views: Views) -> None:
    """A word of letters only."""
    _read(word, owner, views)
    if REPEATED.search(word):
        variants = {REPEATS.sub(r"\1", word), LONG_REPEATS.sub(r"\1", word), LONG_REPEATS.sub(r"\1\1", word)}
        for variant in sorted(variants - {word}):
            _read(variant, owner, views)


def _read(word: str, owner: int, views: Views) -> None:
    reading = views.read(owner)
    if word.isascii():
        views.latin.append((reading, word))
        return
    if FOREIGN_LETTER.search(word):
        views.latin.append((reading, word.translate(LOOKS_LATIN)))
        return
    if LATIN_LETTER.search(word):
        views.add(Kind.LATIN, word.translate(LOOKS_LATIN), reading)
        word = word.translate(LOOKS_CYRILLIC)
    else:
        views.add(Kind.LATIN, word.translate(CYRILLIC_KEYS_TO_LATIN), reading)
    if not KAZAKH_LETTER.search(word):
        views.add(Kind.CYRILLIC, word, reading)
        return
    views.add(Kind.KAZAKH, word, reading)
    views.add(Kind.FOLDED, word.translate(FOLD), reading)
    ukrainian = word.replace("і", "и")
    if not KAZAKH_LETTER.search(ukrainian):
        views.add(Kind.CYRILLIC, ukrainian, reading)


def _mixed(bare: str, owner: int, views: Views) -> None:
    """A chunk with digits, signs or punctuation inside."""
    for part in _PARTS.findall(bare):
        if len(part) > 1:
            _letters(part, owner, views)
    if len(bare) > JOINED_CHARS or views.disguised >= DISGUISED or not _PARTS.search(bare):
        return
    views.disguised += 1
    undigited = bare.strip(_EDGE_DIGITS) if bare[0] not in "06" else bare.rstrip(_EDGE_DIGITS)
    joined = "" if _CONTRACTION.search(bare) else "".join(_PARTS.findall(bare))
    if joined != undigited and len(joined) > 1 and not any(character.isdigit() for character in undigited):
        _letters(joined, owner, views)
    if _DIGIT_OR_SIGN.search(undigited):
        _digits(_PI.sub("пи", bare) if "14" in bare else undigited, owner, views)
    if MASKS.search(bare) or _DIGIT_OR_SIGN.search(undigited):
        views.masked.append((owner, undigited))


def _digits(word: str, owner: int, views: Views) -> None:
    """Digits and signs read as letters."""
    tables = [*DIGITS_RU, DIGITS_KK] if CYRILLIC_LETTER.search(word) else [*DIGITS_RU, DIGITS_EN]
    for table in tables:
        read = "".join(_PARTS.findall(word.translate(table)))
        if read:
            _letters(read, owner, views)


def _edges(word: str, bare: str, owner: int, views: Views) -> None:
    """What stands at the edges of a chunk may be hidden letters, or keys of the other layout."""
    if MASKS.search(word):
        masked = word.strip(".,;:!?\"'«»()<>-–—")
        if masked != bare:
            views.masked.append((owner, masked))
    word = word.rstrip("!?")
    if _LAYOUT_KEYS.match(word):
        for typed in sorted({word, word.rstrip(".,:"), bare}):
            reading = views.read(owner)
            views.add(Kind.RETYPED, typed.translate(LATIN_KEYS_TO_CYRILLIC), reading)
            views.add(Kind.LATIN, bare, reading)


def _transliterations(views: Views) -> None:
    """Latin words as they are, as the other layout, as look-alikes, and as bones."""
    if not views.latin:
        return
    text = "\n" + "\n".join(word for _, word in views.latin)
    keys = text.translate(LATIN_KEYS_TO_CYRILLIC)[1:].split("\n")
    bones = skeleton_of_latin(text)[1:].split("\n")
    for (reading, word), cyrillic, bone in zip(views.latin, keys, bones, strict=True):
        views.add(Kind.LATIN, word, reading)
        views.add(Kind.RETYPED, cyrillic, reading)
        views.add(Kind.SKELETON, bone, reading)
        if LOOKALIKES_ONLY.match(word):
            views.add(Kind.RETYPED, word.translate(LOOKS_CYRILLIC), reading)
