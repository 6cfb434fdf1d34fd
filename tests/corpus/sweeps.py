"""Dictionary sweeps: the forms that moderation flags among whole dictionaries equal a reviewed list.

Every change of a lexicon thereby shows its collateral damage at once. Sources: the Russian dictionary of pymorphy3
(3 million forms, with names), the Kazakh one of Debian's hunspell-kk (expanded here), the English list of Debian's
wamerican, and Latin renderings of the Russian and Kazakh names. A source that is not installed is skipped.

`python -m tests.corpus.sweeps` looks at everything (about two minutes) and prints the differences; with `--write` it
writes the list anew for review. The tests take a 2 % sample.
"""

import argparse
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice, product
from pathlib import Path

from daemon.desk.moderation import Lexicon, moderate
from daemon.desk.moderation.search import candidates
from daemon.desk.verdict import Offence
from tests.corpus.lexicons import load

REVIEWED = Path(__file__).parent / "reviewed_flags.txt"
KAZAKH = Path("/usr/share/hunspell/kk_KZ")
ENGLISH = Path("/usr/share/dict/american-english")
ALPHABET = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
NAMES = frozenset({"Name", "Surn", "Patr"})
BATCH = 20_000
SAMPLE_OF = 50
"""The tests look at one beginning in fifty."""
_TRANSLIT = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхыэёәғқңөұүһі", "abvgdeziiklmnoprstufhyeeagqnouuhi", strict=True)),
        "ж": "zh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "shch",
        "ъ": "",
        "ь": "",
        "ю": "yu",
        "я": "ya",
    }
)


def in_sample(word: str) -> bool:
    """Whether the word is in the 2 % that the tests look at: chosen by its first three letters, always the same."""
    return zlib.crc32(word[:3].lower().encode()) % SAMPLE_OF == 0


@cache
def _russian_dictionary(*, sampled: bool) -> tuple[list[str], list[str]]:
    """All forms of the Russian dictionary, and its names; nothing where pymorphy3 is not installed."""
    try:
        import pymorphy3
    except ImportError:
        return [], []
    dictionary = pymorphy3.MorphAnalyzer().dictionary
    beginnings = ["".join(letters) for letters in product(ALPHABET, repeat=3)] if sampled else [""]
    forms: dict[str, None] = {}
    people: dict[str, None] = {}
    for beginning in filter(in_sample, beginnings) if sampled else beginnings:
        for word, (paradigm, place) in dictionary.words.iteritems(beginning):
            forms[word] = None
            if place == 0 and NAMES & dictionary.build_tag_info(paradigm, 0).grammemes:
                people[word] = None
    return list(forms), list(people)


def russian(*, sampled: bool) -> Iterator[str]:
    """All forms of the Russian dictionary."""
    yield from _russian_dictionary(sampled=sampled)[0]


def kazakh(*, sampled: bool) -> Iterator[str]:
    """The Kazakh dictionary with every suffix its rules allow (twofold suffixes are not in it)."""
    if not KAZAKH.with_suffix(".dic").exists():
        return
    rules = _suffixes(KAZAKH.with_suffix(".aff").read_text("utf-8"))
    for word, flags in _kazakh_stems():
        if sampled and not in_sample(word):
            continue
        yield word
        for strip, add, condition in (rule for flag in flags for rule in rules.get(flag, ())):
            if word.endswith(strip) and condition.search(word):
                yield word[: len(word) - len(strip)] + add


def _kazakh_stems() -> Iterator[tuple[str, str]]:
    for line in KAZAKH.with_suffix(".dic").read_text("utf-8-sig").splitlines()[1:]:
        word, _, flags = line.strip().partition("/")
        yield word, flags


def _suffixes(affixes: str) -> dict[str, list[tuple[str, str, re.Pattern[str]]]]:
    rules: dict[str, list[tuple[str, str, re.Pattern[str]]]] = {}
    for line in affixes.splitlines():
        fields = line.split()
        if len(fields) >= 5 and fields[0] == "SFX":
            strip = "" if fields[2] == "0" else fields[2]
            add = fields[3].partition("/")[0].replace("0", "")
            rules.setdefault(fields[1], []).append((strip, add, re.compile(fields[4] + "$")))
    return rules


def english(*, sampled: bool) -> Iterator[str]:
    """The English word list."""
    if ENGLISH.exists():
        yield from (word for word in ENGLISH.read_text("utf-8").split() if not sampled or in_sample(word))


def names(*, sampled: bool) -> Iterator[str]:
    """Names of the Russian dictionary and capitalised words of the Kazakh one, as Latin documents write them."""
    kazakh_names = (
        [word for word, _ in _kazakh_stems() if word[:1].isupper()] if KAZAKH.with_suffix(".dic").exists() else []
    )
    for name in dict.fromkeys([*_russian_dictionary(sampled=sampled)[1], *kazakh_names]):
        if not sampled or in_sample(name):
            yield name.lower().translate(_TRANSLIT).capitalize()


SOURCES = {"ru": russian, "kk": kazakh, "en": english, "names": names}


def flagged(words: Iterable[str], lexicon: Lexicon) -> dict[str, str]:
    """The words that are offensive when they stand alone, with the rule."""
    found: dict[str, str] = {}
    stream = iter(words)
    while batch := list(islice(stream, BATCH)):
        for word in candidates(batch, lexicon):
            finding = moderate(word, lexicon, None)
            if finding.offence is not Offence.NONE:
                found[word] = finding.evidence[0].rule
    return found


def reviewed() -> dict[str, set[str]]:
    """The reviewed forms by source: lines `source rule: form form …`."""
    forms: dict[str, set[str]] = {name: set() for name in SOURCES}
    for line in REVIEWED.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            head, _, tail = line.partition(": ")
            forms[head.split()[0]].update(tail.split())
    return forms


def _write(found: dict[str, dict[str, str]]) -> None:
    lines = ["# Dictionary forms that moderation flags when they stand alone: source, rule, forms. Reviewed by hand."]
    for source, forms in found.items():
        for rule in sorted(set(forms.values())):
            of_rule = sorted(form for form, its in forms.items() if its == rule)
            lines.append(f"{source} {rule}: {' '.join(of_rule)}")
    REVIEWED.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the list anew, for review")
    write = parser.parse_args().write
    lexicon = load()
    found = {name: flagged(source(sampled=False), lexicon) for name, source in SOURCES.items()}
    if write:
        _write(found)
        return 0
    different = 0
    known = reviewed()
    for name, forms in found.items():
        new, gone = sorted(set(forms) - known[name]), sorted(known[name] - set(forms))
        different += len(new) + len(gone)
        print(f"{name}: {len(forms)} flagged, {len(new)} not reviewed, {len(gone)} no longer flagged")
        print(*(f"  + {form} ({forms[form]})" for form in new), *(f"  - {form}" for form in gone), sep="\n")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
