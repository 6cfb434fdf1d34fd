"""Four processes on one store."""

from pathlib import Path

from daemon.desk.number import numbers_in
from tests.store.desks import ask, decided, decision, listed, opening, receipt
from tests.store.workers import PROCESSES, THREADS, at_once, claim_all, draw, lease_all, list_all, start

TICKETS = 10
"""Tickets that each thread opens."""
UIDS = 60


def test_numbers_have_no_gap_and_are_given_once_under_four_processes_that_roll_back(store: Path) -> None:
    total = PROCESSES * THREADS * TICKETS
    listed(*range(1, total + 1))
    numbers = [number for part in at_once(draw, store, TICKETS) for number in part]
    assert sorted(it.running for number in numbers for it in numbers_in(number, "ES")) == list(range(1, total + 1))
    assert ask(store, "SELECT COUNT(*), MAX(running) FROM ticket") == [(total, total)]
    assert ask(store, "SELECT last FROM counter") == [(total,)]


def test_two_owners_never_take_the_same_message(store: Path) -> None:
    listed(*range(1, UIDS + 1))
    taken = [uid for part in at_once(claim_all, store) for uid in part]
    assert sorted(taken) == list(range(1, UIDS + 1))


def test_two_owners_never_take_the_same_letter(store: Path) -> None:
    for uid in range(1, 21):
        decided(uid, decision(opening(), *(receipt() for _ in range(2))))
    taken = [letter for part in at_once(lease_all, store) for letter in part]
    assert sorted(taken) == list(range(1, 41))


def test_a_uid_is_listed_once(store: Path) -> None:
    assert sum(at_once(list_all, store, UIDS)) == UIDS


def test_four_processes_may_start_on_no_database_at_all(empty: Path) -> None:
    applied = [name for part in at_once(start, empty) for name in part]
    assert applied == ["0001_desk", "0002_raw"]
