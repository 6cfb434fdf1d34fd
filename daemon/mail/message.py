"""A received message as frozen values.

Promise: a `Message` holds only clean text (no NUL, no lone surrogate, no line break inside a header value), so that
it can go into a database row, a log line or a header of ours as it is. What was wrong with the octets is in `defects`.
A `message` is always something received; what we send is a `letter` (see `compose`).
"""

from dataclasses import dataclass, field
from datetime import datetime

ADDRESS_CHARS = 254
"""RFC 5321 section 4.5.3.1.3: a path has 256 octets, two of them angle brackets."""


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of RFC 5322 section 3.4: a display-name and an addr-spec ('' where none could be read)."""

    name: str
    addr: str

    @property
    def domain(self) -> str:
        """The part after the last `@`, in lower case; '' without one."""
        return self.addr.rpartition("@")[2].lower() if "@" in self.addr else ""

    @property
    def mailbox(self) -> str:
        """The key without a sub-address (RFC 5233): `a+1@example.kz` and `a+2@example.kz` are one mailbox."""
        local, _, domain = self.key.rpartition("@")
        return f"{local.partition('+')[0] or local}@{domain}" if domain and local else self.key

    @property
    def writable(self) -> bool:
        """Whether a letter can be addressed to it: an ASCII addr-spec without quoting (RFC 5321 section 4.1.2)."""
        plain = self.addr.isascii() and self.addr.isprintable() and not set(self.addr) & set(' <>,;:"()[]\\')
        local, at, domain = self.addr.rpartition("@")
        return plain and bool(local and at and domain) and "@" not in local and len(self.addr) <= ADDRESS_CHARS

    @property
    def key(self) -> str:
        """The addr-spec folded for comparison: we treat local parts as case-insensitive, as every large server does."""
        return self.addr.casefold()


NOBODY = Address("", "")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not body text. `size` is the decoded size in octets, `name` is safe as a file name."""

    name: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    content: bytes = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Defect:
    """Something wrong with the octets: a stable `code` (e.g. `charset_guessed`) and where it was met."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A received message (RFC 5322, RFC 2045)."""

    sha256: str
    """Of the octets as received, in hex."""
    size: int
    """Octets as received."""
    message_id: str
    """With its angle brackets; '' where the field is missing or unreadable."""
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Address
    """The first mailbox of From; `NOBODY` without one."""
    originators: tuple[Address, ...]
    """All mailboxes of From."""
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    """The Date field, aware and in UTC; None where it is missing or unreadable."""
    return_path: str | None
    """The reverse-path our server noted (RFC 5321 section 4.4); '' is the null reverse-path, None is no such field."""
    content_type: str
    """The top-level media type in lower case, e.g. `multipart/report`."""
    content_type_params: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    """All header fields in their order: (lower-case name, decoded unfolded value)."""
    text: str
    """The whole readable text, quotations included; HTML-only mail is turned into text."""
    new_text: str
    """What the person wrote now: `text` without quotations of earlier mail and without the signature block."""
    quoted_text: str
    """What was cut from `text` to get `new_text`; a wrong cut stays visible."""
    attachments: tuple[Attachment, ...]
    report: "DeliveryReport | None"
    """The machine-readable part of a delivery report (RFC 3464), where there is one."""
    defects: tuple[Defect, ...]

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of the header field `name` (given in lower case), in order."""
        return tuple(value for field_name, value in self.headers if field_name == name)

    def first(self, name: str) -> str:
        """The first value of the header field `name`, or ''."""
        return next((value for field_name, value in self.headers if field_name == name), "")


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a delivery report tells (RFC 3464): the first recipient it names and the letter that it is about."""

    final_recipient: str
    action: str
    """failed, delayed, delivered, relayed, expanded; '' where it does not say."""
    status: str
    """Enhanced status code such as 5.1.1 (RFC 3463); ''."""
    diagnostic: str
    original_message_id: str
    """Message-ID of the reported letter as embedded in the report, with angle brackets; ''."""


def unread(sha256: str, size: int) -> Message:
    """A message whose octets nobody reads: they killed their reader (guarantee 3)."""
    return Message(
        sha256=sha256, size=size, message_id="", in_reply_to=(), references=(), sender=NOBODY, originators=(),
        reply_to=(), to=(), cc=(), subject="", date=None, return_path=None, content_type="", content_type_params=(),
        headers=(), text="", new_text="", quoted_text="", attachments=(), report=None, defects=(Defect("unread"),),
    )  # fmt: skip
