"""Explains a message or a ticket: every value of the pipeline with its evidence, rule and clause (guarantee 8).

Promise: runs the same pure functions as the intake and changes nothing; a saved message is explained as if it came now
from a stranger, a ticket from what was recorded.
"""

from collections.abc import Iterator
from datetime import datetime

from daemon.desk.case import Case
from daemon.desk.correlate import correlate, hints
from daemon.desk.decide import decide
from daemon.desk.decision import Send
from daemon.mail.parse import parse
from daemon.store.connection import reading, rows
from daemon.store.models import History, Letter, Received, Ticket
from daemon.store.snapshots import snapshot
from daemon.workplace import Workplace

NO_ROW = 0
"""A message that is not in the journal."""


def explain_octets(tools: Workplace, octets: bytes) -> Iterator[str]:
    """What each step makes of a saved message, line by line. Raises `StoreUnavailable`."""
    now = tools.now()
    message = parse(octets, tools.config.message_limits)
    understood = tools.understand(message)
    gate, verdict = understood.gate, understood.verdict
    found = hints(message, tools.config.service.number_prefix)
    with reading():
        desk = snapshot(found, NO_ROW, now)
    keys = tools.config.secrets.token_keys
    thread = correlate(found, desk, keys, tools.office.staff, authenticated=understood.authenticated)
    yield f"parse      {message.size} octets, from {message.sender.addr or 'nobody'}, subject «{message.subject}»"
    yield from (f"           defect {item.code} {item.detail}" for item in message.defects)
    yield f"           new text: {_short(message.new_text)}"
    yield f"gate       {gate.kind}: may open {_yes(gate.may_open)}, may be answered {_yes(gate.may_answer)}"
    yield from (f"           {mark.rule}: {mark.words}" for mark in gate.marks)
    yield f"judge      {verdict.intent} {verdict.confidence:.2f}, {verdict.language}, offence {verdict.offence}"
    if verdict.also or verdict.missing:
        yield f"           also {_list(verdict.also)}; missing {_list(verdict.missing)}"
    yield from (f"           {item.finding}: «{_short(item.words)}» ({item.rule})" for item in verdict.evidence)
    ticket = thread.ticket.number if thread.ticket else "no ticket"
    yield f"correlate  {ticket}, proof {thread.proof}, {thread.role}, sender proven {_yes(thread.proven)}"
    yield from _decided(Case(message, gate, verdict, thread, desk, tools.office, received_at=now, now=now))


def _decided(case: Case) -> Iterator[str]:
    decision = decide(case)
    yield f"decide     {decision.outcome}: {decision.action}, clause {decision.clause}, rule {decision.rule}"
    yield from (f"           because {reason}" for reason in decision.reasons)
    for effect in decision.effects:
        what = f"{effect.letter} to {effect.to.addr}, {effect.fate}" if isinstance(effect, Send) else ""
        yield f"           {type(effect).__name__} {what} [{effect.clause}, {effect.rule}]"
    yield f"file       {decision.filing}"


def explain_ticket(number: str) -> Iterator[str]:
    """What happened to a ticket, from what was recorded. Raises `LookupError`, `StoreUnavailable`."""
    with reading():
        ticket = Ticket.get_or_none(Ticket.number == number)
        if ticket is None:
            raise LookupError(f"no ticket has the number {number}")
        messages = list(Received.select().where(Received.ticket == ticket.id).order_by(Received.id))
        history = list(History.select().where(History.ticket == ticket.id).order_by(History.id))
        letters = list(Letter.select().where(Letter.ticket == ticket.id).order_by(Letter.id))
    kind = f"{ticket.category}, {ticket.priority}, {ticket.level}"
    yield f"{ticket.number}  {ticket.state} {ticket.closed_reason}  {kind}"
    yield f"from {ticket.requester}, language {ticket.language}, lane {ticket.lane or '-'}, «{ticket.subject}»"
    yield "history"
    for event in history:
        step = f"{event.from_state or '-'} → {event.to_state}"
        why = f"[{event.clause}, {event.rule}] {_short(event.note)}"
        yield f"  {_at(event.at)}  {event.event:<18} {step:<22} {event.who}  {why}"
    yield "messages"
    for message in messages:
        yield f"  {_at(message.decided_at)}  {message.outcome:<10} {message.originator}  trace {message.trace}"
        decision = message.decision or {}
        yield f"      {decision.get('action')}, clause {decision.get('clause')}, rule {decision.get('rule')}"
        yield from (f"      because {reason}" for reason in decision.get("reasons", ()))
    yield "letters"
    for letter in letters:
        end = f"{letter.state} {_short(letter.reason)}"
        yield f"  {_at(letter.created_at)}  {letter.event:<22} to {letter.recipient}  {end}"


def tickets(limit: int) -> Iterator[str]:
    """The newest tickets, one line each. Raises `StoreUnavailable`."""
    with reading():
        query = Ticket.select(
            Ticket.number, Ticket.state, Ticket.category, Ticket.lane, Ticket.requester, Ticket.subject
        )
        found = rows(query.order_by(Ticket.id.desc()).limit(limit))
    for number, state, category, lane, requester, subject in found:
        yield f"{number}  {state:<10} {category:<13} {lane or '-':<16} {requester:<30} {_short(subject)}"


def _at(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else "-"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _list(items: tuple[str, ...]) -> str:
    return ", ".join(items) or "-"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:99]}…"
