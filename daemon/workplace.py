"""Everything a runner works with, put together once at its start: configuration, rules, templates, store.

Promise: all faults of all files are found in one go (guarantee 9) and raised as `Faulty`. Only the intake loads the
models of the judge; the other runners stay small.
"""

import dataclasses
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from daemon.desk.calendar_file import calendar
from daemon.desk.case import Office
from daemon.desk.commands import Commands, commands
from daemon.desk.decision import Filing, Mode
from daemon.desk.faults import Fault, Faulty
from daemon.desk.judge import Knowledge, judge
from daemon.desk.levels import Contracts, contracts
from daemon.desk.machine import machine_rules
from daemon.desk.policy import Policy, policy
from daemon.desk.render import Templates, templates
from daemon.desk.verdict import Language, Verdict
from daemon.desk.worktime import Calendar
from daemon.mail.gate import Gate, MachineRules, Own, inspect
from daemon.mail.identity import authenticated
from daemon.mail.message import Address, Message
from daemon.settings import Config
from daemon.store.raw import RawStore, raw_store
from daemon.store.stationery import Stationery
from daemon.wire.imap import ImapAccount
from daemon.wire.smtp import SmtpAccount

Clock = Callable[[], datetime]
Made = TypeVar("Made")

SENDER_NAME = "Служба технической поддержки E-SAUDA"
"""The display-name of our letters."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The regulation as data: all that lies in rules/, templates/ and data/ but the judge's models."""

    policy: Policy
    commands: Commands
    machine: MachineRules
    templates: Templates
    calendar: Calendar
    contracts: Contracts


@dataclass(frozen=True, slots=True)
class Understood:
    """What the pure functions make of a message before the state of the desk is known."""

    message: Message
    gate: Gate
    verdict: Verdict
    authenticated: bool
    """Our border server vouches for From (RFC 8601)."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """A runner's tools."""

    config: Config
    rulebook: Rulebook
    office: Office
    own: Own
    stationery: Stationery
    raw: RawStore
    now: Clock
    knowledge: Knowledge | None = None
    """Of the judge; only the intake has it."""

    @property
    def shadow(self) -> bool:
        """Nothing is sent or moved."""
        return self.office.mode is Mode.SHADOW

    def understand(self, message: Message) -> Understood:
        """Gate, verdict and identity of a message."""
        if self.knowledge is None:
            raise RuntimeError("only the intake judges messages")
        gate = inspect(message, self.own, self.rulebook.machine)
        vouched = authenticated(message, self.config.service.authserv_id)
        return Understood(message, gate, judge(message, self.knowledge), vouched)

    def folder(self, filing: Filing) -> str:
        """The folder for a filing; '' where the message stays."""
        if self.shadow or filing is Filing.STAY:
            return ""
        return str(getattr(self.config.folders, filing))

    def imap_account(self) -> ImapAccount:
        """The mailbox."""
        imap = self.config.imap
        return ImapAccount(
            imap.host, imap.port, imap.security, imap.user, self.config.secrets.imap_password,
            timeout_seconds=imap.timeout_seconds, ca_file=_file(self.config, imap.ca_file),
        )  # fmt: skip

    def smtp_account(self) -> SmtpAccount:
        """The submission server."""
        smtp = self.config.smtp
        return SmtpAccount(
            smtp.host, smtp.port, smtp.security, smtp.user or None, self.config.secrets.smtp_password,
            timeout_seconds=smtp.timeout_seconds, final_dot_seconds=smtp.final_dot_seconds,
            ca_file=_file(self.config, smtp.ca_file), local_hostname=self.stationery.domain,
        )  # fmt: skip


def utc_now() -> datetime:
    """The clock of the service."""
    return datetime.now(UTC)


def _file(config: Config, name: str) -> Path | None:
    return (config.file.parent / name).resolve() if name else None


def rulebook(config: Config) -> Rulebook:
    """Read rules/, templates/ and data/. Raises `Faulty` with all faults of all files."""
    faults: list[Fault] = []
    made = (
        _gather(faults, lambda: _parsed(config.rules / "decisions.yaml", policy)),
        _gather(faults, lambda: _parsed(config.rules / "commands.yaml", commands)),
        _gather(faults, lambda: _parsed(config.rules / "machine.yaml", machine_rules)),
        _gather(faults, lambda: templates(_texts(config.templates, "*/*.txt.j2"))),
        _gather(faults, lambda: _parsed(config.data / "calendar.yaml", calendar)),
        _gather(faults, lambda: _parsed(config.data / "vip.csv", contracts)),
    )
    decisions, orders, machine, letters, days, vips = made
    if faults or not (decisions and orders and machine and letters and days) or vips is None:
        raise Faulty(faults)
    return Rulebook(decisions, orders, machine, letters, days, vips)


def _gather(faults: list[Fault], make: Callable[[], Made]) -> Made | None:
    try:
        return make()
    except Faulty as error:
        faults.extend(error.faults)
        return None


def _parsed(file: Path, parser: Callable[[str, Path], Made]) -> Made:
    return parser(text_of(file), file)


def text_of(file: Path) -> str:
    """The text of a file of ours. Raises `Faulty` where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise Faulty([Fault(file, 0, f"cannot be read: {reason}", "Take the file from the release.")]) from None


def _texts(folder: Path, pattern: str) -> Mapping[Path, str]:
    return {file: text_of(file) for file in sorted(folder.glob(pattern))}


def workplace(config: Config, rules: Rulebook, now: Clock = utc_now) -> Workplace:
    """Put the tools together."""
    service = config.service
    domain = service.address.rpartition("@")[2]
    sender = Address(SENDER_NAME, service.address)
    office = Office(
        mode=Mode(service.mode), operators=tuple(Address("", addr) for addr in service.operators),
        manager=Address("", service.manager), quality=Address("", service.quality),
        staff_language=Language(service.staff_language), policy=rules.policy, commands=rules.commands,
        vouching=bool(service.authserv_id),
        calendar=rules.calendar, contracts=rules.contracts,
        ack_max_age_days=config.intake.ack_max_age_days, resolution_days=config.limits.resolution_days,
    )  # fmt: skip
    stationery = Stationery(
        templates=rules.templates, sender=sender, domain=domain, prefix=service.number_prefix,
        keys=config.secrets.token_keys, null_reverse_path=config.smtp.null_reverse_path,
        subaddresses=config.smtp.subaddresses, hold_bounced=timedelta(days=config.limits.hold_bounced_days),
        random_bits=secrets.randbits,
    )  # fmt: skip
    own = Own(frozenset(addr.casefold() for addr in (service.address, *service.aliases)), frozenset({domain}))
    raw = raw_store(config.database_url, config.state)
    return Workplace(config, rules, office, own, stationery, raw, now)


def with_knowledge(tools: Workplace, knowledge: Knowledge) -> Workplace:
    """The same tools with the judge's models."""
    return dataclasses.replace(tools, knowledge=knowledge)
