"""rules/decisions.yaml as values: total over the intents, and every fault with its line."""

from pathlib import Path

import pytest

from daemon.desk.decision import Action
from daemon.desk.faults import Faulty
from daemon.desk.policy import CLAUSES, policy
from daemon.desk.verdict import EXCLUSIONS, IN_SCOPE, Intent, Missing
from tests.desk.cases import DECISIONS, POLICY

FILE = Path("decisions.yaml")
TEXT = DECISIONS.read_text(encoding="utf-8")
LINES = TEXT.splitlines()


def line_of(start: str) -> int:
    return next(number for number, line in enumerate(LINES, start=1) if line.strip().startswith(start))


def faults(text: str) -> list[str]:
    with pytest.raises(Faulty) as raised:
        policy(text, FILE)
    return [str(fault) for fault in raised.value.faults]


def test_the_shipped_policy_has_a_row_for_every_intent() -> None:
    assert set(POLICY.intents) == set(Intent)
    assert all(row.intent is intent and row.clause in CLAUSES for intent, row in POLICY.intents.items())


def test_only_what_is_out_of_scope_is_declined_and_never_what_is_in_scope() -> None:
    declined = {intent for intent, row in POLICY.intents.items() if row.action is Action.DECLINE}
    assert declined == EXCLUSIONS | {Intent.OOS_UNRELATED}
    assert all(POLICY.intents[intent].action is Action.REGISTER for intent in IN_SCOPE)


def test_the_five_exclusions_follow_the_clause_that_names_them() -> None:
    assert {POLICY.intents[intent].clause for intent in EXCLUSIONS} == {"A.6.out"}
    assert POLICY.intents[Intent.OOS_UNRELATED].clause == "B.3"


def test_a_refusal_needs_more_certainty_than_anything_harmless() -> None:
    refusing = [row.certain for row in POLICY.intents.values() if row.action in {Action.DECLINE, Action.REPHRASE}]
    harmless = [row.certain for row in POLICY.intents.values() if row.action is Action.REGISTER]
    assert min(refusing) > max(harmless)
    assert POLICY.advertising_certain >= POLICY.intents[Intent.OOS_UNRELATED].certain


def test_a_rule_is_named_after_its_row() -> None:
    assert POLICY.intents[Intent.DEFECT].rule == "decisions/defect"


@pytest.mark.parametrize(
    ("old", "new", "text", "at"),
    [
        ("wish: {action: register", "wish: {action: reject", "`reject` is not known here", "wish"),
        ("callback: {action: callback, clause: B.2", "callback: {action: callback, clause: Z.9",
         "`Z.9` is not known here", "callback"),
        ("staff_complaint: {action: quality, clause: C.7b, category: consultation, priority: high",
         "staff_complaint: {action: quality, clause: C.7b, category: complaint, priority: high",
         "`complaint` is not known here", "staff_complaint"),
        ("priority: high, certain: 0.6", "priority: urgent, certain: 0.6", "`urgent` is not known here",
         "staff_complaint"),
        ("priority: high, certain: 0.6", "priority: high, certain: 1.1", "`1.1` is no share", "staff_complaint"),
        ("priority: high, certain: 0.6", "priority: high, certain: yes", "`True` is no share", "staff_complaint"),
        ("priority: high, certain: 0.6", "priority: high", "`certain` is missing", "staff_complaint"),
        ("priority: high, certain: 0.6", "priority: high, certain: 0.6, sure: 1", "`sure` is not known here",
         "staff_complaint"),
        ("  defect: {", "  defects: {", "`defect` is missing", "consult_functionality"),
        ("  defect: {", "  defects: {", "`defects` is not known here", "defect"),
        ("blocking: [steps]", "blocking: [contact]", "`contact` is not known here", "blocking: [steps]"),
        ("blocking: [steps]", "", "`blocking` is missing", "certain: 0.8"),
        ("  certain: 0.95", "  certain: lots", "`lots` is no share", "certain: 0.95"),
    ],
)  # fmt: skip
def test_a_fault_names_file_line_and_cure(old: str, new: str, text: str, at: str) -> None:
    assert old in TEXT
    found = [fault for fault in faults(TEXT.replace(old, new, 1)) if text in fault]
    assert len(found) == 1
    assert found[0].startswith(f"decisions.yaml:{line_of(at)}: ")
    assert found[0].rpartition(". ")[2] or found[0].endswith(".")


def test_all_faults_are_found_in_one_go() -> None:
    broken = TEXT.replace("wish: {action: register", "wish: {action: reject").replace("clause: B.2", "clause: Z.9")
    assert len(faults(broken.replace("certain: 0.95", "certain: 7"))) == 3


@pytest.mark.parametrize("section", ["intents", "advertising", "asking"])
def test_a_section_that_is_missing_or_none_is_a_fault(section: str) -> None:
    assert any(f"`{section}` is missing" in fault for fault in faults(TEXT.replace(f"{section}:", f"x{section}:", 1)))
    kept = {"intents": "intents: {}", "advertising": "advertising: {}", "asking": "asking: {}"} | {
        section: f"{section}: 5"
    }
    assert any("a mapping is wanted here" in fault for fault in faults("\n".join(kept.values())))


def test_contact_data_can_never_be_made_blocking() -> None:
    assert faults(TEXT.replace("blocking: [steps]", "blocking: [steps, contact]"))
    assert policy(TEXT.replace("blocking: [steps]", "blocking: [steps, evidence]"), FILE).blocking == {
        Missing.STEPS,
        Missing.EVIDENCE,
    }
