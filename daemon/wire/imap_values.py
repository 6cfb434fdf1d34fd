"""What `daemon.wire.imap` takes and gives: the account, the folder and the message as the server describes them."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from daemon.wire.tls import Security


class ImapUnavailable(Exception):
    """The server cannot be used now; the text is the reason, in one line."""


class ImapRefused(ImapUnavailable):
    """The server answered one command with NO. The connection can be used further."""


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """How to reach one mailbox."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    timeout_seconds: float = 60
    """Silence that ends the connection."""
    operation_seconds: float = 600
    """One operation as a whole, however the server drips."""
    response_octets: int = 100_000_000
    """One answer as a whole. Larger than any message that is fetched whole; ask `listed` for the size first."""
    ca_file: Path | None = None
    """PEM; the only authority trusted. None: the system's."""


@dataclass(frozen=True, slots=True)
class Selected:
    """The folder as the server described it when it was selected."""

    uidvalidity: int
    uidnext: int
    exists: int
    """Messages in it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of a message before it is fetched."""

    uid: int
    size: int
    """RFC822.SIZE, octets."""
    internal_date: datetime
    """When the server received it, aware, UTC; the present if the server's date cannot be read."""
