"""Where the lexicons' words stand in a text, whatever they are disguised as.

Promise: one pass of one automaton over all views; a bounded number of hits is returned, each with the very characters.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from daemon.desk.moderation.lexicon import Lexicon, Severity
from daemon.desk.moderation.masks import hidden
from daemon.desk.moderation.stems import Kind
from daemon.desk.moderation.views import EDGES, Views, cleaned, views_of

HITS = 20
"""Places of each severity that are judged; a text with more offensive words than this needs no more of them."""
SPACED_RUNS = 60
"""Runs of spaced-out letters that are read."""
SPACED_CHARS = 14
"""Letters of a spaced-out word."""

_CHUNK = re.compile(r"\S+")
_SPACED = re.compile(r"(?<!\S)[^\W_](?:[ \t.*_-]{1,3}[^\W_](?![^\W_])){2,}")
_GAP = re.compile(r"[ \t.*_-]+")


class Hit(NamedTuple):
    """A row's words between two offsets of the text."""

    start: int
    end: int
    row: int


def found(text: str, lexicon: Lexicon) -> list[Hit]:
    """All hits in a shielded text, in their order."""
    chunks = text.split()
    if not chunks:
        return []
    different = list(dict.fromkeys(chunks))
    words = cleaned(different)
    views = views_of(words)
    rows: dict[int, set[int]] = {}
    for owner, row in [*_matches(views, lexicon), *hidden(views.masked, lexicon.masked)]:
        rows.setdefault(owner, set()).add(row)
    hits = _placed(text, {different[owner]: found_rows for owner, found_rows in rows.items()})
    hits += _spaced(text, lexicon)
    hits += _split(text, words, different, lexicon)
    return sorted(_gravest(sorted(set(hits)), lexicon))


def candidates(words: list[str], lexicon: Lexicon) -> list[str]:
    """The words in which some row matches, before any look at what stands around them (for sweeps over word lists)."""
    views = views_of(cleaned(words))
    owners = {owner for owner, _ in _matches(views, lexicon)}
    return [words[owner] for owner in sorted(owners)]


def _gravest(hits: list[Hit], lexicon: Lexicon) -> list[Hit]:
    """The first hits of each severity."""
    by_severity: dict[Severity, list[Hit]] = {}
    for hit in hits:
        of_severity = by_severity.setdefault(lexicon.rows[hit.row].severity, [])
        if len(of_severity) < HITS:
            of_severity.append(hit)
    return [hit for of_severity in by_severity.values() for hit in of_severity]


def _matches(views: Views, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """The (chunk, row) of every stem that stands in a view of a reading which is none of the row's exceptions."""
    matching: dict[int, set[int]] = {}
    excepting: dict[int, set[int]] = {}
    for kind, words in views.words.items():
        if words:
            _search(kind, words, views.readings[kind], lexicon, matching, excepting)
    for reading, rows in matching.items():
        yield from ((views.chunks[reading], row) for row in sorted(rows - excepting[reading]))


def _search(
    kind: Kind,
    words: list[str],
    readings: list[int],
    lexicon: Lexicon,
    matching: dict[int, set[int]],
    excepting: dict[int, set[int]],
) -> None:
    """Adds the rows that match, and those that are excepted, in the words of one kind, by reading."""
    text = kind + f"{kind}\n{kind}".join(words) + kind
    begins: list[int] = []
    for end, (rows, excepted) in lexicon.automaton.iter(text):
        if not begins:
            begins = [0, *accumulate(len(word) + 3 for word in words)]
        reading = readings[bisect_right(begins, end) - 1]
        matching.setdefault(reading, set()).update(rows)
        excepting.setdefault(reading, set()).update(excepted)


def _placed(text: str, rows: dict[str, set[int]]) -> list[Hit]:
    if not rows:
        return []
    hits: list[Hit] = []
    seen: dict[str, int] = {}
    for match in _CHUNK.finditer(text):
        chunk = match.group()
        if chunk in rows and seen.setdefault(chunk, 0) < HITS:
            seen[chunk] += 1
            hits += [Hit(*_trimmed(text, match.start(), match.end()), row) for row in sorted(rows[chunk])]
    return hits


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the punctuation around a word, except where it hides letters."""
    trim = ".,;:!?…\"'«»“”„()<>"
    while start < end - 1 and text[start] in trim:
        start += 1
    while end - 1 > start and text[end - 1] in trim:
        end -= 1
    return start, end


def _spaced(text: str, lexicon: Lexicon) -> list[Hit]:
    """Words with every letter apart: х у й, п-и-з-д-е-ц."""
    hits: list[Hit] = []
    for number, match in enumerate(_SPACED.finditer(text)):
        if number >= SPACED_RUNS:
            break
        letters = _GAP.sub("", match.group())[: SPACED_CHARS * 4]
        starts = [letters[start : start + SPACED_CHARS] for start in range(len(letters) - 2)]
        views = views_of(cleaned(starts))
        hits += [Hit(match.start(), match.end(), row) for _, row in _matches(views, lexicon)]
    return hits


def _split(text: str, words: list[str], different: list[str], lexicon: Lexicon) -> list[Hit]:
    """Obscene words with one blank inside, where the first piece is in the closed list: з аебали, пиз дец."""
    heads = lexicon.split_heads.intersection(words)
    if not heads:
        return []
    written = "|".join(re.escape(chunk) for chunk, word in zip(different, words, strict=True) if word in heads)
    pairs = [(match.start(), match.end()) for match in re.finditer(rf"(?<!\S)(?:{written}) \S+", text)]
    joined = cleaned([text[start:end].replace(" ", "") for start, end in pairs[:HITS]])
    views = views_of([word.strip(EDGES) for word in joined])
    return [
        Hit(*_trimmed(text, *pairs[owner]), row)
        for owner, row in _matches(views, lexicon)
        if lexicon.rows[row].severity is Severity.OBSCENE
    ]
