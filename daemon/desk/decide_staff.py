"""A reply of our own people: their words go to the client, their commands are carried out, or nothing is done at all.

Promise (guarantee 7): whoever writes as one of us proves it. A reply or a note needs the token of the letter that it
answers, minted for this very person and not older than 14 days; every other command also needs our border server to
vouch for the sender. Without proof nothing is done and the manager is told. Several commands are all valid or none is
carried out, and whoever sent them gets a transcript. No insulting or obscene words of ours go to a client (C.7b): such
a reply is kept back and quality control is told. Mail of our people outside a ticket opens nothing (B.1).
"""

from dataclasses import replace
from datetime import timedelta

from daemon.desk.answer import to_staff, values_of
from daemon.desk.case import Case
from daemon.desk.commands import Command, Name, Reply, read_reply
from daemon.desk.decision import Action, Advance, Decision, Effect, Fate, Filing, Mode, Note, Outcome, RaiseAlarm, Send
from daemon.desk.letters import Letter, LetterValues
from daemon.desk.snapshot import TicketView
from daemon.desk.ticket import ClosedReason, Event, Refused, State, step
from daemon.desk.verdict import Offence
from daemon.desk.worktime import DAY_MINUTES
from daemon.mail.message import Address

TOKEN_DAYS = 14
"""Guarantee 7: a token of a letter to one of us is good for as long."""
RULE = "decide/staff"


def staff(case: Case) -> Decision:
    """What a message of one of our own people brings about."""
    ticket = case.thread.ticket
    if (case.office.vouching and not case.thread.vouched) or (ticket and not _bound(case)):
        return _unproven(case, ticket.number if ticket else "")
    if ticket is None:
        return _answered(case, "", (), ("staff_no_ticket",), "B.1")
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


def _unproven(case: Case, number: str) -> Decision:
    """Somebody writes as one of us and cannot prove it: nothing is done, the manager hears of it."""
    alarm = RaiseAlarm("staff_unproven", f"{case.message.sender.addr} {number}".strip(), RULE, "B.1")
    reasons = ("written in the name of one of us without proof: nothing was done",)
    return Decision(Outcome.STAFF, Action.RECORD, number, (alarm,), Filing.STAY, RULE, "B.1", reasons)


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


def _advance(case: Case, event: Event, to: State, reason: ClosedReason | None) -> Advance:
    who, clause = case.message.sender.addr, _CLAUSES.get(event, "A.1")
    due = case.now if event is Event.ASKED else None
    if event is Event.OPERATOR_REPLIES and to is State.RESOLVED:
        due = case.office.calendar.due(case.now, case.office.resolution_days * DAY_MINUTES)
    return Advance(event, to, reason, who, RULE, clause, "", due_at=due)


_CLAUSES = {Event.ASKED: "C.6", Event.DECLINED: "A.6.out", Event.MANAGER_LIFTS: "C.7a"}


def _text(case: Case, ticket: TicketView, reply: Reply, event: Event | None) -> tuple[Effect, ...]:
    """The operator's words: to the client in the ticket's thread, or kept as a note."""
    if not _writes(reply):
        return (Note("note", case.message.sender.addr, reply.text, RULE, "A.1"),) if reply.text else ()
    values = LetterValues(
        number=ticket.number, subject=ticket.subject, client_name=ticket.client.name, category=ticket.category,
        client_language=ticket.language, staff_text=reply.text,
    )  # fmt: skip
    letter = Letter.OPERATOR_QUESTION if event is Event.ASKED else Letter.OPERATOR_REPLY
    shadow = case.office.mode is Mode.SHADOW
    return (
        Send(
            letter=letter, to=ticket.client, language=ticket.language, values=values, automatic=False,
            acknowledgement=False, in_reply_to=ticket.last_message, references=(ticket.last_message,),
            fate=Fate.SUPPRESSED if shadow else Fate.QUEUED, reason="mode shadow" if shadow else "", rule=RULE,
            clause=_CLAUSES.get(event, "A.2") if event else "A.2",
            attachments=tuple(
                (it.name, it.content_type, it.content) for it in case.message.attachments if not it.inline
            ),
        ),
        Note("answered", case.message.sender.addr, reply.text, RULE, "A.2"),
    )  # fmt: skip


def _hold(case: Case, command: Command) -> Note:
    return Note("held", case.message.sender.addr, "", f"{RULE}/{command.name}", "C.6")


def _kept_back(case: Case, ticket: TicketView) -> Decision:
    """A reply of ours with words that no client may read: quality control decides (C.7b)."""
    values = replace(values_of(case), number=ticket.number, reason="staff_offence")
    people: tuple[Address, ...] = (case.office.quality,)
    note = Note("reply_kept_back", case.message.sender.addr, case.message.new_text, RULE, "C.7b")
    effects = (note, *to_staff(case, people, Letter.QUALITY_COMPLAINT, values, ticket, RULE, "C.7b"))
    reasons = ("a reply of ours with offensive words was kept back",)
    return Decision(Outcome.STAFF, Action.QUALITY, ticket.number, effects, Filing.STAY, RULE, "C.7b", reasons)


def _answered(case: Case, number: str, effects: tuple[Effect, ...], lines: tuple[str, ...], clause: str) -> Decision:
    """The transcript: what was done, or why nothing was."""
    values = LetterValues(number=number, subject=case.message.subject, details=lines)
    sender: tuple[Address, ...] = (case.message.sender,)
    transcript = to_staff(case, sender, Letter.STAFF_TRANSCRIPT, values, case.thread.ticket, RULE, clause)
    return Decision(Outcome.STAFF, Action.RECORD, number, effects + transcript, Filing.STAY, RULE, clause, lines)
