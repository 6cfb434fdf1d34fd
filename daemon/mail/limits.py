"""Every limit on a received message: its name, its unit, where the number comes from. This is their one home.

Promise: nothing in `daemon.mail` works on more than these allow; what is beyond a limit is cut or left aside and
recorded as a `Defect`, never dropped in silence (the raw octets stay whole in the store).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on one message. Sizes are octets unless the name says otherwise."""

    message_octets: int = 30_000_000
    """Above it only the header is fetched and a stub ticket opens. 25 MB take 2.2 s and 169 MB of memory (measured)."""
    lines: int = 600_000
    """25 million one-octet lines take 7 s (measured)."""
    header_octets: int = 262_144
    """Encoded-word, parameter and address bombs all need more than 100 kB (measured); Postfix keeps 102,400."""
    header_fields: int = 1_000
    header_field_octets: int = 16_384
    """One unfolded field; the rest of it is cut."""
    mime_depth: int = 30
    """mail-parser raises from a depth of about 1,000; rspamd stops at 64."""
    mime_parts: int = 500
    dashed_lines: int = 5_000
    """Lines that begin with `--`, counted before parsing: 100,000 parts cost seconds before one can count them."""
    addresses: int = 200
    """Kept per address field; 20,000 take 2 s."""
    references: int = 100
    """The last ones are kept."""
    attachments: int = 100
    attachment_name_chars: int = 150
    """File systems allow 255 octets; a Cyrillic letter takes two."""
    html_octets: int = 1_000_000
    html_tags: int = 20_000
    html_depth: int = 200
    """libxml2 silently returns nothing from a depth of 255."""
    html_attributes: int = 200
    """On one tag; 30,000 cost inscriptis 2.7 s."""
    text_chars: int = 65_536
    """Text that is judged and searched for quotations; the full text stays in the raw octets."""
    text_lines: int = 2_000
    text_line_chars: int = 2_000
    hops: int = 50
    """`Received` fields above which nothing is answered (Postfix: 50; RFC 5321 section 6.3)."""
