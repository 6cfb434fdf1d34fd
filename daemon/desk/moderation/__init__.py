"""Offensive words in a message: which ones, how disguised, at whom, and whether that is certain.

The words are data (`rules/moderation/{ru,kk,en}.yaml`); every lexicon is asked about every word, whatever the
language of the message. The order: `shields` blanks out what is no prose, `views` reads each word in all its
disguises, `search` runs one automaton over them, `context` says what an insult does in its sentence.

Promise: pure, total, linear in the length of the text. `certain` is True only for obscene words and for insults that
address somebody, with no doubt about quoting or denial; everything else is for a person to look at. A trained
opinion on English can only ask for that look, never accuse by itself.
"""

from dataclasses import dataclass
from typing import Protocol

from daemon.desk.moderation.context import Aim, Scene, aim, applies, reports, target, tokens_of
from daemon.desk.moderation.lexicon import Lexicon, Row, Severity, lexicon
from daemon.desk.moderation.search import Hit, found
from daemon.desk.moderation.shields import shielded
from daemon.desk.verdict import Evidence, Offence, Target

__all__ = ["EnglishScorer", "Finding", "Lexicon", "lexicon", "moderate"]

ENGLISH_DOUBT = 0.97
"""Score from which the trained opinion asks for a person; below it one clean complaint in seven is suspected."""
ENGLISH_WORDS = 4
"""Words below which the trained opinion is a guess."""
SURROUNDINGS = 400
"""Characters on each side of a word that are read to understand what it does there."""
LATIN_SHARE = 0.9
"""Share of Latin among the letters from which a text is English enough to ask."""


class EnglishScorer(Protocol):
    """A trained opinion on English text (alt-profanity-check)."""

    def offensive(self, text: str) -> float:
        """The probability that the text is offensive, 0 to 1."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """The gravest offence in a text. With `Offence.NONE` and not `certain`, only the trained opinion is uneasy."""

    offence: Offence
    target: Target
    certain: bool
    evidence: tuple[Evidence, ...]


CLEAN = Finding(Offence.NONE, Target.NOBODY, certain=True, evidence=())


@dataclass(frozen=True, slots=True)
class _Judged:
    hit: Hit
    row: Row
    aim: Aim
    target: Target
    reported: bool
    """Somebody's words or rudeness are told of nearby."""


def moderate(text: str, lexicon: Lexicon, english: EnglishScorer | None) -> Finding:
    """What is offensive in a message's own new text (B.3, C.7a). `english` is asked about clean English text."""
    plain = shielded(text)
    hits = found(plain, lexicon)
    if not hits:
        return _second_opinion(plain, english)
    judged = [item for hit in hits if (item := _judged(plain, hit, lexicon))]
    if not judged:
        return _second_opinion(plain, english)
    return _finding(text, judged)


def _judged(text: str, hit: Hit, lexicon: Lexicon) -> _Judged | None:
    """The hit in its surroundings; None where it is innocent there."""
    begin = max(0, hit.start - SURROUNDINGS)
    around = text[begin : hit.end + SURROUNDINGS]
    tokens = tokens_of(around)
    covered = [
        place for place, token in enumerate(tokens) if token.end + begin > hit.start and token.start + begin < hit.end
    ]
    row = lexicon.rows[hit.row]
    if not covered:
        return None
    scene = Scene(around, tokens, covered[0], covered[-1], lexicon.cues)
    if not applies(scene, row):
        return None
    purpose = aim(scene, row)
    if purpose is Aim.INNOCENT:
        return None
    return _Judged(hit, row, purpose, target(scene, purpose, row), reports(tokens, lexicon.cues))


def _finding(text: str, judged: list[_Judged]) -> Finding:
    obscene = [item for item in judged if item.row.severity is Severity.OBSCENE]
    gravest = obscene or judged
    unquoted = [item for item in gravest if item.aim is not Aim.QUOTED]
    sure = [item for item in unquoted if not item.row.ask and _plain(item)]
    offence = Offence.OBSCENE if obscene else Offence.INSULT
    evidence = tuple(
        Evidence(item.row.severity.value, item.row.rule, text[item.hit.start : item.hit.end]) for item in judged
    )
    order = (Target.STAFF, Target.OTHER, Target.UNCLEAR, Target.NOBODY, Target.QUOTED)
    aimed = min((item.target for item in gravest), key=order.index)
    return Finding(offence, aimed, certain=bool(sure) and not any(item.reported for item in judged), evidence=evidence)


def _plain(item: _Judged) -> bool:
    """Without doubt: an obscene word that nobody is quoted with, or an insult that addresses the reader."""
    return item.row.severity is Severity.OBSCENE or item.aim is Aim.ADDRESSED


def _second_opinion(text: str, english: EnglishScorer | None) -> Finding:
    if english is None or len(text.split()) < ENGLISH_WORDS:
        return CLEAN
    letters = sum(character.isalpha() for character in text)
    latin = sum("a" <= character <= "z" for character in text.lower())
    if latin < LATIN_SHARE * letters or not letters:
        return CLEAN
    score = english.offensive(text)
    if score < ENGLISH_DOUBT:
        return CLEAN
    evidence = Evidence("offence", "profanity-check", f"{score:.2f}")
    return Finding(Offence.NONE, Target.UNCLEAR, certain=False, evidence=(evidence,))
