"""The lexicon files: every row's examples hold, and every fault is found with its line."""

from pathlib import Path

import pytest

from daemon.desk.faults import Faulty
from daemon.desk.moderation import lexicon, moderate
from daemon.desk.moderation.stems import BadStem, spellings
from tests.corpus.lexicons import load

MATCHES = [
    pytest.param(row.rule, text, id=f"{row.id}-{number}")
    for row in load().rows
    for number, text in enumerate(row.match)
]
INNOCENT = [
    pytest.param(row.rule, text, id=f"{row.id}-{number}")
    for row in load().rows
    for number, text in enumerate(row.no_match)
]

ROW = """
rows:
  - id: one
    severity: obscene
    stems: [бяка]
    match: [бяка]
"""


@pytest.mark.parametrize(("rule", "text"), MATCHES)
def test_a_row_finds_its_examples(rule: str, text: str) -> None:
    assert rule in {evidence.rule for evidence in moderate(text, load(), None).evidence}


@pytest.mark.parametrize(("rule", "text"), INNOCENT)
def test_a_row_leaves_its_counter_examples_alone(rule: str, text: str) -> None:
    assert rule not in {evidence.rule for evidence in moderate(text, load(), None).evidence}


def faults_of(text: str) -> list[tuple[int, str]]:
    with pytest.raises(Faulty) as raised:
        lexicon({Path("bad.yaml"): text})
    return [(fault.line, fault.text) for fault in raised.value.faults]


def test_a_sound_file_is_read() -> None:
    assert [row.id for row in lexicon({Path("good.yaml"): ROW}).rows] == ["one"]


@pytest.mark.parametrize(
    ("broken", "line", "words"),
    [
        (ROW.replace("obscene", "rude"), 3, "no known severity"),
        (ROW.replace("stems", "stams"), 3, "unknown key «stams»"),
        (ROW.replace("[бяка]\n    match", "[бяка/zz]\n    match"), 3, "unknown ending class"),
        (ROW.replace("[бяка]\n    match", "[БЯКА]\n    match"), 3, "not in the notation"),
        (ROW.replace("[бяка]\n    match", '["бя{ка"]\n    match'), 3, "do not match"),
        (ROW.replace("[бяка]\n    match", "[1]\n    match"), 3, "not text"),
        (ROW.replace("    match: [бяка]\n", ""), 3, "no example"),
        (ROW.replace("id: one", "id: ''"), 3, "missing or stands twice"),
        (ROW + "cues:\n  they: [они]\n", 8, "unknown list of cues"),
        ("rows: [", 1, "not YAML"),
        ("- one", 0, "holds no rows"),
    ],
)
def test_a_fault_is_named_with_its_line(broken: str, line: int, words: str) -> None:
    faults = faults_of(broken)
    assert [found for found in faults if found[0] == line and words in found[1]], faults


def test_all_faults_are_found_in_one_go() -> None:
    second = ROW.replace("rows:\n", "").replace("id: one", "id: two").replace("obscene", "rude")
    assert len(faults_of(ROW.replace("stems", "stams") + second)) == 2


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("слово", {("слово", True, True)}),
        ("слов*", {("слов", True, False)}),
        ("*слов*", {("слов", False, False)}),
        ("~ё{т,л*}", {("ет", True, True), ("ел", True, False), ("зает", True, True), ("заел", True, False)}),
        ("кот/m", {("кот", True, True), ("кота", True, True)}),
    ],
)
def test_the_notation_of_stems(stem: str, expected: set[tuple[str, bool, bool]]) -> None:
    found = spellings(stem, {"m": ("", "а")}, ("за",))
    assert {(spelling.letters, spelling.begins, spelling.ends) for spelling in found} == expected


@pytest.mark.parametrize("stem", ["", "*", "{}", "сло*во", "a b"])
def test_a_stem_that_says_nothing_is_refused(stem: str) -> None:
    with pytest.raises(BadStem):
        spellings(stem, {}, ())
