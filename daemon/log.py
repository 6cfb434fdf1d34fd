"""The log: one function for each event, one JSON line for each call, fixed keys.

Promise: the text of the log exists in this file and nowhere else, so that it cannot drift; every line has `at`,
`event`, `runner` and `level`, and where it is about a message or letter its correlation id `trace`. No text of a person
beyond address and subject, and those masked on request; no secret ever. On failure (a closed stream) a line is lost,
never the work.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

LOGGER = "esauda"
"""Name of the one logger."""
_logger = logging.getLogger(LOGGER)
_mask = False
_runner = ""
_TOLD = frozenset({"reason", "error", "reply", "detail"})
"""Keys that hold what a server or a fault of ours says: addresses may stand in it."""
_ADDRESS = re.compile(r"(?<![^\s<>(),;:\"'@])[^\s<>(),;:\"'@]+@[^\s<>(),;:\"'@]+")


def set_up(runner: str, *, mask: bool) -> None:
    """Log to standard output as `runner`; `mask` hides addresses and subjects."""
    global _mask, _runner
    _mask, _runner = mask, runner
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(message)s"))
    _logger.handlers = [handler]
    _logger.setLevel(logging.INFO)
    _logger.propagate = False


def _emit(level: int, event: str, **keys: Any) -> None:  # noqa: ANN401 - any JSON value
    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": logging.getLevelName(level).lower()}
    said = {name: _without_addresses(value) if name in _TOLD else value for name, value in keys.items()}
    _logger.log(level, "%s", json.dumps({**line, "runner": _runner, "event": event, **said}, ensure_ascii=False))


def _private(text: str) -> str:
    """An address or a subject, masked on request: the first letter and the domain stay."""
    if not _mask or not text:
        return text
    local, at, domain = text.rpartition("@")
    return f"{local[:1]}***@{domain}" if at else f"{text[:1]}***"


def _without_addresses(text: str) -> str:
    return _ADDRESS.sub(lambda found: _private(found[0]), text) if _mask else text


def runner_started(*, version: str, mode: str) -> None:
    """A runner begins its work."""
    _emit(logging.INFO, "runner.started", version=version, mode=mode)


def runner_stopped(*, reason: str) -> None:
    """A runner ends its work in order."""
    _emit(logging.INFO, "runner.stopped", reason=reason)


def runner_ended(*, role: str, code: int, restart_in: float) -> None:
    """`run` saw one of its runners end and starts it again."""
    _emit(logging.WARNING, "runner.ended", role=role, code=code, restart_in=round(restart_in, 1))


def owner_buried(*, owner: str) -> None:
    """What a dead process held was given back."""
    _emit(logging.WARNING, "owner.buried", owner=owner)


def server_unavailable(*, server: str, reason: str, retry_in: float) -> None:
    """A server or the database cannot be used now; the runner waits."""
    _emit(logging.WARNING, "server.unavailable", server=server, reason=reason, retry_in=round(retry_in, 1))


def server_back(*, server: str, down: float) -> None:
    """It can be used again; `down` is in seconds."""
    _emit(logging.INFO, "server.back", server=server, down=round(down, 1))


def disk_low(*, free: int, needed: int) -> None:
    """Intake pauses: too little space is free for raw octets."""
    _emit(logging.ERROR, "disk.low", free=free, needed=needed)


def mailbox_started(*, folder: str, uidvalidity: int, start: str) -> None:
    """The first reading of an incarnation of a folder."""
    _emit(logging.INFO, "mailbox.started", folder=folder, uidvalidity=uidvalidity, start=start)


def mailbox_rebuilt(*, folder: str, before: int, now: int) -> None:
    """UIDVALIDITY changed: every UID is new, the octets tell what was decided before."""
    _emit(logging.WARNING, "mailbox.rebuilt", folder=folder, uidvalidity_before=before, uidvalidity=now)


def mailbox_difference(*, folder: str, missed: int, vanished: int) -> None:
    """Reconciliation found UIDs that the journal lacked, or that went before they were read."""
    _emit(logging.WARNING, "mailbox.difference", folder=folder, missed=missed, vanished=vanished)


def pass_done(*, folder: str, listed: int, decided: int, filed: int, complete: bool, seconds: float) -> None:
    """One pass over a folder ended."""
    _emit(
        logging.INFO, "pass.done", folder=folder, listed=listed, decided=decided, filed=filed, complete=complete,
        seconds=round(seconds, 3),
    )  # fmt: skip


def message_decided(
    *, trace: str, uid: int, sender: str, subject: str, outcome: str, action: str, clause: str, rule: str, number: str,
    folder: str, seconds: float,
) -> None:  # fmt: skip
    """A message has its one outcome."""
    _emit(
        logging.INFO, "message.decided", trace=trace, uid=uid, sender=_private(sender), subject=_private(subject),
        outcome=outcome, action=action, clause=clause, rule=rule, number=number, folder=folder,
        seconds=round(seconds, 4), status="decided",
    )  # fmt: skip


def message_lease_lost(*, trace: str) -> None:
    """Another process was quicker with the same message; nothing was written."""
    _emit(logging.INFO, "message.lease_lost", trace=trace, status="left")


def message_quarantined(*, trace: str, uid: int, attempts: int, number: str) -> None:
    """A message that killed its reader is kept unparsed; a person has a ticket for it."""
    _emit(
        logging.ERROR, "message.quarantined", trace=trace, uid=uid, attempts=attempts, number=number,
        status="quarantined",
    )  # fmt: skip


def message_failed(*, trace: str, uid: int, error: str, attempts: int) -> None:
    """A fault of ours while the message was worked on: it counts as an attempt and is tried again."""
    _emit(logging.ERROR, "message.failed", trace=trace, uid=uid, error=error, attempts=attempts, status="failed")


def message_vanished(*, trace: str, uid: int) -> None:
    """The message went from the server before it was read."""
    _emit(logging.WARNING, "message.vanished", trace=trace, uid=uid, status="vanished")


def messages_filed(*, folder: str, count: int, how: str) -> None:
    """Decided messages were moved or copied, or were no longer there."""
    _emit(logging.INFO, "messages.filed", folder=folder, count=count, how=how)


def junk_seen(*, trace: str, uid: int, outcome: str, sender: str, subject: str) -> None:
    """New mail in the junk folder."""
    _emit(
        logging.INFO, "junk.seen", trace=trace, uid=uid, outcome=outcome, sender=_private(sender),
        subject=_private(subject),
    )  # fmt: skip


def _letter(level: int, event: str, status: str, *, trace: str, letter: int, to: str, number: str, **keys: Any) -> None:  # noqa: ANN401
    _emit(level, event, trace=trace, letter=letter, to=_private(to), number=number, **keys, status=status)


def letter_sent(
    *, trace: str, letter: int, to: str, number: str, kind: str, attempts: int, delay: float, reply: str
) -> None:
    """The submission server took the letter; `delay` is in seconds since it was written."""
    _letter(
        logging.INFO, "letter.sent", "sent", trace=trace, letter=letter, to=to, number=number, kind=kind,
        attempts=attempts, delay=round(delay, 3), reply=reply,
    )  # fmt: skip


def letter_deferred(
    *, trace: str, letter: int, to: str, number: str, attempts: int, code: int, reply: str, retry_in: float
) -> None:
    """4yz or no connection: it is tried again."""
    _letter(
        logging.INFO, "letter.deferred", "deferred", trace=trace, letter=letter, to=to, number=number,
        attempts=attempts, code=code, reply=reply, retry_in=round(retry_in),
    )  # fmt: skip


def letter_refused(*, trace: str, letter: int, to: str, number: str, code: int, reply: str) -> None:
    """5yz: it is not tried again; an operator is told."""
    _letter(
        logging.WARNING, "letter.refused", "refused", trace=trace, letter=letter, to=to, number=number, code=code,
        reply=reply,
    )  # fmt: skip


def letter_expired(*, trace: str, letter: int, to: str, number: str, reply: str) -> None:
    """Given up after its time; an operator is told."""
    _letter(logging.WARNING, "letter.expired", "expired", trace=trace, letter=letter, to=to, number=number, reply=reply)


def letter_unknown(*, trace: str, letter: int, to: str, number: str, reply: str) -> None:
    """Nobody heard the answer to the final dot: the witness decides."""
    _letter(logging.WARNING, "letter.unknown", "unknown", trace=trace, letter=letter, to=to, number=number, reply=reply)


def letter_resolved(*, trace: str, letter: int, state: str, reason: str) -> None:
    """The doubt about a letter ended."""
    _emit(logging.WARNING, "letter.resolved", trace=trace, letter=letter, reason=reason, status=state)


def letter_failed(*, trace: str, letter: int, error: str) -> None:
    """A fault of ours while the letter was submitted: it is tried again."""
    _emit(logging.ERROR, "letter.failed", trace=trace, letter=letter, error=error, status="deferred")


def ticket_closed(*, number: str, reason: str, clause: str) -> None:
    """A state fell due and the ticket was closed."""
    _emit(logging.INFO, "ticket.closed", number=number, reason=reason, clause=clause)


def breaker(*, state: str, letters: int, addresses: int) -> None:
    """The breaker on automatic letters opened or closed."""
    level = logging.ERROR if state == "open" else logging.INFO
    _emit(level, "breaker", state=state, letters=letters, addresses=addresses)


def alarm(*, name: str, detail: str) -> None:
    """Something that ops must know of."""
    _emit(logging.ERROR, "alarm", name=name, detail=detail)


def job_failed(*, job: str, error: str) -> None:
    """A periodic job met a fault of ours; it is tried again at its next time."""
    _emit(logging.ERROR, "job.failed", job=job, error=error)


def calendar_unconfirmed(*, years: str) -> None:
    """The moved days off of these years are not decreed yet, as far as data/calendar.yaml knows."""
    _emit(logging.WARNING, "calendar.unconfirmed", years=years)
