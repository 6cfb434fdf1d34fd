"""The states of a ticket and what every event makes of them.

The state table, before the code:
  new        registered, nobody has acted
  open       an operator's turn
  pending    we asked the client and wait (C.6)
  suspended  stopped under C.7a
  resolved   answered
  closed     done, for one of the reasons of `ClosedReason`

Promise: `TRANSITIONS` is total over event x state. A cell says where the ticket goes, and what else must be done
there (`Note`), or that the event is refused. The state column of the store is a cache of the history.
On failure: a refused event changes nothing; the refusal says why, for whoever tried.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    SUSPENDED = "suspended"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Category(StrEnum):
    """The two categories of A.4; a wish counts as a consultation."""

    CONSULTATION = "consultation"
    DEFECT = "defect"


class Level(StrEnum):
    """The service levels of A.3."""

    BASIC = "basic"
    VIP = "vip"


class Priority(StrEnum):
    """How soon a defect is to be worked on (C.4)."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class ClosedReason(StrEnum):
    """Why a ticket is closed."""

    RESOLVED = "resolved"
    NO_ANSWER = "no_answer"
    OUT_OF_SCOPE = "out_of_scope"
    UNINTELLIGIBLE = "unintelligible"
    CANCELLED = "cancelled"
    MERGED = "merged"


class Event(StrEnum):
    """What can happen to a ticket."""

    CLIENT_WROTE = "client_wrote"
    """New words of a person that are none of the three below."""
    CLIENT_THANKS = "client_thanks"
    CLIENT_SOLVED = "client_solved"
    CLIENT_WAITING = "client_waiting"
    MACHINE_MAIL = "machine_mail"
    """Any mail no person wrote, and every delivery report that is not the next event."""
    DELIVERY_REPORT = "delivery_report"
    """A report that the question we wait on did not reach the client."""
    OPERATOR_TAKES = "operator_takes"
    OPERATOR_REPLIES = "operator_replies"
    ASKED = "asked"
    """An operator's `#запрос`, or a blocking question of ours (C.2, C.6)."""
    DECLINED = "declined"
    OFFENCE = "offence"
    MANAGER_LIFTS = "manager_lifts"
    SILENCE_DUE = "silence_due"
    """Eight working hours without an answer (C.6)."""
    RESOLUTION_DUE = "resolution_due"
    """The time in which a client may still answer to a resolved ticket is over."""
    CANCELLED = "cancelled"
    MERGED = "merged"


class Note(StrEnum):
    """What a cell of the table asks for besides the state."""

    NONE = ""
    SHOWN_TO_MANAGER = "shown_to_manager"
    """Stored and shown to the manager, not answered, clocks stopped (C.7a)."""
    REOPENED = "reopened"
    """The closed ticket itself lives again."""
    FOLLOW_UP = "follow_up"
    """This ticket stays as it is; the words belong to a linked new ticket, or to the ticket it was merged into."""
    RAISED = "raised"
    """Raised to the operator and to the manager."""
    RECORDED = "recorded"
    """Recorded in the history and nothing else."""
    QUESTION_FAILED = "question_failed"
    """Our question did not arrive: the C.6 clock stops and an operator has the ticket."""
    SENT = "sent"
    """The letter is sent and recorded."""


@dataclass(frozen=True, slots=True)
class Step:
    """What an event makes of a ticket. `closed_reason` is set exactly where `to` is closed."""

    to: State
    closed_reason: ClosedReason | None = None
    note: Note = Note.NONE


@dataclass(frozen=True, slots=True)
class Refused:
    """The event is not possible in this state; `reason` is one plain sentence."""

    event: Event
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the table. `to` is None where the event is refused."""

    to: State | None
    note: Note = Note.NONE


FOLLOW_UP = Note.FOLLOW_UP
FOLLOWED_UP = frozenset({ClosedReason.RESOLVED, ClosedReason.MERGED})
"""Closed for these, new words of the client open a linked follow-up; closed for any other reason, they reopen."""
DECLINED_AS = frozenset({ClosedReason.OUT_OF_SCOPE, ClosedReason.UNINTELLIGIBLE})
"""The reasons a decline may close with (B.3)."""

_NO = Cell(None)
_NEW = Cell(State.NEW)
_OPEN = Cell(State.OPEN)
_PEND = Cell(State.PENDING)
_SUSP = Cell(State.SUSPENDED)
_RESO = Cell(State.RESOLVED)
_SHUT = Cell(State.CLOSED)


def _row(*cells: Cell) -> Mapping[State, Cell]:
    return MappingProxyType(dict(zip(State, cells, strict=True)))


def _noted(note: Note, *cells: Cell) -> tuple[Cell, ...]:
    return tuple(Cell(cell.to, note) for cell in cells)


_SHOWN = Cell(State.SUSPENDED, Note.SHOWN_TO_MANAGER)
_REOPENED = Cell(State.OPEN, Note.REOPENED)
_NEW_RAISED, _OPEN_RAISED, _SUSP_RAISED = _noted(Note.RAISED, _NEW, _OPEN, _SUSP)
_NEW_REC, _OPEN_REC, _PEND_REC, _RESO_REC = _noted(Note.RECORDED, _NEW, _OPEN, _PEND, _RESO)
_FAILED = Cell(State.OPEN, Note.QUESTION_FAILED)
_SENT = Cell(State.CLOSED, Note.SENT)

# fmt: off
TRANSITIONS: Mapping[Event, Mapping[State, Cell]] = MappingProxyType({
    #                            new          open          pending       suspended     resolved      closed
    Event.CLIENT_WROTE:     _row(_NEW,        _OPEN,        _OPEN,        _SHOWN,       _OPEN,        _REOPENED),
    Event.CLIENT_THANKS:    _row(_NEW,        _OPEN,        _OPEN,        _SUSP,        _RESO,        _SHUT),
    Event.CLIENT_SOLVED:    _row(_RESO,       _RESO,        _RESO,        _SUSP,        _RESO,        _SHUT),
    Event.CLIENT_WAITING:   _row(_NEW_RAISED, _OPEN_RAISED, _OPEN_RAISED, _SUSP_RAISED, _OPEN_RAISED, _OPEN_RAISED),
    Event.MACHINE_MAIL:     _row(_NEW_REC,    _OPEN_REC,    _PEND_REC,    _SUSP,        _RESO_REC,    _SHUT),
    Event.DELIVERY_REPORT:  _row(_NEW_REC,    _OPEN_REC,    _FAILED,      _SUSP,        _RESO_REC,    _SHUT),
    Event.OPERATOR_TAKES:   _row(_OPEN,       _OPEN,        _OPEN,        _NO,          _OPEN,        _NO),
    Event.OPERATOR_REPLIES: _row(_RESO,       _RESO,        _RESO,        _NO,          _RESO,        _SENT),
    Event.ASKED:            _row(_PEND,       _PEND,        _PEND,        _NO,          _PEND,        _PEND),
    Event.DECLINED:         _row(_SHUT,       _SHUT,        _SHUT,        _NO,          _SHUT,        _SHUT),
    Event.OFFENCE:          _row(_SUSP,       _SUSP,        _SUSP,        _SUSP,        _SUSP,        _SUSP),
    Event.MANAGER_LIFTS:    _row(_NO,         _NO,          _NO,          _OPEN,        _NO,          _NO),
    Event.SILENCE_DUE:      _row(_NO,         _NO,          _SHUT,        _NO,          _NO,          _NO),
    Event.RESOLUTION_DUE:   _row(_NO,         _NO,          _NO,          _NO,          _SHUT,        _NO),
    Event.CANCELLED:        _row(_SHUT,       _SHUT,        _SHUT,        _SHUT,        _SHUT,        _NO),
    Event.MERGED:           _row(_SHUT,       _SHUT,        _SHUT,        _SHUT,        _SHUT,        _NO),
})
# fmt: on
"""The table of states. Closed x client_wrote is the cell of a ticket that reopens; see `FOLLOWED_UP` for the rest."""

_CLOSES_WITH: Mapping[Event, ClosedReason] = MappingProxyType(
    {
        Event.SILENCE_DUE: ClosedReason.NO_ANSWER,
        Event.RESOLUTION_DUE: ClosedReason.RESOLVED,
        Event.CANCELLED: ClosedReason.CANCELLED,
        Event.MERGED: ClosedReason.MERGED,
    }
)
_STATE_IN_WORDS: Mapping[State, str] = MappingProxyType(
    {
        State.NEW: "is new: nobody has acted on it yet",
        State.OPEN: "is open: it is an operator's turn",
        State.PENDING: "is pending: the client was asked and has not answered",
        State.SUSPENDED: "is suspended under C.7a: only the manager can lift that",
        State.RESOLVED: "is resolved: it has been answered",
        State.CLOSED: "is closed",
    }
)


def step(
    state: State,
    closed_reason: ClosedReason | None,
    event: Event,
    *,
    declined_as: ClosedReason = ClosedReason.OUT_OF_SCOPE,
) -> Step | Refused:
    """What `event` makes of a ticket in `state` (design, table of ticket states).

    `closed_reason` is the ticket's reason where it is closed, else None. `declined_as` is the reason a decline closes
    with (B.3). ValueError where either does not fit: that is a fault of the caller, never of a client.
    """
    if (state is State.CLOSED) != (closed_reason is not None):
        raise ValueError(f"a ticket that is {state} cannot have the closing reason {closed_reason}")
    if declined_as not in DECLINED_AS:
        raise ValueError(f"nothing is declined as {declined_as}")
    cell = TRANSITIONS[event][state]
    if cell.to is None:
        return Refused(event, state, f"{event} is refused: the ticket {_STATE_IN_WORDS[state]}")
    if event is Event.CLIENT_WROTE and closed_reason in FOLLOWED_UP:
        return Step(State.CLOSED, closed_reason, FOLLOW_UP)
    if cell.to is not State.CLOSED:
        return Step(cell.to, None, cell.note)
    closes_with = declined_as if event is Event.DECLINED else _CLOSES_WITH.get(event, closed_reason)
    return Step(State.CLOSED, closes_with, cell.note)
