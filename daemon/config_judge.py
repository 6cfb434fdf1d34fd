"""What no type can say about the settings: ranges, addresses, and who may be whom.

Promise: every fault is found, none twice; pure but for a look whether the named files are there.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from daemon.mail.message import Address

Judged = tuple[str, str, str, str]
"""Section, setting, what is wrong, the cure."""
AT_LEAST_ONE = {
    "intake": ("poll_seconds", "junk_seconds", "junk_report_seconds", "ack_max_age_days"),
    "imap": ("timeout_seconds",),
    "smtp": ("timeout_seconds", "final_dot_seconds", "parallel"),
    "witness": ("grace_minutes",),
}
"""Settings that mean nothing, or the loss of a promise, at zero. All limits but `MAY_BE_ZERO` are such, too."""
MAY_BE_ZERO = frozenset({"free_octets", "retry_jitter", "breaker_per_address", "hold_bounced_days"})
LAST_PORT = 65_535
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def judged(sections: Mapping[str, Any], folder: Path) -> Iterator[Judged]:
    """Every fault of the sections; relative paths are relative to `folder`."""
    yield from _numbers(sections)
    yield from _people(sections["service"])
    yield from _servers(sections, folder)
    start = sections["intake"].start
    if start and not is_start(start):
        yield "intake", "start", f"`{start}` is no start", "Write `now`, a date such as 2026-11-01, or `uid:1234`."
    if not re.fullmatch(r"[A-Z]{1,8}", sections["service"].number_prefix):
        yield "service", "number_prefix", "the prefix must be 1 to 8 capital Latin letters", "Write e.g. `ES`."


def _numbers(sections: Mapping[str, Any]) -> Iterator[Judged]:
    limits = [
        (section, entry.name)
        for section in ("limits", "message_limits")
        for entry in dataclasses.fields(sections[section])
        if entry.name not in MAY_BE_ZERO
    ]
    for section, key in [*((section, key) for section, keys in AT_LEAST_ONE.items() for key in keys), *limits]:
        if getattr(sections[section], key) < 1:
            yield section, key, f"`{section}.{key}` must be at least 1", "Give 1 or more."
    if sections["limits"].retry_jitter > 1:
        yield "limits", "retry_jitter", "`limits.retry_jitter` is a share", "Give a number from 0 to 1."
    for first, last in (("retry_first", "retry_last"), ("backoff_first", "backoff_last")):
        if getattr(sections["limits"], first) > getattr(sections["limits"], last):
            yield "limits", first, f"`limits.{first}` is above `limits.{last}`", "Give the smaller one first."


def _people(service: Any) -> Iterator[Judged]:  # noqa: ANN401 - the section as it was read
    """Everybody whom a message may be left to must be there, or it would end in a log (guarantee 4)."""
    ours = {address.casefold() for address in (service.address, *service.aliases)}
    named = [
        ("manager", service.manager),
        ("quality", service.quality),
        *(("operators", it) for it in service.operators),
    ]
    for key, value in [("address", service.address), *(("aliases", it) for it in service.aliases), *named]:
        yield from _address("service", key, value)
    if not service.operators:
        yield "service", "operators", "there is no operator", "Name at least one: what is in doubt goes to a person."
    for key, value in named:
        if value.casefold() in ours:
            cure = "Give the person's own address: the daemon passes over mail from itself."
            yield "service", key, f"`{value}` is the address of the service itself", cure
    if service.quality.casefold() in {address.casefold() for address in service.operators}:
        cure = "A complaint about staff goes to quality control and not to the operators (C.7b)."
        yield "service", "quality", f"quality control `{service.quality}` is an operator", cure


def _servers(sections: Mapping[str, Any], folder: Path) -> Iterator[Judged]:
    for section in ("imap", "smtp"):
        settings = sections[section]
        if not 1 <= settings.port <= LAST_PORT:
            yield section, "port", f"`{section}.port` is no port", f"Give a number from 1 to {LAST_PORT}."
        if settings.ca_file and not (folder / settings.ca_file).is_file():
            yield section, "ca_file", f"there is no file {settings.ca_file}", "Name a file of certificates in PEM."
    witness = sections["witness"]
    if witness.address:
        yield from _address("witness", "address", witness.address)
    if witness.address and not witness.folder:
        yield "witness", "folder", "a witness address without a folder", "Name the folder where its copies lie."


def _address(section: str, key: str, value: str) -> Iterator[Judged]:
    address = Address("", value)
    if not (address.writable and _DOMAIN.fullmatch(address.domain)):
        yield section, key, f"`{value}` is no mail address", "Write it as name@example.kz."


def judged_database(url: str) -> Iterator[tuple[str, str]]:
    """Faults of the URL of the database, each with its cure. No fault repeats the URL: it may hold a password."""
    examples = 'Write e.g. `url = "sqlite:///var/desk.sqlite3"` or `url = "postgresql://desk@db.example.kz/desk"`.'
    if not url:
        yield "there is no URL of the database", examples
    elif url.startswith("postgresql://"):
        # Imported here: an installation on SQLite has no driver for PostgreSQL.
        try:
            import psycopg
        except ImportError:
            yield "PostgreSQL needs the library psycopg", "Run `pip install 'e-sauda-support[pg]'`."
            return
        try:
            psycopg.conninfo.conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            yield "the URL of the database is not well-formed", examples
    elif not re.fullmatch(r"sqlite:///.+", url):
        yield "the kind of the database is not supported", examples


def is_start(value: str) -> bool:
    """Whether `value` is a first-start rule: `now`, an ISO date, or `uid:N`."""
    if value == "now" or re.fullmatch(r"uid:[1-9]\d{0,9}", value):
        return True
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
