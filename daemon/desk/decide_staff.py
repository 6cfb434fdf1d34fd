"""A reply of our own people: their words go to the client, their commands are carried out, or nothing is done at all.

Promise (guarantee 7): whoever writes as one of us proves it. A reply or a note needs the token of the letter that it
answers, minted for this very person and not older than 14 days; every other command also needs our border server to
vouch for the sender. Without proof nothing is done and the manager is told. Several commands are all valid or none is
carried out, and whoever sent them gets a transcript. No insulting or obscene words of ours go to a client (C.7b): such a
reply is kept back and quality control is told. Mail of our people outside a ticket opens nothing (B.1).
"""

from dataclasses import replace
from datetime import timedelta

from daemon.desk.answer import to_staff, values_of
from daemon.desk.case import Case
from daemon.desk.commands import Command, Name, Reply, read_reply
from daemon.desk.decision import Action, Advance, Decision, Effect, Fate, Filing, Mode, Note, Outcome, RaiseAlarm, Send
from daemon.desk.letters import Letter, LetterValues
from daemon.desk.snapshot import TicketView
from daemon.desk.ticket import Event, Refused, step
from daemon.desk.verdict import Offence
from daemon.mail.message import Address

TOKEN_DAYS = 14
"""Guarantee 7: a token of a letter to one of us is good for as long."""
RULE = "decide/staff"


def staff(case: Case) -> Decision:
    """What a message of one of our own people brings about."""
    ticket = case.thread.ticket
    if ticket is None:
        return _answered(case, "", (), ("staff_no_ticket",), "B.1")
    if not _bound(case):
        return _unproven(case, ticket)
    reply = read_reply(case.message.new_text, case.office.commands)
    problems = _problems(case, reply)
    if problems:
        return _answered(case, ticket.number, (), problems, "B.1")
    return _carried_out(case, ticket, reply)


def _bound(case: Case) -> bool:
    """The token was minted for this person, and not long ago."""
    claim = case.thread.claim
    letter = next((it for it in case.snapshot.letters if claim and it.nonce == claim.nonce), None)
    mine = letter is not None and letter.recipient.casefold() == case.message.sender.key
    return mine and letter is not None and case.now - letter.created_at <= timedelta(days=TOKEN_DAYS)


def _unproven(case: Case, ticket: TicketView) -> Decision:
    """Somebody writes as one of us and cannot prove it: nothing is done, the manager hears of it."""
    alarm = RaiseAlarm("staff_unproven", f"{case.message.sender.addr} on {ticket.number}", RULE, "B.1")
    reasons = ("written in the name of one of us without proof: nothing was done",)
    return Decision(Outcome.STAFF, Action.RECORD, ticket.number, (alarm,), Filing.STAY, RULE, "B.1", reasons)


def _problems(case: Case, reply: Reply) -> tuple[str, ...]:
    """What keeps the reply from being carried out, as keys of the transcript's words."""
    if reply.unknown:
        return tuple(f"unknown:{written}:{near}" for written, near in reply.unknown)
    found: list[str] = []
    for command in reply.commands:
        if command.needs_proof and not case.thread.vouched:
            found.append(f"needs_proof:{command.words[0]}")
        if command.manager_only and case.message.sender.key != case.office.manager.key:
            found.append(f"manager_only:{command.words[0]}")
    if sum(command.event is not None for command in reply.commands) > 1:
        found.append("one_step")
    if _writes(reply) and not reply.text:
        found.append("no_text")
    return tuple(found)


def _writes(reply: Reply) -> bool:
    """Whether the text goes to the client: it does unless a command says otherwise."""
    return all(command.to_client for command in reply.commands)


def _carried_out(case: Case, ticket: TicketView, reply: Reply) -> Decision:
    command = next((it for it in reply.commands if it.event), None)
    event = command.event if command and command.event else Event.OPERATOR_REPLIES if _writes(reply) else None
    if _writes(reply) and case.verdict.offence is not Offence.NONE:
        return _kept_back(case, ticket)
    effects: tuple[Effect, ...] = ()
    if event is not None:
        moved = step(ticket.state, ticket.closed_reason, event)
        if isinstance(moved, Refused):
            return _answered(case, ticket.number, (), (f"refused:{moved.reason}",), "B.1")
        effects = (_advance(case, event, moved.to, moved.closed_reason),)
    effects += _text(case, ticket, reply, event)
    effects += tuple(_hold(case, it) for it in reply.commands if it.name is Name.HOLD)
    if reply.commands:
        return _answered(case, ticket.number, effects, tuple(f"done:{it.words[0]}" for it in reply.commands), "A.1")
    return Decision(Outcome.STAFF, Action.RECORD, ticket.number, effects, Filing.STAY, RULE, "A.1", (str(event),))
