"""Attachments: names that are safe as file names, honest sizes, kinds of pictures.

Promise: a name has no path, no control or bidirectional characters, no reserved name of Windows, at most the limit of
characters and keeps its extension; nothing is unpacked or executed; `size` is the decoded size in octets.
"""

import hashlib
import re

from daemon.mail.limits import Limits
from daemon.mail.message import Attachment
from daemon.mail.text import clean_line

_EXTENSIONS = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/gzip": ".gz",
    "application/json": ".json",
    "application/xml": ".xml",
    "application/msword": ".doc",
    "application/rtf": ".rtf",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pgp-signature": ".asc",
    "application/ms-tnef": ".dat",
    "application/ics": ".ics",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "message/delivery-status": ".txt",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/enriched": ".txt",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/rtf": ".rtf",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/xml": ".xml",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
}
_FIRST_OCTETS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"PK\x03\x04", "application/zip"),
    (b"{\\rtf", "application/rtf"),
)
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f]')
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
)
_EXTENSION_CHARS = 20


def make(name: str, content_type: str, content: bytes, *, inline: bool, number: int, limits: Limits) -> Attachment:
    """An attachment from what the message says. `number` names what has no name; it counts from 1.

    `inline` marks a decoration of the text (see `picture`), which is nothing that the person sends us.
    """
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(
        safe_name(name, content_type, number, limits), content_type, len(content), digest, inline, content
    )


def sniffed(content: bytes) -> str:
    """The media type that the first octets tell, for files that come without one; application/octet-stream else."""
    return next((kind for mark, kind in _FIRST_OCTETS if content.startswith(mark)), "application/octet-stream")


def safe_name(name: str, content_type: str, number: int, limits: Limits) -> str:
    """A file name without a path and without anything that a file system or a terminal could take amiss."""
    base = clean_line(name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    base = _UNSAFE.sub("_", base).strip(" .")
    if not base or base.strip("._ ") == "":
        return f"attachment-{number}{_EXTENSIONS.get(content_type, '.bin')}"
    stem, dot, extension = base.rpartition(".")
    if not dot or len(extension) > _EXTENSION_CHARS:
        stem, extension = base, ""
    if stem.partition(".")[0].strip().lower() in _RESERVED:
        stem = f"_{stem}"
    room = limits.attachment_name_chars - len(extension) - 1
    short = stem[:room].rstrip(" .") or f"attachment-{number}"
    return f"{short}.{extension}" if extension else short
