from pathlib import Path

import pytest

from daemon.desk.faults import Faulty
from daemon.desk.intent_rules import IntentRules, Rule, read_rules
from daemon.desk.intent_text import sentences
from tests.desk.intent_model import material

RULES = material().rules


def met(text: str, rules: IntentRules = RULES) -> set[str]:
    """Names of the rules that a text meets."""
    return {rule.name for one in sentences("", text) for rule, _ in rules.rule_hits(one, rules.term_hits(one))}


@pytest.mark.parametrize(
    ("rule", "example"),
    [pytest.param(rule, example, id=f"{rule.name}: {example}") for rule in RULES.rules for example in rule.examples],
)
def test_a_rule_meets_its_examples(rule: Rule, example: str) -> None:
    assert rule.name in met(example)


@pytest.mark.parametrize(
    ("rule", "example"),
    [
        pytest.param(rule, example, id=f"{rule.name}: {example}")
        for rule in RULES.rules
        for example in rule.counterexamples
    ],
)
def test_a_rule_does_not_meet_its_counterexamples(rule: Rule, example: str) -> None:
    assert rule.name not in met(example)


def test_no_example_is_quoted_from_the_shared_corpus() -> None:
    bodies = "\n".join(record.body for record in material().records if not record.own)
    quoted = [text for rule in RULES.rules for text in rule.examples if len(text.split()) > 3 and text in bodies]
    assert quoted == []


SMALL = """
terms:
  program:
    about: programs
    ru: ncalayer*, драйвер*, синий экран*
rules:
  - name: put
    intent: oos_third_party_installation
    phrases:
      - "постав* .. <program>"
    examples: [поставьте драйвер]
"""


@pytest.mark.parametrize(
    ("text", "is_met"),
    [
        ("Поставьте мне драйвер", True),
        ("поставьте раз два три четыре пять шесть драйвер", True),
        ("поставьте раз два три четыре пять шесть семь драйвер", False),
        ("драйвер поставьте", False),
        ("Поставьте. Драйвер.", False),
        ("поставьте синий экран", True),
    ],
)
def test_a_phrase_matches_in_order_with_a_bounded_gap_inside_a_sentence(text: str, is_met: bool) -> None:
    assert ("put" in met(text, read_rules(SMALL, Path("small.yaml")))) is is_met


def test_all_faults_of_the_file_are_told_at_once_with_their_lines() -> None:
    text = """terms:
  Bad-Name:
    about: x
    ru: слово
  empty:
    about: y
  short:
    about: z
    ru: а*, в*м
rules:
  - name: one
    intent: no_such_intent
    phrases: ["<unknown> слово", ".."]
    examples: [слово]
  - name: one
    intent: wish
    phrases: [слово]
    surplus: 1
"""
    with pytest.raises(Faulty) as caught:
        read_rules(text, Path("intents.yaml"))
    told = {(fault.line, fault.text.split("'")[0].strip()) for fault in caught.value.faults}
    assert {line for line, _ in told} >= {3, 6, 9, 12, 13, 15, 18}
    assert all(fault.cure for fault in caught.value.faults)


def test_a_broken_file_is_a_fault_and_not_a_crash() -> None:
    with pytest.raises(Faulty):
        read_rules("terms: [", Path("intents.yaml"))
