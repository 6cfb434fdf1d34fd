"""Reading of rules/machine.yaml: what machine mail looks like, as rows that an operator can write.

Promise: `machine_rules` is pure (text in, `MachineRules` out) and reads the whole file before it complains: all faults
come in one `Faulty`, each with its line and its cure. A rule carries its own proof: every row has examples that it must
hold on and may have examples that it must spare, and both are tried here, so a row that cannot work never starts.
"""

from pathlib import Path

import yaml

from daemon.desk.faults import Fault, Faulty
from daemon.mail.gate import FACTS, Condition, How, Kind, MachineRules, Rule, fold, holds

_KEYS = frozenset({"id", "says", "source", "kind", "opens", "when", "examples", "spares"})
_REQUIRED = ("id", "says", "source", "kind", "when", "examples")
_WORDLESS = frozenset({How.PRESENT, How.ABSENT})


def machine_rules(text: str, file: Path) -> MachineRules:
    """The rules in `text`; `file` is named in faults. Raises `Faulty` with all faults."""
    reader = _Reader(file)
    rules = reader.read(text)
    if reader.faults:
        raise Faulty(reader.faults)
    return MachineRules(tuple(rules))


class _Reader:
    """Collects the faults of one file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def fault(self, node: yaml.Node | None, text: str, cure: str) -> None:
        line = node.start_mark.line + 1 if node is not None and node.start_mark is not None else 0
        self.faults.append(Fault(self.file, line, text, cure))

    def read(self, text: str) -> list[Rule]:
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            self.faults.append(
                Fault(
                    self.file, mark.line + 1 if mark else 0, "not YAML", f"Correct the syntax: {error}".split("\n")[0]
                )
            )
            return []
        if not isinstance(root, yaml.SequenceNode):
            self.fault(root, "the file is not a list of rules", "Begin every rule with `- id:`")
            return []
        rules = [rule for node in root.value if (rule := self.rule(node)) is not None]
        self.repeated(root, rules)
        return rules

    def repeated(self, root: yaml.SequenceNode, rules: list[Rule]) -> None:
        seen: set[str] = set()
        for rule in rules:
            if rule.id in seen:
                self.fault(root, f"the id {rule.id} is given twice", "Give every rule an id of its own")
            seen.add(rule.id)

    def rule(self, node: yaml.Node) -> Rule | None:
        keys = self.mapping(node, "a rule")
        if keys is None:
            return None
        before = len(self.faults)
        for name in keys.keys() - _KEYS:
            self.fault(keys[name], f"unknown key {name}", f"Known keys: {', '.join(sorted(_KEYS))}")
        for name in _REQUIRED:
            if name not in keys:
                self.fault(node, f"the rule has no {name}", f"Add `{name}:`")
        if len(self.faults) > before:
            return None
        kind = self.kind(keys["kind"])
        conditions = self.conditions(keys["when"])
        id_, says, source = (self.string(keys[name]) for name in ("id", "says", "source"))
        opens = self.string(keys["opens"]).lower() == "true" if "opens" in keys else False
        if len(self.faults) > before or kind is None:
            return None
        rule = Rule(id_, says, source, kind, opens, conditions)
        self.prove(rule, keys["examples"], expected=True)
        if "spares" in keys:
            self.prove(rule, keys["spares"], expected=False)
        return rule

    def kind(self, node: yaml.Node) -> Kind | None:
        word = self.string(node)
        if word in set(Kind) - {Kind.OWN, Kind.HOP_LIMIT}:
            return Kind(word)
        self.fault(node, f"unknown kind {word}", f"Known kinds: {', '.join(kind for kind in Kind)}")
        return None

    def conditions(self, node: yaml.Node) -> tuple[Condition, ...]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.fault(node, "`when` is not a list of conditions", "Write `- {field: ..., is: ..., words: [...]}`")
            return ()
        found = [self.condition(item) for item in node.value]
        return tuple(condition for condition in found if condition is not None)

    def condition(self, node: yaml.Node) -> Condition | None:
        keys = self.mapping(node, "a condition")
        if keys is None:
            return None
        if "field" not in keys or "is" not in keys or keys.keys() - {"field", "is", "words"}:
            self.fault(node, "a condition has `field`, `is` and `words`", "Write `{field: ..., is: ..., words: [...]}`")
            return None
        field, word = self.string(keys["field"]), self.string(keys["is"])
        if field.startswith("message.") and field not in FACTS:
            self.fault(keys["field"], f"unknown fact {field}", f"Known facts: {', '.join(sorted(FACTS))}")
        if word not in set(How):
            self.fault(keys["is"], f"unknown comparison {word}", f"Known: {', '.join(how for how in How)}")
            return None
        words = self.strings(keys["words"]) if "words" in keys else ()
        if bool(words) == (How(word) in _WORDLESS):
            self.fault(node, f"`is: {word}` and words do not fit", "Give words to every comparison but present, absent")
        return Condition(field.lower(), How(word), tuple(fold(item) for item in words))

    def prove(self, rule: Rule, node: yaml.Node, *, expected: bool) -> None:
        if not isinstance(node, yaml.SequenceNode):
            self.fault(node, "examples are not a list", "Write `- {field: value}`")
            return
        for item in node.value:
            keys = self.mapping(item, "an example")
            if keys is None:
                continue
            facts = {name.lower(): (fold(self.string(value)),) for name, value in keys.items()}
            if holds(rule, facts) is not expected:
                problem = "does not hold on its example" if expected else "holds on what it must spare"
                self.fault(item, f"rule {rule.id} {problem}", "Correct the rule or the example")

    def mapping(self, node: yaml.Node, what: str) -> dict[str, yaml.Node] | None:
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"{what} is not a set of `key: value`", "Write it as `key: value` lines")
            return None
        keys: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self.string(key)
            if name in keys:
                self.fault(key, f"{name} is given twice", "Keep one of them")
            keys[name] = value
        return keys

    def string(self, node: yaml.Node) -> str:
        if isinstance(node, yaml.ScalarNode):
            return str(node.value).strip()
        self.fault(node, "a word or a sentence is expected here", "Write plain text, in quotes where YAML needs them")
        return ""

    def strings(self, node: yaml.Node) -> tuple[str, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self.fault(node, "a list of words is expected here", "Write `[first, second]`")
            return ()
        return tuple(self.string(item) for item in node.value)
