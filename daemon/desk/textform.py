"""Foreign text made fit for a letter of ours, and our own text made fit for a mail reader.

Promise: what comes out holds no control or invisible steering characters, so that nobody's text can add a header,
reverse a line or hide words in a letter of ours. Everything takes time linear in the text.
"""

import unicodedata
from collections.abc import Iterator

LINE_CHARS = 76
"""Width of a line in a letter; RFC 5322 section 2.1.1 advises at most 78."""
PERSON_CHARS = 60
"""A name longer than this is not greeted by."""
LONGEST_INITIALS = 4
"""`А.Б.` is two initials; a longer word with a dot inside may be read as a link."""
TOPIC_CHARS = 80
"""What a subject of ours keeps of the client's subject."""
QUOTE_LINE_CHARS = 998
"""A quoted line is cut here (RFC 5322 section 2.1.1)."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_REPLY_PREFIXES = ("re:", "fw:", "fwd:", "aw:", "ответ:", "на:", "отв:", "пересл:", "жауап:")


def clean(text: str) -> str:
    """`text` with line feeds as its only control characters (categories Cc, Cf, Cs, Zl and Zp are taken out)."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "\n".join(line if line.isprintable() else _visible(line) for line in unified.split("\n"))


def _visible(line: str) -> str:
    return "".join(letter for letter in line if unicodedata.category(letter) not in _INVISIBLE)


def one_line(text: str) -> str:
    """`text` on a single line, every run of white space as one space."""
    return " ".join(clean(text).split())


def clip(text: str, chars: int) -> str:
    """At most `chars` characters of `text`; a cut is shown by an ellipsis."""
    return text if len(text) <= chars else text[: max(chars - 1, 0)].rstrip() + "…"


def person(name: str) -> str:
    """`name` where it can be greeted by: letters, spaces, dots, apostrophes and hyphens, at most PERSON_CHARS; else ''.

    A display-name is free text of a stranger; with anything else in it (a link, a number) it is not repeated.
    """
    line = one_line(name).strip(" '\"«»")
    words = line.split()
    is_name = any(map(str.isalpha, line)) and all(letter.isalpha() or letter in " .'’-" for letter in line)
    may_be_link = any("." in word[:-1] and len(word) > LONGEST_INITIALS for word in words)
    return line if is_name and not may_be_link and len(line) <= PERSON_CHARS else ""


def topic(subject: str) -> str:
    """The client's subject without its reply and forward prefixes, clipped to TOPIC_CHARS."""
    line = one_line(subject)
    start = 0
    while True:
        rest = line[start : start + 10].lower()
        prefix = next((known for known in _REPLY_PREFIXES if rest.startswith(known)), None)
        if prefix is None:
            return clip(line[start:], TOPIC_CHARS)
        start += len(prefix)
        start += line[start : start + 1] == " "


def quote(text: str) -> str:
    """`text` as a quotation: every line begins with `> `."""
    lines = clean(text).strip("\n").split("\n")
    return "\n".join(f"> {clip(line.strip(), QUOTE_LINE_CHARS)}".rstrip() for line in lines)


def laid_out(text: str) -> str:
    """A rendered text as it is sent: lines of at most LINE_CHARS where a word allows, never two blank lines running."""
    lines: list[str] = []
    for line in text.strip("\n").split("\n"):
        trimmed = line.rstrip()
        if trimmed or (lines and lines[-1]):
            lines.extend(_wrapped(trimmed))
    return "\n".join(lines).strip("\n") + "\n"


def _wrapped(line: str) -> Iterator[str]:
    """`line` in pieces; a quotation stays one, an item of a list is indented."""
    if len(line) <= LINE_CHARS:
        yield line
        return
    lead = line[: len(line) - len(line.lstrip(" >-"))]
    follow = lead if ">" in lead else " " * len(lead)
    piece = lead
    for word in line[len(lead) :].split(" "):
        begun = piece not in {lead, follow}
        if begun and len(piece) + 1 + len(word) > LINE_CHARS:
            yield piece.rstrip()
            piece = follow + word
        else:
            piece += f" {word}" if begun else word
    yield piece.rstrip()
