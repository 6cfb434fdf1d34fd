"""Text as the intent rules and the intent model see it: folded letters, masked numbers, sentences, words, stems.

Promise: pure and total; every step is linear in the length of the text, and a word is looked at up to
`WORD_CHARS` letters only. The same text always gives the same words, whatever was judged before.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

TEXT_CHARS = 6_000
"""Characters of a message that are judged (the longest of the corpus has 1,627): the wish stands at the beginning or
at the end, so of a longer text the first two thirds and the last third of this are taken."""
WORD_CHARS = 32
"""Longer runs are no words of a language; they are cut."""
SENTENCE_WORDS = 60
"""A run of words without a full stop is cut into sentences of this many words."""
WORD_CACHE = 20_000
"""Words whose forms are remembered; a word costs 20 microseconds the first time."""

_KAZAKH = str.maketrans("әғқңөұүіһё", "агкноууихе")
_LOOKALIKE = str.maketrans("’`´", "'''")
_SUBJECT_PREFIX = re.compile(r"\s{0,4}(?:re|fwd?|отв|ответ|пересл|жауап|aw|wg)\s{0,2}(?:\[\d{1,3}\])?\s{0,2}:", re.I)
_NUMBER_OF_OURS = re.compile(r"\[?\bES-\d{4}-\d{6}-\d\b\]?", re.I)
_PHONE = r"(?<![\w+])\+?[78][\s(-]{0,2}\d{3}[\s)-]{0,2}\d{2,3}(?:[\s-]?\d{2,3}){1,2}(?!\d)"
_MASKS = (
    (re.compile(r"https?://[^\s<>]{1,400}", re.I), " zzlink "),
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"), " zzmail "),
    (re.compile(r"(?<!\d)\d{12}(?!\d)"), " zziin "),
    (re.compile(_PHONE), " zzphone "),
    (re.compile(r"(?<!\d)\d{1,3}(?:[ \u00a0]\d{3}){1,4}(?!\d)"), " zzsum "),
    (re.compile(r"(?<!\d)\d{5,8}(?!\d)"), " zznum "),
)
_HOST = re.compile(r"https?://([\w.-]{1,200})", re.I)
_SENTENCE_END = re.compile(r"[.!?…;]{1,8}(?=\s|$)|\n+|[?!]+")
_WORD = re.compile(r"\.?[a-zа-яәғқңөұүіһё][a-zа-яәғқңөұүіһё0-9'_]*(?:[-.][a-zа-яәғқңөұүіһё0-9]+)*|\d+")
_RUSSIAN = snowballstemmer.stemmer("russian")
_ENGLISH = snowballstemmer.stemmer("english")
_COMMON_ENGLISH = (
    "about after again also and any are be been before but can cannot could did does don't for from get had has have "
    "her how if in is it its just like more need not of off one only or other our out please she some still thank "
    "thanks that the their them then there they this was we were what when where which who why will with would yes "
    "you your"
)
"""Without those that are Russian or Kazakh words when written in Latin letters (do, on, i, my, no, to)."""
_ENGLISH_WORDS = frozenset(_COMMON_ENGLISH.split())
_ENGLISH_SHARE = 0.16
"""Share of the commonest English words above which Latin text is English: prose has 0.4, Russian in Latin letters
under 0.08."""
_SOUNDS = (
    "shch щ sch щ zh ж kh х gh г ts ц ch ч sh ш yu ю ju ю ya я ja жа yo е ye е a а b б c ц d д e е f ф g г h х i и j ж "
    "k к l л m м n н o о p п q к r р s с t т u у v в w у x х y ы z з ä а ö о ü у ı ы ş ш ğ г ñ н"
)
_SPELT = _SOUNDS.split()
_TRANSLITERATION = (*zip(_SPELT[::2], _SPELT[1::2], strict=True), ("'", ""))
"""Longer runs of Latin letters stand before shorter ones."""
_ENDINGS = (
    "лар лер дар дер тар тер нын нин дын дин тын тин га ге ка ке на не ды ди ты ти ны ни да де та те нда нде дан ден "
    "тан тен нан нен мен бен пен ым им ыныз иниз ымыз имиз ы и сы си дагы деги тагы теги ныки дики мын мин быз биз "
    "сын сиз сыз сыздар сиздер ныз низ ныздар низдер йды йди ады еди ып ип п ган ген кан кен май мей бай бей пай пей "
    "мады меди бады беди пады педи у ю са се саныз сениз саныздар сениздер айын ейин йын йин син лык лик дык дик тык "
    "тик лы ли шы ши"
)
_KAZAKH_SUFFIXES = tuple(sorted(_ENDINGS.split(), key=len, reverse=True))
_KAZAKH_ROOT = 4
"""Letters that a Kazakh root keeps at least."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The folded words of a sentence and whether it asks."""

    words: tuple[str, ...]
    typed: tuple[str, ...]
    """The same words as typed: they differ where Latin letters were read as Russian or Kazakh."""
    asks: bool
    in_subject: bool


def clean_subject(subject: str) -> str:
    """The subject without reply and forward prefixes and without registration numbers of ours."""
    text = _NUMBER_OF_OURS.sub(" ", subject[:500])
    while match := _SUBJECT_PREFIX.match(text):
        text = text[match.end() :]
    return " ".join(text.split())


def fold(text: str) -> str:
    """Lower case, Kazakh letters as they are typed on a Russian keyboard, `ё` as `е`."""
    return text.lower().translate(_LOOKALIKE).translate(_KAZAKH)


def mask(text: str) -> str:
    """Links, addresses, telephones, IINs, sums and numbers replaced by one word each; hosts of links are kept."""
    hosts = " ".join(_HOST.findall(text))
    for pattern, word in _MASKS:
        text = pattern.sub(word, text)
    return f"{text}\n{hosts}" if hosts else text


def is_english(words: list[str]) -> bool:
    """True where Latin words are English rather than Russian or Kazakh in Latin letters."""
    latin = [word for word in words if word[0].isascii() and word.isalpha() and not word.startswith("zz")]
    return bool(latin) and sum(word in _ENGLISH_WORDS for word in latin) >= _ENGLISH_SHARE * len(latin)


def _is_latin_text(words: list[str]) -> bool:
    letters = [word for word in words if word[0].isalpha() and not word.startswith("zz")]
    return sum(word[0].isascii() for word in letters) * 2 > len(letters)


@lru_cache(maxsize=WORD_CACHE)
def transliterate(word: str) -> str:
    """A Latin word in Russian letters, as it is read aloud."""
    out: list[str] = []
    place = 0
    while place < len(word):
        for latin, cyrillic in _TRANSLITERATION:
            if word.startswith(latin, place):
                out.append(cyrillic)
                place += len(latin)
                break
        else:
            out.append(word[place])
            place += 1
    return "".join(out)


def sentences(subject: str, body: str) -> tuple[Sentence, ...]:
    """The sentences of a message, the subject's first. Russian or Kazakh in Latin letters is turned into Cyrillic;
    words that mean the same in any letters (names of programs) stay as they are beside it."""
    found = _split(mask(clean_subject(subject)), in_subject=True) + _split(mask(_clip(body)), in_subject=False)
    words = [word for sentence in found for word in sentence.words]
    if not _is_latin_text(words) or is_english(words):
        return tuple(found)
    return tuple(
        Sentence(_read_aloud(sentence.words), sentence.words, sentence.asks, sentence.in_subject) for sentence in found
    )


def _read_aloud(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        transliterate(word) if word[0].isascii() and word[0].isalpha() and not word.startswith("zz") else word
        for word in words
    )


def _clip(text: str) -> str:
    if len(text) <= TEXT_CHARS:
        return text
    return text[: TEXT_CHARS * 2 // 3] + "\n" + text[-TEXT_CHARS // 3 :]


def _split(text: str, *, in_subject: bool) -> list[Sentence]:
    found: list[Sentence] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        found += _sentence(text[start : match.start()], "?" in match.group(), in_subject)
        start = match.end()
    found += _sentence(text[start:], asks=False, in_subject=in_subject)
    return found


def _sentence(text: str, asks: bool, in_subject: bool) -> list[Sentence]:
    words = tuple(word[:WORD_CHARS] for word in _WORD.findall(fold(text)))
    pieces = (words[start : start + SENTENCE_WORDS] for start in range(0, len(words), SENTENCE_WORDS))
    return [Sentence(piece, piece, asks, in_subject) for piece in pieces]


@lru_cache(maxsize=WORD_CACHE)
def stems(word: str) -> tuple[str, ...]:
    """One or two stems of a folded word: Russian and Kazakh for Cyrillic, English for Latin letters."""
    if word[0].isdigit() or word.startswith("zz"):
        return (word,)
    if word[0].isascii():
        return (_ENGLISH.stemWord(word),)
    russian, kazakh = _RUSSIAN.stemWord(word), kazakh_stem(word)
    return (russian,) if russian == kazakh else (russian, kazakh)


def kazakh_stem(word: str) -> str:
    """A folded Kazakh word without up to four of its suffixes."""
    for _ in range(4):
        for suffix in _KAZAKH_SUFFIXES:
            if word.endswith(suffix) and len(word) - len(suffix) >= _KAZAKH_ROOT:
                word = word[: -len(suffix)]
                break
        else:
            break
    return word
