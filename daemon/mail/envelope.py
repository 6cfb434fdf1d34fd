"""The header of a message as values, and its texts, read by mail-parser from a repaired tree.

mail-parser gets a tree that it can read: encoded words undone, text decoded, attached messages and files taken out
(they stay with us, octet by octet). Promise: total; what mail-parser raises on is read plainly instead.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message as Tree
from email.utils import parsedate_to_datetime

from mailparser import MailParser

from daemon.mail.addresses import plain_mailboxes, repaired
from daemon.mail.body import Body
from daemon.mail.fields import Field, decode_text
from daemon.mail.limits import Limits
from daemon.mail.message import NOBODY, Address, Defect
from daemon.mail.text import clean_line, clean_text

__all__ = ["NOBODY", "Envelope", "read"]

_ADDRESS_FIELDS = ("from", "reply-to", "to", "cc")
_ID = re.compile(r"<([^<>\s]{1,900})>")
_BARE_ID = re.compile(r"[^<>\s,;]{1,400}@[^<>\s,;]{1,255}")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the header says, clean, and the whole text."""

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    originators: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    return_path: str | None
    headers: tuple[tuple[str, str], ...]
    text: str
    defects: tuple[Defect, ...]


def read(fields: Sequence[Field], hint: str, body: Body, limits: Limits) -> Envelope:
    """The envelope of a message with these header fields and this body. `hint` is a charset for raw octets."""
    headers = tuple((item.name, decode_text(item.value, hint)) for item in fields)
    firsts = dict(reversed(headers))
    raw = {item.name: item.value for item in reversed(fields) if item.name in _ADDRESS_FIELDS}
    prepared = {name: repaired(value, hint, limits) for name, value in raw.items()}
    mailboxes, date, texts, defects = _by_mail_parser(prepared, firsts, body, limits)
    if sum(name == "from" for name, _ in headers) > 1:
        defects = (*defects, Defect("from_repeated"))
    return Envelope(
        message_id=next(iter(_ids(firsts.get("message-id", ""), bare=True)), ""),
        in_reply_to=_ids(firsts.get("in-reply-to", ""), bare=False)[-limits.references :],
        references=_ids(firsts.get("references", ""), bare=False)[-limits.references :],
        originators=mailboxes["from"],
        reply_to=mailboxes["reply-to"],
        to=mailboxes["to"],
        cc=mailboxes["cc"],
        subject=firsts.get("subject", ""),
        date=date,
        return_path=_return_path(firsts),
        headers=headers,
        text="\n".join(text.strip("\n") for text in texts),
        defects=defects,
    )


_Read = tuple[dict[str, tuple[Address, ...]], datetime | None, Sequence[str], tuple[Defect, ...]]


def _by_mail_parser(prepared: dict[str, str], firsts: dict[str, str], body: Body, limits: Limits) -> _Read:
    try:
        parser = MailParser(_tree(prepared, firsts, body))
        pairs = {
            name: getattr(parser, name.replace("-", "_") + ("_" if name == "from" else "")) for name in _ADDRESS_FIELDS
        }
        mailboxes = {name: _mailboxes(pairs[name], prepared.get(name, ""), limits) for name in _ADDRESS_FIELDS}
        return mailboxes, _utc(parser.date) or _plain_date(firsts), [clean_text(text) for text in parser.text_plain], ()
    except Exception as error:  # noqa: BLE001 - mail-parser raises outside its own exceptions on real mail (measured)
        mailboxes = {name: plain_mailboxes(prepared.get(name, ""), limits) for name in _ADDRESS_FIELDS}
        defect = Defect("mail_parser_failed", type(error).__name__)
        return mailboxes, _plain_date(firsts), body.texts, (defect,)


def _tree(prepared: dict[str, str], firsts: dict[str, str], body: Body) -> Tree:
    """The repaired tree: header fields that mail-parser reads, texts as decoded text, files by name."""
    tree = Tree()
    for name, value in prepared.items():
        tree[name] = value
    for name in ("date", "message-id"):
        if name in firsts:
            tree[name] = firsts[name]
    texts = list(body.texts)
    if len(texts) == 1 and not body.attachments:
        _fill(tree, texts[0])
        return tree
    tree["Content-Type"] = 'multipart/mixed; boundary="="'
    tree.set_payload([_fill(Tree(), text) for text in texts])
    return tree


def _fill(part: Tree, text: str) -> Tree:
    part["Content-Type"] = "text/plain; charset=utf-8"
    part["Content-Transfer-Encoding"] = "8bit"
    part.set_payload(text)
    return part


def _mailboxes(pairs: object, prepared: str, limits: Limits) -> tuple[Address, ...]:
    """mail-parser's pairs as addresses; where it found none in a field with an `@`, the plain reading."""
    found: list[Address] = []
    if isinstance(pairs, list):
        for name, addr in pairs[: limits.addresses]:
            clean = clean_line(str(addr)).replace(" ", "")
            if clean:
                found.append(Address(clean_line(str(name)), clean))
    if not found and prepared:
        return plain_mailboxes(prepared, limits)
    return tuple(found)


def _utc(date: object) -> datetime | None:
    if not isinstance(date, datetime):
        return None
    aware = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _plain_date(firsts: dict[str, str]) -> datetime | None:
    try:
        return _utc(parsedate_to_datetime(firsts.get("date", "")[:200]))
    except Exception:  # noqa: BLE001 - the standard library raises TypeError, ValueError, IndexError, OverflowError here
        return None


def _ids(value: str, *, bare: bool) -> tuple[str, ...]:
    """The Message-IDs in a field, each once, in order; without brackets only where `bare` allows it."""
    found = list(dict.fromkeys(f"<{match[1]}>" for match in _ID.finditer(value)))
    if not found and bare and (match := _BARE_ID.search(value)):
        found = [f"<{match.group()}>"]
    return tuple(found)


def _return_path(firsts: dict[str, str]) -> str | None:
    if "return-path" not in firsts:
        return None
    value = firsts["return-path"]
    inner = value.partition("<")[2].partition(">")[0] if "<" in value else value
    return inner.strip()[:320]
