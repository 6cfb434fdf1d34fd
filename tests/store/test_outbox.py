"""The states of our letters."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.store import outbox
from daemon.store.owner import Owner
from tests.store.desks import NOW, ask, decided, decision, opening, receipt

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def letter(store: Path) -> Path:
    """A store with one queued letter, number 1."""
    decided(1, decision(opening(), receipt()))
    return store


def row(store: Path, columns: str = "state, owner, attempts") -> tuple[Any, ...]:
    return ask(store, f"SELECT {columns} FROM letter WHERE id = 1")[0]


def put(store: Path, state: str) -> None:
    ask(store, "UPDATE letter SET state = ?, owner = NULL WHERE id = 1", state)


def dot(owner: str = "me") -> None:
    outbox.lease(owner, 1, NOW)
    outbox.dotted(1, owner, NOW, witnessed=True)


def test_a_letter_goes_from_queued_over_leased_and_dotted_to_sent(letter: Path) -> None:
    (leased,) = outbox.lease("me", 10, NOW)
    assert row(letter) == ("leased", "me", 1)
    assert leased.octets.startswith(b"Date: ")
    outbox.dotted(1, "me", NOW, witnessed=True)
    assert row(letter) == ("dotted", "me", 1)
    outbox.finish(1, "me", "sent", "250 2.0.0 Ok", LATER)
    assert row(letter) == ("sent", None, 1)
    assert row(letter, "ended_at IS NOT NULL, reason") == (1, "250 2.0.0 Ok")


def test_a_letter_is_not_leased_before_its_time_nor_twice(letter: Path) -> None:
    assert outbox.lease("me", 10, NOW - timedelta(seconds=1)) == []
    assert len(outbox.lease("me", 10, NOW)) == 1
    assert outbox.lease("you", 10, LATER) == []


def test_the_oldest_due_letter_is_leased_first(store: Path) -> None:
    for uid, minutes in enumerate((3, 1, 2), start=1):
        decided(uid, decision(opening(), receipt()), now=NOW + timedelta(minutes=minutes))
    assert [it.id for it in outbox.lease("me", 2, LATER)] == [2, 3]


def test_the_final_dot_needs_the_lease(letter: Path) -> None:
    outbox.lease("me", 1, NOW)
    with pytest.raises(LookupError):
        outbox.dotted(1, "you", NOW, witnessed=True)
    outbox.give_back("me")
    with pytest.raises(LookupError):
        outbox.dotted(1, "me", NOW, witnessed=True)
    assert row(letter) == ("queued", None, 0)


@pytest.mark.parametrize("state", ["refused", "expired", "unknown", "held"])
def test_only_the_owner_writes_the_outcome(letter: Path, state: str) -> None:
    dot()
    outbox.finish(1, "you", state, "", NOW)
    assert row(letter)[0] == "dotted"
    outbox.finish(1, "me", state, "", NOW)
    assert row(letter) == (state, None, 1)
    assert row(letter, "ended_at IS NOT NULL") == (int(state in outbox.TERMINAL),)


def test_a_deferred_letter_waits_for_its_time(letter: Path) -> None:
    outbox.lease("me", 1, NOW)
    outbox.defer(1, "me", LATER, "451 later")
    assert outbox.lease("me", 1, LATER - timedelta(seconds=1)) == []
    assert outbox.lease("me", 1, LATER)[0].attempts == 2


def test_a_server_that_is_away_costs_no_attempt(letter: Path) -> None:
    outbox.lease("me", 1, NOW)
    outbox.untouched(1, "me")
    assert row(letter) == ("queued", None, 0)


def test_what_is_given_back_before_the_dot_is_queued_and_after_it_unknown(letter: Path) -> None:
    outbox.lease("me", 1, NOW)
    outbox.give_back("me")
    assert row(letter) == ("queued", None, 0)
    dot()
    outbox.give_back("me")
    assert row(letter) == ("unknown", None, 1)


def test_an_owner_that_dies_before_the_dot_leaves_it_queued_and_after_it_unknown(letter: Path) -> None:
    dead = Owner("delivery", letter, NOW)
    outbox.lease(dead.name, 1, NOW)
    dead.leave()
    assert row(letter)[:2] == ("queued", None)
    again = Owner("delivery", letter, NOW)
    dot(again.name)
    again.leave()
    assert row(letter)[:2] == ("unknown", None)


def test_an_unknown_letter_is_never_leased_again_before_its_doubt_is_ended(letter: Path) -> None:
    dot()
    outbox.finish(1, "me", "unknown", "", NOW)
    assert outbox.lease("me", 10, LATER) == []
    assert [it.id for it in outbox.unknown(10)] == [1]


@pytest.mark.parametrize(
    ("state", "risk", "risks", "leasable"), [("sent", False, 0, 0), ("held", False, 0, 0), ("queued", True, 1, 1)]
)
def test_the_witness_ends_the_doubt_once(letter: Path, state: str, risk: bool, risks: int, leasable: int) -> None:
    dot()
    outbox.finish(1, "me", "unknown", "", NOW)
    assert outbox.resolve(1, state, "", LATER, risk=risk)
    assert row(letter, "state, risks") == (state, risks)
    assert not outbox.resolve(1, "queued", "", LATER, risk=True)
    assert len(outbox.lease("me", 10, LATER)) == leasable


MOVABLE = ("queued", "held", "unknown", "refused", "expired", "suppressed")


@pytest.mark.parametrize("order", ["queued", "held", "dropped"])
@pytest.mark.parametrize("state", outbox.STATES)
def test_a_person_moves_what_is_not_sent_dropped_or_under_way(letter: Path, state: str, order: str) -> None:
    put(letter, state)
    moved = outbox.change([1], order, "ordered", LATER)
    assert moved == int(state in MOVABLE)
    assert row(letter)[0] == (order if moved else state)


def test_a_message_id_is_the_same_on_every_attempt(letter: Path) -> None:
    first = outbox.lease("me", 1, NOW)[0]
    outbox.defer(1, "me", LATER, "")
    second = outbox.lease("me", 1, LATER)[0]
    assert (first.message_id, first.octets) == (second.message_id, second.octets)
