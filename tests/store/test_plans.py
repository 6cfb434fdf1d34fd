"""Every query of the daily work goes by an index: none reads a whole table that grows with the archive."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from peewee import PostgresqlDatabase

from daemon.desk.correlate import hints
from daemon.desk.decision import (
    Advance,
    CountOffence,
    Decision,
    MarkLetter,
    Note,
    Outcome,
    RaiseAlarm,
    StopAddress,
)
from daemon.desk.letters import Letter as Kind
from daemon.desk.limits import ServiceLimits
from daemon.desk.number import registration_number
from daemon.desk.ticket import Event, State
from daemon.mail.message import Address, Message
from daemon.mail.msgid import message_id, mint
from daemon.store import due, journal, outbox, owner, silence
from daemon.store.connection import reading, writing
from daemon.store.journal import New
from daemon.store.models import database
from daemon.store.owner import Owner
from daemon.store.transaction import transaction
from tests.desk.cases import CLIENT, message
from tests.store.desks import KEY, NOW, decided, decision, inbox, leased, listed, opening, receipt, stationery

BIG = frozenset({"received", "ticket", "letter", "history", "participant", "thread_key", "offender", "bounced"})
"""Tables that grow with the archive."""
SMALL_INDEXES = frozenset({"letter_owned", "received_owned", "received_undecided", "received_unfiled",
                           "received_unreported", "ticket_due"})  # fmt: skip
"""Partial indexes that hold unfinished rows only: to read one of them whole is to read the work that waits."""
Statement = tuple[str, tuple[Any, ...]]
FULL: Message = message(
    in_reply_to=(message_id(mint(KEY, "2026-000001", 1, CLIENT.addr), "e-sauda.kz"),),
    references=("<first@example.kz>",), subject=registration_number("ES", 2026, 1),
    reply_to=(Address("", "boss@example.kz"),),
)  # fmt: skip
"""A message that makes the store look everything up."""
EVERYTHING: Decision = decision(
    Advance(Event.CLIENT_WROTE, State.OPEN, None, "asel", "r", "C.6"), Note("note", "we", "text", "r", "A.1"),
    receipt(), CountOffence(CLIENT.key, "r", "C.7a"), StopAddress(CLIENT.addr, "550", "r", "A.1"),
    MarkLetter("a" * 13, "failed", "r", "A.1"), RaiseAlarm("letters_capped", "d", "r", "A.1"),
    outcome=Outcome.FOLLOW_UP, number=registration_number("ES", 2026, 1),
)  # fmt: skip


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """Every statement that goes to the database within the block."""
    statements: list[Statement] = []
    connection = database.obj
    execute = connection.execute_sql

    def noted(sql: str, params: Any = None, *rest: Any) -> Any:
        statements.append((sql, tuple(params or ())))
        return execute(sql, params, *rest)

    connection.execute_sql = noted
    try:
        yield statements
    finally:
        del connection.execute_sql


def scans(statements: list[Statement]) -> list[str]:
    """Steps that read the whole of a big table, each with its statement."""
    whole_steps = _on_postgresql if isinstance(database.obj, PostgresqlDatabase) else _on_sqlite
    found = []
    for sql, params in statements:
        if sql.split(maxsplit=1)[0].upper() in {"SELECT", "UPDATE", "DELETE"}:
            found += [f"{step} | {sql} | {params}" for step in whole_steps(sql, params)]
    return found


def _on_sqlite(sql: str, params: tuple[Any, ...]) -> Iterator[str]:
    for step in database.obj.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params).fetchall():
        words = step[3].split()
        if words[0] == "SCAN" and words[1] in names(sql) and not SMALL_INDEXES & set(words):
            yield step[3]


def _on_postgresql(sql: str, params: tuple[Any, ...]) -> Iterator[str]:
    """A planner that is told to avoid it reads a whole table only where no index serves."""
    with reading():
        database.obj.execute_sql("SET enable_seqscan = off")
        ((plan,),) = database.obj.execute_sql(f"EXPLAIN (FORMAT JSON) {sql}", params).fetchall()
        database.obj.execute_sql("RESET enable_seqscan")
    waiting = [plan[0]["Plan"]]
    while waiting:
        step = waiting.pop()
        waiting += step.get("Plans", [])
        if step["Node Type"] == "Seq Scan" and step["Relation Name"] in BIG:
            yield f"Seq Scan on {step['Relation Name']}"


def names(sql: str) -> set[str]:
    """Names and aliases of the big tables in `sql`."""
    words = sql.replace('"', " ").split()
    aliases = {words[at + 2] for at in range(len(words) - 2) if words[at] in BIG and words[at + 1] == "AS"}
    return aliases | BIG


@pytest.fixture
def archive(store: Path) -> Path:
    """A store with something of everything, as large as the planner needs: it plans without looking at the rows."""
    for uid in range(1, 4):
        decided(uid, decision(opening(), receipt()), message(message_id=f"<{uid}@example.kz>"))
    asked = Advance(Event.ASKED, State.PENDING, None, "we", "r", "C.6", due_at=NOW)
    decided(4, decision(opening(), asked, receipt(letter=Kind.ASKED)), message(message_id="<4@example.kz>"))
    listed(10, 11, 12)
    return store


def decide_it() -> None:
    """The deciding transaction with all its lookups and effects."""
    entry = leased(20, "intake-20")
    with transaction(stationery(), entry.id, "intake-20", entry.trace, NOW) as tx:
        tx.read(hints(FULL, "ES"))
        tx.apply(EVERYTHING, FULL, "Support/Registered")


def be_an_owner(folder: Path) -> None:
    me = Owner("timers", folder, NOW)
    me.bury_the_dead(NOW, 300)
    with writing():
        owner.release("somebody", poisoned=True)
    me.leave()


LATER = NOW + timedelta(days=1)
WORK: dict[str, list[Callable[[Path], object]]] = {
    "the deciding transaction": [lambda _: decide_it()],
    "claim": [lambda _: journal.claim(inbox(), "me", 10)],
    "read": [
        lambda _: journal.knock(1, "me", "a"),
        lambda _: journal.read_well(1, "me"),
        lambda _: journal.failed(1, "me"),
        lambda _: journal.give_back("me"),
    ],
    "list": [
        lambda _: journal.listed(inbox(), 1, 50_000),
        lambda _: journal.list_new(inbox(), [New(99, "t", NOW, 1)], NOW),
    ],
    "reconcile": [
        lambda _: journal.unread(inbox()),
        lambda _: journal.vanish(inbox(), [10], NOW),
        lambda _: journal.open_count(inbox()),
        lambda _: journal.earlier(inbox()),
    ],
    "file": [lambda _: journal.unfiled(inbox(), 100), lambda _: journal.filed([1], "moved")],
    "lease": [lambda _: outbox.lease("me", 10, LATER)],
    "finish": [lambda _: outbox.finish(1, "me", "sent", "", NOW), lambda _: outbox.defer(1, "me", NOW, "")],
    "give letters back": [lambda _: outbox.give_back("me")],
    "doubt": [lambda _: outbox.unknown(10), lambda _: outbox.resolve(1, "sent", "", NOW)],
    "due letters": [lambda _: due.delayed(LATER, ServiceLimits()), lambda _: due.failed()],
    "due tickets": [lambda _: due.resolved(LATER)],
    "silence": [lambda _: silence.questions(LATER), lambda _: silence.last_complete_pass("INBOX")],
    "junk": [lambda _: due.junk(10)],
    "the breaker": [lambda _: due.automatic_letters(NOW, 600), lambda _: due.breaker_is_open()],
    "owners": [be_an_owner],
}


@pytest.mark.parametrize("name", WORK)
def test_no_query_reads_a_whole_big_table(archive: Path, name: str) -> None:
    with recorded() as statements:
        for step in WORK[name]:
            step(archive)
    assert statements
    assert scans(statements) == []


def test_a_query_without_an_index_is_noticed(archive: Path) -> None:
    assert scans([("SELECT * FROM letter WHERE reason = 'x'", ())])
    assert scans([('SELECT "t1"."id" FROM "received" AS "t1" WHERE "t1"."subject" = \'x\'', ())])
