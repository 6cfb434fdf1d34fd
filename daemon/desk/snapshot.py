"""What the desk knows when it decides: read by the store in the deciding transaction, pure values for the core."""

from dataclasses import dataclass
from datetime import datetime

from daemon.desk.decision import Lane
from daemon.desk.number import RegistrationNumber
from daemon.desk.ticket import Category, ClosedReason, State
from daemon.desk.verdict import Language
from daemon.mail.message import Address
from daemon.mail.msgid import Claim


@dataclass(frozen=True, slots=True)
class Hints:
    """What a message says about the ticket it may belong to; nothing of it is proof yet (guarantee 6)."""

    claims: tuple[Claim, ...]
    """Tokens of ours, from Message-IDs, sub-addresses and body markers; the MAC is not verified yet."""
    numbers: tuple[RegistrationNumber, ...]
    mention: str
    """The first of them as it is written; ''."""
    message_ids: tuple[str, ...]
    """In-Reply-To and References."""
    sender: str
    """Folded addr-spec of From."""
    reply_to: str
    """Folded addr-spec of the first Reply-To; ''."""
    sha256: str
    content: str
    """Digest of what the sender wrote, without what servers add on the way."""
    message_id: str


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as the core sees it."""

    number: str
    reference: str
    state: State
    closed_reason: ClosedReason | None
    requester: str
    client: Address
    """Whom an answer goes to."""
    last_message: str
    """Message-ID of the newest message of the requester; ''."""
    participants: frozenset[str]
    """Folded addresses of the client's side."""
    language: Language
    category: Category
    lane: Lane
    """Why a person must act on it; `quality` keeps it from the operators (C.7b)."""
    subject: str
    letters_sent: tuple[int, ...]
    """Rounds of letters about it within each of `limits.TICKET_CAPS`: receipt and copies to our people are one."""


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter of ours that the message names by its token."""

    nonce: str
    recipient: str
    event: str
    message_id: str
    number: str
    """Of the ticket it is about; '' for a letter without one."""
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same message, decided before under another UID: the same octets, or another copy of what was sent once."""

    received: int
    outcome: str
    number: str


@dataclass(frozen=True, slots=True)
class Correspondent:
    """What we have sent to an address."""

    address: str
    letters_sent: tuple[int, ...]
    """Automatic letters to its mailbox within each of `limits.ADDRESS_CAPS`; sub-addresses are the same mailbox."""
    bounced: bool
    """Delivery there failed for good not long ago."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of the desk as far as one message needs it."""

    earlier: Earlier | None
    tickets: tuple[TicketView, ...]
    """Candidates: named by token, number or reference."""
    threads: tuple[tuple[str, str], ...]
    """(Message-ID named by the message, number of the ticket that it belongs to)."""
    letters: tuple[LetterView, ...]
    client_language: Language | None
    """Of the sender's latest ticket."""
    offences: int
    """Counted before (C.7a)."""
    correspondents: tuple["Correspondent", ...]
    """The addresses that an answer might go to: From and Reply-To."""
    breaker_open: bool

    def ticket(self, number: str) -> TicketView | None:
        """The candidate with that registration number."""
        return next((view for view in self.tickets if view.number == number), None)

    def correspondent(self, address: str) -> Correspondent:
        """What we have sent to a folded address; nothing where it is none of those asked for."""
        unknown = Correspondent(address, (), bounced=False)
        return next((entry for entry in self.correspondents if entry.address == address), unknown)
