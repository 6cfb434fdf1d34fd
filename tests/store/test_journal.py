"""The journal of received messages, its leases, and who holds them."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.store import journal
from daemon.store.journal import New
from daemon.store.owner import Owner
from tests.store.desks import NOW, ask, decided, decision, inbox, listed, opening

LEASE = 300
"""Seconds after which a lease of another host is dead."""


def test_a_uid_is_listed_once_and_the_highest_is_remembered(store: Path) -> None:
    where = inbox()
    assert journal.list_new(where, [New(uid, "t", NOW, 1) for uid in (5, 3)], NOW) == 2
    assert journal.list_new(where, [New(uid, "t", NOW, 1) for uid in (3, 4)], NOW) == 1
    assert journal.listed(where, 1, 100) == {3, 4, 5}
    assert inbox().last_uid == 5
    assert journal.list_new(where, [], NOW) == 0


def test_the_same_uid_under_another_uidvalidity_is_another_message(store: Path) -> None:
    listed(1)
    rebuilt = journal.start("INBOX", 2, None, None, NOW)
    assert journal.list_new(rebuilt, [New(1, "t", NOW, 1)], NOW) == 1
    assert journal.latest("INBOX") == journal.place("INBOX", 2)
    assert journal.has_earlier(rebuilt)
    assert [it.id for it in journal.earlier(rebuilt)] == [inbox().id]


def test_old_mail_has_its_outcome_at_once_and_is_never_claimed(store: Path) -> None:
    where = inbox()
    journal.list_new(where, [New(1, "t", NOW, 1, "<old@example.kz>", "before_start"), New(2, "t", NOW, 1)], NOW)
    assert [it.uid for it in journal.claim(where, "me", 10)] == [2]
    assert journal.old_message_ids("INBOX", ["<old@example.kz>", "<new@example.kz>", ""]) == {"<old@example.kz>"}


def test_the_oldest_messages_are_claimed_first_and_by_one_owner(store: Path) -> None:
    where = listed(3, 1, 2)
    assert [it.uid for it in journal.claim(where, "me", 2)] == [1, 2]
    assert [it.uid for it in journal.claim(where, "you", 2)] == [3]
    assert journal.claim(where, "them", 2) == []


def test_what_is_given_back_is_free_without_an_attempt(store: Path) -> None:
    where = listed(1)
    (entry,) = journal.claim(where, "me", 1)
    journal.knock(entry.id, "me", "a" * 64)
    journal.give_back("me")
    (again,) = journal.claim(where, "you", 1)
    assert (again.attempts, again.sha256) == (0, "a" * 64)


def test_a_fault_of_ours_is_an_attempt(store: Path) -> None:
    where = listed(1)
    for attempt in (1, 2, 3):
        (entry,) = journal.claim(where, "me", 1)
        assert journal.failed(entry.id, "me") == attempt


def test_an_outcome_never_changes(store: Path) -> None:
    decided(1, decision(opening()))
    journal.end([1], "intake-1", "vanished", NOW)
    assert journal.vanish(inbox(), [1], NOW) == 0
    assert ask(store, "SELECT outcome FROM received") == [("ticket",)]


def test_only_what_nobody_holds_and_nobody_stored_vanishes(store: Path) -> None:
    where = listed(1, 2, 3)
    first, second = journal.claim(where, "me", 2)
    journal.knock(first.id, "me", "a" * 64)
    assert journal.unread(where) == {3}
    journal.give_back("me")
    assert journal.unread(where) == {second.uid, 3}
    assert journal.vanish(where, [1, 2, 3], NOW) == 2
    assert ask(store, "SELECT uid, outcome FROM received ORDER BY uid") == [
        (1, None),
        (2, "vanished"),
        (3, "vanished"),
    ]
    assert journal.open_count(where) == 1


def test_a_decided_message_waits_to_be_filed_once(store: Path) -> None:
    decided(1, decision(opening()))
    decided(2, decision(opening()), folder="")
    (waiting,) = journal.unfiled(inbox(), 10)
    assert (waiting.uid, waiting.folder) == (1, "Support/Registered")
    journal.filed([waiting.id], "moved")
    assert journal.unfiled(inbox(), 10) == []


def test_junk_of_a_person_waits_for_its_report(store: Path) -> None:
    where = journal.start("Junk", 1, None, None, NOW)
    for uid, report in ((1, True), (2, False)):
        journal.list_junk(where, New(uid, "t", NOW, 1, "", "junk"), "a@example.kz", "s", NOW, report=report)
        journal.list_junk(where, New(uid, "t", NOW, 1, "", "junk"), "a@example.kz", "s", NOW, report=report)
    assert ask(store, "SELECT uid, reported FROM received ORDER BY uid") == [(1, 0), (2, 1)]


KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from daemon.store import journal
from daemon.store.owner import Owner
from tests.store.desks import reach_store
folder = Path(sys.argv[1])
reach_store(folder)
owner = Owner("intake", folder, datetime.now(UTC))
where = journal.place("INBOX", 1)
for entry in journal.claim(where, owner.name, 10):
    if entry.uid == 1:
        journal.knock(entry.id, owner.name, "a" * 64)
    if entry.uid == 2:
        journal.knock(entry.id, owner.name, "b" * 64)
        journal.read_well(entry.id, owner.name)
print(owner.name, flush=True)
os.kill(os.getpid(), 9)
"""


def test_of_a_dead_owner_only_what_it_was_just_reading_counts_an_attempt(store: Path) -> None:
    where = listed(1, 2, 3)
    dead = subprocess.run([sys.executable, "-c", KILLED, str(store)], capture_output=True, text=True, check=False)
    assert dead.returncode == -9, dead.stderr
    me = Owner("timers", store, NOW)
    assert me.bury_the_dead(NOW, LEASE) == (dead.stdout.strip(),)
    assert me.bury_the_dead(NOW, LEASE) == ()
    assert [(it.uid, it.attempts) for it in journal.claim(where, me.name, 10)] == [(1, 1), (2, 0), (3, 0)]
    me.leave()


def test_a_living_owner_is_not_buried_however_old_its_beat(store: Path) -> None:
    me, you = Owner("timers", store, NOW), Owner("intake", store, NOW - timedelta(days=9))
    assert me.bury_the_dead(NOW, LEASE) == ()
    you.leave()
    me.leave()


@pytest.mark.parametrize(("age", "dead"), [(LEASE - 1, False), (LEASE, False), (LEASE + 1, True)])
def test_an_owner_on_another_host_is_dead_when_its_beat_stopped(store: Path, age: int, dead: bool) -> None:
    where = listed(1)
    other = Owner("intake", store, NOW)
    journal.claim(where, other.name, 1)
    ask(store, "UPDATE runner SET host = 'another.example.kz'")
    me = Owner("timers", store, NOW)
    assert bool(me.bury_the_dead(NOW + timedelta(seconds=age), LEASE)) is dead
    assert bool(journal.claim(where, "me", 1)) is dead
    other.leave()
    me.leave()


def test_hosts_of_the_same_name_do_not_take_each_others_processes_for_dead(store: Path) -> None:
    here, there = Owner("intake", store, NOW), Owner("intake", store / "another", NOW)
    assert here.bury_the_dead(NOW, LEASE) == ()
    assert there.bury_the_dead(NOW, LEASE) == ()
    there.leave()
    here.leave()


def test_who_was_buried_and_lives_has_lost_its_leases_and_can_be_buried_again(store: Path) -> None:
    where = listed(1, 2)
    here, away = Owner("timers", store, NOW), Owner("intake", store / "another", NOW)
    journal.claim(where, away.name, 1)
    late = NOW + timedelta(seconds=LEASE + 1)
    assert here.bury_the_dead(late, LEASE) == (away.name,)
    assert [it.uid for it in journal.claim(where, away.name, 1)] == [1]
    assert away.bury_the_dead(late, LEASE) == ()
    assert here.bury_the_dead(late, LEASE) == ()
    assert [it.uid for it in journal.claim(where, here.name, 2)] == [2]
    away.leave()
    here.leave()


def test_a_lease_of_nobody_who_is_known_is_given_back(store: Path) -> None:
    where = listed(1)
    journal.claim(where, "intake-gone", 1)
    me = Owner("timers", store, NOW)
    assert me.bury_the_dead(NOW, LEASE) == ("intake-gone",)
    assert [it.uid for it in journal.claim(where, me.name, 1)] == [1]
    me.leave()


def test_an_orderly_end_is_nobodys_attempt(store: Path) -> None:
    where = listed(1)
    me = Owner("intake", store, NOW)
    (entry,) = journal.claim(where, me.name, 1)
    journal.knock(entry.id, me.name, "a" * 64)
    me.leave()
    assert journal.claim(where, "you", 1)[0].attempts == 0
    assert ask(store, "SELECT * FROM runner") == []
