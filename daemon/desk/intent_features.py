"""The features of a message that the intent model weighs, in four groups, and their numbers.

Promise: pure; the same message and rules give the same features in every process (no salted hashes); the work is
linear in the text. A feature is known by the CRC-32 of its name, so a model is an array of numbers and holds no text.

Groups: `letters` (runs of 2 to 5 letters within words), `stems` (words and neighbours), `terms` (what the rules' terms
saw, alone, in a question, in the subject, two in one sentence; rules), `shape` (length, numbers, attachments).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from daemon.desk.intent_rules import Hit, IntentRules, Rule
from daemon.desk.intent_text import Sentence, sentences, stems

GROUPS = ("letters", "stems", "terms", "shape")
LETTER_RUNS = (2, 3, 4, 5)
CACHED_WORDS = 20_000
SENTENCE_WORDS = 3
"""Words from which a sentence may carry a wish of its own."""
Met = tuple[tuple[tuple[Rule, Hit], ...], ...]
EMPTY_TERMS = frozenset({"greeting", "how", "contrast", "why", "possible", "choice"})
"""Terms that stand in messages about anything."""
LENGTHS = (0, 1, 2, 4, 8, 14, 25, 45, 80, 140, 250)
"""Words at which a message counts as longer."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as the model sees it."""

    sentences: tuple[Sentence, ...]
    terms: tuple[tuple[Hit, ...], ...]
    """Per sentence."""
    rules: tuple[tuple[tuple[Rule, Hit], ...], ...]
    """Per sentence: the rules that it meets."""
    features: tuple[dict[int, float], ...]
    """Per group: CRC-32 of the feature → how often it stands."""

    @property
    def met(self) -> tuple[tuple[Rule, Hit], ...]:
        """The rules that the message meets, each once, with the first words that met it."""
        first = {rule.name: (rule, hit) for rules in reversed(self.rules) for rule, hit in rules}
        return tuple(first[name] for name in dict.fromkeys(rule.name for rules in self.rules for rule, _ in rules))

    def count(self, term: str) -> int:
        """How often a term stands in the message."""
        return sum(hit.name == term for hits in self.terms for hit in hits)

    @property
    def words(self) -> int:
        """Words of the body."""
        return sum(len(sentence.words) for sentence in self.sentences if not sentence.in_subject)


def read(subject: str, body: str, attachments: Iterable[str], rules: IntentRules) -> Reading:
    """Sentences, hits and features of a message. `attachments` are file names."""
    found = sentences(subject, body)
    terms = tuple(tuple(rules.term_hits(sentence)) for sentence in found)
    met = tuple(tuple(rules.rule_hits(one, list(hits))) for one, hits in zip(found, terms, strict=True))
    return Reading(found, terms, met, _features(found, terms, met, tuple(attachments)))


def by_sentence(reading: Reading) -> list[Reading]:
    """The sentences of at least `SENTENCE_WORDS` words, each as if it were a message of its own."""
    return [
        Reading((one,), (terms,), (met,), _features((one,), (terms,), (met,), ()))
        for one, terms, met in zip(reading.sentences, reading.terms, reading.rules, strict=True)
        if len(one.words) >= SENTENCE_WORDS
    ]


def _features(
    found: tuple[Sentence, ...], terms: tuple[tuple[Hit, ...], ...], met: Met, attachments: tuple[str, ...]
) -> tuple[dict[int, float], ...]:
    return _letters(found), _stems(found), _terms(found, terms, met), _shape(found, terms, attachments)


def code(name: str) -> int:
    """The number of a feature."""
    return crc32(name.encode())


@lru_cache(maxsize=CACHED_WORDS)
def _word_letters(word: str) -> tuple[int, ...]:
    padded = f" {word} "
    return tuple(code(padded[at : at + run]) for run in LETTER_RUNS for at in range(len(padded) - run + 1))


@lru_cache(maxsize=CACHED_WORDS)
def _word_stems(word: str) -> tuple[int, ...]:
    return tuple(code(f"w:{stem}") for stem in stems(word))


@lru_cache(maxsize=CACHED_WORDS)
def _pair(left: str, right: str) -> int:
    return code(f"w2:{stems(left)[-1]} {stems(right)[-1]}")


def _letters(found: tuple[Sentence, ...]) -> dict[int, float]:
    counts: Counter[int] = Counter()
    for sentence in found:
        for word in sentence.words:
            counts.update(_word_letters(word))
    return dict(counts)


def _stems(found: tuple[Sentence, ...]) -> dict[int, float]:
    counts: Counter[int] = Counter()
    for sentence in found:
        for word in sentence.words:
            counts.update(_word_stems(word))
        for left, right in zip(sentence.words, sentence.words[1:], strict=False):
            counts[_pair(left, right)] += 1
        if sentence.words:
            counts[code(f"first:{stems(sentence.words[0])[-1]}")] += 1
    return dict(counts)


def _terms(found: tuple[Sentence, ...], terms: tuple[tuple[Hit, ...], ...], met: Met) -> dict[int, float]:
    counts: Counter[int] = Counter()
    for sentence, hits in zip(found, terms, strict=True):
        names = sorted({hit.name for hit in hits})
        for name in names:
            counts[code(f"t:{name}")] += 1
            if sentence.asks:
                counts[code(f"tq:{name}")] += 1
            if sentence.in_subject:
                counts[code(f"ts:{name}")] += 1
        for place, left in enumerate(names):
            for right in names[place + 1 :]:
                counts[code(f"t2:{left}+{right}")] += 1
    for rule in {rule.name: rule for rules in met for rule, _ in rules}.values():
        counts[code(f"r:{rule.name}")] += 1
        counts[code(f"ri:{rule.intent}")] += 1
    return dict(counts)


def _shape(
    found: tuple[Sentence, ...], terms: tuple[tuple[Hit, ...], ...], attachments: tuple[str, ...]
) -> dict[int, float]:
    body = [word for sentence in found if not sentence.in_subject for word in sentence.words]
    names = [f"longer:{words}" for words in LENGTHS if len(body) > words]
    names += [f"has:{word}" for word in sorted({word for word in body if word.startswith("zz")})]
    names += ["asks"] if any(sentence.asks for sentence in found) else ["asks not"]
    names += ["attached"] if attachments else []
    names += _known_words(found, terms)
    return {code(f"s:{name}"): 1.0 for name in names}


def _known_words(found: tuple[Sentence, ...], terms: tuple[tuple[Hit, ...], ...]) -> list[str]:
    """What share of the words any term knows: of a message that makes no sense, hardly one."""
    words = sum(len(sentence.words) for sentence in found)
    known = sum(len({place for hit in hits for place in range(hit.start, hit.end)}) for hits in terms)
    about = {hit.name for hits in terms for hit in hits} - EMPTY_TERMS
    share = f"known:{min(4, known * 5 // words)}" if words else "no words"
    return [share, f"subjects:{min(3, len(about))}"]
