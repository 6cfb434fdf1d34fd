"""Delivery reports: which letter failed, for whom and why (RFC 3464, RFC 3463, and those who follow neither).

Promise: total and linear; it finds what the report says and invents nothing: a field that is not said is ''. Whether a
message *is* a bounce is the gate's question; this only reads one.
"""

import re
from collections.abc import Sequence

from daemon.mail import fields as header
from daemon.mail.limits import Limits
from daemon.mail.message import Attachment, DeliveryReport
from daemon.mail.msgid import tokens_in
from daemon.mail.text import clean_line

_TEXT_CHARS = 50_000
"""Of a report that is not machine-readable; Postfix returns at most that much (bounce_size_limit)."""
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_ORIGINAL_TYPES = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}
)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,253}")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)[ -](?!\d)")
_MESSAGE_ID = re.compile(r"^[ \t>]*message-id:[ \t]*(?:\r?\n[ \t]+)?(<[!-;=?-~]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_SYSTEMS = ("mailer-daemon@", "postmaster@", "mail-daemon@", "mailerdaemon@")
_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})
_DELAY = ("delayed", "will retry", "still trying", "temporar", "будет повторена", "задерж")


def delivery_report(attachments: Sequence[Attachment], text: str, failed: Sequence[str]) -> DeliveryReport | None:
    """The report in these parts, or in `text` where no part is machine-readable; None where there is none.

    `failed` are the values of X-Failed-Recipients (Exim). Text is only read where an original message, a failed
    recipient or a status says that there is a report: the caller asks for suspicious messages only.
    """
    original = _original_id(attachments, text)
    for attachment in attachments:
        if attachment.content_type in _STATUS_TYPES:
            return _from_status(attachment.content, original)
    return _from_text(text[:_TEXT_CHARS], failed, original)


def _from_status(content: bytes, original: str) -> DeliveryReport:
    groups = [group for group in re.split(rb"\r?\n[ \t]*\r?\n", content[:_TEXT_CHARS].strip() + b"\n") if group.strip()]
    tables = [_table(group) for group in groups]
    recipient: dict[str, str] = next(
        (table for table in tables if "final-recipient" in table or "original-recipient" in table or "action" in table),
        {},
    )
    address = _typed(recipient.get("original-recipient", "")) or _typed(recipient.get("final-recipient", ""))
    action = recipient.get("action", "").partition(" ")[0].partition("(")[0].strip().lower()
    diagnostic = _typed(recipient.get("diagnostic-code", ""))
    status = _STATUS.search(recipient.get("status", "")) or _STATUS.search(diagnostic)
    return DeliveryReport(
        final_recipient=address.strip("<> "),
        action=action if action in _ACTIONS else "",
        status=status[1] if status else "",
        diagnostic=diagnostic,
        original_message_id=original,
    )


def _table(group: bytes) -> dict[str, str]:
    found, _, _ = header.split_fields(group.lstrip(b"\r\n") + b"\n\n", Limits())
    table: dict[str, str] = {}
    for item in found:
        table.setdefault(item.name, header.decode_text(item.value))
    return table


def _typed(value: str) -> str:
    """The value without its type: `rfc822; a@example.kz` (RFC 3464 section 2.1.2)."""
    kind, mark, rest = value.partition(";")
    return rest.strip() if mark and " " not in kind.strip() else value.strip()


def _from_text(text: str, failed: Sequence[str], original: str) -> DeliveryReport | None:
    addresses = [address for value in failed for address in _ADDRESS.findall(value)]
    lines = text.split("\n")
    telling = [line for line in lines if _STATUS.search(line) or _REPLY.search(line)]
    if not addresses:
        addresses = [found for line in (*telling, *lines) for found in _ADDRESS.findall(line) if _recipient_like(found)]
    status = next((match[1] for line in telling if (match := _STATUS.search(line))), "")
    if not status:
        code = next((match[1] for line in telling if (match := _REPLY.search(line))), "")
        status = f"{code[0]}.0.0" if code else ""
    if not addresses or not (status or original or failed):
        return None
    folded = text[:4_000].casefold()
    delayed = status.startswith("4") or (not status and any(word in folded for word in _DELAY))
    return DeliveryReport(
        final_recipient=addresses[0].strip("."),
        action="delayed" if delayed else "failed",
        status=status,
        diagnostic=clean_line(telling[0])[:500] if telling else "",
        original_message_id=original,
    )


def _recipient_like(address: str) -> bool:
    return not address.lower().startswith(_SYSTEMS)


def _original_id(attachments: Sequence[Attachment], text: str) -> str:
    """Message-ID of the letter that came back: from its copy, from a token of ours, or from a quoted header."""
    for attachment in attachments:
        if attachment.content_type in _ORIGINAL_TYPES:
            match = _MESSAGE_ID.search(attachment.content[: Limits().header_octets].decode("utf-8", "replace"))
            if match:
                return match[1]
    matches = [match[1] for match in _MESSAGE_ID.finditer(text[:_TEXT_CHARS])]
    return next((found for found in matches if tokens_in(found)), matches[0] if matches else "")
