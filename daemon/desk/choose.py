"""The action that the regulation allows for a message of a person: what mode `auto` would do by itself.

Promise: pure and total; in doubt the answer is `operator` (guarantee 4). To refuse or suspend a person wrongly costs
far more than to pass a case to an operator, so a refusal needs certainty of both the intent and the words.
"""

from dataclasses import dataclass

from daemon.desk.decision import Action, Lane
from daemon.desk.policy import IntentPolicy, Policy
from daemon.desk.verdict import IN_SCOPE, Intent, Missing, Offence, Target, Verdict


@dataclass(frozen=True, slots=True)
class Choice:
    """An action, the lane of a person's decision where it is `operator`, and why."""

    action: Action
    lane: Lane
    rule: str
    clause: str
    reason: str


BY_LANGUAGE = "choose/offence_rephrase"
"""The rule that declines a matter for its words alone."""
_WANTED = IN_SCOPE | {Intent.CALLBACK}
"""Wishes besides the main one that only a person can refuse."""


def choose(verdict: Verdict, policy: Policy, offences: int) -> Choice:
    """Choose by the words first (C.7a, B.3), then by the intent. `offences`: counted before for this sender."""
    if Intent.STAFF_COMPLAINT in verdict.also:
        return complaint(policy)
    return _by_words(verdict, policy, offences) or _by_intent(verdict, policy)


def _by_words(verdict: Verdict, policy: Policy, offences: int) -> Choice | None:
    """Offensive words. Quoted ones and complaints about staff are never held against the sender."""
    if verdict.offence is Offence.NONE or verdict.target is Target.QUOTED:
        return None
    if verdict.intent is Intent.STAFF_COMPLAINT:
        return complaint(policy)
    if not verdict.offence_certain:
        return Choice(Action.OPERATOR, Lane.DECIDE_OFFENCE, "choose/offence_doubtful", "C.7a", "the words are doubtful")
    if verdict.target is Target.STAFF or offences:
        why = "aimed at staff" if verdict.target is Target.STAFF else "repeated"
        return Choice(Action.SUSPEND, Lane.NONE, "choose/offence_suspends", "C.7a", f"{verdict.offence} words, {why}")
    return Choice(Action.REPHRASE, Lane.NONE, BY_LANGUAGE, "B.3", f"{verdict.offence} words")


def complaint(policy: Policy) -> Choice:
    """To quality control and to nobody else (C.7b)."""
    row = policy.intents[Intent.STAFF_COMPLAINT]
    return Choice(Action.QUALITY, Lane.QUALITY, row.rule, row.clause, "a complaint about staff, whatever its words")


def _by_intent(verdict: Verdict, policy: Policy) -> Choice:
    row = policy.intents[verdict.intent]
    if verdict.intent is Intent.STAFF_COMPLAINT and verdict.confidence >= row.certain:
        return complaint(policy)
    if verdict.intent is Intent.OOS_UNRELATED and verdict.advertising:
        return _advertising(verdict, policy, row)
    if verdict.intent is Intent.DEFECT and (asked := _missing(verdict, policy)):
        return asked
    if verdict.confidence < row.certain:
        return _doubt(verdict, row)
    if row.action is Action.DECLINE and any(intent in _WANTED for intent in verdict.also):
        return Choice(Action.OPERATOR, Lane.DECIDE_SCOPE, row.rule, row.clause, "part of it may be in scope")
    return Choice(row.action, Lane.NONE, row.rule, row.clause, _sure(verdict, row))


def _advertising(verdict: Verdict, policy: Policy, row: IntentPolicy) -> Choice:
    if verdict.confidence >= policy.advertising_certain and not any(intent in _WANTED for intent in verdict.also):
        return Choice(Action.RECORD, Lane.NONE, "decisions/advertising", row.clause, "unrelated advertising")
    return _doubt(verdict, row)


def _missing(verdict: Verdict, policy: Policy) -> Choice | None:
    """A blocking gap in a defect report that we are certain of: ask and wait (C.3, C.6)."""
    gaps = [gap for gap in verdict.missing if gap in policy.blocking]
    if gaps and verdict.confidence >= policy.asking_certain:
        return Choice(Action.ASK, Lane.NONE, "decisions/asking", "C.6", f"missing: {', '.join(gaps)}")
    return None


def _doubt(verdict: Verdict, row: IntentPolicy) -> Choice:
    lane = Lane.DECIDE_MEANING if verdict.intent is Intent.UNINTELLIGIBLE else Lane.DECIDE_SCOPE
    reason = f"{verdict.intent} at {verdict.confidence:.2f}, certain from {row.certain:.2f}"
    return Choice(Action.OPERATOR, lane, row.rule, row.clause, reason)


def _sure(verdict: Verdict, row: IntentPolicy) -> str:
    gaps = "" if not verdict.missing else f", missing: {', '.join(sorted(map(str, verdict.missing)))}"
    return f"{verdict.intent} at {verdict.confidence:.2f}{gaps if row.intent is Intent.DEFECT else ''}"


def blocking(missing: tuple[Missing, ...], policy: Policy) -> tuple[Missing, ...]:
    """Those gaps that a request cannot be worked without; `contact` is never one (C.6)."""
    return tuple(gap for gap in missing if gap in policy.blocking)
