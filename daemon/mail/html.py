"""HTML to text: for judging and for showing, never for rendering.

Promise: total and bounded. One linear scan looks at the tags first; what is over a limit (size, tags, depth,
attributes) is stripped of its tags plainly, the rest goes to inscriptis, and to selectolax where that fails. Quotations
that a client marks in HTML come out as `> ` lines, so that the rules for text see them. Nothing is fetched, no entity
is expanded beyond a character.
"""

import html as entities
import re
from dataclasses import dataclass

from inscriptis import get_text
from inscriptis.model.config import ParserConfig
from selectolax.lexbor import LexborHTMLParser

from daemon.mail.limits import Limits
from daemon.mail.message import Defect

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})([^<>]*)>")
_DECLARATION = re.compile(r"<!\[[^\]<>]{0,200}\]>")
_META_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_META_OCTETS = 4_096
"""Browsers look at the first 1,024 octets for a charset; Outlook's style block pushes it further down."""
_CID = re.compile(r"cid:([^\"'\s<>)]{1,200})", re.IGNORECASE)

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_SELF_CLOSING = frozenset({"p", "li", "dt", "dd", "option", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup"})
"""A parser closes these on its own, so they cannot nest without another element between them."""
_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "li", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre"}
)

OPEN, CLOSE, CUT = "\ue000", "\ue001", "\ue002"
"""Private-use marks for the beginning and end of a quotation and for a client's dividing line."""
DIVIDER = "-----Original Message-----"
"""What a dividing line becomes: the words that Outlook writes in plain text, known in every language."""
_MARKS = str.maketrans("", "", OPEN + CLOSE + CUT)
_CONFIG = ParserConfig(display_images=False, display_links=False, display_anchors=False)

_QUOTING = (
    "yahoo_quoted",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
    "composewebview_previouse_content",
)
_DIVIDING = (
    "appendonsend",
    "divrplyfwdmsg",
    "stopspelling",
    "outlookmessageheader",
    "olk_src_body_section",
    "mail-editor-reference-message-container",
)
_OUTLOOK_BORDER = re.compile(
    r"border:\s*none;\s*border-top:\s*solid\s+#(?:b5c4df|e1e1e1)|border-top:\s*(?:#b5c4df|rgb\(181)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Survey:
    """What the scan of the tags found."""

    marked: str
    """The document with quotation marks of ours in it."""
    excess: str
    """The limit that the document is over, or ''."""


def meta_charset(octets: bytes) -> str:
    """The charset that the document itself names, or ''."""
    match = _META_CHARSET.search(octets[:_META_OCTETS])
    return match[1].decode("ascii") if match else ""


def content_ids(document: str) -> frozenset[str]:
    """The Content-IDs that the document shows (RFC 2392)."""
    return frozenset(match[1].lower() for match in _CID.finditer(document))


def to_text(document: str, limits: Limits) -> tuple[str, tuple[Defect, ...]]:
    """The document as text, and what was wrong with it."""
    source = document[: limits.html_octets].translate(_MARKS)
    cut = (Defect("html_cut"),) if len(document) > len(source) else ()
    survey = _survey(source, limits)
    if survey.excess:
        return _quoted_lines(_stripped(source)), (*cut, Defect("html_not_laid_out", survey.excess))
    text = _by_inscriptis(survey.marked)
    if text is None or (not text.strip() and _stripped(source).strip()):
        return _quoted_lines(_by_selectolax(survey.marked)), (*cut, Defect("html_fallback"))
    return _quoted_lines(text), cut


def _by_inscriptis(document: str) -> str | None:
    try:
        return str(get_text(document, _CONFIG))
    except Exception:  # noqa: BLE001 - a third-party parser on hostile input: any failure has the same fallback
        return None


def _by_selectolax(document: str) -> str:
    try:
        tree = LexborHTMLParser(document)
        tree.strip_tags(["script", "style", "title"])
        return tree.body.text(separator="\n") if tree.body is not None else ""
    except Exception:  # noqa: BLE001 - as above; the plain strip is our own and cannot fail
        return _stripped(document)


def _stripped(document: str) -> str:
    """The text between the tags, blocks on lines of their own: linear on anything."""
    visible = _without_comments(document)
    for name in ("head", "style", "script", "title"):
        visible = _without(visible, f"<{name}", f"</{name}")
    pieces: list[str] = []
    position = 0
    for match in _TAG.finditer(visible):
        pieces.append(visible[position : match.start()])
        if match[2].lower() in _BLOCKS:
            pieces.append("\n")
        position = match.end()
    pieces.append(visible[position:])
    return entities.unescape("".join(pieces))


def _without_comments(document: str) -> str:
    return _DECLARATION.sub("", _without(document, "<!--", "-->"))


def _without(document: str, opening: str, closing: str) -> str:
    """The document without what stands between `opening` and `closing`; an opening that is never closed stays."""
    folded = document.lower()
    if len(folded) != len(document) or opening not in folded:
        return document
    pieces: list[str] = []
    position = 0
    while (start := folded.find(opening, position)) != -1 and (end := folded.find(closing, start)) != -1:
        pieces.append(document[position:start])
        position = end + len(closing)
    pieces.append(document[position:])
    return "".join(pieces)


class _Scan:
    """One pass over the tags: counts, and marks where quotations begin and end."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.depth = self.deepest = self.tags = 0
        self.excess = ""
        self.open_blocks: list[tuple[str, bool]] = []

    def start(self, name: str, attributes: str) -> str:
        """Counts a start tag; the mark that goes before it, or ''."""
        self.tags += 1
        if len(attributes) > 400 and attributes.count("=") > self.limits.html_attributes:
            self.excess = "attributes"
        if name not in _VOID and name not in _SELF_CLOSING and not attributes.endswith("/"):
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)
        if name not in ("div", "blockquote", "hr", "span"):
            return ""
        marks = attributes.lower() if attributes else ""
        quoting = name == "blockquote" or (bool(marks) and any(word in marks for word in _QUOTING))
        dividing = bool(marks) and (
            any(word in marks for word in _DIVIDING) or _OUTLOOK_BORDER.search(attributes) is not None
        )
        if name in ("div", "blockquote"):
            self.open_blocks.append((name, quoting))
        return (CUT if dividing else "") + (OPEN if quoting and name in ("div", "blockquote") else "")

    def end(self, name: str) -> str:
        """Counts an end tag; the mark that goes after it, or ''."""
        if name not in _VOID and name not in _SELF_CLOSING:
            self.depth = max(0, self.depth - 1)
        if name in ("div", "blockquote") and self.open_blocks and self.open_blocks[-1][0] == name:
            return CLOSE if self.open_blocks.pop()[1] else ""
        return ""


def _survey(source: str, limits: Limits) -> Survey:
    if source.count("<") > 4 * limits.html_tags:
        return Survey(source, "tags")
    visible = _without_comments(source)
    scan = _Scan(limits)
    pieces: list[str] = []
    position = 0
    for match in _TAG.finditer(visible):
        name = match[2].lower()
        mark = scan.end(name) if match[1] else scan.start(name, match[3])
        if mark:
            at = match.end() if match[1] else match.start()
            pieces += [visible[position:at], f"<div>{mark}</div>"]
            position = at
        if scan.tags > limits.html_tags or scan.deepest > limits.html_depth or scan.excess:
            return Survey(source, scan.excess or ("tags" if scan.tags > limits.html_tags else "depth"))
    pieces.append(visible[position:])
    return Survey("".join(pieces), "")


def _quoted_lines(text: str) -> str:
    """Marks to `> ` lines; blank lines run together; blanks at line ends go."""
    lines: list[str] = []
    depth = 0
    for raw in text.split("\n"):
        line = raw.rstrip()
        depth_before = depth
        if OPEN in line or CLOSE in line or CUT in line:
            depth = max(0, depth + line.count(OPEN) - line.count(CLOSE))
            if CUT in line and not depth_before and lines[-1:] != [DIVIDER]:
                lines.append(DIVIDER)
            line = line.translate(_MARKS).strip()
            if not line:
                continue
            depth_before = max(depth, depth_before)
        if not line and (not lines or not lines[-1].strip("> ")):
            continue
        lines.append(("> " * min(depth_before, 5) + line) if depth_before else line)
    return "\n".join(lines).strip("\n")
