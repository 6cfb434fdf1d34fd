"""What `daemon.wire.smtp` takes and gives: the account, the letter on the wire, and what became of it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from daemon.wire.tls import Security

Stage = Literal["CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "BODY", "DOT"]
"""Where it was decided: the command, or the body and the final dot of DATA. STARTTLS belongs to CONNECT."""


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """How to reach the submission server."""

    host: str
    port: int
    security: Security
    user: str | None = None
    """None: no AUTH."""
    password: str = field(default="", repr=False)
    timeout_seconds: float = 60
    """For connecting, for each command, and for each block of the body."""
    final_dot_seconds: float = 600
    """For the reply to the final dot; RFC 5321 section 4.5.3.2.6 asks for 10 minutes."""
    ca_file: Path | None = None
    """PEM; the only authority trusted. None: the system's."""
    local_hostname: str = "localhost"
    """Said in EHLO."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One letter as the server gets it."""

    reverse_path: str
    """Address for delivery reports; empty for the null reverse-path `<>`."""
    recipients: tuple[str, ...]
    octets: bytes

    def __post_init__(self) -> None:
        if not self.recipients:
            raise ValueError("a letter without recipients")


class RecipientReply(NamedTuple):
    """What the server said to one RCPT. Code 0: we could not ask."""

    address: str
    code: int
    reply: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The server has taken the letter over."""

    reply: str
    recipients: tuple[RecipientReply, ...] = ()


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not accepted; to be tried again. Code 0: not a reply but trouble with the connection, `reply` says which."""

    code: int
    reply: str
    stage: Stage
    recipients: tuple[RecipientReply, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Not accepted, finally. Code 0: the address cannot be written in a command."""

    code: int
    reply: str
    stage: Stage
    recipients: tuple[RecipientReply, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """The final dot was sent and no verdict came back: the server may have the letter or not (RFC 1047)."""

    reply: str
    recipients: tuple[RecipientReply, ...] = ()


Outcome = Sent | Deferred | Refused | Unknown
