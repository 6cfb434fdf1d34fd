"""Letters that a decision orders: to whom, in which language, and whether one may go out now.

Promise: every automatic letter to a client passes `fate`: no letter where the gate forbids an answer, to an address
that bounced, or beyond the caps of guarantee 5. What is not sent is still a row of the outbox or of the history that
says why, and a cap that keeps a letter back is an alarm.
"""

from dataclasses import replace

from daemon.desk.case import Case
from daemon.desk.decision import Effect, Fate, Mode, RaiseAlarm, Send
from daemon.desk.letters import Letter, LetterValues
from daemon.desk.limits import ADDRESS_CAPS, TICKET_CAPS, Cap
from daemon.desk.snapshot import TicketView
from daemon.desk.verdict import Evidence
from daemon.mail.message import Address

EVIDENCE_LINES = 20
"""Findings shown to a person."""


def values_of(case: Case) -> LetterValues:
    """What every letter about the message may say. The store adds the number."""
    message, verdict, calendar = case.message, case.verdict, case.office.calendar
    return LetterValues(
        subject=message.subject,
        client_name=message.sender.name,
        client_address=message.sender.addr,
        client_language=verdict.language,
        level=case.standing.level,
        contract_expired=case.standing.expired,
        intent=verdict.intent,
        confidence=verdict.confidence,
        also=verdict.also,
        missing=verdict.missing,
        opens_at=None if calendar.is_open(case.now) else calendar.next_opening(case.now),
        mentioned_number=case.thread.mentions,
        client_text=message.new_text,
        attachments=tuple(attachment.name for attachment in message.attachments),
        evidence=evidence_lines(verdict.evidence),
        offence=verdict.offence,
        received_at=case.received_at,
    )


def evidence_lines(evidence: tuple[Evidence, ...]) -> tuple[str, ...]:
    """Findings for a person: what, the very words, which rule."""
    return tuple(f"{item.finding}: «{item.words}» ({item.rule})" for item in evidence[:EVIDENCE_LINES])


def to_client(
    case: Case, letter: Letter, values: LetterValues, ticket: TicketView | None, rule: str, clause: str,
    *, acknowledgement: bool,
) -> tuple[Effect, ...]:  # fmt: skip
    """The letter to the one who wrote, in the thread of the message, and an alarm where a cap keeps it back."""
    to = case.answer_to
    if not to.writable:
        return ()
    end, reason = fate(case, to, ticket)
    send = Send(
        letter=letter, to=to, language=case.language, values=values, automatic=True, acknowledgement=acknowledgement,
        in_reply_to=case.message.message_id, references=_references(case), fate=end, reason=reason, rule=rule,
        clause=clause,
    )  # fmt: skip
    return (send,) if end is not Fate.CAPPED else (send, _capped(to, reason))


def to_staff(
    case: Case, people: tuple[Address, ...], letter: Letter, values: LetterValues, ticket: TicketView | None,
    rule: str, clause: str,
) -> tuple[Effect, ...]:  # fmt: skip
    """A copy of the letter to each of `people`, in their language; beyond the ticket's cap an alarm instead."""
    end, reason = Fate.QUEUED, ""
    if case.office.mode is Mode.SHADOW:
        end, reason = Fate.SUPPRESSED, "mode shadow"
    elif ticket and (cap := _reached(ticket.letters_sent, TICKET_CAPS)):
        end, reason = Fate.CAPPED, _cap_reason("ticket", cap)
    draft = Send(
        letter=letter, to=case.office.manager, language=case.office.staff_language, values=values, automatic=False,
        acknowledgement=False, in_reply_to="", references=(), fate=end, reason=reason, rule=rule, clause=clause,
    )  # fmt: skip
    sends = tuple(replace(draft, to=person) for person in people if person.addr)
    return (*sends, _capped(sends[0].to, reason)) if sends and end is Fate.CAPPED else sends


def fate(case: Case, to: Address, ticket: TicketView | None) -> tuple[Fate, str]:
    """What becomes of an automatic letter to the client side now, and why."""
    if case.office.mode is Mode.SHADOW:
        return Fate.SUPPRESSED, "mode shadow"
    if not case.gate.may_answer:
        return Fate.SUPPRESSED, "not answered: " + ", ".join(mark.rule for mark in case.gate.marks)
    known = case.snapshot.correspondent(to.key)
    if known.bounced:
        return Fate.SUPPRESSED, "delivery to this address failed for good"
    if cap := _reached(known.letters_sent, ADDRESS_CAPS):
        return Fate.CAPPED, _cap_reason("address", cap)
    if ticket and (cap := _reached(ticket.letters_sent, TICKET_CAPS)):
        return Fate.CAPPED, _cap_reason("ticket", cap)
    if case.snapshot.breaker_open:
        return Fate.HELD, "the breaker on automatic letters is open"
    return Fate.QUEUED, ""


def _reached(sent: tuple[int, ...], caps: tuple[Cap, ...]) -> Cap | None:
    return next((cap for count, cap in zip(sent, caps, strict=False) if count >= cap.letters), None)


def _capped(to: Address, reason: str) -> RaiseAlarm:
    return RaiseAlarm("letters_capped", f"{to.addr}: {reason}", "limits/caps", "A.1")


def _cap_reason(what: str, cap: Cap) -> str:
    return f"cap of the {what}: {cap.letters} letters in {cap.seconds // 60} min"


def _references(case: Case) -> tuple[str, ...]:
    ids = (*case.message.references, *case.message.in_reply_to, case.message.message_id)
    return tuple(dict.fromkeys(entry for entry in ids if entry))
