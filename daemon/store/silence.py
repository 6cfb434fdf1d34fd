"""Tickets that wait for an answer of their client (C.6), for the timers.

Promise: what a round orders about a ticket is one transaction that first looks whether the ticket still waits as it did
when it was read; if the client wrote meanwhile, nothing is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import fn

from daemon.desk.decision import Effect, Send
from daemon.desk.silence import ASKING, Silence
from daemon.desk.ticket import Category
from daemon.desk.verdict import Language
from daemon.mail.message import Address
from daemon.store.connection import reading, rows, writing
from daemon.store.effects import Effects, opened_ticket
from daemon.store.locks import lock_names
from daemon.store.models import History, Letter, Mailbox, Ticket
from daemon.store.snapshots import within_caps
from daemon.store.stationery import Stationery

AT_ONCE = 200
"""Tickets looked at in one round; the rest waits for the next."""
HOLDS = ("held", "released")
"""History events by which an operator keeps a ticket open and lets it go again."""


@dataclass(frozen=True, slots=True)
class Question:
    """A waiting ticket and what became of the letter that asked."""

    silence: Silence
    state: str
    """Of the letter."""
    reason: str
    last: int
    """The newest row of the ticket's history: if there is a newer one, the ticket is no longer as it was read."""


def questions(now: datetime) -> list[Question]:
    """Waiting tickets that are to be looked at now."""
    with reading():
        query = (
            Ticket.select()
            .where(Ticket.due_at.is_null(is_null=False) & (Ticket.due_at <= now) & (Ticket.state == "pending"))
            .order_by(Ticket.due_at)
            .limit(AT_ONCE)
        )
        return [question for ticket in query if (question := _question(ticket))]


def _question(ticket: Ticket) -> Question | None:
    letter = (
        Letter.select()
        .where((Letter.ticket == ticket.id) & Letter.event.in_(sorted(ASKING)))
        .order_by(Letter.id.desc())
        .first()
    )
    if letter is None:
        return None
    query = History.select(History.id, History.at, History.event).where(History.ticket == ticket.id)
    history = rows(query.order_by(History.id))
    events = [event for _, _, event in history]
    asked = max((at for at, event in enumerate(events) if event == "asked"), default=0)
    holds = [event for event in events if event in HOLDS]
    silence = Silence(
        number=ticket.number, client=Address(ticket.requester_name, letter.recipient),
        language=Language(ticket.language), category=Category(ticket.category), subject=ticket.subject,
        asked_at=letter.ended_at or letter.created_at, reminded="reminded" in events[asked:],
        held=holds[-1:] == ["held"], question_id=letter.message_id,
        history=tuple((at, event) for _, at, event in history),
    )  # fmt: skip
    return Question(silence, letter.state, letter.reason, history[-1][0])


def last_complete_pass(folder: str) -> datetime | None:
    """The end of the last complete pass over the newest incarnation of `folder`."""
    with reading():
        newest = Mailbox.select(fn.MAX(Mailbox.id)).where(Mailbox.folder == folder)
        found = rows(Mailbox.select(Mailbox.passed_at).where(Mailbox.id == newest))
    return found[0][0] if found else None


def look_again(question: Question, at: datetime) -> None:
    """Nothing to do now; look at the ticket again at `at`."""
    with writing():
        Ticket.update(due_at=at).where(
            (Ticket.number == question.silence.number) & (Ticket.state == "pending")
        ).execute()


def apply(
    stationery: Stationery, question: Question, effects: Sequence[Effect], due_at: datetime | None, trace: str,
    now: datetime,
) -> bool:  # fmt: skip
    """Write `effects` and when to look again; False where the ticket has changed meanwhile, or a cap is reached."""
    silence = question.silence
    with writing():
        lock_names([silence.client.mailbox])
        opened = opened_ticket(silence.number)
        newest = rows(History.select(fn.MAX(History.id)).where(History.ticket == (opened.id if opened else 0)))
        if opened is None or opened.state != "pending" or newest[0][0] != question.last:
            return False
        writes = any(isinstance(effect, Send) and effect.automatic for effect in effects)
        if writes and not within_caps(silence.client.key, now):
            return False
        writer = Effects(stationery, None, trace, now)
        for effect in effects:
            writer.apply(effect, opened)
        if due_at is not None:
            Ticket.update(due_at=due_at).where(Ticket.id == opened.id).execute()
    return True


def hold(number: str, event: str, now: datetime) -> None:
    """An operator keeps a ticket open (`held`) or lets it go again (`released`). Raises `LookupError`."""
    with writing():
        opened = opened_ticket(number)
        if opened is None:
            raise LookupError(f"no ticket has the number {number}")
        History.create(
            ticket=opened.id, at=now, event=event, from_state=opened.state, to_state=opened.state, who="operator",
            received=None, rule="tickets/hold", clause="C.6", note="",
        )  # fmt: skip
