"""Eight working hours of silence (C.6): when the clock of a question runs, and what its end brings.

Promise: pure. The clock starts when the question was really sent, and only for a question that the request cannot be
worked without. Nothing closes unless a complete pass over the mailbox ended after the due minute, in working hours, in
mode `auto`, and no operator holds it; an answer that arrives in the same minute wins.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.desk.case import Office
from daemon.desk.decision import Advance, Effect, Fate, Mode, Note, Send
from daemon.desk.letters import DoneAction, Letter, LetterValues
from daemon.desk.ticket import Category, ClosedReason, Event, State
from daemon.desk.verdict import Language
from daemon.mail.message import Address

SILENCE_MINUTES = 8 * 60
"""C.6: working minutes without an answer."""
REMINDER_MINUTES = 4 * 60
"""Working minutes after which the client is reminded, once."""
ASKING = frozenset({Letter.ASKED, Letter.OPERATOR_QUESTION})
"""Letters that start the clock; a request to rephrase asks for no missing item."""
TOLD = frozenset(
    {
        "registered",
        "reminded",
        Event.ASKED,
        Event.CLIENT_WROTE,
        Event.CLIENT_THANKS,
        Event.CLIENT_SOLVED,
        Event.CLIENT_WAITING,
        Event.OPERATOR_TAKES,
        Event.OPERATOR_REPLIES,
        Event.DELIVERY_REPORT,
    }
)
"""Events of a history that the client reads in the list of actions."""
RULE, CLAUSE = "timers/silence", "C.6"
WE = "e-sauda-support"
SAME_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Silence:
    """A ticket that waits for its client, as the timers see it."""

    number: str
    client: Address
    language: Language
    category: Category
    subject: str
    asked_at: datetime
    """When the question was accepted by the submission server."""
    reminded: bool
    held: bool
    """An operator keeps it open."""
    question_id: str
    """Message-ID of the question, so that what follows stands in its thread."""
    history: tuple[tuple[datetime, str], ...]
    """(when, event), in order."""


def due_at(silence: Silence, office: Office) -> datetime:
    """When eight working hours have passed since the question."""
    return office.calendar.due(silence.asked_at, SILENCE_MINUTES)


def may_close(silence: Silence, office: Office, passed_at: datetime | None, now: datetime) -> bool:
    """Whether the ticket may be closed now; `passed_at`: the end of the last complete pass over every mailbox."""
    until = due_at(silence, office) + SAME_MINUTE
    heard = passed_at is not None and passed_at >= until
    return heard and now >= until and not silence.held and office.mode is Mode.AUTO and office.calendar.is_open(now)


def reminder_at(silence: Silence, office: Office) -> datetime:
    """When the client is reminded."""
    return office.calendar.due(silence.asked_at, REMINDER_MINUTES)


def may_remind(silence: Silence, office: Office, now: datetime) -> bool:
    """Whether the client is to be reminded now."""
    early = reminder_at(silence, office) <= now < due_at(silence, office)
    return early and not silence.reminded and office.mode is Mode.AUTO and office.calendar.is_open(now)


def closing(silence: Silence) -> tuple[Effect, ...]:
    """Close with the wording and the actions that C.6 wants."""
    step = Advance(
        Event.SILENCE_DUE, State.CLOSED, ClosedReason.NO_ANSWER, WE, RULE, CLAUSE, "ответ от клиента не получен"
    )
    done = tuple(DoneAction(at, event) for at, event in silence.history if event in TOLD)
    return (step, _letter(silence, Letter.CLOSED_NO_ANSWER, replace(_values(silence), actions=done)))


def reminding(silence: Silence, office: Office) -> tuple[Effect, ...]:
    """Remind the client of the question, with the time from which the ticket may be closed."""
    values = replace(_values(silence), silence_due=due_at(silence, office))
    note = Note("reminded", WE, "", RULE, CLAUSE)
    return (note, _letter(silence, Letter.SILENCE_REMINDER, values))


def failed_question(reason: str) -> tuple[Effect, ...]:
    """The question did not go out: no clock runs; operators hear of the letter by the timers."""
    said = f"the question was not delivered: {reason}"
    return (Advance(Event.DELIVERY_REPORT, State.OPEN, None, WE, RULE, CLAUSE, said),)


def _values(silence: Silence) -> LetterValues:
    return LetterValues(
        number=silence.number, subject=silence.subject, client_name=silence.client.name,
        client_address=silence.client.addr, client_language=silence.language, category=silence.category,
    )  # fmt: skip


def _letter(silence: Silence, letter: Letter, values: LetterValues) -> Send:
    return Send(
        letter=letter, to=silence.client, language=silence.language, values=values, automatic=True,
        acknowledgement=False, in_reply_to=silence.question_id, references=(silence.question_id,), fate=Fate.QUEUED,
        reason="", rule=RULE, clause=CLAUSE,
    )  # fmt: skip
