"""In which language a message is written: letters first, then words and endings, and only then a trained opinion.

What the clients of the portal write, and what therefore decides:

* Kazakh with its own letters; Kazakh typed without them (one message in seven) or in Latin: told by function words
  and by the endings that Russian does not have;
* Russian in Latin letters: told by function words and endings in a folded transliteration;
* English; two languages in one message (`mixed`), where each carries meaning and not just names or borrowed terms.

Promise: pure, linear in the length of the text, total: a text without words to tell by is `unknown`, never a guess.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from daemon.desk.language_words import (
    EN_WORDS,
    KK_ENDINGS,
    KK_LATIN_ENDINGS,
    KK_LATIN_WORDS,
    KK_WORDS,
    RU_ENDINGS,
    RU_LATIN_ENDINGS,
    RU_LATIN_WORDS,
    RU_WORDS,
    SHARED_STEMS,
)
from daemon.desk.verdict import Language

KAZAKH_LETTERS = frozenset("әғқңөұүһі")
WORDS_READ = 2_000
"""Words of a text that are looked at; beyond them the language is long known."""
BESIDE_KAZAKH = 0.04
"""Share of the telling words from which Russian beside Kazakh is a second language: Kazakh borrows nouns, not verbs."""
BESIDE_RUSSIAN = 0.25
"""The same for Kazakh typed without its letters beside Russian: its endings are met in Russian words by chance."""
BESIDE_OTHERS = 0.15
"""The same for every other pair: names of buttons and programs are English in any letter."""
MIXED_WORDS = 2
"""Telling words that the second language needs at least."""
SHORT_WORDS = 6
"""Telling words up to which one Russian word beside Kazakh ones is enough."""

_FOLD = str.maketrans("әғқңөұүһіё", "агкноуухие")
_LATIN_FOLD = str.maketrans("ğñöüıəäşçúóıá", "gnouiaascuoia")
_NOT_PROSE = re.compile(r"\S*(?:[@\d_/\\]|[A-Za-z]\.[A-Za-z])\S*")
_QUOTED = re.compile(r"«[^«»\n]{0,400}»|\"[^\"\n]{0,400}\"|“[^“”\n]{0,400}”")
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[а-яёәғқңөұүһі]", re.IGNORECASE)
_RULED_LINE = re.compile(r"^-{5}[^\n]*$", re.MULTILINE)
_LAYOUT = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё")
RETYPED_SHARE = 0.3
"""Share of words that must be Russian after the keyboard layout is put right."""


class Detector(Protocol):
    """A trained language identifier restricted to ru, kk and en (py3langid's `LanguageIdentifier` is one)."""

    def rank(self, text: str) -> Sequence[tuple[str, float]]:
        """All languages it knows by likelihood, the best first."""
        ...


@dataclass(slots=True)
class _Count:
    """Telling words by language, and how the others look."""

    ru: int = 0
    kk: int = 0
    en: int = 0
    cyrillic: int = 0
    latin: int = 0
    kazakh_letters: int = 0

    @property
    def telling(self) -> int:
        return self.ru + self.kk + self.en


def identify(text: str, detector: Detector) -> Language:
    """The language of a message's own new text (subject and body, without quotations of earlier letters)."""
    prose = _NOT_PROSE.sub(" ", _without_logs(text))
    count = _counted(_QUOTED.sub(" ", prose))
    if not count.cyrillic + count.latin:
        count = _counted(prose)
    if not count.cyrillic and not count.telling and count.latin:
        retyped = _counted(text.lower().translate(_LAYOUT))
        if retyped.ru > retyped.cyrillic * RETYPED_SHARE:
            return Language.RU
    if count.telling:
        return _by_words(count)
    if not count.cyrillic and count.latin < MIXED_WORDS:
        return Language.UNKNOWN
    return _opinion(prose, count, detector)


def _without_logs(text: str) -> str:
    """Without English lines where others are Cyrillic: error texts, logs, signatures of programs."""
    if not _CYRILLIC.search(text):
        return _RULED_LINE.sub(" ", text)
    return "\n".join(line for line in text.split("\n") if _CYRILLIC.search(line) or not _is_english(line))


def _is_english(line: str) -> bool:
    count = _counted(line)
    return count.latin > 1 and count.en >= count.kk + count.ru


def _counted(prose: str) -> _Count:
    count = _Count()
    for match in _WORD.finditer(prose):
        word = match.group().lower()
        if len(word) > 1 or word in {"и", "в", "с", "я", "у", "к", "i"}:
            if word.isascii() or "a" <= word[0] <= "z":
                count.latin += 1
                _tell_latin(word.translate(_LATIN_FOLD), count)
            else:
                count.cyrillic += 1
                _tell_cyrillic(word, count)
        if count.cyrillic + count.latin >= WORDS_READ:
            break
    return count


def _tell_cyrillic(word: str, count: _Count) -> None:
    if not KAZAKH_LETTERS.isdisjoint(word):
        count.kk += 1
        count.kazakh_letters += 1
        return
    if word in RU_WORDS:
        count.ru += 1
        return
    folded = word.translate(_FOLD)
    if folded in KK_WORDS or _ends(folded, KK_ENDINGS):
        count.kk += 1
    elif not folded.startswith(SHARED_STEMS) and _ends(folded, RU_ENDINGS):
        count.ru += 1


def _tell_latin(word: str, count: _Count) -> None:
    if word in EN_WORDS:
        count.en += 1
    elif word in RU_LATIN_WORDS:
        count.ru += 1
    elif word in KK_LATIN_WORDS or _ends(word, KK_LATIN_ENDINGS):
        count.kk += 1
    elif _ends(word, RU_LATIN_ENDINGS):
        count.ru += 1


def _ends(word: str, endings: tuple[str, ...]) -> bool:
    """Whether the word has one of the endings on a stem of at least two letters."""
    return len(word) > 4 and word.endswith(endings)


def _by_words(count: _Count) -> Language:
    order = sorted(
        ((count.kk, Language.KK), (count.ru, Language.RU), (count.en, Language.EN)),
        key=lambda pair: -pair[0],
    )
    (most, first), (second, beside), _ = order
    told = most + second
    if (first, beside) == (Language.KK, Language.RU):
        carries = second >= MIXED_WORDS and second >= BESIDE_KAZAKH * told
        carries = carries or (second == 1 and told <= SHORT_WORDS and count.cyrillic > count.latin)
    elif (first, beside) == (Language.RU, Language.KK):
        carries = count.kazakh_letters >= MIXED_WORDS or (second >= MIXED_WORDS and second >= BESIDE_RUSSIAN * told)
    elif first is Language.EN:
        carries = count.cyrillic >= MIXED_WORDS and count.cyrillic >= BESIDE_OTHERS * (count.cyrillic + count.latin)
    else:
        carries = second > MIXED_WORDS and second >= BESIDE_OTHERS * told
    return Language.MIXED if carries else first


def _opinion(prose: str, count: _Count, detector: Detector) -> Language:
    """The trained opinion, believed only where the script allows it."""
    best = detector.rank(prose)[0][0]
    if count.cyrillic >= count.latin:
        return Language.KK if best == "kk" else Language.RU
    return Language.EN if best == "en" else Language.UNKNOWN
