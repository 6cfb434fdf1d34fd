"""Writing a letter: number, token and Message-ID, text from its template, octets, and a row of the outbox.

Promise: a letter's Message-ID is drawn once from 64 random bits and is the same on every attempt; it is never that of
another letter, also after the database was restored from a copy. On failure (a template over its limit) ValueError.
"""

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.desk.decision import Fate, Send
from daemon.desk.letters import Letter as LetterName
from daemon.desk.letters import LetterValues
from daemon.desk.render import Templates, render
from daemon.desk.verdict import Language
from daemon.mail import compose
from daemon.mail.message import Address
from daemon.mail.msgid import NONCE_BITS, message_id, mint
from daemon.mail.quote import REPLY_MARKER
from daemon.store.models import History, Letter, ThreadKey

MESSAGE_ID = re.compile(r"<[\x21-\x7e]{1,900}>")
"""What may stand in our In-Reply-To and References."""
WRITTEN = frozenset({Language.RU, Language.KK, Language.EN})


@dataclass(frozen=True, slots=True)
class Stationery:
    """What every letter of ours is written with; the same until the next start."""

    templates: Templates
    sender: Address
    domain: str
    prefix: str
    keys: Sequence[bytes]
    """The first one signs."""
    null_reverse_path: bool
    subaddresses: bool
    hold_bounced: timedelta
    random_bits: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Opened:
    """The ticket that a decision is about."""

    id: int
    number: str
    reference: str
    state: str


def post(
    stationery: Stationery, send: Send, opened: Opened | None, received: int | None, trace: str, now: datetime
) -> None:
    """Write a letter into the outbox, inside the caller's transaction; beyond a cap only the history says so."""
    if send.fate is Fate.CAPPED:
        _note_capped(send, opened, received, now)
        return
    nonce = stationery.random_bits(NONCE_BITS)
    token = mint(stationery.keys[0], opened.reference if opened else "0", nonce, send.to.addr)
    own_id = message_id(token, stationery.domain)
    null = send.acknowledgement and stationery.null_reverse_path
    Letter.create(
        ticket=opened.id if opened else None, received=received, trace=trace, event=send.letter,
        nonce=token.split(".")[2], message_id=own_id, recipient=send.to.addr,
        recipient_key=send.to.mailbox if send.automatic and send.fate is not Fate.SUPPRESSED else "",
        reverse_path="" if null else _with_token(stationery, token).addr,
        octets=compose.compose(_letter(stationery, send, opened, token, now)), automatic=send.automatic,
        acknowledgement=send.acknowledgement, state=send.fate, reason=send.reason, rule=send.rule,
        clause=send.clause, created_at=now, due_at=now,
    )  # fmt: skip
    if opened and _to_client(send):
        ThreadKey.insert(message_id=own_id, ticket=opened.id).on_conflict_ignore().execute()


def _note_capped(send: Send, opened: Opened | None, received: int | None, now: datetime) -> None:
    if opened:
        History.create(
            ticket=opened.id, at=now, event="letter_capped", from_state=opened.state, to_state=opened.state,
            who=send.to.addr, received=received, rule=send.rule, clause=send.clause,
            note=f"{send.letter}: {send.reason}",
        )  # fmt: skip


def _letter(stationery: Stationery, send: Send, opened: Opened | None, token: str, now: datetime) -> compose.Letter:
    values: LetterValues = send.values
    if opened:
        values = dataclasses.replace(values, number=opened.number)
    written = render(
        stationery.templates, send.letter, send.language, values,
        reply_marker=REPLY_MARKER.get(send.language, REPLY_MARKER[Language.RU]) if _to_client(send) else "",
        token_line=token,
    )  # fmt: skip
    return compose.Letter(
        sender=stationery.sender, to=send.to,
        reply_to=_with_token(stationery, token) if stationery.subaddresses else None,
        subject=written.subject, text=written.text, message_id=message_id(token, stationery.domain),
        in_reply_to=send.in_reply_to if MESSAGE_ID.fullmatch(send.in_reply_to) else "",
        references=tuple(entry for entry in send.references if MESSAGE_ID.fullmatch(entry)), date=now,
        auto_submitted=_origin(send), attachments=send.attachments,
        language=send.language if send.language in WRITTEN else "",
    )  # fmt: skip


OPERATORS_WORDS = frozenset({LetterName.OPERATOR_REPLY, LetterName.OPERATOR_QUESTION})
"""Letters that a person wrote: no automatic ones (RFC 3834), not counted in the caps."""


def _to_client(send: Send) -> bool:
    return send.automatic or send.letter in OPERATORS_WORDS


def _origin(send: Send) -> compose.AutoSubmitted:
    if send.letter in OPERATORS_WORDS:
        return ""
    return "auto-replied" if send.in_reply_to else "auto-generated"


def _with_token(stationery: Stationery, token: str) -> Address:
    if not stationery.subaddresses:
        return stationery.sender
    local, _, domain = stationery.sender.addr.rpartition("@")
    return Address(stationery.sender.name, f"{local}+{token}@{domain}")
