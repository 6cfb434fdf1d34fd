"""Any octets to a `Message`: the one door through which mail comes in.

Promise: `parse` and `parse_header` are total (any octets give a value, never an exception), bounded by `Limits`, and
keep quiet about nothing: what was wrong is in `defects`. The way: a look at the raw octets, the MIME tree, text by
evidence, a repaired tree for mail-parser (which reads addresses, date and texts from it), quotations cut. Where
mail-parser fails, these are read in a simpler way and `Defect("mail_parser_failed")` says so.
"""

import hashlib
from dataclasses import dataclass

from daemon.mail import body as content
from daemon.mail import envelope, report
from daemon.mail.fields import split_fields
from daemon.mail.limits import Limits
from daemon.mail.message import Attachment, Defect, DeliveryReport, Message
from daemon.mail.mime import Part, Tree
from daemon.mail.quote import split_quotation
from daemon.mail.survey import survey, trimmed

_REPORT_TYPES = frozenset(
    {"message/delivery-status", "message/global-delivery-status", "message/rfc822", "text/rfc822-headers"}
)
_DAEMONS = (
    "mailer-daemon", "mailerdaemon", "mail-daemon", "maildaemon", "postmaster", "post_master", "mdaemon",
    "mail delivery", "noreply", "no-reply", "no_reply",
)  # fmt: skip
_FORWARDED = ("fw:", "fwd:", "fwd ", "пересл:", "пд:", "перешл:", "қайта жіб:", "tr:", "wg:", "fw :")


def parse(octets: bytes, limits: Limits) -> Message:
    """The message that `octets` are."""
    source, early = trimmed(octets)
    over = survey(source, limits)
    if over:
        return _header_only(octets, source, (*early, *over), limits)
    tree = Tree(limits)
    root = tree.build(source)
    body = content.read(root, limits)
    read = envelope.read(root.fields, _declared(root), body, limits)
    text = read.text[: limits.text_chars]
    defects = [*early, *tree.defects, *body.defects, *read.defects]
    if len(read.text) > len(text):
        defects.append(Defect("text_cut", f"{len(read.text)} characters"))
    new, quoted = split_quotation(text, limits, forwarded=read.subject.casefold().startswith(_FORWARDED))
    return _message(octets, root, read, _Texts(text, new, quoted), body.attachments, tuple(defects))


def parse_header(octets: bytes, limits: Limits) -> Message:
    """The message of which only the header is at hand (too big a message, a look into Junk): its text is ''."""
    source, early = trimmed(octets)
    return _header_only(octets, source, (*early, Defect("header_only")), limits)


@dataclass(frozen=True, slots=True)
class _Texts:
    text: str
    new: str
    quoted: str


def _header_only(octets: bytes, source: bytes, early: tuple[Defect, ...], limits: Limits) -> Message:
    found, _, defects = split_fields(source[: limits.header_octets * 2], limits)
    tree = Tree(limits)
    root = tree.bare(found)
    read = envelope.read(root.fields, _declared(root), content.Body((), (), ()), limits)
    everything = (*early, *defects, *tree.defects, *read.defects)
    return _message(octets, root, read, _Texts("", "", ""), (), everything)


def _message(
    octets: bytes,
    root: Part,
    read: envelope.Envelope,
    texts: _Texts,
    attachments: tuple[Attachment, ...],
    defects: tuple[Defect, ...],
) -> Message:
    return Message(
        sha256=hashlib.sha256(octets).hexdigest(),
        size=len(octets),
        message_id=read.message_id,
        in_reply_to=read.in_reply_to,
        references=read.references,
        sender=read.originators[0] if read.originators else envelope.NOBODY,
        originators=read.originators,
        reply_to=read.reply_to,
        to=read.to,
        cc=read.cc,
        subject=read.subject,
        date=read.date,
        return_path=read.return_path,
        content_type=root.media_type,
        content_type_params=tuple(root.params.items()),
        headers=read.headers,
        text=texts.text,
        new_text=texts.new,
        quoted_text=texts.quoted,
        attachments=attachments,
        report=_report(read, texts.text, attachments),
        defects=_once(defects),
    )


def _report(read: envelope.Envelope, text: str, attachments: tuple[Attachment, ...]) -> DeliveryReport | None:
    """The delivery report in the message, looked for only where its header or its parts give a reason to."""
    failed = tuple(value for name, value in read.headers if name == "x-failed-recipients")
    parts = any(attachment.content_type in _REPORT_TYPES for attachment in attachments)
    sender = read.originators[0] if read.originators else envelope.NOBODY
    daemon = not sender.addr or sender.key.startswith(_DAEMONS) or sender.name.casefold().startswith(_DAEMONS)
    if failed or parts or daemon or read.return_path == "":
        return report.delivery_report(attachments, text, failed)
    return None


def _declared(root: Part) -> str:
    """A charset that the message declares anywhere: the best guess for raw octets in its header."""
    todo = [root]
    while todo:
        part = todo.pop()
        if part.params.get("charset"):
            return part.params["charset"]
        todo += reversed(part.children)
    return ""


def _once(defects: tuple[Defect, ...]) -> tuple[Defect, ...]:
    return tuple({defect.code: defect for defect in reversed(defects)}.values())[::-1]
