"""One message with everything that is known when the desk decides about it."""

from dataclasses import dataclass
from datetime import datetime

from daemon.desk.commands import Commands
from daemon.desk.correlate import Thread
from daemon.desk.decision import Mode
from daemon.desk.levels import Contracts, Standing, standing
from daemon.desk.policy import Policy
from daemon.desk.snapshot import Snapshot
from daemon.desk.verdict import Language, Verdict
from daemon.desk.worktime import Calendar
from daemon.mail.gate import Gate
from daemon.mail.message import Address, Message


@dataclass(frozen=True, slots=True)
class Office:
    """Who we are and by what rules we work: the same for every message until the next start."""

    mode: Mode
    operators: tuple[Address, ...]
    manager: Address
    quality: Address
    staff_language: Language
    policy: Policy
    commands: Commands
    vouching: bool
    """Our border server stamps Authentication-Results, so one of us must be vouched for (guarantee 7)."""
    calendar: Calendar
    contracts: Contracts
    """Of the VIP level (A.3)."""
    ack_max_age_days: int
    """Working days after which a message gets no automatic promise."""
    resolution_days: int
    """Working days in which a client may still answer before a resolved ticket closes."""

    @property
    def staff(self) -> frozenset[str]:
        """Folded addresses of everybody who works here."""
        people = (*self.operators, self.manager, self.quality)
        return frozenset(person.key for person in people if person.addr)


@dataclass(frozen=True, slots=True)
class Case:
    """What `decide` looks at."""

    message: Message
    gate: Gate
    verdict: Verdict
    thread: Thread
    snapshot: Snapshot
    office: Office
    received_at: datetime
    """When our server took the message (INTERNALDATE)."""
    now: datetime

    @property
    def standing(self) -> Standing:
        """The sender's service level on the day the message came (A.3)."""
        return standing(self.office.contracts, self.message.sender, self.received_at)

    @property
    def language(self) -> Language:
        """The language to answer in: the message's, else the one this client used before, else both (`unknown`)."""
        if self.verdict.language in {Language.UNKNOWN, Language.MIXED}:
            return self.snapshot.client_language or self.verdict.language
        return self.verdict.language

    @property
    def answer_to(self) -> Address:
        """Reply-To only where it is of the domain of From or From is vouched for; else From (no backscatter)."""
        sender = self.message.sender
        if not self.message.reply_to or not self.message.reply_to[0].addr:
            return sender
        asked = self.message.reply_to[0]
        return asked if asked.domain == sender.domain or self.thread.proven else sender
