"""Reads the state of the desk for one message, inside the deciding transaction.

Promise: every query goes by an index and looks at a bounded number of rows, whatever the size of the archive.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from peewee import Case, Expression, fn

from daemon.desk.decision import Lane
from daemon.desk.limits import ADDRESS_CAPS, TICKET_CAPS, Cap
from daemon.desk.snapshot import Correspondent, Earlier, Hints, LetterView, Snapshot, TicketView
from daemon.desk.ticket import Category, ClosedReason, State
from daemon.desk.verdict import Language
from daemon.mail.message import Address
from daemon.store.connection import rows
from daemon.store.locks import held, lock_names
from daemon.store.models import Bounced, Letter, Offender, Participant, Received, Switch, ThreadKey, Ticket

CANDIDATES = 10
"""Tickets looked at for one message; a letter that names more is no letter about a ticket."""
BREAKER = "breaker"
"""The switch that holds automatic letters (guarantee 5)."""
UNSENT = ("suppressed", "dropped")
"""Letters that never go out do not count in the caps."""


def snapshot(hints: Hints, received: int, now: datetime) -> Snapshot:
    """What the desk knows about the message with these hints; `received` is its own row.

    Everything that is counted or searched by the message, its sender or a ticket is locked first, so that it still
    holds when the transaction commits.
    """
    lock_names(
        name for name in (hints.sha256, hints.message_id, *map(_mailbox, (hints.sender, hints.reply_to))) if name
    )
    letters = _letters(hints)
    threads = _threads(hints)
    tickets = _tickets(hints, letters, threads, now)
    addresses = dict.fromkeys(address for address in (hints.sender, hints.reply_to) if address)
    return Snapshot(
        earlier=_earlier(hints, received),
        tickets=tickets,
        threads=threads,
        letters=letters,
        client_language=_language(hints.sender),
        offences=Offender.select().where(Offender.address == hints.sender).count() if hints.sender else 0,
        correspondents=tuple(_correspondent(address, now) for address in addresses),
        breaker_open=Switch.select().where((Switch.name == BREAKER) & (Switch.value == "open")).exists(),
    )


def _mailbox(address: str) -> str:
    return Address("", address).mailbox


def _earlier(hints: Hints, received: int) -> Earlier | None:
    same = rows(
        Received.select(Received.id, Received.outcome, Ticket.number)
        .left_outer_join(Ticket)
        .where(_same(hints) & (Received.id != received) & Received.outcome.is_null(is_null=False))
        .order_by(Received.id)
        .limit(1)
    )
    return Earlier(same[0][0], same[0][1], same[0][2] or "") if same else None


def _same(hints: Hints) -> Expression:
    same = Received.sha256 == hints.sha256
    if not hints.message_id:
        return same
    return same | ((Received.message_id == hints.message_id) & (Received.content == hints.content))


def _letters(hints: Hints) -> tuple[LetterView, ...]:
    nonces = [claim.nonce for claim in hints.claims[:CANDIDATES]]
    if not nonces:
        return ()
    found = rows(
        Letter.select(
            Letter.nonce,
            Letter.recipient,
            Letter.event,
            Letter.message_id,
            Ticket.number,
            Letter.state,
            Letter.created_at,
        )
        .left_outer_join(Ticket)
        .where(Letter.nonce.in_(nonces))
        .limit(CANDIDATES)
    )
    return tuple(
        LetterView(nonce, to, event, message_id, number or "", state, at)
        for nonce, to, event, message_id, number, state, at in found
    )


def _threads(hints: Hints) -> tuple[tuple[str, str], ...]:
    if not hints.message_ids:
        return ()
    found = rows(
        ThreadKey.select(ThreadKey.message_id, Ticket.number)
        .join(Ticket)
        .where(ThreadKey.message_id.in_(list(hints.message_ids)))
        .order_by(Ticket.id.desc())
        .limit(CANDIDATES)
    )
    return tuple((row[0], row[1]) for row in found)


def _tickets(
    hints: Hints, letters: tuple[LetterView, ...], threads: tuple[tuple[str, str], ...], now: datetime
) -> tuple[TicketView, ...]:
    references = [claim.reference for claim in hints.claims] + [number.reference for number in hints.numbers]
    numbers = [letter.number for letter in letters if letter.number] + [number for _, number in threads]
    found: dict[str, Ticket] = {}
    for reference in dict.fromkeys(references[:CANDIDATES]):
        year, _, running = reference.partition("-")
        if running:
            for row in Ticket.select().where((Ticket.year == int(year)) & (Ticket.running == int(running))):
                found[row.number] = row
    wanted = [number for number in dict.fromkeys(numbers) if number not in found][:CANDIDATES]
    if wanted:
        found.update({row.number: row for row in Ticket.select().where(Ticket.number.in_(wanted))})
    ids = [row.id for row in found.values()]
    locked = {row.id: row for row in held(Ticket.select().where(Ticket.id.in_(ids)).order_by(Ticket.id))} if ids else {}
    return tuple(_ticket(locked[ticket], now) for ticket in ids)


def _ticket(row: Ticket, now: datetime) -> TicketView:
    participants = rows(Participant.select(Participant.address).where(Participant.ticket == row.id))
    return TicketView(
        number=row.number,
        reference=f"{row.year}-{row.running:06d}",
        state=State(row.state),
        closed_reason=ClosedReason(row.closed_reason) if row.closed_reason else None,
        requester=row.requester,
        participants=frozenset(address for (address,) in participants),
        language=Language(row.language),
        client=Address(row.requester_name, row.requester_address),
        last_message=_last_message(row.id, row.requester),
        category=Category(row.category),
        lane=Lane(row.lane),
        subject=row.subject,
        letters_sent=_rounds(row.id, now),
    )


def _last_message(ticket: int, requester: str) -> str:
    newest = rows(
        Received.select(Received.message_id, Received.originator)
        .where(Received.ticket == ticket)
        .order_by(Received.id.desc())
        .limit(CANDIDATES)
    )
    return next((message_id for message_id, sender in newest if sender.casefold() == requester), "")


def _language(sender: str) -> Language | None:
    if not sender:
        return None
    latest = rows(
        Ticket.select(Ticket.language)
        .where((Ticket.requester == sender) & Ticket.language.in_(["ru", "kk", "en"]))
        .order_by(Ticket.opened_at.desc())
        .limit(1)
    )
    return Language(latest[0][0]) if latest else None


def _correspondent(address: str, now: datetime) -> Correspondent:
    bounced = Bounced.select().where((Bounced.address == address) & (Bounced.until > now)).exists()
    sent = _counts(Letter.recipient_key == _mailbox(address), ADDRESS_CAPS, now)
    return Correspondent(address, sent, bounced=bounced)


def _counts(which: Expression, caps: Iterable[Cap], now: datetime) -> tuple[int, ...]:
    """Letters within each cap's window, in one query over the longest window."""
    windows = [now - timedelta(seconds=cap.seconds) for cap in caps]
    sums = [fn.SUM(Case(None, [(Letter.created_at > since, 1)], 0)) for since in windows]
    counted = which & (Letter.created_at > min(windows)) & Letter.state.not_in(UNSENT)
    return tuple(int(count or 0) for count in rows(Letter.select(*sums).where(counted))[0])


def _rounds(ticket: int, now: datetime) -> tuple[int, ...]:
    """Letters about a ticket within each of its caps. What one message brought about is one: a receipt, and the copies
    to our people, of whom there may be many."""
    windows = [now - timedelta(seconds=cap.seconds) for cap in TICKET_CAPS]
    moments = [fn.COUNT(fn.DISTINCT(Case(None, [(Letter.created_at > since, Letter.created_at)]))) for since in windows]
    counted = (Letter.ticket == ticket) & (Letter.created_at > min(windows)) & Letter.state.not_in(UNSENT)
    return tuple(int(count or 0) for count in rows(Letter.select(*moments).where(counted))[0])


def within_caps(address: str, now: datetime) -> bool:
    """Whether one more automatic letter may go to a folded address, for letters that no message brought about."""
    known = _correspondent(address, now)
    under = all(sent < cap.letters for sent, cap in zip(known.letters_sent, ADDRESS_CAPS, strict=True))
    return under and not known.bounced
