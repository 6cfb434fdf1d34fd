"""Address fields made readable: encoded words undone in their place, raw octets decoded, length bounded.

Promise: an encoded word can never make an address out of a name: its text is quoted, unless the field has no other
address at all (some mailers encode `Name <address>` as a whole). Linear and total. Source: RFC 5322 section 3.4.
"""

import re

from daemon.mail import mojibake
from daemon.mail.fields import decode_words
from daemon.mail.limits import Limits
from daemon.mail.message import Address
from daemon.mail.text import clean_line

_MAILBOX = re.compile(r"<([^<>\s]{1,320})(?:>|$)|([^\s<>,;:\"()\[\]]{1,64}@[^\s<>,;:\"()\[\]@]{1,255})")


def repaired(value: bytes, hint: str, limits: Limits) -> str:
    """An address field as text that a plain reader understands."""
    pieces = decode_words(value, hint) if not value.isascii() or b"=?" in value else [(value.decode("ascii"), False)]
    outside = "".join(text for text, coded in pieces if not coded)
    trusted = "@" in outside
    quoted = False
    out: list[str] = []
    for text, coded in pieces:
        clean = clean_line(mojibake.repair(text) or text) if coded else text
        if not coded:
            out.append(text)
            quoted ^= _unescaped_quotes(text) % 2 == 1
        elif not trusted:
            out.append(clean)
        else:
            escaped = clean.replace("\\", "").replace('"', "'")
            out.append(escaped if quoted else f'"{escaped}"')
    return _bounded(clean_line("".join(out)), limits)


def plain_mailboxes(value: str, limits: Limits) -> tuple[Address, ...]:
    """The mailboxes of a field, read in the simplest way: whatever has an `@`, with the words before it as its name."""
    found: list[Address] = []
    position = 0
    for match in _MAILBOX.finditer(value):
        addr = match[1] or match[2]
        name = value[position : match.start()].strip(" ,;:\"'<>\t") if match[1] else ""
        position = match.end()
        if "@" in addr:
            found.append(Address(clean_line(name.replace('\\"', '"')), clean_line(addr)))
        if len(found) == limits.addresses:
            break
    return tuple(found)


def _unescaped_quotes(text: str) -> int:
    return text.replace("\\\\", "").replace('\\"', "").count('"')


def _bounded(value: str, limits: Limits) -> str:
    """The field cut after as many commas as addresses are kept."""
    if value.count(",") <= limits.addresses * 2:
        return value
    pieces = value.split(",", limits.addresses * 2)
    return ",".join(pieces[:-1])
