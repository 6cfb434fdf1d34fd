"""The table at the end of the demonstration: letter → verdict → clause → number → folder → reply."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default

from daemon.demo.letters import SampleLetter
from daemon.demo.mailsystem import MailSystem
from daemon.demo.stage import SUPPORT
from daemon.store.connection import reading, rows
from daemon.store.models import Letter, Received, Ticket

WIDTHS = (42, 22, 7, 17, 12, 32)
HEAD = ("letter", "verdict", "clause", "number", "folder", "reply")


@dataclass(frozen=True, slots=True)
class Row:
    """What happened to one letter."""

    says: str
    verdict: str
    clause: str
    number: str
    folder: str
    reply: str

    def cells(self) -> tuple[str, ...]:
        """In the order of `HEAD`."""
        return (self.says, self.verdict, self.clause, self.number, self.folder, self.reply)


def table(letters: Sequence[SampleLetter], mail: MailSystem) -> list[Row]:
    """One row for each letter in the order of arrival; the folder is where the message really lies on the server."""
    where = _folders(mail)
    with reading():
        found = list(Received.select().order_by(Received.uid))
        return [_row(sample, received, where) for sample, received in zip(letters, found, strict=True)]


def _row(sample: SampleLetter, received: Received, where: dict[str, str]) -> Row:
    decision = received.decision or {}
    number = rows(Ticket.select(Ticket.number).where(Ticket.id == received.ticket))
    verdict = received.outcome if received.outcome in {"duplicate", "machine", "report", "own"} else decision["action"]
    if received.outcome == "follow_up":
        verdict = f"follow-up, {decision['action']}"
    return Row(
        sample.says, verdict, decision.get("clause", ""), number[0][0] if number else "-",
        where.get(received.sha256 or "", "?"), _reply(received),
    )  # fmt: skip


def _reply(received: Received) -> str:
    sent = rows(Letter.select(Letter.event, Letter.state).where((Letter.received == received.id) & Letter.automatic))
    return ", ".join(event if state == "sent" else f"{event} ({state})" for event, state in sent) or "-"


def _folders(mail: MailSystem) -> dict[str, str]:
    """SHA-256 of every message of the support mailbox → its folder."""
    return {
        hashlib.sha256(item.octets).hexdigest(): folder.removeprefix("Support/")
        for folder in mail.folders(SUPPORT)
        for item in mail.messages(SUPPORT, folder)
    }


def lines(table_rows: Sequence[Row]) -> Iterator[str]:
    """The table for a terminal."""
    yield "  ".join(_fit(cell, width) for cell, width in zip(HEAD, WIDTHS, strict=True))
    yield "  ".join("-" * width for width in WIDTHS)
    for row in table_rows:
        yield "  ".join(_fit(cell, width) for cell, width in zip(row.cells(), WIDTHS, strict=True)).rstrip()


def _fit(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else f"{text[: width - 1]}…"


def saved_replies(mail: MailSystem, letters: Sequence[SampleLetter]) -> dict[str, bytes]:
    """Key of the sample → octets of the first answer that came to its client."""
    replies: dict[str, bytes] = {}
    for sample in letters:
        if sample.client not in mail.logins():
            continue
        theirs = message_from_bytes(sample.octets, policy=default)["Message-ID"]
        for item in mail.messages(sample.client):
            if str(message_from_bytes(item.octets, policy=default)["In-Reply-To"] or "") == str(theirs or ""):
                replies.setdefault(sample.key, item.octets)
    return replies
