"""The border of the embedded mail system: takes a message for delivery and stamps it as a receiving server would.

Promise: what the message itself claims in our name is removed first: Return-Path, and Authentication-Results of our
authserv-id (RFC 8601 section 5). On failure: `KeyError` for a recipient that is not accepted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import HeaderParser
from email.utils import format_datetime, parseaddr
from itertools import count

from daemon.demo.mailboxes import Store
from daemon.demo.mime import split_header

HOSTNAME = "mail.e-sauda.kz"


@dataclass(frozen=True, slots=True)
class Envelope:
    """RFC 5321: the reverse-path ('' is the null one) and the forward-paths; who sent it and how."""

    sender: str
    recipients: tuple[str, ...]
    helo: str = HOSTNAME
    login: str = ""
    """The account that the client logged in to; '' for mail from outside."""


class Border:
    """Delivers into a store."""

    def __init__(self, store: Store, authserv_id: str | None) -> None:
        """`authserv_id` names us in Authentication-Results; None writes no such field."""
        self._store = store
        self._authserv_id = authserv_id
        self._numbers = count(1)

    def accepts(self, recipient: str) -> bool:
        """Whether mail to the address can be delivered."""
        return self._store.accepts(recipient)

    def deliver(self, octets: bytes, envelope: Envelope) -> str:
        """Put the message into every recipient's folder, once per folder; returns the queue id; raises KeyError."""
        queue_id = f"{next(self._numbers):08X}"
        recipients = {self._store.destination(recipient): recipient for recipient in envelope.recipients}
        arrived = datetime.now(UTC)
        header, body = split_header(octets)
        results = self._results(header, envelope)
        kept = self._without_claims(header)
        for folder, recipient in recipients.items():
            trace = [
                f"Return-Path: <{envelope.sender}>",
                *results,
                f"Received: from {envelope.helo} ([127.0.0.1])",
                f"\tby {HOSTNAME} with ESMTP id {queue_id}",
                f"\tfor <{recipient}>; {format_datetime(arrived)}",
            ]
            folder.add("".join(line + "\r\n" for line in trace).encode("ascii", "replace") + kept + body, arrived)
        return queue_id

    def _without_claims(self, header: bytes) -> bytes:
        return b"".join(field for field in fields_of(header) if not self._is_claim(field))

    def _is_claim(self, field: bytes) -> bool:
        name, _, value = field.partition(b":")
        match name.strip().lower():
            case b"return-path":
                return True
            case b"authentication-results":
                words = value.decode("latin-1").replace(";", " ").split()
                own = (self._authserv_id or "").casefold()
                return bool(own) and own in [word.casefold() for word in words]
        return False

    def _results(self, header: bytes, envelope: Envelope) -> Sequence[str]:
        """SPF and DMARC as if every domain published what its honest senders use (RFC 7489 section 3.1, alignment)."""
        if self._authserv_id is None:
            return []
        author = _author(HeaderParser().parsestr(header.decode("latin-1")))
        path = envelope.sender.rpartition("@")[2].casefold()
        domain = author.rpartition("@")[2]
        if self._store.is_own(domain) or self._store.is_own(path):
            honest = self._store.owns(envelope.login, author)
            verdicts = _verdicts("pass" if honest else "fail", envelope.sender, honest, domain)
        elif not path:
            verdicts = [f"spf=none smtp.helo={envelope.helo}", f"dmarc=none header.from={domain}"]
        else:
            verdicts = _verdicts("pass", envelope.sender, path == domain, domain)
        return [f"Authentication-Results: {self._authserv_id};", "\t" + "; ".join(verdicts)]


def fields_of(header: bytes) -> Iterable[bytes]:
    """The header fields as octets, each with its continuation lines; the blank line comes last."""
    field = b""
    for line in header.splitlines(keepends=True):
        if field and (line[:1] not in b" \t" or not line.strip()):
            yield field
            field = b""
        field += line
    if field:
        yield field


def _author(fields: Message) -> str:
    """The address in From, in lower case; an address at `unknown` where there is none to be repeated in a header."""
    addr = parseaddr(str(fields.get("from", "")))[1].casefold()
    domain = addr.rpartition("@")[2].replace("-", "").replace(".", "")
    return addr if "@" in addr and domain.isascii() and domain.isalnum() else "nobody@unknown"


def _verdicts(spf: str, sender: str, aligned: bool, author: str) -> list[str]:
    return [f"spf={spf} smtp.mailfrom={sender}", f"dmarc={'pass' if aligned else 'fail'} header.from={author}"]
