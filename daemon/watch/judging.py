"""`judge`: what the judge and the regulation make of messages given as JSON Lines, one JSON object for each.

Promise: the same `judge` and `choose` as the daemon's in mode `auto`, for a first message of a stranger. The keys of
input and output are an interface: they stay. On a line that is no such object: `Faulty` with file and line, after the
lines before it were written.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from daemon.desk.choose import choose
from daemon.desk.faults import Fault, Faulty
from daemon.desk.judge import Knowledge, judge
from daemon.desk.policy import Policy
from daemon.desk.verdict import AckKind, Intent
from daemon.mail.message import Address, Attachment, Message, unread
from daemon.mail.quote import split_quotation

TEXT_KEYS = ("from_name", "from_email", "subject", "body")
CURE = "Each line is an object with id, from_name, from_email, subject, body and attachments (file names)."


def read_records(lines: Iterable[str], file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines text; empty lines are passed over. Raises `Faulty` at a line that is none."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise Faulty([Fault(file, number, f"not JSON: {error.msg}", CURE)]) from None
        if not isinstance(record, dict) or not all(isinstance(record.get(key, ""), str) for key in TEXT_KEYS):
            raise Faulty([Fault(file, number, "not a message", CURE)])
        yield record


def message_of(record: dict[str, Any]) -> Message:
    """The record as a received message; attachments have names only."""
    body = record.get("body", "")
    new, quoted = split_quotation(body)
    names = [str(name) for name in record.get("attachments") or []]
    sender = Address(record.get("from_name", ""), record.get("from_email", ""))
    digest = hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()
    return dataclasses.replace(
        unread(digest, len(body)), sender=sender, originators=(sender,), subject=record.get("subject", ""), text=body,
        new_text=new, quoted_text=quoted, attachments=tuple(map(_attachment, names)), defects=(),
    )  # fmt: skip


def _attachment(name: str) -> Attachment:
    return Attachment(name, "application/octet-stream", 0, "", inline=False, content=b"")


def judged(record: dict[str, Any], knowledge: Knowledge, policy: Policy) -> dict[str, Any]:
    """One answer: the verdict, and what mode `auto` would do by itself."""
    verdict = judge(message_of(record), knowledge)
    choice = choose(verdict, policy, offences=0)
    acknowledges = verdict.intent is Intent.ACKNOWLEDGEMENT
    return {
        "id": record.get("id", ""),
        "lang": verdict.language,
        "intent": verdict.intent,
        "also": list(verdict.also),
        "offensive": verdict.offence,
        "missing": list(verdict.missing),
        "ack_kind": verdict.ack_kind if acknowledges else AckKind.NONE,
        "confidence": round(verdict.confidence, 4),
        "action": choice.action,
        "clause": choice.clause,
        "evidence": [
            *({"finding": item.finding, "words": item.words, "rule": item.rule} for item in verdict.evidence),
            {"finding": choice.action, "words": choice.reason, "rule": choice.rule},
        ],
    }
