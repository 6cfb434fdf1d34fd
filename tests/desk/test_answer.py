"""Whether an automatic letter may go out now: gate, bounced addresses, caps at their exact boundaries, breaker."""

import pytest

from daemon.desk.answer import fate, to_client, to_staff, values_of
from daemon.desk.case import Case
from daemon.desk.decision import Effect, Fate, Mode, RaiseAlarm, Send
from daemon.desk.letters import Letter
from daemon.desk.limits import ADDRESS_CAPS, TICKET_CAPS, Cap
from daemon.desk.snapshot import Snapshot, TicketView
from daemon.desk.verdict import Evidence
from daemon.mail.message import Address
from tests.desk.cases import (
    CLIENT,
    OPERATOR,
    SECOND,
    STRANGER,
    UNANSWERABLE,
    case,
    desk,
    message,
    snapshot,
    ticket,
    verdict,
    written_to,
)

BOSS = Address("", "boss@example.kz")


def letters(effects: tuple[Effect, ...]) -> list[tuple[str, Fate]]:
    return [(it.to.addr, it.fate) for it in effects if isinstance(it, Send)]


def alarms(effects: tuple[Effect, ...]) -> list[str]:
    return [it.detail for it in effects if isinstance(it, RaiseAlarm) and it.name == "letters_capped"]


def answer(some: Case, about: TicketView | None = None) -> tuple[Effect, ...]:
    return to_client(some, Letter.REGISTERED, values_of(some), about, "rule", "C.4", acknowledgement=True)


def staff_letters(some: Case, about: TicketView | None) -> tuple[Effect, ...]:
    return to_staff(some, (OPERATOR, SECOND), Letter.OPERATOR_FOLLOW_UP, values_of(some), about, "rule", "C.6")


def test_the_caps_are_those_of_the_design() -> None:
    assert (Cap(3, 600), Cap(10, 86_400)) == ADDRESS_CAPS
    assert (Cap(10, 600), Cap(15, 1_800), Cap(25, 3_600), Cap(50, 10_800), Cap(100, 36_000)) == TICKET_CAPS


@pytest.mark.parametrize(
    ("sent", "end"),
    [
        ((0, 0), Fate.QUEUED),
        ((2, 9), Fate.QUEUED),
        ((3, 3), Fate.CAPPED),
        ((2, 10), Fate.CAPPED),
        ((0, 10), Fate.CAPPED),
        ((500, 500), Fate.CAPPED),
    ],
)
def test_an_address_gets_three_letters_in_ten_minutes_and_ten_a_day(sent: tuple[int, ...], end: Fate) -> None:
    effects = answer(case(snapshot=written_to(*sent)))
    assert letters(effects) == [(CLIENT.addr, end)]
    assert len(alarms(effects)) == (end is Fate.CAPPED)


@pytest.mark.parametrize("window", range(len(TICKET_CAPS)))
def test_a_ticket_gets_its_letters_in_every_window_and_not_one_more(window: int) -> None:
    full = [cap.letters - 1 for cap in TICKET_CAPS]
    below = ticket(letters_sent=tuple(full))
    full[window] += 1
    over = ticket(letters_sent=tuple(full))
    assert letters(answer(case(), below)) == [(CLIENT.addr, Fate.QUEUED)]
    assert letters(answer(case(), over)) == [(CLIENT.addr, Fate.CAPPED)]
    assert letters(staff_letters(case(), below)) == [(OPERATOR.addr, Fate.QUEUED), (SECOND.addr, Fate.QUEUED)]
    assert letters(staff_letters(case(), over)) == [(OPERATOR.addr, Fate.CAPPED), (SECOND.addr, Fate.CAPPED)]


def test_words_that_a_cap_keeps_from_our_people_raise_one_alarm() -> None:
    over = ticket(letters_sent=(10, 10, 10, 10, 10))
    assert alarms(staff_letters(case(), over)) == [f"{OPERATOR.addr}: cap of the ticket: 10 letters in 10 min"]


def test_the_caps_of_one_address_do_not_touch_another() -> None:
    full = written_to(99, 99, address=STRANGER)
    assert letters(answer(case(snapshot=full))) == [(CLIENT.addr, Fate.QUEUED)]


def test_the_caps_of_an_address_count_where_the_answer_goes_and_not_where_it_came_from() -> None:
    somewhere = message(reply_to=(BOSS,))
    full = written_to(99, 99, address=BOSS)
    assert letters(answer(case(message=somewhere, snapshot=full))) == [("boss@example.kz", Fate.CAPPED)]


@pytest.mark.parametrize(
    ("some", "end", "why"),
    [
        (case(), Fate.QUEUED, ""),
        (case(gate=UNANSWERABLE), Fate.SUPPRESSED, "not answered: notice.postmaster"),
        (case(snapshot=written_to(0, 0, bounced=True)), Fate.SUPPRESSED, "delivery to this address failed for good"),
        (case(snapshot=snapshot(breaker_open=True)), Fate.HELD, "the breaker on automatic letters is open"),
        (desk(mode=Mode.SHADOW).case(), Fate.SUPPRESSED, "mode shadow"),
        (desk(mode=Mode.ASSIST).case(), Fate.QUEUED, ""),
    ],
)
def test_what_becomes_of_a_letter_and_why(some: Case, end: Fate, why: str) -> None:
    assert fate(some, CLIENT, None) == (end, why)


@pytest.mark.parametrize("desk_state", [written_to(3, 3), written_to(0, 0, bounced=True)], ids=["capped", "bounced"])
def test_the_open_breaker_does_not_bring_back_a_letter_that_may_not_go_at_all(desk_state: Snapshot) -> None:
    held = snapshot(correspondents=desk_state.correspondents, breaker_open=True)
    assert fate(case(snapshot=held), CLIENT, None)[0] is not Fate.HELD


def test_the_breaker_does_not_hold_letters_to_our_own_people() -> None:
    some = case(snapshot=snapshot(breaker_open=True))
    assert letters(staff_letters(some, None)) == [(OPERATOR.addr, Fate.QUEUED), (SECOND.addr, Fate.QUEUED)]


def test_a_letter_to_our_people_is_not_counted_as_automatic_and_starts_a_thread_of_its_own() -> None:
    sent = [it for it in staff_letters(case(), None) if isinstance(it, Send)]
    assert {(it.automatic, it.in_reply_to, it.references) for it in sent} == {(False, "", ())}


def test_a_person_is_shown_at_most_twenty_findings() -> None:
    findings = tuple(Evidence("found", "rule", str(number)) for number in range(100))
    assert len(values_of(case(verdict=verdict(evidence=findings))).evidence) == 20
