"""The witness: what becomes of a letter whose final dot nobody heard an answer to.

Promise: such a letter is looked up by its Message-ID among the copies that the submission server made for us in the
same transaction. Found: it was sent. Not found after the grace time: it is queued again, counted as a known risk. No
trustworthy witness: it is held for a person. On failure to look, the doubt simply lasts longer.
"""

import asyncio
from datetime import timedelta

from daemon import log
from daemon.store import outbox
from daemon.store.outbox import Doubtful
from daemon.wire.imap import ImapUnavailable, Mailbox
from daemon.workplace import Workplace

AT_ONCE = 100
"""Letters looked up in one go."""


async def ask_witness(workplace: Workplace) -> None:
    """Resolve what can be resolved now. Raises `StoreUnavailable`."""
    doubtful = outbox.unknown(AT_ONCE)
    if not doubtful:
        return
    watched = [letter for letter in doubtful if letter.witnessed and workplace.config.witness.folder]
    for letter in doubtful:
        if letter not in watched:
            _resolve(workplace, letter, "held", "the outcome is unknown and no witness saw it")
    if not watched:
        return
    try:
        found = await asyncio.to_thread(_look_up, workplace, watched)
    except ImapUnavailable as error:
        log.server_unavailable(server="witness", reason=str(error), retry_in=0)
        return
    for letter in watched:
        _conclude(workplace, letter, found=letter.id in found)


def _look_up(workplace: Workplace, letters: list[Doubtful]) -> set[int]:
    folder = workplace.config.witness.folder
    with Mailbox(workplace.imap_account()) as mailbox:
        return {letter.id for letter in letters if mailbox.has_message_id(folder, letter.message_id)}


def _conclude(workplace: Workplace, letter: Doubtful, *, found: bool) -> None:
    grace = timedelta(minutes=workplace.config.witness.grace_minutes)
    if found:
        _resolve(workplace, letter, "sent", "the witness has a copy")
    elif workplace.now() - letter.dotted_at >= grace:
        _resolve(workplace, letter, "queued", "the witness saw no copy within the grace time")


def _resolve(workplace: Workplace, letter: Doubtful, state: str, reason: str) -> None:
    if outbox.resolve(letter.id, state, reason, workplace.now(), risk=state == "queued"):
        log.letter_resolved(trace=letter.trace, letter=letter.id, state=state, reason=reason)
