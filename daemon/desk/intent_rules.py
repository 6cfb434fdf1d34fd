"""The intent rules (`rules/intents.yaml`): terms, and phrases made of them, matched sentence by sentence.

Promise: reading finds every fault of the file at once, each with its line (guarantee 9); matching is linear in the
words of a sentence, and the same words always give the same hits. A rule is one voice for its intent, never a decision.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from daemon.desk.faults import Fault, Faulty
from daemon.desk.intent_text import Sentence, fold
from daemon.desk.marked import Node, read
from daemon.desk.verdict import Intent

LANGUAGES = ("ru", "kk", "en")
GAP_WORDS = 6
"""Words that `..` may stand for: further apart, two words of a sentence rarely belong together."""
ENTRY_WORDS = 4
"""Words of one entry of a term."""
PHRASE_PARTS = 8
STEM_CHARS = 2
"""Letters of a stem at least: shorter ones would match half of the language."""

_TERM_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_RULE_NAME = re.compile(r"[a-z][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A word or a stem, folded."""

    text: str
    stem: bool

    def matches(self, word: str) -> bool:
        """True where `word` is this word, or begins with this stem."""
        return word.startswith(self.text) if self.stem else word == self.text


@dataclass(frozen=True, slots=True)
class Term:
    """Words that mean one thing. Entries are one to `ENTRY_WORDS` patterns long."""

    name: str
    entries: tuple[tuple[Pattern, ...], ...]


Start = tuple[str, tuple[Pattern, ...]]
"""The term that an entry belongs to, and its patterns after the first."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a phrase: a term (by name) or a pattern, and whether a gap stands before it."""

    term: str
    pattern: Pattern | None
    gap: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """The parts of a phrase in their order, and what a sentence must have at all before it is worth a closer look."""

    parts: tuple[Part, ...]
    terms: frozenset[str]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: phrases that speak for an intent, with messages that must and must not be seen."""

    name: str
    intent: Intent
    phrases: tuple[Phrase, ...]
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Hit:
    """What a term or a rule saw: its name, the words, and where they stand (word indexes, end exclusive)."""

    name: str
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class IntentRules:
    """All terms and rules, indexed by the first word of each entry."""

    terms: tuple[Term, ...]
    rules: tuple[Rule, ...]
    exact: dict[str, tuple[Start, ...]]
    """Entries by their first word."""
    stem: dict[str, tuple[Start, ...]]
    """Entries by the stem they begin with."""
    file: str

    def term_hits(self, sentence: Sentence) -> list[Hit]:
        """Every term in the sentence, in order; a term that stands twice is there twice."""
        hits: dict[tuple[str, int, int], Hit] = {}
        for words in dict.fromkeys((sentence.words, sentence.typed)):
            for place, word in enumerate(words):
                for name, rest in self._starting(word):
                    end = place + 1 + len(rest)
                    if end <= len(words) and _all_match(rest, words[place + 1 : end]):
                        hits.setdefault((name, place, end), Hit(name, " ".join(words[place:end]), place, end))
        return list(hits.values())

    def _starting(self, word: str) -> list[Start]:
        found = list(self.exact.get(word, ()))
        for length in range(STEM_CHARS, len(word) + 1):
            found += self.stem.get(word[:length], ())
        return found

    def rule_hits(self, sentence: Sentence, hits: list[Hit]) -> list[tuple[Rule, Hit]]:
        """The rules that the sentence meets, each once, with the words that met it. `hits` are its term hits."""
        ends: dict[str, list[tuple[int, int]]] = {}
        for hit in hits:
            ends.setdefault(hit.name, []).append((hit.start, hit.end))
        here = frozenset(sentence.words)
        found: list[tuple[Rule, Hit]] = []
        for rule in self.rules:
            for phrase in rule.phrases:
                if not (phrase.terms <= ends.keys() and phrase.words <= here):
                    continue
                span = _find(phrase.parts, sentence.words, ends)
                if span:
                    words = " ".join(sentence.words[span[0] : span[1]])
                    found.append((rule, Hit(rule.name, words, span[0], span[1])))
                    break
        return found


def _all_match(patterns: tuple[Pattern, ...], words: tuple[str, ...]) -> bool:
    return all(pattern.matches(word) for pattern, word in zip(patterns, words, strict=True))


def _find(
    phrase: tuple[Part, ...], words: tuple[str, ...], ends: dict[str, list[tuple[int, int]]]
) -> tuple[int, int] | None:
    """The first place where the phrase stands: (first word, word after the last).

    Works part by part over the places where the parts so far can end (at most one per word), keeping for each the
    latest beginning: the work is parts x words x the gap, whatever the text."""
    reached: dict[int, int] = {}
    for number, part in enumerate(phrase):
        spans = _spans(part, words, ends)
        if not spans:
            return None
        if number == 0:
            reached = {end: start for start, end in spans}
            continue
        further: dict[int, int] = {}
        for start, end in spans:
            for back in range(GAP_WORDS + 1 if part.gap else 1):
                if start - back in reached:
                    further[end] = max(further.get(end, 0), reached[start - back])
        if not further:
            return None
        reached = further
    end = min(reached)
    return reached[end], end


def _spans(part: Part, words: tuple[str, ...], ends: dict[str, list[tuple[int, int]]]) -> list[tuple[int, int]]:
    if part.term:
        return ends.get(part.term, [])
    pattern = part.pattern
    return [(at, at + 1) for at, word in enumerate(words) if pattern and pattern.matches(word)]


def read_rules(text: str, file: Path) -> IntentRules:
    """The rules in `text`; raises `Faulty` with all faults. `file` only names the place of a fault."""
    reader = _Reader([])
    parts = reader.keys(read(text, file), {"terms", "rules"})
    terms = [reader.term(name, node) for name, node in reader.entries(parts.get("terms"))]
    known = {term.name for term in terms}
    rules = [reader.rule(node, known) for node in reader.rows(parts.get("rules"))]
    if reader.faults:
        raise Faulty(reader.faults)
    return _indexed(terms, rules, file.name)


def _indexed(terms: list[Term], rules: list[Rule], file: str) -> IntentRules:
    exact: dict[str, list[Start]] = {}
    stem: dict[str, list[Start]] = {}
    for term in terms:
        for first, *rest in term.entries:
            (stem if first.stem else exact).setdefault(first.text, []).append((term.name, tuple(rest)))
    return IntentRules(
        terms=tuple(terms),
        rules=tuple(rules),
        exact={word: tuple(entries) for word, entries in exact.items()},
        stem={word: tuple(entries) for word, entries in stem.items()},
        file=file,
    )


@dataclass(slots=True)
class _Reader:
    """Reads the nodes of the file and gathers the faults."""

    faults: list[Fault]
    names: set[str] = field(default_factory=set)

    def fault(self, node: Node, text: str, cure: str) -> None:
        self.faults.append(node.fault(text, cure))

    def keys(self, node: Node, wanted: set[str], optional: frozenset[str] = frozenset()) -> Mapping[str, Node]:
        """The entries of a mapping that has all the wanted keys and none but them and the optional ones."""
        if not isinstance(node.value, Mapping):
            self.fault(node, "a mapping is wanted here", f"Write: {', '.join(sorted(wanted))}.")
            return {}
        for name in sorted(wanted - set(node.value)):
            self.fault(node, f"`{name}` is missing", f"Add `{name}:` here.")
        for name in sorted(set(node.value) - wanted - optional):
            self.fault(node.value[name], f"unknown key `{name}`", f"Use: {', '.join(sorted(wanted | optional))}.")
        return node.value

    def entries(self, node: Node | None) -> list[tuple[str, Node]]:
        """The entries of a mapping with free keys."""
        if node is None or not isinstance(node.value, Mapping):
            if node is not None:
                self.fault(node, "a mapping is wanted here", "Write `name:` lines.")
            return []
        return list(node.value.items())

    def rows(self, node: Node | None) -> Sequence[Node]:
        """The nodes of a list; an absent list is empty."""
        if node is None or isinstance(node.value, tuple):
            return node.value if node is not None and isinstance(node.value, tuple) else ()
        self.fault(node, "a list is wanted here", "Begin each line with a dash.")
        return ()

    def text(self, node: Node | None) -> str:
        """The text of a scalar; an absent one is ''."""
        if node is None:
            return ""
        if isinstance(node.value, str) and node.value.strip():
            return node.value
        self.fault(node, "a text is wanted here", "Write words; put quotes about a number.")
        return ""

    def term(self, name: str, node: Node) -> Term:
        if not _TERM_NAME.fullmatch(name):
            self.fault(node, f"bad name of a term {name!r}", "Use small Latin letters, digits and _.")
        fields = self.keys(node, {"about"}, frozenset(LANGUAGES))
        entries = [entry for language in LANGUAGES for entry in self._entries(fields.get(language))]
        if not entries:
            self.fault(node, f"term {name!r} has no words", "Add `ru:`, `kk:` or `en:`.")
        return Term(name, tuple(dict.fromkeys(entries)))

    def _entries(self, node: Node | None) -> list[tuple[Pattern, ...]]:
        found: list[tuple[Pattern, ...]] = []
        for entry in self.text(node).split(",") if node is not None else []:
            patterns = tuple(self._pattern(word, node) for word in entry.split()) if node is not None else ()
            if not 1 <= len(patterns) <= ENTRY_WORDS and node is not None:
                self.fault(node, f"{entry.strip()!r} is not 1 to {ENTRY_WORDS} words", "Mend the entry.")
            found.append(patterns)
        return found

    def _pattern(self, word: str, node: Node) -> Pattern:
        text = fold(word.removesuffix("*"))
        if "*" in text:
            self.fault(node, f"the * of {word!r} is not at its end", "Put it at the end.")
        if word.endswith("*") and len(text) < STEM_CHARS:
            self.fault(node, f"the stem {word!r} is too short", f"Give it {STEM_CHARS} letters or more.")
        return Pattern(text, word.endswith("*"))

    def rule(self, node: Node, terms: set[str]) -> Rule:
        fields = self.keys(node, {"name", "intent", "phrases", "examples"}, frozenset({"counterexamples"}))
        name, intent = self.text(fields.get("name")), self.text(fields.get("intent"))
        if name in self.names or not _RULE_NAME.fullmatch(name):
            self.fault(node, f"bad or repeated name of a rule {name!r}", "Use small Latin letters, digits and -, once.")
        self.names.add(name)
        if intent not in set(Intent):
            self.fault(fields.get("intent", node), f"unknown intent {intent!r}", f"Use: {', '.join(Intent)}.")
            intent = Intent.UNINTELLIGIBLE
        return Rule(
            name=name,
            intent=Intent(intent),
            phrases=tuple(self._phrase(item, terms) for item in self.rows(fields.get("phrases"))),
            examples=tuple(self.text(item) for item in self.rows(fields.get("examples"))),
            counterexamples=tuple(self.text(item) for item in self.rows(fields.get("counterexamples"))),
            line=node.line,
        )

    def _phrase(self, node: Node, terms: set[str]) -> Phrase:
        parts: list[Part] = []
        gap = False
        for word in self.text(node).split():
            if word == "..":
                gap = True
                continue
            term = word[1:-1] if word.startswith("<") and word.endswith(">") else ""
            if term and term not in terms:
                self.fault(node, f"unknown term {word}", "Use a name from `terms`.")
            parts.append(Part(term, None if term else self._pattern(word, node), gap))
            gap = False
        if not 1 <= len(parts) <= PHRASE_PARTS or gap:
            self.fault(node, f"a phrase has 1 to {PHRASE_PARTS} parts and no .. at its end", "Change the phrase.")
        exact = {part.pattern.text for part in parts if part.pattern and not part.pattern.stem}
        return Phrase(tuple(parts), frozenset(part.term for part in parts if part.term), frozenset(exact))
