"""The lexicons of offensive words (`rules/moderation/*.yaml`) as one value that can be searched.

Promise: `lexicon` reads every file it is given, and either returns a `Lexicon` or raises `Faulty` with all faults, each
with file and line. A `Lexicon` is never changed after that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import ahocorasick
import yaml

from daemon.desk.faults import Fault, Faulty
from daemon.desk.moderation.letters import FOLD
from daemon.desk.moderation.stems import BadStem, Kind, Spelling, anchored, kinds_of, spellings


class Severity(StrEnum):
    """How grave a row's words are."""

    OBSCENE = "obscene"
    """Refused wherever they stand."""
    INSULT = "insult"
    """Names for a person that insult by themselves, unless said of oneself, denied or reported."""
    TRAIT = "trait"
    """Qualities and animals: an insult only when said of a person."""


CUES = (
    "you", "addressed", "staff", "person", "thing", "self", "me", "we", "negation", "denial", "article", "report",
    "saying", "pointing", "describing", "taken_for", "held_for", "exclaiming", "explain", "goods", "title",
)  # fmt: skip
"""The lists of words around an insult that decide what it is (`cues` of each file)."""


RETYPED_CHARS = 6
"""Shorter insults are not looked for in the other keyboard layout: bells are not иуды."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a lexicon."""

    id: str
    rule: str
    """File and row, as evidence names it."""
    line: int
    severity: Severity
    ask: bool
    """The words are doubtful: a person looks."""
    only_near: "Words | None"
    unless_near: "Words | None"
    match: tuple[str, ...]
    no_match: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Words:
    """A list of whole words and beginnings of words, folded."""

    whole: frozenset[str] = frozenset()
    begin: tuple[str, ...] = ()

    def __contains__(self, folded: str) -> bool:
        return folded in self.whole or (bool(self.begin) and folded.startswith(self.begin))


def words_of(stems: list[str]) -> Words:
    """Whole words and beginnings (`слов*`) from a list in the files."""
    plain = [stem.replace("ё", "е").translate(FOLD) for stem in stems]
    whole = frozenset(stem for stem in plain if not stem.endswith("*"))
    return Words(whole, tuple(sorted(stem[:-1] for stem in plain if stem.endswith("*"))))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All rows, compiled. `automaton` maps a string to the rows it belongs to and the rows it excepts."""

    rows: tuple[Row, ...]
    automaton: "ahocorasick.Automaton"
    masked: Mapping[tuple[str, str], tuple[tuple[str, int], ...]]
    """Full forms that are found behind stars, with their row, by first and last letter."""
    split_heads: frozenset[str]
    """First pieces of a word that is split in two by a space."""
    cues: Mapping[str, Words]


@dataclass(slots=True)
class _Draft:
    """What is gathered while the files are read."""

    faults: list[Fault] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    strings: dict[str, tuple[list[int], list[int]]] = field(default_factory=dict)
    masked: dict[tuple[str, str], list[tuple[str, int]]] = field(default_factory=dict)
    split_heads: set[str] = field(default_factory=set)
    cues: dict[str, list[str]] = field(default_factory=dict)

    def fault(self, file: Path, line: int, text: str, cure: str) -> None:
        self.faults.append(Fault(file, line, text, cure))


_ROW_KEYS = {
    "id": str, "severity": str, "stems": list, "latin": list, "masked": list, "exceptions": list, "fold": bool,
    "ask": bool, "only_near": list, "unless_near": list, "note": str, "match": list, "no_match": list,
}  # fmt: skip
_FILE_KEYS = {"endings": dict, "prefixes": list, "split_heads": list, "cues": dict, "rows": list}


def lexicon(texts: Mapping[Path, str]) -> Lexicon:
    """Compiles the lexicon files. Raises `Faulty` with every fault of every file."""
    draft = _Draft()
    for file, text in texts.items():
        _read_file(file, text, draft)
    if draft.faults:
        raise Faulty(draft.faults)
    automaton = ahocorasick.Automaton()
    for string, (matching, excepting) in draft.strings.items():
        automaton.add_word(string, (tuple(matching), tuple(excepting)))
    automaton.make_automaton()
    return Lexicon(
        rows=tuple(draft.rows),
        automaton=automaton,
        masked={ends: tuple(dict.fromkeys(forms)) for ends, forms in draft.masked.items()},
        split_heads=frozenset(draft.split_heads),
        cues={name: words_of(draft.cues.get(name, [])) for name in CUES},
    )


class _Loader(yaml.SafeLoader):
    """Remembers the line on which each mapping begins."""


def _with_line(loader: _Loader, node: yaml.MappingNode) -> dict[str, object]:
    mapping: dict[str, object] = loader.construct_mapping(node, deep=True)  # type: ignore[assignment]
    mapping["__line__"] = node.start_mark.line + 1
    return mapping


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _with_line)


def _read_file(file: Path, text: str, draft: _Draft) -> None:
    try:
        document = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader that remembers lines
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        draft.fault(file, line, f"not YAML: {error.problem}", "Mend the indentation or the quotes there")
        return
    except yaml.YAMLError as error:
        draft.fault(file, 0, f"not YAML: {error}", "Mend the file")
        return
    if not isinstance(document, dict):
        draft.fault(file, 0, "holds no rows", "Write a mapping with the key `rows`")
        return
    if not _checked(file, document, _FILE_KEYS, draft):
        return
    endings = {
        name: tuple(str(item) for item in tails)
        for name, tails in document.get("endings", {}).items()
        if name != "__line__"
    }
    prefixes = tuple(document.get("prefixes", ()))
    draft.split_heads.update(document.get("split_heads", ()))
    for name, words in document.get("cues", {}).items():
        if name in CUES and isinstance(words, list):
            draft.cues.setdefault(name, []).extend(str(word) for word in words)
        elif name != "__line__":
            draft.fault(
                file, document["cues"]["__line__"], f"unknown list of cues «{name}»", f"Use one of {', '.join(CUES)}"
            )
    for raw in document.get("rows", []):
        if isinstance(raw, dict):
            _read_row(file, raw, endings, prefixes, draft)
        else:
            draft.fault(file, 0, f"the row {raw!r} is not a mapping", "Write `- id: …` with the row's keys below it")


def _checked(file: Path, mapping: dict[str, object], keys: Mapping[str, type], draft: _Draft) -> bool:
    line = int(str(mapping["__line__"]))
    before = len(draft.faults)
    for key, value in mapping.items():
        if key == "__line__":
            continue
        if key not in keys:
            draft.fault(file, line, f"unknown key «{key}»", f"Use {', '.join(keys)}")
        elif not isinstance(value, keys[key]):
            draft.fault(file, line, f"«{key}» is not a {keys[key].__name__}", "Mend the value")
        elif isinstance(value, list) and key != "rows" and not all(isinstance(item, str) for item in value):
            draft.fault(file, line, f"«{key}» holds something that is not text", "Put yes, no and numbers into quotes")
    return len(draft.faults) == before


def _read_row(
    file: Path, raw: dict[str, object], endings: dict[str, tuple[str, ...]], prefixes: tuple[str, ...], draft: _Draft
) -> None:
    if not _checked(file, raw, _ROW_KEYS, draft):
        return
    line = int(str(raw["__line__"]))
    name = str(raw.get("id", ""))
    if not name or any(row.id == name for row in draft.rows):
        draft.fault(file, line, f"the id «{name}» is missing or stands twice", "Give the row an id of its own")
    if raw.get("severity") not in set(Severity):
        draft.fault(file, line, f"the row «{name}» has no known severity", f"Use one of {', '.join(Severity)}")
        return
    if not raw.get("match"):
        draft.fault(file, line, f"the row «{name}» has no example", "Add `match` with at least one text")
    number = len(draft.rows)
    draft.rows.append(_row(file, line, name, raw))
    compiler = _Compiler(file, line, number, raw["severity"] == Severity.OBSCENE, endings, prefixes, draft)
    fold = bool(raw.get("fold", False))
    compiler.add(_list(raw, "stems"), fold=fold, latin=False)
    compiler.add(_list(raw, "latin"), fold=fold, latin=True)
    compiler.add_exceptions(_list(raw, "exceptions"))
    compiler.add_masked(_list(raw, "masked"))


def _row(file: Path, line: int, name: str, raw: dict[str, object]) -> Row:
    near = {key: words_of(_list(raw, key)) if key in raw else None for key in ("only_near", "unless_near")}
    return Row(
        id=name,
        rule=f"{file.name}#{name}",
        line=line,
        severity=Severity(str(raw["severity"])),
        ask=bool(raw.get("ask", False)),
        only_near=near["only_near"],
        unless_near=near["unless_near"],
        match=tuple(_list(raw, "match")),
        no_match=tuple(_list(raw, "no_match")),
        note=str(raw.get("note", "")),
    )


def _list(raw: dict[str, object], key: str) -> list[str]:
    value = raw.get(key, [])
    return [str(item) for item in value] if isinstance(value, list) else []


@dataclass(slots=True)
class _Compiler:
    """Turns the stems of one row into strings of the automaton."""

    file: Path
    line: int
    number: int
    obscene: bool
    endings: dict[str, tuple[str, ...]]
    prefixes: tuple[str, ...]
    draft: _Draft

    def add(self, stems: list[str], *, fold: bool, latin: bool) -> None:
        """Stems to be found; `latin` ones also in transliteration."""
        for spelling in self._spellings(stems):
            for kind, written in kinds_of(spelling, fold=fold, latin=latin):
                if kind is not Kind.RETYPED or self.obscene or len(written.letters) >= RETYPED_CHARS:
                    self._string(anchored(written, kind), 0)

    def add_exceptions(self, stems: list[str]) -> None:
        """Words in which the row's stems are not what they look like, however they are typed."""
        for spelling in self._spellings(stems):
            for kind, written in kinds_of(spelling, fold=True, latin=True):
                if kind is not Kind.RETYPED:
                    self._string(anchored(written, kind), 1)

    def add_masked(self, stems: list[str]) -> None:
        """Full forms that are recognised with some letters hidden."""
        for spelling in self._spellings(stems):
            word = spelling.letters
            self.draft.masked.setdefault((word[0], word[-1]), []).append((word, self.number))

    def _spellings(self, stems: list[str]) -> list[Spelling]:
        found: list[Spelling] = []
        for stem in stems:
            try:
                found += spellings(stem, self.endings, self.prefixes)
            except BadStem as error:
                self.draft.fault(
                    self.file, self.line, str(error), "See the notation in daemon/desk/moderation/stems.py"
                )
        return found

    def _string(self, string: str, side: int) -> None:
        rows = self.draft.strings.setdefault(string, ([], []))[side]
        if self.number not in rows:
            rows.append(self.number)
