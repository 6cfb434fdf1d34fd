"""Letters for people: `outbox list`, and what a person orders about them."""

from collections.abc import Iterator
from datetime import datetime

from daemon.store import alarms, due, outbox
from daemon.store.connection import reading, rows
from daemon.store.models import Letter, Ticket

LISTED = 200
"""Letters listed at most, the newest."""
_STATES = {"retry": "queued", "hold": "held", "drop": "dropped"}


def lines(state: str) -> Iterator[str]:
    """The newest letters, all that are not finished, or those in `state`. Raises `LookupError` on an unknown state."""
    if state and state not in outbox.STATES:
        raise LookupError(f"no letter is `{state}`; states are {', '.join(outbox.STATES)}")
    wanted = [state] if state else [name for name in outbox.STATES if name not in outbox.TERMINAL or name == "refused"]
    with reading():
        query = (
            Letter.select(
                Letter.id, Letter.state, Letter.event, Letter.recipient, Ticket.number, Letter.attempts, Letter.reason
            )
            .left_outer_join(Ticket)
            .where(Letter.state.in_(wanted))
            .order_by(Letter.id.desc())
            .limit(LISTED)
        )
        found = rows(query)
    for letter, is_in, event, recipient, number, attempts, reason in found:
        yield f"{letter:>6}  {is_in:<10} {event:<24} {recipient:<30} {number or '-':<18} {attempts} tries  {reason}"


def change(what: str, ids: list[int], now: datetime) -> str:
    """Retry, hold or drop letters; a sent letter stays sent."""
    changed = outbox.change(ids, _STATES[what], f"ordered: {what}", now)
    return f"{changed} of {len(ids)} letters are now {_STATES[what]}"


def release(now: datetime) -> str:
    """Close the breaker and queue the letters that it held; one in doubt, held after its final dot, stays held."""
    due.set_breaker("closed", now)
    alarms.clear("breaker_open")
    with reading():
        breaker = (Letter.state == "held") & Letter.automatic & Letter.dotted_at.is_null()
        held = [row[0] for row in rows(Letter.select(Letter.id).where(breaker))]
    return f"the breaker is closed, {outbox.change(held, 'queued', 'released', now)} letters are queued"
