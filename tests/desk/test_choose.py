"""What mode `auto` would do by itself about a message of a person, with its boundaries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.choose import blocking, choose
from daemon.desk.decision import Action, Lane
from daemon.desk.policy import CLAUSES
from daemon.desk.verdict import EXCLUSIONS, IN_SCOPE, AckKind, Intent, Language, Missing, Offence, Target, Verdict
from tests.desk.cases import POLICY, offensive, verdict

OUT_OF_SCOPE = sorted(EXCLUSIONS)
WANTED = sorted({*IN_SCOPE, Intent.CALLBACK})
VERDICTS = st.builds(
    Verdict,
    language=st.sampled_from(Language), intent=st.sampled_from(Intent), confidence=st.floats(0, 1),
    also=st.lists(st.sampled_from(Intent), max_size=3).map(tuple), offence=st.sampled_from(Offence),
    target=st.sampled_from(Target), offence_certain=st.booleans(),
    missing=st.lists(st.sampled_from(Missing), max_size=3).map(tuple), ack_kind=st.sampled_from(AckKind),
    advertising=st.booleans(), help_pages=st.just(()), evidence=st.just(()),
)  # fmt: skip


def action(judged: Verdict, offences: int = 0) -> Action:
    return choose(judged, POLICY, offences).action


@pytest.mark.parametrize("intent", sorted(IN_SCOPE - {Intent.WISH}))
@pytest.mark.parametrize("confidence", [0.0, 0.01, 0.5, 1.0])
def test_what_is_in_scope_is_registered_however_doubtful(intent: Intent, confidence: float) -> None:
    assert action(verdict(intent, confidence)) is Action.REGISTER


@pytest.mark.parametrize(
    ("intent", "certain", "does"),
    [
        (Intent.WISH, 0.5, Action.REGISTER),
        *((intent, 0.92, Action.DECLINE) for intent in OUT_OF_SCOPE),
        (Intent.OOS_UNRELATED, 0.92, Action.DECLINE),
        (Intent.STAFF_COMPLAINT, 0.6, Action.QUALITY),
        (Intent.CALLBACK, 0.7, Action.CALLBACK),
        (Intent.UNINTELLIGIBLE, 0.8, Action.REPHRASE),
        (Intent.ACKNOWLEDGEMENT, 0.8, Action.ACKNOWLEDGE),
    ],
)
def test_the_daemon_acts_alone_from_the_very_confidence_of_the_rule_and_below_a_person_decides(
    intent: Intent, certain: float, does: Action
) -> None:
    assert POLICY.intents[intent].certain == certain
    assert action(verdict(intent, certain)) is does
    below = choose(verdict(intent, certain - 0.001), POLICY, 0)
    assert below.action is Action.OPERATOR
    assert below.lane is (Lane.DECIDE_MEANING if intent is Intent.UNINTELLIGIBLE else Lane.DECIDE_SCOPE)


@pytest.mark.parametrize("intent", [*OUT_OF_SCOPE, Intent.OOS_UNRELATED])
@pytest.mark.parametrize("also", WANTED)
def test_a_refusal_goes_to_a_person_where_part_of_it_may_be_in_scope(intent: Intent, also: Intent) -> None:
    assert action(verdict(intent, 1.0, also=(also,))) is Action.OPERATOR


@pytest.mark.parametrize("also", OUT_OF_SCOPE)
def test_two_exclusions_in_one_message_are_declined(also: Intent) -> None:
    intent = next(other for other in OUT_OF_SCOPE if other is not also)
    assert action(verdict(intent, 1.0, also=(also,))) is Action.DECLINE


@pytest.mark.parametrize(
    ("confidence", "also", "does"),
    [
        (0.95, (), Action.RECORD),
        (1.0, (), Action.RECORD),
        (0.949, (), Action.OPERATOR),
        (1.0, (Intent.DEFECT,), Action.OPERATOR),
        (1.0, (Intent.CALLBACK,), Action.OPERATOR),
    ],
)
def test_only_certain_advertising_that_asks_for_nothing_gets_neither_number_nor_letter(
    confidence: float, also: tuple[Intent, ...], does: Action
) -> None:
    assert action(verdict(Intent.OOS_UNRELATED, confidence, advertising=True, also=also)) is does


@pytest.mark.parametrize(
    ("missing", "confidence", "does"),
    [
        ((Missing.STEPS,), 0.8, Action.ASK),
        ((Missing.STEPS, Missing.CONTACT), 1.0, Action.ASK),
        ((Missing.STEPS,), 0.799, Action.REGISTER),
        ((Missing.EVIDENCE,), 1.0, Action.REGISTER),
        ((Missing.CONTACT,), 1.0, Action.REGISTER),
        ((), 1.0, Action.REGISTER),
    ],
)
def test_a_defect_is_asked_back_only_for_what_blocks_it_and_only_when_certain(
    missing: tuple[Missing, ...], confidence: float, does: Action
) -> None:
    assert action(verdict(Intent.DEFECT, confidence, missing=missing)) is does


def test_a_consultation_is_never_asked_back_for_steps() -> None:
    assert action(verdict(Intent.CONSULT_LOT, missing=(Missing.STEPS,))) is Action.REGISTER


def test_contact_data_never_block() -> None:
    assert blocking(tuple(Missing), POLICY) == (Missing.STEPS,)


@pytest.mark.parametrize("offence", [Offence.INSULT, Offence.OBSCENE])
@pytest.mark.parametrize(
    ("target", "certain", "offences", "does", "clause"),
    [
        (Target.STAFF, True, 0, Action.SUSPEND, "C.7a"),
        (Target.STAFF, True, 1, Action.SUSPEND, "C.7a"),
        (Target.STAFF, False, 5, Action.OPERATOR, "C.7a"),
        (Target.OTHER, True, 0, Action.REPHRASE, "B.3"),
        (Target.OTHER, True, 1, Action.SUSPEND, "C.7a"),
        (Target.OTHER, False, 1, Action.OPERATOR, "C.7a"),
        (Target.UNCLEAR, True, 0, Action.REPHRASE, "B.3"),
        (Target.NOBODY, True, 0, Action.REPHRASE, "B.3"),
        (Target.NOBODY, True, 1, Action.SUSPEND, "C.7a"),
        (Target.NOBODY, False, 0, Action.OPERATOR, "C.7a"),
        (Target.QUOTED, True, 0, Action.REGISTER, "A.6.in"),
        (Target.QUOTED, True, 9, Action.REGISTER, "A.6.in"),
        (Target.QUOTED, False, 9, Action.REGISTER, "A.6.in"),
    ],
)
def test_offensive_words(
    offence: Offence, target: Target, certain: bool, offences: int, does: Action, clause: str
) -> None:
    choice = choose(verdict(Intent.DEFECT, offence=offence, target=target, offence_certain=certain), POLICY, offences)
    assert (choice.action, choice.clause) == (does, clause)
    if does is Action.OPERATOR:
        assert choice.lane is Lane.DECIDE_OFFENCE


def test_earlier_offences_do_nothing_to_a_clean_message() -> None:
    assert action(verdict(Intent.DEFECT), offences=9) is Action.REGISTER


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("certain", [True, False])
def test_a_complaint_about_staff_goes_to_quality_control_whatever_its_words(target: Target, certain: bool) -> None:
    complaint = offensive(target, Intent.STAFF_COMPLAINT, offence_certain=certain)
    assert action(complaint, offences=3) is Action.QUALITY


@pytest.mark.parametrize("intent", sorted(set(Intent) - {Intent.STAFF_COMPLAINT}))
def test_a_complaint_about_staff_beside_something_else_goes_to_quality_control(intent: Intent) -> None:
    choice = choose(verdict(intent, 1.0, also=(Intent.STAFF_COMPLAINT,)), POLICY, 0)
    assert (choice.action, choice.lane, choice.clause) == (Action.QUALITY, Lane.QUALITY, "C.7b")


@given(VERDICTS, st.integers(0, 3))
def test_every_choice_names_rule_clause_and_reason(judged: Verdict, offences: int) -> None:
    choice = choose(judged, POLICY, offences)
    assert choice.rule
    assert choice.reason
    assert choice.clause in CLAUSES
    assert (choice.action is Action.OPERATOR) == (choice.lane not in {Lane.NONE, Lane.QUALITY})


@given(VERDICTS, st.integers(0, 3))
def test_nobody_is_suspended_for_quoted_or_doubtful_words_or_for_a_complaint(judged: Verdict, offences: int) -> None:
    choice = choose(judged, POLICY, offences)
    if choice.action is Action.SUSPEND:
        assert judged.offence is not Offence.NONE
        assert judged.offence_certain
        assert judged.target is not Target.QUOTED
        assert Intent.STAFF_COMPLAINT not in {judged.intent, *judged.also}
        assert judged.target is Target.STAFF or offences


@given(VERDICTS)
def test_nobody_is_declined_below_certainty(judged: Verdict) -> None:
    if choose(judged, POLICY, 0).action is Action.DECLINE:
        assert judged.confidence >= 0.85
        assert not set(judged.also) & set(WANTED)
