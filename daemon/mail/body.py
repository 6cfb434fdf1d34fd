"""Which parts of a message are its text and which are attachments; each text decoded, each attachment whole.

Promise: total; the order of the parts is kept; an attached message (message/rfc822) is one .eml file with its own
octets and never part of our text; of alternatives one is read. Source: RFC 2046 section 5.1, RFC 8621 section 4.1.4.
"""

import re
from dataclasses import dataclass

from daemon.mail import attachment, charset, mojibake, picture, tnef
from daemon.mail import html as markup
from daemon.mail.charset_names import codec_of
from daemon.mail.fields import decode_text, parameters, split_fields
from daemon.mail.limits import Limits
from daemon.mail.message import Attachment, Defect
from daemon.mail.mime import Part, decode_uu
from daemon.mail.text import clean_text

_STUB_CHARS = 120
"""A plain alternative shorter than this may be a notice that one should read the HTML."""
_UU_BEGIN = re.compile(r"^begin [0-7]{3,4} (\S[^\r\n]{0,250})\r?\n(?=[!-`])", re.MULTILINE)
_MESSAGE_TYPES = frozenset({"message/rfc822", "message/global", "message/news"})
_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_MARKED_UP = frozenset({"text/html", "text/enriched", "text/richtext"})
_RARE_TYPES = frozenset({"text/enriched", "text/richtext", "text/markdown"})
"""Read as text only where nothing else is."""
_BODY_TYPES = _RARE_TYPES | {"text/plain", "text/html"}


@dataclass(frozen=True, slots=True)
class Body:
    """The pieces of a message: `texts` in order, already plain text."""

    texts: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    defects: tuple[Defect, ...]


def read(root: Part, limits: Limits) -> Body:
    """The body of the message whose tree is `root`."""
    reader = _Reader(limits)
    reader.part(root)
    return Body(tuple(reader.texts), reader.attachments(), tuple(reader.defects))


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    content_type: str
    content: bytes
    content_id: str
    inline: bool


class _Reader:
    """One walk over the tree."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.texts: list[str] = []
        self.files: list[_File] = []
        self.shown: set[str] = set()
        self.defects: list[Defect] = []

    def note(self, code: str, detail: str = "") -> None:
        if all(defect.code != code for defect in self.defects):
            self.defects.append(Defect(code, detail))

    def part(self, part: Part) -> None:
        if part.children:
            self.container(part)
            return
        disposition, named = _disposition(part)
        unnamed = not named or (disposition == "inline" and not self.texts)
        if self.readable(part) and unnamed and disposition != "attachment":
            self.text(part)
        else:
            self.file(part, named, inline=disposition == "inline")

    def readable(self, part: Part) -> bool:
        """Whether a leaf is of a type that is text for us; a multipart without parts is one."""
        if part.media_type in _RARE_TYPES:
            return not self.texts
        return part.media_type in _BODY_TYPES or part.media_type.startswith("multipart/")

    def container(self, part: Part) -> None:
        if part.media_type == "multipart/alternative":
            self.alternative(part)
            return
        if part.media_type in ("multipart/signed", "multipart/related"):
            # The first part is the content, the rest belongs to it.
            self.part(part.children[0])
            for child in part.children[1:]:
                self.companion(child)
            return
        for child in part.children:
            self.part(child)

    def companion(self, part: Part) -> None:
        """A part that goes with a text: a signature, a picture shown in it."""
        if part.children:
            for child in part.children:
                self.companion(child)
            return
        disposition, named = _disposition(part)
        if part.media_type in _BODY_TYPES and not named and disposition != "attachment" and not part.has("content-id"):
            self.text(part)
        else:
            self.file(part, named, inline=disposition != "attachment")

    def alternative(self, part: Part) -> None:
        """Reads the plain form where it has words, else the richest one; other forms are files only if they are."""
        before = len(self.texts)
        readable = [child for child in part.children if child.children or child.media_type in _BODY_TYPES]
        plain = next((child for child in readable if _leads_plain(child)), None)
        rest = [child for child in readable if child is not plain]
        rich = next((child for child in reversed(rest) if child.children or child.media_type == "text/html"), None)
        if plain is not None:
            self.part(plain)
        if rich is not None:
            self.rich(rich, self.texts[before:], before, has_plain=plain is not None)
        for child in part.children:
            if child is plain or child is rich:
                continue
            if child in readable and len(self.texts) > before:
                continue
            self.part(child)

    def rich(self, part: Part, plain: list[str], before: int, *, has_plain: bool) -> None:
        """The rich form: its files are always taken, its text only where the plain one says next to nothing."""
        words = "".join(plain).strip()
        if has_plain and len(words) > _STUB_CHARS and not part.children:
            self.shown |= markup.content_ids(_latin(part)) if self.files or b"cid:" in part.octets else frozenset()
            return
        inner = _Reader(self.limits)
        inner.part(part)
        text = "\n".join(inner.texts)
        self.files += inner.files
        self.shown |= inner.shown
        if not words or (len(words) <= _STUB_CHARS and len(text) > 4 * len(words)):
            self.texts[before:] = inner.texts
            self.defects += [defect for defect in inner.defects if defect not in self.defects]

    def text(self, part: Part) -> None:
        """Decodes one text part and adds it as plain text."""
        if sum(len(text) for text in self.texts) > self.limits.text_chars:
            self.note("text_cut", "parts left unread")
            return
        octets = part.content()
        declared = part.params.get("charset", "")
        if part.media_type == "text/html":
            declared = _html_charset(octets, declared)
        decoded = charset.decode(octets, declared)
        if decoded.guessed and not octets.isascii():
            self.note("charset_guessed", f"{declared or 'none'} read as {decoded.codec}")
        repaired = mojibake.repair(decoded.text)
        if repaired is not None:
            self.note("encoded_twice")
        text = repaired if repaired is not None else decoded.text
        if part.media_type in _MARKED_UP:
            self.shown |= markup.content_ids(text)
            text, defects = markup.to_text(text, self.limits)
            for defect in defects:
                self.note(defect.code, defect.detail)
        elif part.params.get("format", "").lower() == "flowed":
            text = _unflowed(text, delete_space=part.params.get("delsp", "").lower() == "yes")
        text = self.without_uu(clean_text(text)) if "begin " in text else clean_text(text)
        if text.strip():
            self.texts.append(text)

    def without_uu(self, text: str) -> str:
        """Takes uuencoded files out of a text (they are attachments that old mailers wrote into the body)."""
        pieces: list[str] = []
        position = 0
        while match := _UU_BEGIN.search(text, position):
            end = text.find("\nend", match.end())
            if end == -1:
                break
            content = decode_uu(text[match.start() : end].encode("utf-8", "replace"))
            if content:
                self.files.append(_File(match[1], "application/octet-stream", content, "", inline=False))
                self.note("uuencoded_file")
                pieces.append(text[position : match.start()])
            else:
                pieces.append(text[position : end + 4])
            position = end + 4
        pieces.append(text[position:])
        return "".join(pieces)

    def file(self, part: Part, named: str, *, inline: bool) -> None:
        content = part.content()
        name = named
        if part.media_type in _MESSAGE_TYPES and not name:
            name = f"{_subject_of(content, self.limits)[:80] or 'message'}.eml"
        if self.opened(part, name, content):
            return
        content_id = part.first("content-id").strip(b"<> \t").decode("latin-1").lower()
        self.files.append(_File(name, part.media_type, content, content_id, inline))

    def opened(self, part: Part, name: str, content: bytes) -> bool:
        """Puts the files of a winmail.dat in its place; False where it is none or holds nothing readable."""
        if part.media_type not in _TNEF_TYPES and name.lower() != "winmail.dat":
            return False
        found = tnef.unpack(content)
        if found is None or not (found.files or found.text):
            self.note("tnef_unreadable")
            return False
        for file in found.files:
            self.files.append(_File(file.name, attachment.sniffed(file.content), file.content, "", inline=False))
        if not self.texts and found.text.strip():
            self.texts.append(clean_text(found.text))
        self.note("tnef_opened", f"{len(found.files)} files")
        return True

    def decorates(self, file: _File) -> bool:
        """Whether the file is a small picture of the text's own; a screenshot pasted into the text is not."""
        shown = file.inline or file.content_id in self.shown
        return shown and file.content_type.startswith("image/") and picture.is_decoration(file.content)

    def attachments(self) -> tuple[Attachment, ...]:
        if len(self.files) > self.limits.attachments:
            self.note("too_many_attachments", f"{len(self.files)}")
        return tuple(
            attachment.make(
                file.name,
                file.content_type,
                file.content,
                inline=self.decorates(file),
                number=number,
                limits=self.limits,
            )
            for number, file in enumerate(self.files[: self.limits.attachments], start=1)
        )


def _disposition(part: Part) -> tuple[str, str]:
    """(inline, attachment or '', file name or '') (RFC 2183); an unknown one is an attachment, but for unnamed text."""
    raw = part.first("content-disposition")
    disposition, params = parameters(raw) if raw else ("", {})
    name = params.get("filename", "") or part.params.get("name", "") or params.get("name", "")
    if disposition not in ("", "inline", "attachment"):
        disposition = "" if not name and part.media_type in _BODY_TYPES else "attachment"
    return disposition, name


def _leads_plain(part: Part) -> bool:
    """Whether the part is plain text, or a container that begins with it."""
    while part.children:
        part = part.children[0]
    return part.media_type == "text/plain"


def _html_charset(octets: bytes, declared: str) -> str:
    """The declared charset, or what the document says of itself where the declaration says nothing."""
    if codec_of(declared) in ("", "cp1252"):
        return markup.meta_charset(octets) or declared
    return declared


def _latin(part: Part) -> str:
    return part.content().decode("latin-1")


def _subject_of(octets: bytes, limits: Limits) -> str:
    found, _, _ = split_fields(octets, limits)
    return next((decode_text(item.value) for item in found if item.name == "subject"), "")


def _unflowed(text: str, *, delete_space: bool) -> str:
    """Joins flowed lines (RFC 3676 section 4.1)."""
    lines: list[str] = []
    joining = False
    for raw in text.replace("\r\n", "\n").split("\n"):
        line = raw[1:] if raw.startswith(" ") else raw
        if joining and not line.startswith(">"):
            lines[-1] += line
        else:
            lines.append(line)
        joining = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if joining and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
