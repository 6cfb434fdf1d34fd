"""The settings: everything a configuration says, as frozen values. `daemon.config` reads them from a file.

Promise: secrets never show in `repr`. The docstring under a field is its documentation; its default is the default.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from daemon.desk.limits import ServiceLimits
from daemon.mail.limits import Limits

Security = Literal["tls", "starttls", "none"]
ROOT = Path(__file__).resolve().parent.parent
"""Where rules/, templates/ and data/ lie unless the configuration says otherwise."""


@dataclass(frozen=True, slots=True)
class Service:
    """`[service]`: who we are."""

    mode: Literal["shadow", "assist", "auto"]
    """shadow: decides and records, sends and moves nothing. assist: refusals, suspensions and automatic closings wait
    for a person. auto: the daemon does alone what it is certain of."""
    address: str
    """The address that clients write to and that we answer from."""
    aliases: tuple[str, ...] = ()
    """Further addresses of our own; mail from them is never a client's."""
    operators: tuple[str, ...] = ()
    manager: str = ""
    quality: str = ""
    staff_language: Literal["ru", "kk", "en"] = "ru"
    """Of letters to operators, manager and quality control."""
    number_prefix: str = "ES"
    authserv_id: str = ""
    """What our border server stamps Authentication-Results with (RFC 8601); empty: it stamps none."""


@dataclass(frozen=True, slots=True)
class Imap:
    """`[imap]`: the mailbox."""

    host: str
    user: str
    port: int = 993
    security: Security = "tls"
    password_file: str = ""
    ca_file: str = ""
    timeout_seconds: int = 60
    inbox: str = "INBOX"
    junk: str = ""
    """A folder watched read-only for people's mail; empty: none."""


@dataclass(frozen=True, slots=True)
class Folders:
    """`[folders]`: where a decided message is filed; empty: it stays where it is."""

    registered: str = "Support/Registered"
    declined: str = "Support/Declined"
    suspended: str = "Support/Suspended"
    quality: str = "Support/Quality"
    automatic: str = "Support/Automatic"
    quarantine: str = "Support/Quarantine"


@dataclass(frozen=True, slots=True)
class Intake:
    """`[intake]`: how mail is fetched."""

    start: str = ""
    """Needed for the first run on a mailbox: `now`, a date such as `2026-11-01`, or `uid:1234`. Older mail is
    journalled as `before_start` and never answered."""
    poll_seconds: int = 60
    idle: bool = True
    ack_max_age_days: int = 3
    """Working days; older mail is registered for an operator without an automatic promise."""
    junk_seconds: int = 300
    junk_report_seconds: int = 3600


@dataclass(frozen=True, slots=True)
class Smtp:
    """`[smtp]`: the submission server."""

    host: str
    port: int = 465
    security: Security = "tls"
    user: str = ""
    password_file: str = ""
    ca_file: str = ""
    timeout_seconds: int = 60
    final_dot_seconds: int = 600
    """RFC 5321 section 4.5.3.2.6."""
    parallel: int = 4
    null_reverse_path: bool = True
    """Acknowledgements go out with `<>` (RFC 3834 section 3.3) where the server takes it."""
    subaddresses: bool = False
    """The server delivers `info+token@` to `info@`."""


@dataclass(frozen=True, slots=True)
class Witness:
    """`[witness]`: the copy of each letter that the submission server makes for us in the same transaction."""

    address: str = ""
    """Envelope recipient added to every letter; empty where the server itself keeps a Sent folder."""
    folder: str = ""
    """Where the copies lie, outside the inbox; empty: no witness, an unknown outcome is held for a person."""
    grace_minutes: int = 30


@dataclass(frozen=True, slots=True)
class Paths:
    """`[paths]`; relative ones are relative to the configuration file, the defaults to the installation."""

    state: str
    """Raw octets and, with SQLite, the database."""
    rules: str = ""
    templates: str = ""
    data: str = ""


@dataclass(frozen=True, slots=True)
class Logging:
    """`[log]`"""

    mask: bool = False
    """Addresses and subjects are masked."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Never shown, never logged."""

    imap_password: str = field(repr=False)
    smtp_password: str = field(repr=False)
    token_keys: tuple[bytes, ...] = field(repr=False)
    """The first one signs, all verify: rotation is a new first line."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the configuration says."""

    file: Path
    service: Service
    imap: Imap
    folders: Folders
    intake: Intake
    smtp: Smtp
    witness: Witness
    paths: Paths
    log: Logging
    limits: ServiceLimits
    message_limits: Limits
    secrets: Secrets
    database_url: str = field(repr=False)

    @property
    def state(self) -> Path:
        """The folder of raw octets."""
        return self._path(self.paths.state)

    @property
    def models(self) -> Path:
        """The folder of trained models."""
        return self.state / "models"

    @property
    def rules(self) -> Path:
        """The folder of the regulation as data."""
        return self._path(self.paths.rules) if self.paths.rules else shared("rules")

    @property
    def templates(self) -> Path:
        """The folder of letter templates."""
        return self._path(self.paths.templates) if self.paths.templates else shared("templates")

    @property
    def data(self) -> Path:
        """The folder of people, calendar, help pages and the training corpus."""
        return self._path(self.paths.data) if self.paths.data else shared("data")

    def _path(self, value: str) -> Path:
        return (self.file.parent / value).resolve()


def shared(name: str) -> Path:
    """The shipped `rules`, `templates` or `data`: at the top of a checkout, inside the package of a wheel."""
    checkout = ROOT / name
    return checkout if checkout.is_dir() else Path(__file__).resolve().parent / "_share" / name
