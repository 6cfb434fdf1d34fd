"""A decision: everything that is to happen because of one message, as frozen values; nothing of how.

Promise: every effect names the rule and the clause it follows (A.1). The store applies a decision in one transaction
and has no policy of its own.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daemon.desk.letters import Letter, LetterValues
from daemon.desk.ticket import ClosedReason, Event, Level, State
from daemon.desk.verdict import Language
from daemon.mail.message import Address


class Action(StrEnum):
    """What the service does about a message. `operator`: a person decides first."""

    REGISTER = "register"
    ASK = "ask"
    REPHRASE = "rephrase"
    DECLINE = "decline"
    SUSPEND = "suspend"
    ACKNOWLEDGE = "acknowledge"
    CALLBACK = "callback"
    QUALITY = "quality"
    RECORD = "record"
    OPERATOR = "operator"


class Mode(StrEnum):
    """How far the service is trusted (guarantee 10)."""

    SHADOW = "shadow"
    ASSIST = "assist"
    AUTO = "auto"


class Outcome(StrEnum):
    """The one recorded end of a received message (guarantee 1)."""

    TICKET = "ticket"
    FOLLOW_UP = "follow_up"
    DUPLICATE = "duplicate"
    OWN = "own"
    MACHINE = "machine"
    REPORT = "report"
    STAFF = "staff"
    RECORDED = "recorded"
    QUARANTINED = "quarantined"
    BEFORE_START = "before_start"
    VANISHED = "vanished"
    JUNK_PERSON = "junk_person"
    JUNK = "junk"


class Filing(StrEnum):
    """The folder a decided message is filed in; `stay`: it is left where it is."""

    REGISTERED = "registered"
    DECLINED = "declined"
    SUSPENDED = "suspended"
    QUALITY = "quality"
    AUTOMATIC = "automatic"
    QUARANTINE = "quarantine"
    STAY = "stay"


class Lane(StrEnum):
    """Why a person must act on a ticket before anything else happens."""

    NONE = ""
    DECIDE_SCOPE = "decide_scope"
    DECIDE_OFFENCE = "decide_offence"
    DECIDE_MEANING = "decide_meaning"
    PROPOSED = "proposed"
    """Mode `assist`: the daemon proposes a refusal, suspension or question."""
    OLD_MAIL = "old_mail"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    NO_ADDRESS = "no_address"
    """There is no address that an answer could go to."""
    UNANSWERED = "unanswered"
    """What the daemon would tell the client may not be sent now."""
    CALL = "call"
    QUALITY = "quality"


class Fate(StrEnum):
    """What becomes of a letter at the moment it is written."""

    QUEUED = "queued"
    HELD = "held"
    SUPPRESSED = "suppressed"
    """Written for people to see, never sent."""
    CAPPED = "capped"
    """Not even written: a cap is reached, only the history says so."""


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Open a ticket and draw its number (C.4)."""

    category: str
    priority: str
    level: Level
    lane: Lane
    language: Language
    subject: str
    requester: Address
    relates_to: str
    """Number of the ticket that this one follows up or mentions; ''."""
    rule: str
    clause: str


@dataclass(frozen=True, slots=True)
class Advance:
    """A step of the ticket (see `ticket`), written to its history."""

    event: Event
    to: State
    closed_reason: ClosedReason | None
    who: str
    rule: str
    clause: str
    note: str = ""
    due_at: datetime | None = None
    """When the new state falls due."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something recorded in the ticket's history that changes no state."""

    event: str
    who: str
    text: str
    rule: str
    clause: str


@dataclass(frozen=True, slots=True)
class Send:
    """A letter to be written. The store adds number, token and Message-ID, renders it and puts it into the outbox."""

    letter: Letter
    to: Address
    language: Language
    values: LetterValues
    automatic: bool
    """Goes to the client side without a person's word: counted in the caps."""
    acknowledgement: bool
    """Pure receipt: null reverse-path, given up after a day."""
    in_reply_to: str
    references: tuple[str, ...]
    fate: Fate
    reason: str
    rule: str
    clause: str
    attachments: tuple[tuple[str, str, bytes], ...] = ()
    """(file name, media type, content) of what goes with it."""


@dataclass(frozen=True, slots=True)
class CountOffence:
    """Count an offence of a proven sender (C.7a)."""

    address: str
    rule: str
    clause: str


@dataclass(frozen=True, slots=True)
class StopAddress:
    """No automatic letter to this address for a while: its delivery failed for good."""

    address: str
    reason: str
    rule: str
    clause: str


@dataclass(frozen=True, slots=True)
class MarkLetter:
    """A delivery report about a letter of ours."""

    nonce: str
    reason: str
    rule: str
    clause: str


@dataclass(frozen=True, slots=True)
class RaiseAlarm:
    """Tell ops, once until it is over."""

    name: str
    detail: str
    rule: str
    clause: str


Effect = OpenTicket | Advance | Note | Send | CountOffence | StopAddress | MarkLetter | RaiseAlarm


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to happen. `effects` are applied in their order."""

    outcome: Outcome
    action: Action
    number: str
    """Of the existing ticket that the effects are about; '' where one opens or none is concerned."""
    effects: tuple[Effect, ...]
    filing: Filing
    rule: str
    clause: str
    reasons: tuple[str, ...]

    @property
    def opens(self) -> OpenTicket | None:
        """The ticket that this decision opens."""
        return next((effect for effect in self.effects if isinstance(effect, OpenTicket)), None)
