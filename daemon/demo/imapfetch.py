"""What FETCH tells of a message (RFC 9051 section 7.5.2): body sections, ENVELOPE, BODYSTRUCTURE.

Promise: reads only, total for any octets; a section that is not there is an empty string, a data item that does not
exist raises `CommandError`.
"""

import re
from collections.abc import Callable
from datetime import datetime
from email.utils import getaddresses

from daemon.demo.imapgrammar import CommandError, Token, atoms_of, literal, string
from daemon.demo.mailboxes import Mail
from daemon.demo.mime import Part, split

MACROS = {
    "ALL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"],
    "FAST": ["FLAGS", "INTERNALDATE", "RFC822.SIZE"],
    "FULL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"],
}
_SECTION = re.compile(r"BODY(\.PEEK)?\[([^\]]*)\](?:<(\d{1,10})\.(\d{1,10})>)?", re.IGNORECASE)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def items_of(token: Token) -> list[str]:
    """The data items that a FETCH command names, macros written out."""
    items = atoms_of(token)
    if len(items) == 1:
        return MACROS.get(items[0].upper(), items)
    return items


def marks_seen(item: str) -> bool:
    """Whether fetching the item sets \\Seen."""
    return item.upper() in ("RFC822", "RFC822.TEXT") or item.upper().startswith("BODY[")


def data_item(mail: Mail, item: str) -> bytes:
    """One data item as name and value."""
    name = item.upper()
    if name in _SIMPLE:
        return name.encode() + b" " + _SIMPLE[name](mail)
    found = _SECTION.fullmatch(item)
    if not found:
        raise CommandError(f"no data item {item[:40]}")
    _, wanted, offset, length = found.groups()
    octets = section(split(mail.octets), wanted)
    label = f"BODY[{wanted}]"
    if offset is not None:
        octets = octets[int(offset) : int(offset) + int(length)]
        label += f"<{int(offset)}>"
    return label.encode("latin-1") + b" " + literal(octets)


def internal_date(moment: datetime) -> bytes:
    """A date-time in quotation marks. English month names whatever the locale is."""
    return moment.strftime(f'"%d-{_MONTHS[moment.month - 1]}-%Y %H:%M:%S %z"').encode()


def flag_list(mail: Mail) -> bytes:
    """The flags in parentheses."""
    return b"(" + " ".join(sorted(mail.flags)).encode("latin-1") + b")"


def section(part: Part, wanted: str) -> bytes:
    """The octets of `wanted` such as '', 'TEXT', '1.2', '2.MIME', 'HEADER.FIELDS (FROM TO)'."""
    number, rest = _path_and_rest(wanted)
    if number:
        found = _descend(part, number)
        if found is None:
            return b""
        if not rest:
            return found.body
        if rest.upper() == "MIME":
            return found.header
        if found.kind != "message/rfc822" or not found.children:
            return b""
        part = found.children[0]
    return _of_message(part, rest)


def _path_and_rest(wanted: str) -> tuple[list[int], str]:
    pieces = wanted.split(".")
    numbers: list[int] = []
    while pieces and pieces[0].isascii() and pieces[0].isdigit() and len(pieces[0]) < 6:
        numbers.append(int(pieces.pop(0)))
    return numbers, ".".join(pieces)


def _descend(part: Part, numbers: list[int]) -> Part | None:
    """Part numbers of RFC 9051 section 6.4.5.1: a message that is no multipart is its own part 1."""
    for depth, number in enumerate(numbers):
        if depth and part.kind == "message/rfc822" and part.children:
            part = part.children[0]
        if part.kind.startswith("multipart/"):
            if not 1 <= number <= len(part.children):
                return None
            part = part.children[number - 1]
        elif number != 1:
            return None
    return part


def _of_message(part: Part, wanted: str) -> bytes:
    name, _, names = wanted.partition(" ")
    match name.upper():
        case "":
            return part.header + part.body
        case "HEADER":
            return part.header
        case "TEXT":
            return part.body
        case "HEADER.FIELDS" | "HEADER.FIELDS.NOT":
            chosen = {field.strip('"').upper() for field in names.strip("()").split()}
            return _fields(part.header, chosen, wants=name.upper() == "HEADER.FIELDS")
    raise CommandError(f"no section {wanted[:40]}")


def _fields(header: bytes, names: set[str], *, wants: bool) -> bytes:
    chosen = bytearray()
    keeps = False
    for line in header.splitlines(keepends=True):
        if not line.strip():
            break
        if line[:1] not in b" \t":
            keeps = (line.partition(b":")[0].strip().decode("latin-1").upper() in names) is wants
        if keeps:
            chosen += line
    return bytes(chosen) + b"\r\n"


def envelope(part: Part) -> bytes:
    """ENVELOPE: date, subject, from, sender, reply-to, to, cc, bcc, in-reply-to, message-id."""
    sender = _addresses(part, "from")
    answers = [_addresses(part, name) for name in ("sender", "reply-to")]
    others = [_addresses(part, name) for name in ("to", "cc", "bcc")]
    addresses = [sender, *[own if own != b"NIL" else sender for own in answers], *others]
    return _parenthesised(
        string(part.value("date")),
        string(part.value("subject")),
        *addresses,
        string(part.value("in-reply-to")),
        string(part.value("message-id")),
    )


def _addresses(part: Part, name: str) -> bytes:
    written = []
    for display, addr in getaddresses(part.values(name)):
        local, at, domain = addr.rpartition("@")
        if addr:
            mailbox, host = (local, domain) if at else (addr, "")
            written.append(_parenthesised(string(display or None), b"NIL", string(mailbox), string(host)))
    return b"(" + b"".join(written) + b")" if written else b"NIL"


def body_structure(part: Part, *, extended: bool) -> bytes:
    """BODYSTRUCTURE, or BODY where not `extended`."""
    major, _, minor = part.kind.upper().partition("/")
    if major == "MULTIPART":
        children = b"".join(body_structure(child, extended=extended) for child in part.children)
        extension = [_params(part, "content-type"), _disposition(part), b"NIL"] if extended else []
        return b"(" + b" ".join([children, string(minor), *extension]) + b")"
    values = [
        string(major),
        string(minor or "PLAIN"),
        _params(part, "content-type"),
        string(part.value("content-id")),
        string(part.value("content-description")),
        string((part.value("content-transfer-encoding") or "7BIT").strip().upper()),
        b"%d" % len(part.body),
    ]
    lines = b"%d" % part.body.count(b"\n")
    if part.kind == "message/rfc822" and part.children:
        message = part.children[0]
        values += [envelope(message), body_structure(message, extended=extended), lines]
    elif major == "TEXT":
        values.append(lines)
    if extended:
        values += [b"NIL", _disposition(part), b"NIL"]
    return _parenthesised(*values)


def _params(part: Part, name: str) -> bytes:
    words = [string(word) for key, value in part.params(name) for word in (key.upper(), value)]
    return _parenthesised(*words) if words else b"NIL"


def _disposition(part: Part) -> bytes:
    value = part.value("content-disposition")
    if not value:
        return b"NIL"
    return _parenthesised(string(value.partition(";")[0].strip()), _params(part, "content-disposition"))


def _parenthesised(*words: bytes) -> bytes:
    return b"(" + b" ".join(words) + b")"


_SIMPLE: dict[str, Callable[[Mail], bytes]] = {
    "UID": lambda mail: b"%d" % mail.uid,
    "FLAGS": flag_list,
    "INTERNALDATE": lambda mail: internal_date(mail.arrived),
    "RFC822.SIZE": lambda mail: b"%d" % len(mail.octets),
    "RFC822": lambda mail: literal(mail.octets),
    "RFC822.HEADER": lambda mail: literal(split(mail.octets).header),
    "RFC822.TEXT": lambda mail: literal(split(mail.octets).body),
    "ENVELOPE": lambda mail: envelope(split(mail.octets)),
    "BODY": lambda mail: body_structure(split(mail.octets), extended=False),
    "BODYSTRUCTURE": lambda mail: body_structure(split(mail.octets), extended=True),
}
