"""YAML with line numbers: the one reader of everything under `rules/` and `data/` that people write.

Promise: plain values (str, int, float, bool, None, list, dict) beside the line each stands on, so that a fault can
name file and line. Duplicate keys are faults, not the last one wins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from daemon.desk.faults import Fault, Faulty

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands. `value` is a scalar, a tuple of nodes, or a mapping of nodes."""

    file: Path
    line: int
    value: "Scalar | Sequence[Node] | Mapping[str, Node]"

    def fault(self, text: str, cure: str) -> Fault:
        """A fault at this place."""
        return Fault(self.file, self.line, text, cure)

    def plain(self) -> Plain:
        """The value without its places."""
        if isinstance(self.value, Mapping):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return self.value  # type: ignore[return-value]

    def mapping(self) -> "Mapping[str, Node]":
        """The nodes of a mapping; raises `Faulty` where it is none."""
        if isinstance(self.value, Mapping):
            return self.value
        raise Faulty([self.fault("a mapping is wanted here", "Write `key: value` lines.")])

    def items(self) -> "tuple[Node, ...]":
        """The nodes of a list; raises `Faulty` where it is none."""
        if isinstance(self.value, tuple):
            return self.value
        raise Faulty([self.fault("a list is wanted here", "Write `- item` lines.")])


Scalar = str | int | float | bool | None


def read(text: str, file: Path) -> Node:
    """Read one YAML document. Raises `Faulty` with the place of a syntax error or of duplicate keys."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        problem = error.problem if isinstance(error, yaml.MarkedYAMLError) else error
        raise Faulty([Fault(file, mark.line + 1 if mark else 0, f"not YAML: {problem}", "Mend the syntax.")]) from None
    if root is None:
        raise Faulty([Fault(file, 0, "the file is empty", "Write its entries, or take the file from the release.")])
    faults: list[Fault] = []
    node = _node(root, file, yaml.SafeLoader(""), faults)
    if faults:
        raise Faulty(faults)
    return node


def _node(node: yaml.Node, file: Path, loader: yaml.SafeLoader, faults: list[Fault]) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in mapping:
                faults.append(Fault(file, key.start_mark.line + 1, f"`{name}` stands twice", "Keep one of them."))
            mapping[name] = _node(value, file, loader, faults)
        return Node(file, line, mapping)
    if isinstance(node, yaml.SequenceNode):
        return Node(file, line, tuple(_node(item, file, loader, faults) for item in node.value))
    return Node(file, line, _scalar(node, file, loader, faults))


def _scalar(node: yaml.Node, file: Path, loader: yaml.SafeLoader, faults: list[Fault]) -> Scalar:
    try:
        value: Scalar = loader.construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError):
        text = f"`{node.value}` cannot be read as {node.tag.rpartition(':')[2]}"
        faults.append(Fault(file, node.start_mark.line + 1, text, "Put it in quotes."))
        return None
    return value
