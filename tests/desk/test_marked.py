"""YAML with line numbers."""

from pathlib import Path

import pytest

from daemon.desk.faults import Fault, Faulty
from daemon.desk.marked import read

FILE = Path("rules.yaml")


def fault(text: str) -> Fault:
    with pytest.raises(Faulty) as raised:
        read(text, FILE)
    assert len(raised.value.faults) == 1
    return raised.value.faults[0]


def test_values_are_plain_and_know_their_lines() -> None:
    node = read("a: 1\nb:\n  - 2.5\n  - yes\n  - null\n  - текст\nc:\n  d: 'x'\n", FILE)
    assert node.plain() == {"a": 1, "b": [2.5, True, None, "текст"], "c": {"d": "x"}}
    assert node.mapping()["a"].line == 1
    assert [item.line for item in node.mapping()["b"].items()] == [3, 4, 5, 6]
    assert node.mapping()["c"].mapping()["d"].line == 8


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\na: 2\n", 2, "`a` stands twice"),
        ("x:\n  a: 1\n  b: 2\n  a: 3\n", 4, "`a` stands twice"),
        ("a: [1\nb: 2\n", 2, "not YAML"),
        ("a: 1\nb: @c\n", 2, "not YAML"),
        ("a: \x01\n", 0, "not YAML"),
        ("", 0, "the file is empty"),
        ("# nothing but a remark\n", 0, "the file is empty"),
    ],
)
def test_a_fault_has_its_line(text: str, line: int, says: str) -> None:
    found = fault(text)
    assert (found.file, found.line) == (FILE, line)
    assert says in found.text
    assert found.cure


def test_every_duplicate_key_is_found_in_one_go() -> None:
    with pytest.raises(Faulty) as raised:
        read("a: 1\na: 2\nb: 1\nb: 2\n", FILE)
    assert [found.line for found in raised.value.faults] == [2, 4]


def test_a_mapping_or_a_list_that_is_none_is_a_fault_at_its_place() -> None:
    node = read("a: 1\nb: [2]\n", FILE)
    for wrong, line in (
        (node.mapping()["a"].mapping, 1),
        (node.mapping()["b"].mapping, 2),
        (node.mapping()["a"].items, 1),
    ):
        with pytest.raises(Faulty) as raised:
            wrong()
        assert raised.value.faults[0].line == line


def test_no_object_is_ever_made_of_a_tag() -> None:
    assert read("a: !!python/object/apply:os.system ['true']\n", FILE).plain() == {"a": ["true"]}


@pytest.mark.parametrize(
    "text", ["a: !!python/name:os.system x\n", "a: 2026-13-45\n", "a: !unknown x\n", "a: !!int x\n"]
)
def test_a_scalar_that_cannot_be_read_is_a_fault_and_no_crash(text: str) -> None:
    assert fault(text).line == 1


def test_a_fault_prints_place_text_and_cure() -> None:
    assert str(Fault(FILE, 3, "wrong", "Mend it.")) == "rules.yaml:3: wrong. Mend it."
    assert str(Fault(FILE, 0, "wrong", "Mend it.")) == "rules.yaml: wrong. Mend it."
