"""Reports about the delivery of our letters: believed by our token only, told to people, never a war with ourselves."""

from typing import Any

import pytest

from daemon.desk.correlate import Proof, Role, Thread
from daemon.desk.decide import decide
from daemon.desk.decision import Advance, Filing, Lane, MarkLetter, Note, Outcome, RaiseAlarm, Send, StopAddress
from daemon.desk.letters import Delivery
from daemon.desk.ticket import State
from daemon.mail.gate import Gate, Kind
from daemon.mail.message import Address, DeliveryReport
from daemon.mail.msgid import Claim
from tests.desk.cases import (
    CLIENT,
    MANAGER,
    NUMBER,
    OPERATOR,
    QUALITY,
    REFERENCE,
    SECOND,
    case,
    letter_view,
    message,
    of,
    sends,
    snapshot,
    ticket,
)

REPORT = Gate(Kind.DELIVERY_REPORT, may_open=False, may_answer=False, marks=())
CLAIM = Claim(REFERENCE, "a" * 13, "b" * 20, "token")
FAILED = DeliveryReport(CLIENT.addr, "failed", "5.1.1", "550 no such user", "")
MAILER = Address("", "mailer-daemon@example.kz")


def reported(report: DeliveryReport | None = FAILED, *, claim: Claim | None = CLAIM, about: Any = None,
             letter: Any = None) -> Any:  # fmt: skip
    about = about or ticket(State.PENDING)
    seen = snapshot(tickets=(about,), letters=(letter or letter_view(),))
    place = Thread(about, Proof.TOKEN, Role.STRANGER, False, "", False, claim)
    received = message(sender=MAILER, originators=(MAILER,), report=report)
    return decide(case(message=received, gate=REPORT, thread=place, snapshot=seen))


def test_a_failed_question_stops_the_waiting_the_address_and_is_told_to_the_operators() -> None:
    decision = reported()
    assert (decision.outcome, decision.number, decision.filing) == (Outcome.REPORT, NUMBER, Filing.AUTOMATIC)
    assert [step.to for step in of(decision, Advance)] == [State.OPEN]
    assert [it.address for it in of(decision, StopAddress)] == [CLIENT.addr]
    assert [it.nonce for it in of(decision, MarkLetter)] == ["a" * 13]
    assert sends(decision) == [
        ("operator_delivery_failed", OPERATOR.addr),
        ("operator_delivery_failed", SECOND.addr),
    ]


@pytest.mark.parametrize("claim", [None, Claim(REFERENCE, "z" * 13, "b" * 20, "another")])
def test_a_report_without_the_token_of_a_letter_of_ours_is_recorded_and_does_nothing(claim: Claim | None) -> None:
    decision = reported(claim=claim)
    assert (decision.outcome, decision.effects) == (Outcome.REPORT, ())


@pytest.mark.parametrize("event", ["asked", "rephrase_unclear", "rephrase_language"])
@pytest.mark.parametrize(
    ("report", "moves", "stops", "delivery"),
    [
        (FAILED, True, True, Delivery.REFUSED),
        (DeliveryReport("", "", "5.7.1", "", ""), True, True, Delivery.REFUSED),
        (DeliveryReport("", "delayed", "4.4.1", "", ""), True, False, Delivery.DELAYED),
        (DeliveryReport("", "", "", "", ""), True, False, Delivery.UNKNOWN),
        (None, True, False, Delivery.UNKNOWN),
        (DeliveryReport("", "delivered", "2.0.0", "", ""), False, False, None),
        (DeliveryReport("", "relayed", "2.0.0", "", ""), False, False, None),
        (DeliveryReport("", "expanded", "2.0.0", "", ""), False, False, None),
    ],
)
def test_a_question_that_did_not_arrive_goes_to_the_operators_who_hear_of_it(
    event: str, report: DeliveryReport | None, moves: bool, stops: bool, delivery: Delivery | None
) -> None:
    decision = reported(report, letter=letter_view(event))
    assert [step.to for step in of(decision, Advance)] == ([State.OPEN] if moves else [])
    assert bool(of(decision, StopAddress)) is stops
    assert {it.values.delivery for it in of(decision, Send)} == ({delivery} if delivery else set())


@pytest.mark.parametrize("state", [state for state in State if state is not State.PENDING])
def test_a_report_moves_nothing_else(state: State) -> None:
    decision = reported(about=ticket(state))
    assert not of(decision, Advance)
    assert [it.event for it in of(decision, Note)] == ["delivery_report"]


def test_a_failed_receipt_moves_nothing_and_is_told() -> None:
    decision = reported(letter=letter_view("registered"))
    assert not of(decision, Advance)
    assert len(sends(decision)) == 2


def test_a_delay_of_what_is_no_question_disturbs_nobody() -> None:
    decision = reported(DeliveryReport("", "delayed", "4.4.1", "", ""), letter=letter_view("registered"))
    assert not of(decision, Send)


@pytest.mark.parametrize("recipient", [OPERATOR, QUALITY])
def test_a_dead_mailbox_among_us_is_told_to_the_manager_and_is_an_alarm(recipient: Address) -> None:
    decision = reported(letter=letter_view("operator_new", recipient))
    assert sends(decision) == [("operator_delivery_failed", MANAGER.addr)]
    assert [it.name for it in of(decision, RaiseAlarm)] == ["staff_unreachable"]


def test_a_dead_mailbox_of_the_manager_gets_no_further_letter() -> None:
    decision = reported(letter=letter_view("operator_delivery_failed", Address("", "MANAGER@e-sauda.kz")))
    assert sends(decision) == []
    assert [it.name for it in of(decision, RaiseAlarm)] == ["staff_unreachable"]


def test_operators_do_not_hear_who_complained_about_them_when_a_letter_failed() -> None:
    decision = reported(about=ticket(lane=Lane.QUALITY), letter=letter_view("quality_received"))
    assert sends(decision) == [("operator_delivery_failed", QUALITY.addr)]


def test_a_report_about_a_letter_without_a_ticket_still_stops_the_address() -> None:
    decision = reported(letter=letter_view("alarm", MANAGER, number=""))
    assert decision.number == ""
    assert of(decision, StopAddress)
    assert not of(decision, Note)


def test_a_report_tells_the_reason_in_the_words_of_the_server() -> None:
    letter = of(reported(), Send)[0].values
    assert (letter.diagnostic, letter.recipient) == ("5.1.1 550 no such user", CLIENT.addr)
