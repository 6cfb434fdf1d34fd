"""The deciding transaction: all of a decision or nothing of it, once, by the owner of the lease."""

import dataclasses
import email
import email.policy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.desk.decision import (
    Advance,
    CountOffence,
    Effect,
    Fate,
    MarkLetter,
    Note,
    Outcome,
    RaiseAlarm,
    StopAddress,
)
from daemon.desk.letters import Letter as Kind
from daemon.desk.number import numbers_in
from daemon.desk.ticket import ClosedReason, Event, State
from daemon.mail.message import NOBODY, Address
from daemon.mail.msgid import tokens_in, verify
from daemon.store import journal
from daemon.store.models import TABLES
from daemon.store.transaction import LeaseLost, transaction
from tests.desk.cases import CLIENT, OPERATOR, message
from tests.store.desks import (
    KEY,
    NOW,
    ask,
    decided,
    decision,
    leased,
    looked_up,
    opening,
    receipt,
    stationery,
)

HELD = Address("", "held@example.kz")


def everything(store: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {table._meta.table_name: ask(store, f"SELECT * FROM {table._meta.table_name}") for table in TABLES}


def test_a_request_gets_number_history_participant_letter_and_its_one_outcome(store: Path) -> None:
    number = decided(1, decision(opening(), receipt()))
    assert number == "ES-2026-000001-" + number[-1]
    assert [it.reference for it in numbers_in(number, "ES")] == ["2026-000001"]
    assert ask(store, "SELECT number, state, lane, requester FROM ticket") == [(number, "new", "", CLIENT.key)]
    assert ask(store, "SELECT event, from_state, to_state, clause FROM history") == [("registered", "", "new", "C.4")]
    assert ask(store, "SELECT address, role FROM participant") == [(CLIENT.key, "requester")]
    assert ask(store, "SELECT event, state, recipient, recipient_key, reverse_path FROM letter") == [
        ("registered", "queued", CLIENT.addr, CLIENT.key, "")
    ]
    assert ask(store, "SELECT outcome, phase, owner, folder, filed FROM received") == [
        ("ticket", "decided", None, "Support/Registered", "")
    ]


def test_the_letter_carries_number_and_a_token_bound_to_its_recipient(store: Path) -> None:
    number = decided(1, decision(opening(), receipt()))
    ((octets, message_id),) = ask(store, "SELECT octets, message_id FROM letter")
    letter = email.message_from_bytes(octets, policy=email.policy.default)
    assert letter["Subject"].startswith(f"[{number}]")
    assert letter["Message-ID"] == message_id
    (claim,) = tokens_in(message_id)
    assert (claim.reference, verify(claim, CLIENT.addr, (KEY,))) == ("2026-000001", True)
    assert not verify(claim, OPERATOR.addr, (KEY,))


@pytest.mark.parametrize("place", range(9))
def test_an_exception_anywhere_in_the_middle_leaves_nothing(store: Path, place: int) -> None:
    effects: list[Any] = [
        opening(),
        receipt(),
        receipt(OPERATOR, automatic=False, letter=Kind.OPERATOR_NEW),
        Advance(Event.ASKED, State.PENDING, None, "we", "rule", "C.6"),
        Note("note", "we", "text", "rule", "A.1"),
        CountOffence(CLIENT.key, "rule", "C.7a"),
        StopAddress(CLIENT.addr, "550", "rule", "A.1"),
        RaiseAlarm("letters_capped", "detail", "rule", "A.1"),
    ]
    entry = leased(1)
    before = everything(store)
    effects.insert(place, object())
    with (
        pytest.raises(ValueError, match="object needs a ticket"),
        transaction(stationery(), entry.id, "intake-1", entry.trace, NOW) as tx,
    ):
        tx.apply(decision(*effects), message(), "")
    assert everything(store) == before


def test_a_letter_that_cannot_be_written_takes_the_whole_decision_with_it(store: Path) -> None:
    decided(1, decision(opening(), receipt()))
    entry = leased(2)
    before = everything(store)
    nonce = int.from_bytes(b"12345678")
    fixed = stationery(lambda _bits: nonce)
    with (
        pytest.raises(Exception, match=r"(?i)unique"),
        transaction(fixed, entry.id, "intake-1", entry.trace, NOW) as tx,
    ):
        tx.apply(decision(opening(), receipt(), receipt()), message(), "")
    assert everything(store) == before
    assert decided(3, decision(opening())).startswith("ES-2026-000002-")


@pytest.mark.parametrize(
    "effect",
    [Note("note", "we", "text", "rule", "A.1"), Advance(Event.ASKED, State.PENDING, None, "we", "rule", "C.6")],
)
def test_a_step_without_a_ticket_is_a_fault_and_not_passed_over(store: Path, effect: Effect) -> None:
    with pytest.raises(ValueError, match="needs a ticket"):
        decided(1, decision(effect))


def test_only_the_owner_of_the_lease_writes_an_outcome(store: Path) -> None:
    entry = leased(1, "intake-1")
    before = everything(store)
    with pytest.raises(LeaseLost), transaction(stationery(), entry.id, "intake-2", entry.trace, NOW) as tx:
        tx.apply(decision(opening(), receipt()), message(), "")
    assert everything(store) == before


def test_an_outcome_is_written_once(store: Path) -> None:
    entry = leased(1, "intake-1")
    for attempt in range(2):
        try:
            with transaction(stationery(), entry.id, "intake-1", entry.trace, NOW) as tx:
                tx.apply(decision(opening()), message(), "")
        except LeaseLost:
            assert attempt == 1
    assert len(ask(store, "SELECT * FROM ticket")) == 1


def test_no_number_is_drawn_where_no_ticket_opens(store: Path) -> None:
    decided(1, decision(outcome=Outcome.RECORDED))
    assert ask(store, "SELECT * FROM counter") == []


@pytest.mark.parametrize(
    ("at", "year"),
    [
        (datetime(2026, 12, 31, 18, 59, 59, tzinfo=UTC), 2026),
        (datetime(2026, 12, 31, 19, 0, tzinfo=UTC), 2027),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), 2027),
    ],
)
def test_the_year_of_a_number_is_the_year_in_astana(store: Path, at: datetime, year: int) -> None:
    assert decided(1, decision(opening()), now=at).startswith(f"ES-{year}-000001-")


def test_the_running_number_begins_anew_in_a_new_year_and_goes_on_when_the_clock_steps_back(store: Path) -> None:
    new_year = datetime(2026, 12, 31, 19, 0, tzinfo=UTC)
    times = [new_year - timedelta(seconds=1), new_year, new_year - timedelta(seconds=1), new_year]
    numbers = [decided(uid, decision(opening()), now=at) for uid, at in enumerate(times, start=1)]
    assert [number[:14] for number in numbers] == [
        "ES-2026-000001",
        "ES-2027-000001",
        "ES-2026-000002",
        "ES-2027-000002",
    ]


def test_a_ticket_for_nobody_has_no_participant(store: Path) -> None:
    decided(1, decision(opening(NOBODY)))
    assert ask(store, "SELECT * FROM participant") == []


def test_a_step_moves_the_ticket_and_writes_what_was_before(store: Path) -> None:
    number = decided(1, decision(opening()))
    due = NOW + timedelta(days=3)
    decided(2, decision(Advance(Event.CLIENT_SOLVED, State.RESOLVED, None, "asel", "rule", "C.6", due_at=due),
                        outcome=Outcome.FOLLOW_UP, number=number))  # fmt: skip
    step = Advance(Event.DECLINED, State.CLOSED, ClosedReason.OUT_OF_SCOPE, "we", "rule", "B.3", "why")
    decided(3, decision(step, outcome=Outcome.FOLLOW_UP, number=number))
    assert ask(store, "SELECT from_state, to_state, note FROM history ORDER BY id") == [
        ("", "new", ""),
        ("new", "resolved", ""),
        ("resolved", "closed", "why"),
    ]
    assert ask(store, "SELECT state, closed_reason, due_at FROM ticket") == [("closed", "out_of_scope", None)]


@pytest.mark.parametrize(
    ("fate", "state", "key"),
    [(Fate.QUEUED, "queued", CLIENT.key), (Fate.HELD, "held", CLIENT.key), (Fate.SUPPRESSED, "suppressed", "")],
)
def test_a_letter_is_written_with_its_fate_and_counts_only_if_it_may_go(
    store: Path, fate: Fate, state: str, key: str
) -> None:
    decided(1, decision(opening(), receipt(fate=fate)))
    assert ask(store, "SELECT state, recipient_key FROM letter") == [(state, key)]


def test_a_capped_letter_is_a_line_of_the_history_and_no_letter(store: Path) -> None:
    decided(1, decision(opening(), receipt(fate=Fate.CAPPED)))
    assert ask(store, "SELECT * FROM letter") == []
    assert ask(store, "SELECT event, who FROM history ORDER BY id")[1] == ("letter_capped", CLIENT.addr)


def test_what_a_decision_ordered_is_known_to_the_next_one(store: Path) -> None:
    number = decided(1, decision(opening(), receipt()))
    decided(2, decision(CountOffence(CLIENT.key, "r", "C.7a"), StopAddress(CLIENT.addr.upper(), "550", "r", "A.1"),
                        outcome=Outcome.RECORDED))  # fmt: skip
    seen = looked_up(message(subject=number))
    assert [it.number for it in seen.tickets] == [number]
    assert seen.tickets[0].participants == {CLIENT.key}
    assert seen.tickets[0].letters_sent == (1, 1, 1, 1, 1)
    assert (seen.offences, seen.client_language) == (1, "ru")
    known = seen.correspondent(CLIENT.key)
    assert (known.letters_sent, known.bounced) == ((1, 1), True)


@pytest.mark.parametrize(("after", "sent"), [(599, (1, 1)), (601, (0, 1)), (86_399, (0, 1)), (86_401, (0, 0))])
def test_letters_leave_the_windows_of_the_caps(store: Path, after: int, sent: tuple[int, int]) -> None:
    decided(1, decision(opening(), receipt()))
    later = NOW + timedelta(seconds=after)
    assert looked_up(message(), later).correspondent(CLIENT.key).letters_sent == sent


def test_a_stopped_address_is_free_again_after_its_time(store: Path) -> None:
    decided(1, decision(StopAddress(CLIENT.addr, "550", "r", "A.1"), outcome=Outcome.REPORT))
    assert looked_up(message(), NOW + timedelta(days=59)).correspondent(CLIENT.key).bounced
    assert not looked_up(message(), NOW + timedelta(days=61)).correspondent(CLIENT.key).bounced


def test_the_message_id_of_request_and_letter_lead_to_the_ticket(store: Path) -> None:
    number = decided(1, decision(opening(), receipt()), message(message_id="<first@example.kz>"))
    ((ours,),) = ask(store, "SELECT message_id FROM letter")
    for named in ("<first@example.kz>", ours):
        assert looked_up(message(in_reply_to=(named,))).threads == ((named, number),)


def test_the_same_octets_are_known_as_decided_before(store: Path) -> None:
    entry = leased(1, "intake-1")
    journal.knock(entry.id, "intake-1", "a" * 64)
    with transaction(stationery(), entry.id, "intake-1", entry.trace, NOW) as tx:
        number = tx.apply(decision(opening()), message(sha256="a" * 64, message_id=""), "")
    earlier = looked_up(message(sha256="a" * 64, message_id="<other@example.kz>")).earlier
    assert earlier
    assert (earlier.outcome, earlier.number) == ("ticket", number)


def test_another_copy_of_the_same_message_is_known_and_reused_message_ids_are_not_copies(store: Path) -> None:
    decided(1, decision(opening()), message(message_id="<same@example.kz>"))
    assert looked_up(message(sha256="b" * 64, message_id="<same@example.kz>")).earlier
    assert not looked_up(message(sha256="b" * 64, message_id="<same@example.kz>", text="другое")).earlier
    assert not looked_up(message(sha256="b" * 64, message_id="")).earlier


def test_an_undecided_copy_is_no_earlier_one(store: Path) -> None:
    entry = leased(1, "intake-1")
    journal.knock(entry.id, "intake-1", "a" * 64)
    assert looked_up(message(sha256="a" * 64)).earlier is None


def test_a_delivery_report_is_written_beside_its_letter(store: Path) -> None:
    decided(1, decision(opening(), receipt()))
    ((nonce,),) = ask(store, "SELECT nonce FROM letter")
    decided(2, decision(MarkLetter(nonce, "failed 5.1.1", "r", "A.1"), outcome=Outcome.REPORT))
    assert ask(store, "SELECT reason FROM letter") == [("failed 5.1.1",)]


def test_an_alarm_stands_once_however_often_it_is_raised(store: Path) -> None:
    for uid in (1, 2):
        decided(uid, decision(RaiseAlarm("letters_capped", f"detail {uid}", "r", "A.1"), outcome=Outcome.RECORDED))
    assert ask(store, "SELECT name, detail FROM alarm") == [("letters_capped", "detail 2")]


def test_a_mention_links_a_known_ticket_and_an_unknown_number_links_nothing(store: Path) -> None:
    number = decided(1, decision(opening()))
    for uid, mention in ((2, number), (3, "ES-2026-000999-1")):
        decided(uid, decision(dataclasses.replace(opening(), relates_to=mention)))
    assert ask(store, "SELECT relates_to_id FROM ticket ORDER BY id") == [(None,), (1,), (None,)]
