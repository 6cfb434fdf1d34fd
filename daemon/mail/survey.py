"""A look at the raw octets before anything is parsed: cheap, linear, no structure.

Promise: `survey` names every limit that the message is over; a message over one is read by its header only.
"""

import codecs
import re

from daemon.mail.limits import Limits
from daemon.mail.message import Defect

_FIRST_FIELD = re.compile(rb"(?:[\r\n \t]|\xef\xbb\xbf)+(?=[A-Za-z][A-Za-z0-9-]{0,60}[ \t]*:|From )")


def trimmed(octets: bytes) -> tuple[bytes, tuple[Defect, ...]]:
    """The octets with LF in place of bare CR, and without a byte order mark or blank lines before the header."""
    defects: list[Defect] = []
    source = octets
    if b"\r" in source and b"\n" not in source:
        source = source.replace(b"\r", b"\n")
        defects.append(Defect("bare_cr"))
    if source[:1] in (b"\r", b"\n", b" ", b"\t") or source.startswith(codecs.BOM_UTF8):
        match = _FIRST_FIELD.match(source[:4096])
        if match:
            source = source[match.end() :]
            defects.append(Defect("blank_before_header"))
    return source, tuple(defects)


def survey(source: bytes, limits: Limits) -> tuple[Defect, ...]:
    """The limits that `source` is over, each as a defect; () for an ordinary message."""
    found: list[Defect] = []
    if len(source) > limits.message_octets:
        found.append(Defect("message_too_big", f"{len(source)} octets"))
        return tuple(found)
    lines = source.count(b"\n")
    if lines > limits.lines:
        found.append(Defect("too_many_lines", f"{lines}"))
    dashed = source.count(b"\n--")
    if dashed > limits.dashed_lines:
        found.append(Defect("too_many_dashed_lines", f"{dashed}"))
    return tuple(found)
