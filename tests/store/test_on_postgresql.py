"""What only PostgreSQL lets happen: transactions that write at once, connections that are cut, servers that restart."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from daemon.desk.correlate import hints
from daemon.desk.decision import Advance, Outcome
from daemon.desk.ticket import Event, State
from daemon.mail.message import Address, Message
from daemon.store import due, journal, locks, outbox
from daemon.store.connection import StoreUnavailable, connect, reading, writing
from daemon.store.locks import held, lock_names, number_of
from daemon.store.models import Counter, Ticket, database
from daemon.store.raw import RawRows
from daemon.store.transaction import transaction
from tests.desk.cases import CLIENT, message
from tests.servers.postgres import Postgres
from tests.store.desks import (
    NOW,
    ask,
    close_store,
    decided,
    decision,
    inbox,
    leased,
    listed,
    looked_up,
    opening,
    receipt,
    stationery,
)

PATIENCE_SECONDS = 20
"""With a busy machine; nothing is asserted about time."""
Step = Callable[[], Any]
WAITING = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def others() -> Iterator[ThreadPoolExecutor]:
    """Threads that stand for other processes: each has a connection of its own, closed at the end."""
    with ThreadPoolExecutor(2) as pool:
        yield pool


def elsewhere(others: ThreadPoolExecutor, step: Step) -> "Future[Any]":
    """Do a step on another connection."""

    def work() -> Any:
        try:
            return step()
        finally:
            close_store()

    return others.submit(work)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def until_it_waits(store: Path) -> None:
    """Until some transaction waits for a lock."""
    until(lambda: ask(store, WAITING) != [(0,)])


def deciding(uid: int, received: Message, seen: "list[Any]", go: threading.Event | None = None) -> Step:
    """The deciding transaction about a message; says in `seen` what it read."""
    entry = leased(uid, f"intake-{uid}")

    def step() -> None:
        with transaction(stationery(), entry.id, f"intake-{uid}", entry.trace, NOW) as tx:
            found = tx.read(hints(received, "ES"))
            seen.append(found)
            if go:
                go.wait(PATIENCE_SECONDS)
            tx.apply(decision(opening(), receipt()), received, "")

    return step


COPIES = {
    "the same octets": (message(sha256="a" * 64, message_id="<1@example.kz>"), message(sha256="a" * 64, message_id="")),
    "the same Message-ID": (message(sha256="a" * 64), message(sha256="b" * 64)),
}


@pytest.mark.parametrize("name", COPIES)
def test_of_two_copies_decided_at_once_the_second_sees_the_first(
    on_postgresql: Path, others: ThreadPoolExecutor, name: str
) -> None:
    first, second = COPIES[name]
    seen: list[Any] = []
    go = threading.Event()
    one = deciding(1, first, seen, go)
    two = deciding(2, second, seen)
    for uid, copy in ((1, first), (2, second)):
        journal.knock(uid, f"intake-{uid}", copy.sha256)
    running = elsewhere(others, one)
    until(lambda: bool(seen))
    waiting = elsewhere(others, two)
    until_it_waits(on_postgresql)
    go.set()
    running.result()
    waiting.result()
    assert [bool(found.earlier) for found in seen] == [False, True]


def test_letters_to_one_client_are_counted_one_after_the_other(on_postgresql: Path, others: ThreadPoolExecutor) -> None:
    seen: list[Any] = []
    go = threading.Event()
    steps = [deciding(uid, message(message_id=f"<{uid}@example.kz>", sha256=f"{uid:064}"), seen, go) for uid in (1, 2)]
    running = [elsewhere(others, step) for step in steps]
    until_it_waits(on_postgresql)
    go.set()
    for each in running:
        each.result()
    assert [found.correspondent(CLIENT.key).letters_sent for found in seen] == [(0, 0), (1, 1)]


def test_messages_of_different_clients_are_decided_at_once(on_postgresql: Path, others: ThreadPoolExecutor) -> None:
    """Both have read what they need before either is done; they wait for each other only to draw their numbers."""
    seen: list[Any] = []
    go = threading.Event()
    senders = (Address("", "one@example.kz"), Address("", "two@example.kz"))
    steps = [
        deciding(uid, message(sender=sender, message_id=f"<{uid}@example.kz>", sha256=f"{uid:064}"), seen, go)
        for uid, sender in enumerate(senders, start=1)
    ]
    running = [elsewhere(others, step) for step in steps]
    until(lambda: len(seen) == 2)
    go.set()
    for each in running:
        each.result()
    assert ask(on_postgresql, "SELECT running FROM ticket ORDER BY running") == [(1,), (2,)]


def test_two_messages_about_one_ticket_are_decided_one_after_the_other(
    on_postgresql: Path, others: ThreadPoolExecutor
) -> None:
    number = decided(1, decision(opening()))
    seen: list[Any] = []
    go = threading.Event()

    def step(uid: int, sender: str) -> Step:
        entry = leased(uid, f"intake-{uid}")
        received = message(
            sender=Address("", sender), subject=number, message_id=f"<{uid}@example.kz>", sha256=f"{uid:064}"
        )

        def work() -> None:
            with transaction(stationery(), entry.id, f"intake-{uid}", entry.trace, NOW) as tx:
                seen.append(tx.read(hints(received, "ES")))
                go.wait(PATIENCE_SECONDS)
                moved = Advance(Event.CLIENT_WROTE, State.OPEN, None, sender, "rule", "C.6")
                tx.apply(decision(moved, outcome=Outcome.FOLLOW_UP, number=number), received, "")

        return work

    running = [elsewhere(others, step(uid, f"client{uid}@example.kz")) for uid in (2, 3)]
    until_it_waits(on_postgresql)
    go.set()
    for each in running:
        each.result()
    assert [found.tickets[0].state for found in seen] == ["new", "open"]
    history = ask(on_postgresql, "SELECT from_state, to_state FROM history ORDER BY id")
    assert history == [("", "new"), ("new", "open"), ("open", "open")]


def test_what_another_process_is_just_taking_is_passed_over_and_not_waited_for(
    on_postgresql: Path, others: ThreadPoolExecutor
) -> None:
    decided(1, decision(opening(), receipt(), receipt()))
    where = listed(2, 3)
    go = threading.Event()
    taken = threading.Event()

    def slow() -> None:
        with writing():
            database.obj.execute_sql("SELECT id FROM received WHERE uid = 2 FOR UPDATE")
            database.obj.execute_sql("SELECT id FROM letter WHERE id = 1 FOR UPDATE")
            taken.set()
            go.wait(PATIENCE_SECONDS)

    running = elsewhere(others, slow)
    assert taken.wait(PATIENCE_SECONDS)
    assert [entry.uid for entry in journal.claim(where, "me", 10)] == [3]
    assert [letter.id for letter in outbox.lease("me", 10, NOW)] == [2]
    go.set()
    running.result()


def test_a_person_is_told_once_by_two_timers(on_postgresql: Path, others: ThreadPoolExecutor) -> None:
    decided(1, decision(opening(), receipt()))
    outbox.lease("me", 1, NOW)
    outbox.finish(1, "me", "refused", "550 no such user", NOW)
    (trouble,) = due.failed()
    telling = [
        elsewhere(others, lambda: due.tell(stationery(), trouble, (receipt(automatic=False),), NOW)) for _ in range(2)
    ]
    for each in telling:
        each.result()
    assert ask(on_postgresql, "SELECT COUNT(*) FROM letter") == [(2,)]
    assert ask(on_postgresql, "SELECT COUNT(*) FROM history WHERE event = 'delivery_trouble'") == [(1,)]


def test_a_circle_of_locks_ends_for_one_and_the_other_goes_on(on_postgresql: Path, others: ThreadPoolExecutor) -> None:
    for year in (1, 2):
        with writing():
            Counter.create(year=year, last=0)
    both = threading.Barrier(2)

    def climb(first: int, second: int) -> bool:
        try:
            with writing():
                Counter.update(last=1).where(Counter.year == first).execute()
                both.wait(PATIENCE_SECONDS)
                Counter.update(last=1).where(Counter.year == second).execute()
        except StoreUnavailable:
            return False
        return True

    ended = [elsewhere(others, lambda: climb(1, 2)), elsewhere(others, lambda: climb(2, 1))]
    assert sorted(each.result() for each in ended) == [False, True]


def test_a_lock_that_is_not_had_in_time_is_a_busy_database(
    on_postgresql: Path, others: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing():
        Counter.create(year=1, last=0)
    go = threading.Event()
    has = threading.Event()

    def slow() -> None:
        with writing():
            Counter.update(last=1).where(Counter.year == 1).execute()
            has.set()
            go.wait(PATIENCE_SECONDS)

    running = elsewhere(others, slow)
    assert has.wait(PATIENCE_SECONDS)

    def impatient() -> None:
        with writing():
            database.obj.execute_sql("SET LOCAL lock_timeout = '50ms'")
            Counter.update(last=2).where(Counter.year == 1).execute()

    with pytest.raises(StoreUnavailable, match="lock timeout"):
        impatient()
    go.set()
    running.result()
    assert ask(on_postgresql, "SELECT last FROM counter") == [(1,)]


def cut_off(postgres: Postgres) -> None:
    assert postgres.cut(database.obj.execute_sql("SELECT current_database()").fetchone()[0]) == 1


def test_a_cut_connection_costs_one_attempt_and_the_next_works(on_postgresql: Path, postgres: Postgres) -> None:
    where = listed(1)
    cut_off(postgres)
    with pytest.raises(StoreUnavailable):
        journal.claim(where, "me", 1)
    assert [entry.uid for entry in journal.claim(where, "me", 1)] == [1]
    cut_off(postgres)
    with pytest.raises(StoreUnavailable):
        journal.listed(where, 1, 10)
    assert journal.listed(where, 1, 10) == {1}


def test_a_connection_that_is_cut_within_a_transaction_leaves_nothing(on_postgresql: Path, postgres: Postgres) -> None:
    entry = leased(1, "intake-1")

    def cut_short() -> None:
        with transaction(stationery(), entry.id, "intake-1", entry.trace, NOW) as tx:
            tx.apply(decision(opening(), receipt()), message(), "")
            cut_off(postgres)

    with pytest.raises(StoreUnavailable):
        cut_short()
    assert ask(on_postgresql, "SELECT COUNT(*) FROM ticket") == [(0,)]
    with transaction(stationery(), entry.id, "intake-1", entry.trace, NOW) as tx:
        assert tx.apply(decision(opening(), receipt()), message(), "").startswith("ES-2026-000001-")


def test_a_server_that_restarts_keeps_what_was_committed(on_postgresql: Path, postgres: Postgres) -> None:
    for uid in range(1, 4):
        digest = RawRows().put(b"octets %d" % uid)
        number = decided(uid, decision(opening(), receipt()))
        postgres.restart()
        with pytest.raises(StoreUnavailable):
            journal.open_count(inbox())
        assert RawRows().get(digest) == b"octets %d" % uid
        assert ask(on_postgresql, "SELECT number FROM ticket ORDER BY id DESC LIMIT 1") == [(number,)]


def test_a_server_that_is_away_is_unavailable(postgres: Postgres, tmp_path: Path) -> None:
    connect("postgresql://desk@127.0.0.1:1/desk", tmp_path)
    with pytest.raises(StoreUnavailable), reading():
        Ticket.select().count()
    connect(postgres.url("no_such_database"), tmp_path)
    with pytest.raises(StoreUnavailable), reading():
        Ticket.select().count()


def test_text_and_octets_come_back_as_they_were_but_for_what_no_database_takes(on_postgresql: Path) -> None:
    odd = "Қазақша \ud800 text\0 \N{GRINNING FACE} 'quoted' %s ? \\"
    decided(1, decision(opening()), message(subject=odd, message_id="<\0\udfff@example.kz>"))
    seen = "Қазақша ? text \N{GRINNING FACE} 'quoted' %s ? \\"
    assert ask(on_postgresql, "SELECT subject, message_id FROM received") == [(seen, "<?@example.kz>")]
    assert looked_up(message(message_id="<\0\udfff@example.kz>", sha256="b" * 64, sender=Address("", "a\0@b.kz")))


def test_names_lock_by_64_signed_bits_and_ticket_rows_are_locked(on_postgresql: Path) -> None:
    numbers = [number_of(f"name{n}") for n in range(100)]
    assert len(set(numbers)) == 100
    assert all(-(2**63) <= number < 2**63 for number in numbers)
    number = decided(1, decision(opening()))
    query = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory'"
    with writing():
        lock_names(["b", "a", "b"])
        assert held(Ticket.select().where(Ticket.number == number)).first()
        assert ask(on_postgresql, query) == [(2,)]
        with pytest.raises(psycopg.errors.LockNotAvailable):
            ask(on_postgresql, "SELECT id FROM ticket FOR UPDATE NOWAIT")
    assert ask(on_postgresql, query) == [(0,)]
    assert locks.several_write()
