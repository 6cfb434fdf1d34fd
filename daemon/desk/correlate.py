"""Which ticket a message belongs to, in which role its sender writes, and by what proof (guarantee 6).

Promise: pure. A message joins a ticket by our signed token, or as a known participant who also names the number or a
Message-ID of the ticket. A stranger who names a number joins nothing and learns nothing: the number is a mention.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from daemon.desk.number import numbers_in, registration_number
from daemon.desk.snapshot import Hints, Snapshot, TicketView
from daemon.mail.message import Message
from daemon.mail.msgid import Claim, tokens_in, verify


class Proof(StrEnum):
    """Why a message belongs to its ticket."""

    NONE = "none"
    TOKEN = "token"  # noqa: S105 - the name of a proof
    NUMBER = "number"
    REFERENCE = "reference"


class Role(StrEnum):
    """In which role the sender writes."""

    REQUESTER = "requester"
    PARTICIPANT = "participant"
    STRANGER = "stranger"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Thread:
    """The place of a message."""

    ticket: TicketView | None
    proof: Proof
    role: Role
    proven: bool
    """The sender is who From says: our server vouches for it, or the token was minted for this very address. Without
    it a message may add words, never close, suspend, count an offence or change where answers go."""
    mentions: str
    """The number that is named without proof, whether there is such a ticket or not: the sender learns nothing; ''."""
    vouched: bool
    """Our border server vouches for the sender (RFC 8601)."""
    claim: Claim | None
    """The token that proves it, or that a delivery report carries."""


def hints(message: Message, prefix: str) -> Hints:
    """What to look up for `message`; the registration numbers have the prefix `prefix`."""
    numbers = numbers_in(f"{message.subject}\n{message.text}", prefix)
    ids = tuple(dict.fromkeys((*message.in_reply_to, *message.references)))
    recipients = " ".join(address.addr for address in (*message.to, *message.cc))
    embedded = message.report.original_message_id if message.report else ""
    tokens = tokens_in("\n".join((" ".join(ids), recipients, embedded, message.text)))
    return Hints(
        claims=tokens,
        numbers=numbers,
        mention=registration_number(prefix, numbers[0].year, numbers[0].running) if numbers else "",
        message_ids=ids,
        sender=message.sender.key,
        reply_to=message.reply_to[0].key if message.reply_to else "",
        sha256=message.sha256,
        content=content_digest(message),
        message_id=message.message_id,
    )


def content_digest(message: Message) -> str:
    """SHA-256 in hex over what the sender wrote. Two copies of one message (to two of our addresses, or handed over
    twice by a server) have the same; a Message-ID that is used again for other words has not."""
    parts = (
        message.message_id,
        message.sender.key,
        message.subject,
        message.date.isoformat() if message.date else "",
        message.text,
        *(attachment.sha256 for attachment in message.attachments),
    )
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def correlate(
    found: Hints, snapshot: Snapshot, keys: Sequence[bytes], staff: Iterable[str], *, authenticated: bool
) -> Thread:
    """The thread of the message that `found` was read from. `staff`: folded addresses; `keys` verify our tokens."""
    is_staff = found.sender in set(staff)
    claim = _proven_claim(found, snapshot, keys)
    by_token = _ticket_of(claim, snapshot) if claim else None
    if claim and by_token:
        bound = verify(claim, found.sender, keys)
        role = _role(by_token, found.sender, is_staff=is_staff)
        return Thread(by_token, Proof.TOKEN, role, authenticated or bound, "", authenticated, claim)
    named = _named(found, snapshot)
    joined = next((ticket for ticket, _ in named if found.sender in ticket.participants), None)
    if joined:
        proof = next(proof for ticket, proof in named if ticket is joined)
        return Thread(
            joined, proof, _role(joined, found.sender, is_staff=is_staff), authenticated, "", authenticated, claim
        )
    role = Role.STAFF if is_staff else Role.STRANGER
    return Thread(None, Proof.NONE, role, authenticated, found.mention, authenticated, claim)


def _proven_claim(found: Hints, snapshot: Snapshot, keys: Sequence[bytes]) -> Claim | None:
    """The first token whose MAC holds for the recipient of the letter that it names, or for the sender."""
    recipients = {letter.nonce: letter.recipient for letter in snapshot.letters}
    for claim in found.claims:
        recipient = recipients.get(claim.nonce, found.sender)
        if verify(claim, recipient, keys):
            return claim
    return None


def _ticket_of(claim: Claim, snapshot: Snapshot) -> TicketView | None:
    return next((ticket for ticket in snapshot.tickets if ticket.reference == claim.reference), None)


def _named(found: Hints, snapshot: Snapshot) -> list[tuple[TicketView, Proof]]:
    """Tickets that the message names without proof, numbers first."""
    by_reference = {ticket.reference: ticket for ticket in snapshot.tickets}
    named = [
        (by_reference[number.reference], Proof.NUMBER) for number in found.numbers if number.reference in by_reference
    ]
    threads = [snapshot.ticket(number) for _, number in snapshot.threads]
    return named + [(ticket, Proof.REFERENCE) for ticket in threads if ticket]


def _role(ticket: TicketView, sender: str, *, is_staff: bool) -> Role:
    if is_staff:
        return Role.STAFF
    if sender == ticket.requester:
        return Role.REQUESTER
    return Role.PARTICIPANT if sender in ticket.participants else Role.STRANGER
