"""A message of a person that belongs to no ticket: a request opens one and gets its number (C.4).

Promise: advertising alone gets neither number nor letter; every other message of a person gets a number, also when it
is declined or stopped, so that it can be found and reopened. A person who works here hears of everything that is not
finished by a letter of ours.
"""

from dataclasses import replace
from datetime import datetime

from daemon.desk.answer import fate, to_client, to_staff, values_of
from daemon.desk.case import Case, Office
from daemon.desk.choose import BY_LANGUAGE, Choice, blocking, choose
from daemon.desk.decision import (
    Action,
    Advance,
    CountOffence,
    Decision,
    Effect,
    Fate,
    Filing,
    Lane,
    Mode,
    OpenTicket,
    Outcome,
)
from daemon.desk.letters import Letter, LetterValues
from daemon.desk.notices import notices
from daemon.desk.silence import ASKING
from daemon.desk.ticket import Category, ClosedReason, Event, Level, Priority, State
from daemon.desk.verdict import EXCLUSIONS, AckKind, Intent, Language
from daemon.desk.worktime import DAY_MINUTES
from daemon.mail.message import NOBODY, Address

WE = "e-sauda-support"
"""Who acts in a history where the daemon does."""
JUDGED_BY_A_PERSON = frozenset({Action.REPHRASE, Action.DECLINE, Action.SUSPEND, Action.ASK, Action.RECORD})
"""What waits for a person in mode `assist` (guarantee 10)."""
SAID = frozenset({Action.REPHRASE, Action.DECLINE, Action.ASK})
"""What is nothing without its letter: a question nobody was asked, a refusal nobody was told."""


def new_ticket(case: Case, choice: Choice | None = None) -> Decision:
    """Open a ticket, or record what is no request. `choice`: made already, where the message follows up a ticket."""
    choice = choice or allowed(case, choose(case.verdict, case.office.policy, _offences(case)))
    if choice.action is Action.RECORD or _bare_thanks(case, choice):
        return _recorded(choice)
    opened = _open(case, choice)
    effects: tuple[Effect, ...] = (opened, *_effects(case, choice, opened))
    reasons = (choice.reason, *((f"mentions {case.thread.mentions}",) if case.thread.mentions else ()))
    filing = _FILING.get(choice.action, Filing.REGISTERED)
    return Decision(Outcome.TICKET, choice.action, "", effects, filing, choice.rule, choice.clause, reasons)


def allowed(case: Case, choice: Choice) -> Choice:
    """What of `choice` the message, the mode and the way back to the sender leave to the daemon.

    A complaint about staff is never taken from quality control: there a person decides, and no operator (C.7b).
    """
    if choice.action is Action.QUALITY:
        return choice
    obstacle = _of_the_message(case, choice) or _of_the_answer(case, choice)
    if obstacle is None:
        return choice
    lane, why = obstacle
    return replace(choice, action=Action.OPERATOR, lane=lane, reason=f"{why}; {choice.reason}")


def _of_the_message(case: Case, choice: Choice) -> tuple[Lane, str] | None:
    """Why the message itself leaves the decision to a person."""
    if any(defect.code == "header_only" for defect in case.message.defects):
        return Lane.TOO_LARGE, "too large to be read by the daemon"
    if not case.answer_to.writable and choice.action is not Action.RECORD:
        return Lane.NO_ADDRESS, "no address"
    if _too_old(case):
        return Lane.OLD_MAIL, "old mail"
    if case.message.attachments and choice.rule == case.office.policy.intents[Intent.UNINTELLIGIBLE].rule:
        return Lane.DECIDE_MEANING, "what it wants may stand in its attachments"
    return None


def _of_the_answer(case: Case, choice: Choice) -> tuple[Lane, str] | None:
    """Why the daemon may not say by itself what it would say."""
    if case.office.mode is not Mode.AUTO and choice.action in JUDGED_BY_A_PERSON:
        return Lane.PROPOSED, f"proposed: {choice.action}"
    end, why = fate(case, case.answer_to, case.thread.ticket)
    if choice.action in SAID and end in {Fate.SUPPRESSED, Fate.CAPPED}:
        return Lane.UNANSWERED, f"{choice.action} cannot be said: {why}"
    return None


def _too_old(case: Case) -> bool:
    return case.office.calendar.elapsed(case.received_at, case.now) > case.office.ack_max_age_days * DAY_MINUTES


def _offences(case: Case) -> int:
    return case.snapshot.offences if case.thread.proven else 0


def _bare_thanks(case: Case, choice: Choice) -> bool:
    """Thanks that belong to no ticket ask for nothing; "still waiting" and "solved" need a person to find theirs."""
    thanks = choice.action is Action.ACKNOWLEDGE and case.verdict.ack_kind is AckKind.THANKS
    return thanks and not brings(case)


def brings(case: Case) -> bool:
    """Whether something is attached that may hold what the words do not say; inline parts are logos of a signature."""
    return any(not attachment.inline for attachment in case.message.attachments)


def _recorded(choice: Choice) -> Decision:
    return Decision(
        Outcome.RECORDED, choice.action, "", (), Filing.AUTOMATIC, choice.rule, choice.clause, (choice.reason,)
    )


_FILING = {
    Action.DECLINE: Filing.DECLINED,
    Action.REPHRASE: Filing.DECLINED,
    Action.SUSPEND: Filing.SUSPENDED,
    Action.QUALITY: Filing.QUALITY,
}


def _open(case: Case, choice: Choice) -> OpenTicket:
    row = case.office.policy.intents[case.verdict.intent]
    lane = choice.lane
    if choice.action is Action.ACKNOWLEDGE:
        lane = Lane.DECIDE_SCOPE
    if choice.action is Action.CALLBACK and case.standing.level is Level.VIP:
        lane = Lane.CALL
    return OpenTicket(
        category=row.category, priority=row.priority, level=case.standing.level, lane=lane, language=case.language,
        subject=case.message.subject, requester=case.message.sender, relates_to=case.thread.mentions,
        rule=choice.rule, clause="C.4",
    )  # fmt: skip


def _effects(case: Case, choice: Choice, opened: OpenTicket) -> tuple[Effect, ...]:
    row = case.office.policy.intents[case.verdict.intent]
    values = replace(values_of(case), category=row.category, priority=row.priority, reason=opened.lane)
    match choice.action:
        case Action.DECLINE:
            return _declined(case, choice, values)
        case Action.REPHRASE:
            letter = Letter.REPHRASE_LANGUAGE if choice.rule == BY_LANGUAGE else Letter.REPHRASE_UNCLEAR
            return (*counted(case, choice), *_asked(case, choice, letter, values))
        case Action.ASK:
            values = replace(values, missing=blocking(case.verdict.missing, case.office.policy))
            return _asked(case, choice, Letter.ASKED, values)
        case Action.SUSPEND:
            return suspended(case, choice, values)
        case Action.QUALITY:
            return _complained(case, choice, values)
        case Action.CALLBACK:
            return _callback(case, choice, values)
        case _:
            return _registered(case, choice, opened, values)


def _registered(case: Case, choice: Choice, opened: OpenTicket, values: LetterValues) -> tuple[Effect, ...]:
    """The ordinary way: a receipt to the client, the request to the operators."""
    row = case.office.policy.intents[case.verdict.intent]
    letter = Letter(row.letter) if row.letter and choice.action is Action.REGISTER else Letter.REGISTERED
    sure = choice.action is Action.REGISTER
    said = replace(
        values,
        missing=case.verdict.missing if sure and case.verdict.intent is Intent.DEFECT else (),
        help_pages=case.verdict.help_pages if sure else (),
        partly_declined=tuple(intent for intent in case.verdict.also if intent in EXCLUSIONS) if sure else (),
    )
    receipt: tuple[Effect, ...] = ()
    if opened.lane not in {Lane.OLD_MAIL, Lane.DECIDE_OFFENCE}:
        receipt = to_client(case, letter, said, None, choice.rule, "C.4", acknowledgement=True)
    return receipt + _hand_over(case, choice, values)


def _hand_over(case: Case, choice: Choice, values: LetterValues) -> tuple[Effect, ...]:
    values = replace(values, evidence=(*values.evidence, choice.reason))
    return to_staff(case, case.office.operators, Letter.OPERATOR_NEW, values, None, choice.rule, choice.clause)


def _declined(case: Case, choice: Choice, values: LetterValues) -> tuple[Effect, ...]:
    values = replace(values, exclusion=case.verdict.intent)
    moved = Advance(
        Event.DECLINED, State.CLOSED, ClosedReason.OUT_OF_SCOPE, WE, choice.rule, choice.clause, choice.reason
    )
    return (moved, *to_client(case, Letter.DECLINED, values, None, choice.rule, choice.clause, acknowledgement=False))


def _asked(case: Case, choice: Choice, letter: Letter, values: LetterValues) -> tuple[Effect, ...]:
    clock = case.now if letter in ASKING else None
    moved = Advance(Event.ASKED, State.PENDING, None, WE, choice.rule, choice.clause, choice.reason, due_at=clock)
    return (moved, *to_client(case, letter, values, None, choice.rule, choice.clause, acknowledgement=False))


def suspended(case: Case, choice: Choice, values: LetterValues) -> tuple[Effect, ...]:
    """Stop the service (C.7a): one cold and correct letter, the manager told with the evidence."""
    ticket = case.thread.ticket
    moved = Advance(Event.OFFENCE, State.SUSPENDED, None, WE, choice.rule, choice.clause, choice.reason)
    manager: tuple[Address, ...] = (case.office.manager,)
    return (
        moved,
        *counted(case, choice),
        *to_client(case, Letter.SUSPENDED, values, ticket, choice.rule, choice.clause, acknowledgement=False),
        *to_staff(case, manager, Letter.MANAGER_SUSPENDED, values, ticket, choice.rule, choice.clause),
    )


def counted(case: Case, choice: Choice) -> tuple[Effect, ...]:
    """An offence counts against a proven sender, so that the next one is a repeated one (C.7a)."""
    offended = choice.action is Action.SUSPEND or (choice.action is Action.REPHRASE and choice.rule == BY_LANGUAGE)
    if not (offended and case.thread.proven):
        return ()
    return (CountOffence(case.message.sender.key, choice.rule, choice.clause),)


def _complained(case: Case, choice: Choice, values: LetterValues) -> tuple[Effect, ...]:
    """A complaint about staff goes to quality control and not to the operators (C.7b)."""
    quality: tuple[Address, ...] = (case.office.quality,)
    receipt: tuple[Effect, ...] = ()
    if not _too_old(case):
        receipt = to_client(
            case, Letter.QUALITY_RECEIVED, values, None, choice.rule, choice.clause, acknowledgement=True
        )
    return receipt + to_staff(case, quality, Letter.QUALITY_COMPLAINT, values, None, choice.rule, choice.clause)


def _callback(case: Case, choice: Choice, values: LetterValues) -> tuple[Effect, ...]:
    """Calls are ordered on the VIP level only (B.2)."""
    letter = Letter.CALLBACK_VIP if case.standing.level is Level.VIP else Letter.CALLBACK_BASIC
    answer = to_client(case, letter, values, None, choice.rule, choice.clause, acknowledgement=False)
    return answer + _hand_over(case, choice, values)


def quarantined(office: Office, size: int, received_at: datetime, attempts: int) -> Decision:
    """A message that killed its reader is kept unparsed and still opens a ticket for a person (guarantee 3)."""
    rule, clause = "decide/quarantine", "A.1"
    reason = f"{attempts} attempts to read it ended the process; {size} octets are kept unread"
    opened = OpenTicket(
        Category.CONSULTATION,
        Priority.HIGH,
        Level.BASIC,
        Lane.UNREADABLE,
        Language.UNKNOWN,
        "",
        NOBODY,
        "",
        rule,
        "C.4",
    )
    values = LetterValues(reason=Lane.UNREADABLE, received_at=received_at, details=(reason,), evidence=(reason,))
    told = notices(office, office.operators, Letter.OPERATOR_NEW, values, rule)
    return Decision(
        Outcome.QUARANTINED, Action.OPERATOR, "", (opened, *told), Filing.QUARANTINE, rule, clause, (reason,)
    )
