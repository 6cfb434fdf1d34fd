"""A request that belongs to no ticket: which ticket opens, who hears of it, and what waits for a person."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from daemon.desk.correlate import Role
from daemon.desk.decide import decide
from daemon.desk.decision import Action, Advance, CountOffence, Fate, Filing, Lane, Mode, Outcome, Send
from daemon.desk.letters import LetterValues
from daemon.desk.ticket import ClosedReason, Level, State
from daemon.desk.verdict import AckKind, HelpPage, Intent, Language, Missing, Target
from daemon.mail.message import NOBODY, Address, Defect
from tests.desk.cases import (
    CLIENT,
    MANAGER,
    NOW,
    OPERATOR,
    QUALITY,
    SECOND,
    UNANSWERABLE,
    acknowledgement,
    attachment,
    case,
    desk,
    letter_view,
    message,
    of,
    of_level,
    offensive,
    sends,
    snapshot,
    thread,
    verdict,
    written_to,
)

TO_OPERATORS = [("operator_new", OPERATOR.addr), ("operator_new", SECOND.addr)]
REPLY_TO = Address("", "boss@example.kz")


def said(letter: str, **changes: Any) -> LetterValues:
    """The values of the one letter of that name that the decision about the case orders."""
    found: list[LetterValues] = [it.values for it in of(decide(case(**changes)), Send) if it.letter == letter]
    assert found, letter
    return found[0]


@pytest.mark.parametrize(
    ("judged", "level", "action", "filing", "letters"),
    [
        (verdict(), Level.BASIC, Action.REGISTER, Filing.REGISTERED, [("registered", CLIENT.addr), *TO_OPERATORS]),
        (verdict(Intent.WISH), Level.BASIC, Action.REGISTER, Filing.REGISTERED,
         [("wish_received", CLIENT.addr), *TO_OPERATORS]),
        (verdict(Intent.OOS_LEGAL), Level.BASIC, Action.DECLINE, Filing.DECLINED, [("declined", CLIENT.addr)]),
        (verdict(Intent.OOS_UNRELATED), Level.BASIC, Action.DECLINE, Filing.DECLINED, [("declined", CLIENT.addr)]),
        (verdict(Intent.DEFECT, missing=(Missing.STEPS,)), Level.BASIC, Action.ASK, Filing.REGISTERED,
         [("asked", CLIENT.addr)]),
        (verdict(Intent.UNINTELLIGIBLE), Level.BASIC, Action.REPHRASE, Filing.DECLINED,
         [("rephrase_unclear", CLIENT.addr)]),
        (offensive(Target.OTHER), Level.BASIC, Action.REPHRASE, Filing.DECLINED, [("rephrase_language", CLIENT.addr)]),
        (offensive(Target.OTHER, Intent.UNINTELLIGIBLE), Level.BASIC, Action.REPHRASE, Filing.DECLINED,
         [("rephrase_language", CLIENT.addr)]),
        (offensive(Target.STAFF), Level.BASIC, Action.SUSPEND, Filing.SUSPENDED,
         [("suspended", CLIENT.addr), ("manager_suspended", MANAGER.addr)]),
        (verdict(Intent.STAFF_COMPLAINT), Level.BASIC, Action.QUALITY, Filing.QUALITY,
         [("quality_received", CLIENT.addr), ("quality_complaint", QUALITY.addr)]),
        (verdict(Intent.CALLBACK), Level.BASIC, Action.CALLBACK, Filing.REGISTERED,
         [("callback_basic", CLIENT.addr), *TO_OPERATORS]),
        (verdict(Intent.CALLBACK), Level.VIP, Action.CALLBACK, Filing.REGISTERED,
         [("callback_vip", CLIENT.addr), *TO_OPERATORS]),
        (verdict(Intent.OOS_LEGAL, 0.5), Level.BASIC, Action.OPERATOR, Filing.REGISTERED,
         [("registered", CLIENT.addr), *TO_OPERATORS]),
    ],
)  # fmt: skip
def test_each_action_has_its_letters_and_its_folder(
    judged: Any, level: Level, action: Action, filing: Filing, letters: list[tuple[str, str]]
) -> None:
    decision = decide(of_level(level).case(verdict=judged))
    assert (decision.outcome, decision.action, decision.filing) == (Outcome.TICKET, action, filing)
    assert sends(decision) == letters


@pytest.mark.parametrize(
    ("judged", "state", "reason"),
    [
        (verdict(Intent.OOS_LEGAL), State.CLOSED, ClosedReason.OUT_OF_SCOPE),
        (verdict(Intent.DEFECT, missing=(Missing.STEPS,)), State.PENDING, None),
        (verdict(Intent.UNINTELLIGIBLE), State.PENDING, None),
        (offensive(Target.NOBODY), State.PENDING, None),
        (offensive(Target.STAFF), State.SUSPENDED, None),
    ],
)
def test_what_is_refused_asked_or_stopped_has_its_state(judged: Any, state: State, reason: ClosedReason | None) -> None:
    steps = of(decide(case(verdict=judged)), Advance)
    assert [(step.to, step.closed_reason) for step in steps] == [(state, reason)]


@pytest.mark.parametrize("judged", [verdict(), verdict(Intent.CALLBACK), verdict(Intent.STAFF_COMPLAINT)])
def test_what_waits_for_our_people_stays_new(judged: Any) -> None:
    assert not of(decide(case(verdict=judged)), Advance)


def test_a_decline_names_its_exclusion() -> None:
    assert said("declined", verdict=verdict(Intent.OOS_CONNECTIVITY)).exclusion is Intent.OOS_CONNECTIVITY


def test_a_question_asks_only_for_what_blocks() -> None:
    lacking = verdict(Intent.DEFECT, missing=(Missing.STEPS, Missing.CONTACT, Missing.EVIDENCE))
    assert said("asked", verdict=lacking).missing == (Missing.STEPS,)


def test_a_receipt_names_the_gaps_of_a_defect_the_help_pages_and_the_part_that_is_not_dealt_with() -> None:
    page = HelpPage("Как подать заявку", "https://help.example.kz/1", 0.9)
    judged = verdict(Intent.DEFECT, missing=(Missing.CONTACT,), help_pages=(page,), also=(Intent.OOS_LEGAL,))
    values = said("registered", verdict=judged)
    assert (values.missing, values.help_pages) == ((Missing.CONTACT,), (page,))
    assert values.partly_declined == (Intent.OOS_LEGAL,)


def test_a_receipt_of_a_doubtful_request_promises_and_refuses_nothing() -> None:
    page = HelpPage("Как подать заявку", "https://help.example.kz/1", 0.9)
    values = said(
        "registered", verdict=verdict(Intent.OOS_LEGAL, 0.5, help_pages=(page,), also=(Intent.OOS_WORKSTATION,))
    )
    assert (values.help_pages, values.partly_declined, values.missing) == ((), (), ())


@pytest.mark.parametrize(
    ("judged", "lane"),
    [
        (verdict(Intent.OOS_LEGAL, 0.5), Lane.DECIDE_SCOPE),
        (verdict(Intent.UNINTELLIGIBLE, 0.5), Lane.DECIDE_MEANING),
        (acknowledgement(AckKind.WAITING), Lane.DECIDE_SCOPE),
        (verdict(Intent.STAFF_COMPLAINT), Lane.QUALITY),
        (verdict(), Lane.NONE),
    ],
)
def test_a_ticket_says_why_a_person_must_act_and_so_does_the_letter_to_that_person(judged: Any, lane: Lane) -> None:
    decision = decide(case(verdict=judged))
    assert decision.opens
    assert decision.opens.lane is lane
    assert {it.values.reason for it in of(decision, Send) if not it.automatic} == {lane}


def test_a_call_for_a_vip_is_a_task_for_the_operator() -> None:
    wish = decide(of_level(Level.VIP).case(verdict=verdict(Intent.CALLBACK)))
    assert wish.opens
    assert wish.opens.lane is Lane.CALL
    assert {it.values.reason for it in of(wish, Send) if it.letter == "operator_new"} == {Lane.CALL}


def test_doubtful_words_go_to_a_person_and_the_client_is_not_answered() -> None:
    decision = decide(case(verdict=offensive(Target.UNCLEAR, offence_certain=False)))
    assert decision.opens
    assert decision.opens.lane is Lane.DECIDE_OFFENCE
    assert sends(decision) == TO_OPERATORS


@pytest.mark.parametrize("kind", [AckKind.SOLVED, AckKind.WAITING, AckKind.NONE])
def test_who_waits_or_is_done_but_names_no_ticket_gets_a_person(kind: AckKind) -> None:
    assert decide(case(verdict=acknowledgement(kind))).outcome is Outcome.TICKET


def test_bare_thanks_ask_for_nothing() -> None:
    decision = decide(case(verdict=acknowledgement(AckKind.THANKS)))
    assert (decision.outcome, decision.effects, decision.filing) == (Outcome.RECORDED, (), Filing.AUTOMATIC)


def test_thanks_with_something_attached_are_a_request() -> None:
    with_scan = case(verdict=acknowledgement(AckKind.THANKS), message=message(attachments=(attachment(),)))
    assert decide(with_scan).outcome is Outcome.TICKET


def test_thanks_with_the_logo_of_a_signature_are_still_thanks() -> None:
    logo = message(attachments=(attachment("logo.png", inline=True),))
    assert decide(case(verdict=acknowledgement(AckKind.THANKS), message=logo)).outcome is Outcome.RECORDED


@pytest.mark.parametrize("confidence", [0.79, 0.0])
def test_doubtful_thanks_are_a_request(confidence: float) -> None:
    assert decide(case(verdict=acknowledgement(AckKind.THANKS, confidence))).outcome is Outcome.TICKET


def test_a_message_without_words_but_with_a_scan_goes_to_a_person() -> None:
    scan = case(verdict=verdict(Intent.UNINTELLIGIBLE), message=message(new_text="", attachments=(attachment(),)))
    decision = decide(scan)
    assert decision.action is Action.OPERATOR
    assert decision.opens
    assert decision.opens.lane is Lane.DECIDE_MEANING


def test_advertising_gets_neither_number_nor_letter() -> None:
    decision = decide(case(verdict=verdict(Intent.OOS_UNRELATED, advertising=True)))
    assert (decision.outcome, decision.effects, decision.clause) == (Outcome.RECORDED, (), "B.3")


@pytest.mark.parametrize("target", [Target.STAFF, Target.OTHER])
def test_an_offence_counts_against_a_proven_sender_only(target: Target) -> None:
    for proven in (True, False):
        counted = of(decide(case(verdict=offensive(target), thread=thread(proven=proven))), CountOffence)
        assert [it.address for it in counted] == ([CLIENT.key] if proven else [])


def test_a_repeated_offence_suspends_a_proven_sender_and_not_who_only_says_to_be_him() -> None:
    before = snapshot(offences=1)
    words = offensive(Target.OTHER)
    assert decide(case(verdict=words, snapshot=before, thread=thread(proven=True))).action is Action.SUSPEND
    assert decide(case(verdict=words, snapshot=before, thread=thread(proven=False))).action is Action.REPHRASE


@pytest.mark.parametrize(
    "judged",
    [
        verdict(Intent.OOS_LEGAL),
        verdict(Intent.UNINTELLIGIBLE),
        verdict(Intent.DEFECT, missing=(Missing.STEPS,)),
        verdict(Intent.OOS_UNRELATED, advertising=True),
        offensive(Target.STAFF),
        offensive(Target.NOBODY),
    ],
)
@pytest.mark.parametrize("mode", [Mode.ASSIST, Mode.SHADOW])
def test_outside_mode_auto_a_person_confirms_what_would_be_refused_asked_or_stopped(judged: Any, mode: Mode) -> None:
    decision = decide(desk(mode=mode).case(verdict=judged))
    assert decision.action is Action.OPERATOR
    assert decision.opens
    assert decision.opens.lane is Lane.PROPOSED
    assert decision.reasons[0].startswith("proposed: ")
    assert not of(decision, Advance)


@pytest.mark.parametrize(
    ("judged", "action"),
    [
        (verdict(), Action.REGISTER),
        (verdict(Intent.CALLBACK), Action.CALLBACK),
        (verdict(Intent.STAFF_COMPLAINT), Action.QUALITY),
    ],
)
def test_mode_assist_still_registers_and_hands_over(judged: Any, action: Action) -> None:
    decision = decide(desk(mode=Mode.ASSIST).case(verdict=judged))
    assert decision.action is action
    assert sends(decision)


def test_mode_shadow_writes_every_letter_down_and_sends_none() -> None:
    decision = decide(desk(mode=Mode.SHADOW).case())
    assert sends(decision) == []
    assert sends(decision, Fate.SUPPRESSED) == [("registered", CLIENT.addr), *TO_OPERATORS]


FRIDAY_CLOSING = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)
"""18:30 in Astana, the end of a working week: no working minute until Monday 9:00."""


@pytest.mark.parametrize(
    ("received", "old"),
    [
        (FRIDAY_CLOSING, False),
        (datetime(2026, 11, 19, 6, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 19, 5, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 1, tzinfo=UTC), True),
    ],
)
def test_mail_is_old_after_more_than_three_working_days(received: datetime, old: bool) -> None:
    decision = decide(case(received_at=received))
    assert decision.opens
    assert (decision.opens.lane is Lane.OLD_MAIL) is old
    assert sends(decision) == ([] if old else [("registered", CLIENT.addr)]) + TO_OPERATORS


@pytest.mark.parametrize("judged", [verdict(Intent.OOS_LEGAL), offensive(Target.STAFF), verdict(Intent.UNINTELLIGIBLE)])
def test_old_mail_is_left_to_a_person_whatever_it_says(judged: Any) -> None:
    decision = decide(case(verdict=judged, received_at=NOW - timedelta(days=30)))
    assert decision.action is Action.OPERATOR
    assert not of(decision, Advance)
    assert sends(decision) == TO_OPERATORS


def test_a_message_of_which_only_the_header_was_read_is_left_to_a_person() -> None:
    large = message(defects=(Defect("header_only"),), new_text="", text="")
    decision = decide(case(message=large, verdict=verdict(Intent.UNINTELLIGIBLE)))
    assert decision.opens
    assert decision.opens.lane is Lane.TOO_LARGE
    assert sends(decision) == [("registered", CLIENT.addr), *TO_OPERATORS]


@pytest.mark.parametrize("sender", [NOBODY, Address("", "not an address"), Address("", "клиент@пример.kz")])
def test_a_message_without_an_address_to_answer_is_left_to_a_person(sender: Address) -> None:
    decision = decide(case(message=message(sender=sender), verdict=verdict(Intent.OOS_LEGAL)))
    assert decision.opens
    assert decision.opens.lane is Lane.NO_ADDRESS
    assert sends(decision) == TO_OPERATORS


@pytest.mark.parametrize(
    "changes",
    [
        {"message": message(sender=NOBODY)},
        {"received_at": NOW - timedelta(days=30)},
        {"message": message(defects=(Defect("header_only"),))},
    ],
    ids=["no address", "old", "too large"],
)
def test_a_complaint_about_staff_is_kept_from_the_operators_whatever_is_wrong_with_it(changes: dict[str, Any]) -> None:
    decision = decide(case(verdict=verdict(Intent.STAFF_COMPLAINT), **changes))
    assert [it for it in sends(decision) if it[1] != CLIENT.addr] == [("quality_complaint", QUALITY.addr)]


def test_an_old_complaint_gets_no_automatic_promise() -> None:
    old = case(verdict=verdict(Intent.STAFF_COMPLAINT), received_at=NOW - timedelta(days=30))
    assert sends(decide(old)) == [("quality_complaint", QUALITY.addr)]


SPOKEN = [verdict(Intent.OOS_LEGAL), verdict(Intent.UNINTELLIGIBLE), verdict(Intent.DEFECT, missing=(Missing.STEPS,)),
          offensive(Target.OTHER)]  # fmt: skip


@pytest.mark.parametrize("judged", SPOKEN)
@pytest.mark.parametrize(
    "obstacle",
    [{"gate": UNANSWERABLE}, {"snapshot": written_to(0, 0, bounced=True)}, {"snapshot": written_to(3, 3)}],
    ids=["may not be answered", "bounced", "capped"],
)
def test_nobody_is_refused_or_asked_by_a_letter_that_cannot_be_sent(judged: Any, obstacle: dict[str, Any]) -> None:
    decision = decide(case(verdict=judged, **obstacle))
    assert decision.action is Action.OPERATOR
    assert decision.opens
    assert decision.opens.lane is Lane.UNANSWERED
    assert not of(decision, Advance)
    assert sends(decision) == TO_OPERATORS


def test_a_letter_that_the_breaker_holds_is_still_a_letter() -> None:
    decision = decide(case(verdict=verdict(Intent.OOS_LEGAL), snapshot=snapshot(breaker_open=True)))
    assert decision.action is Action.DECLINE
    assert sends(decision, Fate.HELD) == [("declined", CLIENT.addr)]


@pytest.mark.parametrize(
    ("judged", "known", "answered"),
    [
        (Language.RU, Language.KK, Language.RU),
        (Language.EN, None, Language.EN),
        (Language.MIXED, Language.KK, Language.KK),
        (Language.UNKNOWN, Language.EN, Language.EN),
        (Language.MIXED, None, Language.MIXED),
        (Language.UNKNOWN, None, Language.UNKNOWN),
    ],
)
def test_the_client_is_answered_in_the_language_of_the_message_or_else_in_his_earlier_one(
    judged: Language, known: Language | None, answered: Language
) -> None:
    decision = decide(case(verdict=verdict(language=judged), snapshot=snapshot(client_language=known)))
    languages = {it.letter: it.language for it in of(decision, Send)}
    assert languages == {"registered": answered, "operator_new": Language.RU}
    assert decision.opens
    assert decision.opens.language is answered


@pytest.mark.parametrize(
    ("sender", "reply_to", "proven", "to"),
    [
        ("asel@example.kz", "boss@example.kz", False, "boss@example.kz"),
        ("asel@example.kz", "boss@EXAMPLE.KZ", False, "boss@EXAMPLE.KZ"),
        ("asel@example.kz", "victim@example.org", False, "asel@example.kz"),
        ("asel@example.kz", "victim@mail.example.kz", False, "asel@example.kz"),
        ("asel@example.kz", "boss@example.org", True, "boss@example.org"),
        ("asel@example.kz", "", True, "asel@example.kz"),
    ],
)
def test_reply_to_is_followed_within_the_senders_domain_or_when_the_sender_is_proven(
    sender: str, reply_to: str, proven: bool, to: str
) -> None:
    written = message(sender=Address("", sender), reply_to=(Address("", reply_to),))
    decision = decide(case(message=written, thread=thread(proven=proven)))
    assert [it.to.addr for it in of(decision, Send) if it.automatic] == [to]
    assert decision.opens
    assert decision.opens.requester.addr == sender


def test_the_answer_stands_in_the_thread_of_the_message() -> None:
    written = message(references=("<a@example.kz>",), in_reply_to=("<b@example.kz>",))
    receipt = of(decide(case(message=written)), Send)[0]
    assert receipt.in_reply_to == "<question@example.kz>"
    assert receipt.references == ("<a@example.kz>", "<b@example.kz>", "<question@example.kz>")


@pytest.mark.parametrize(
    ("judged", "receipt"),
    [(verdict(), True), (verdict(Intent.STAFF_COMPLAINT), True), (verdict(Intent.OOS_LEGAL), False)],
)
def test_only_a_pure_receipt_is_an_acknowledgement(judged: Any, receipt: bool) -> None:
    client = [it for it in of(decide(case(verdict=judged)), Send) if it.automatic]
    assert [it.acknowledgement for it in client] == [receipt]


def test_out_of_hours_the_receipt_says_when_the_service_opens() -> None:
    night = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    decision = decide(case(now=night, received_at=night))
    assert of(decision, Send)[0].values.opens_at == datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    assert said("registered").opens_at is None


def test_a_person_is_shown_the_words_and_the_evidence() -> None:
    values = said("operator_new")
    assert values.client_text == "Как подать заявку?"
    assert values.evidence[-1] == "consult_functionality at 0.99"


def test_a_role_of_staff_is_never_a_requester() -> None:
    decision = decide(case(message=message(sender=OPERATOR), thread=thread(role=Role.STAFF)))
    assert decision.opens is None


def test_a_letter_that_names_a_letter_of_ours_without_proof_is_a_new_request() -> None:
    assert decide(case(snapshot=snapshot(letters=(letter_view(),)))).outcome is Outcome.TICKET
