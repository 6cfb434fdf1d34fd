"""What several processes do to one store at once. Each function runs in a process of its own."""

import multiprocessing
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from daemon.store import journal, outbox
from daemon.store.connection import StoreUnavailable
from daemon.store.migrate import migrate
from daemon.store.transaction import transaction
from tests.desk.cases import message
from tests.store.desks import NOW, close_store, decision, inbox, opening, reach_store, stationery

PROCESSES = 4
THREADS = 2
DEADLINE_SECONDS = 100
"""Patience with a busy machine; nothing is asserted about time."""


class ChangedItsMind(Exception):
    """A transaction that is rolled back on purpose."""


def at_once(work: Callable[..., Any], *arguments: Any) -> list[Any]:
    """What `work(number, *arguments)` returned in each of `PROCESSES` processes that ran at once."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES) as pool:
        results = [pool.apply_async(work, (number, *arguments)) for number in range(PROCESSES)]
        return [result.get(DEADLINE_SECONDS) for result in results]


def patiently(step: Callable[[], Any]) -> Any:
    """Do a step again while the database says that it is busy, as the runners do."""
    while True:
        try:
            return step()
        except StoreUnavailable:
            time.sleep(0.01)


def draw(number: int, folder: Path, tickets: int) -> list[str]:
    """Open `tickets` tickets in each of several threads; every third transaction is rolled back and done again."""
    reach_store(folder)
    numbers: list[str] = []
    threads = [
        threading.Thread(target=_draw, args=(f"{number}.{thread}", tickets, numbers)) for thread in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return numbers


def _draw(owner: str, tickets: int, numbers: list[str]) -> None:
    where = inbox()
    done = 0
    turn = 0
    while done < tickets:
        for entry in patiently(lambda: journal.claim(where, owner, 1)):
            turn += 1
            try:
                numbers.append(patiently(partial(_open, entry, owner, roll_back=turn % 3 == 0)))
                done += 1
            except ChangedItsMind:
                patiently(lambda: journal.give_back(owner))
    close_store()


def _open(entry: journal.Entry, owner: str, *, roll_back: bool) -> str:
    with transaction(stationery(), entry.id, owner, entry.trace, NOW) as tx:
        number = tx.apply(decision(opening()), message(message_id=f"<{entry.uid}@example.kz>"), "")
        if roll_back:
            raise ChangedItsMind
    return number


def claim_all(number: int, folder: Path) -> list[int]:
    """Claim messages until there are none."""
    reach_store(folder)
    where = inbox()
    taken: list[int] = []
    while entries := patiently(lambda: journal.claim(where, f"owner-{number}", 7)):
        taken += [entry.uid for entry in entries]
    close_store()
    return taken


def lease_all(number: int, folder: Path) -> list[int]:
    """Lease letters until there are none."""
    reach_store(folder)
    taken: list[int] = []
    while letters := patiently(lambda: outbox.lease(f"owner-{number}", 7, NOW)):
        taken += [letter.id for letter in letters]
    close_store()
    return taken


def list_all(number: int, folder: Path, uids: int) -> int:
    """List the same UIDs as everybody else; returns how many were new."""
    reach_store(folder)
    where = inbox()
    added = 0
    for uid in range(1, uids + 1):
        new = journal.New(uid, f"{number}-{uid}", NOW, 1_000)
        added += patiently(partial(journal.list_new, where, [new], NOW))
    close_store()
    return added


def start(_number: int, folder: Path) -> list[str]:
    """Open a store that may not be there yet; returns the migrations that this process applied."""
    reach_store(folder)
    applied = patiently(lambda: migrate(folder))
    close_store()
    return list(applied)
