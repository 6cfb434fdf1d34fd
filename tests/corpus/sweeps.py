"""Dictionary sweeps: the forms that moderation flags among whole dictionaries equal a reviewed list.

Every change of a lexicon thereby shows its collateral damage at once. Sources: the Russian dictionary of pymorphy3 (3 million
forms, with names), the Kazakh one of Debian's hunspell-kk (expanded here), the English list of Debian's wamerican, and Latin
renderings of the Russian and Kazakh names. A source that is not installed is skipped and said so.

`python -m tests.corpus.sweeps` looks at everything (about two minutes) and prints the differences; with `--write` it writes
the list anew for review. The tests take a 2 % sample.
"""

import argparse
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from daemon.desk.moderation import Lexicon, moderate
from daemon.desk.moderation.search import candidates
from daemon.desk.verdict import Offence
from tests.corpus.lexicons import load

REVIEWED = Path(__file__).parent / "reviewed_flags.txt"
KAZAKH = Path("/usr/share/hunspell/kk_KZ")
ENGLISH = Path("/usr/share/dict/american-english")
BATCH = 20_000
SAMPLE_OF = 50
"""The tests look at one word in fifty, chosen by its checksum: always the same ones."""
_TRANSLIT = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхыэёәғқңөұүһі", "abvgdeziiklmnoprstufhyeeagqnouuhi", strict=True)),
        **{"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"},
    }
)


def russian() -> Iterator[str]:
    """All forms of the Russian dictionary; nothing where pymorphy3 is not installed."""
    try:
        import pymorphy3
    except ImportError:
        return
    yield from dict.fromkeys(word for word, *_ in pymorphy3.MorphAnalyzer().dictionary.iter_known_words())


def kazakh() -> Iterator[str]:
    """The Kazakh dictionary with every suffix its rules allow (prefixes and twofold suffixes are not in it)."""
    if not KAZAKH.with_suffix(".dic").exists():
        return
    rules = _suffixes(KAZAKH.with_suffix(".aff").read_text("utf-8", errors="replace"))
    for line in KAZAKH.with_suffix(".dic").read_text("utf-8", errors="replace").splitlines()[1:]:
        word, _, flags = line.split("\t")[0].strip().partition("/")
        yield word
        for flag in _flags(flags):
            for strip, add, condition in rules.get(flag, ()):
                if condition.search(word) and word.endswith(strip):
                    yield word[: len(word) - len(strip)] + add


def _flags(flags: str) -> list[str]:
    return flags.split(",") if "," in flags or flags.isdigit() else list(flags)


def _suffixes(affixes: str) -> dict[str, list[tuple[str, str, re.Pattern[str]]]]:
    rules: dict[str, list[tuple[str, str, re.Pattern[str]]]] = {}
    for line in affixes.splitlines():
        fields = line.split()
        if len(fields) >= 5 and fields[0] == "SFX":
            strip = "" if fields[2] == "0" else fields[2]
            add = fields[3].partition("/")[0].replace("0", "")
            rules.setdefault(fields[1], []).append((strip, add, re.compile(fields[4] + "$")))
    return rules


def english() -> Iterator[str]:
    """The English word list."""
    if ENGLISH.exists():
        yield from ENGLISH.read_text("utf-8").split()


def names() -> Iterator[str]:
    """Names and surnames of the Russian dictionary and capitalised words of the Kazakh one, as Latin documents write them."""
    for name in _cyrillic_names():
        yield name.lower().translate(_TRANSLIT).capitalize()


def _cyrillic_names() -> Iterator[str]:
    try:
        import pymorphy3
    except ImportError:
        return
    known = pymorphy3.MorphAnalyzer().dictionary.iter_known_words()
    yield from dict.fromkeys(
        word for word, tag, normal, *_ in known if word == normal and {"Name", "Surn", "Patr"} & set(tag.grammemes)
    )
    if KAZAKH.with_suffix(".dic").exists():
        lines = KAZAKH.with_suffix(".dic").read_text("utf-8", errors="replace").splitlines()
        yield from (line.partition("/")[0] for line in lines if line[:1].isupper())


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


def sample(words: Iterable[str]) -> Iterator[str]:
    """One word in fifty, always the same ones."""
    return (word for word in words if zlib.crc32(word.encode()) % SAMPLE_OF == 0)


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
            lines.append(f"{source} {rule}: {' '.join(sorted(form for form, its in forms.items() if its == rule))}")
    REVIEWED.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the list anew, for review")
    write = parser.parse_args().write
    lexicon = load()
    found = {name: flagged(source(), lexicon) for name, source in SOURCES.items()}
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
