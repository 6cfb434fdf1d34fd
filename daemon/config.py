"""Reads the configuration: one TOML file and the secrets beside it.

Promise: every fault is found in one go and names file, line and cure; nothing is guessed. Secrets come from the
environment or from a file of mode 0600 named by a `*_file` setting, and from nowhere else.
On failure: `Faulty`, and the program ends with exit code 78 (EX_CONFIG), which supervisors do not restart.
"""

import dataclasses
import difflib
import os
import re
import stat
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from daemon.config_judge import judged, judged_database
from daemon.desk.faults import Fault, Faulty
from daemon.desk.limits import ServiceLimits
from daemon.mail.limits import Limits
from daemon.settings import (
    Config,
    Folders,
    Imap,
    Intake,
    Logging,
    Paths,
    Secrets,
    Service,
    Smtp,
    Witness,
)

SECTIONS: dict[str, type] = {
    "service": Service,
    "imap": Imap,
    "folders": Folders,
    "intake": Intake,
    "smtp": Smtp,
    "witness": Witness,
    "paths": Paths,
    "log": Logging,
    "limits": ServiceLimits,
    "message_limits": Limits,
}
DATABASE_KEYS = ("url", "url_file")
PASSWORD_IN_URL = re.compile(r"^[^:/]+://[^@/]*:[^@]*@|[?&]password=")
TOKEN_KEY_CHARS = 32
"""A token key is at least as long, in characters; its MAC is cut to 100 bits (see `daemon.mail.msgid`)."""


def load(file: Path, environment: Mapping[str, str] | None = None) -> Config:
    """Read the configuration `file`. Raises `Faulty` with every fault found."""
    environment = os.environ if environment is None else environment
    file = file.resolve()
    text = _text(file)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise Faulty([Fault(file, int(line[1]) if line else 0, f"not TOML: {error}", "Mend the syntax.")]) from None
    reading = _Reading(file, _lines(text), [])
    for name in tables:
        if name not in SECTIONS and name not in {"database", "desk"}:
            reading.fault(name, "", f"no section is called [{name}]", _meant(name, [*SECTIONS, "database", "desk"]))
    sections = {name: reading.section(name, kind, tables.get(name, {})) for name, kind in SECTIONS.items()}
    database_url = reading.database(tables.get("database", {}), environment)
    secrets = reading.secrets(sections, tables.get("desk", {}), environment)
    if None not in sections.values():
        for section, key, fault, cure in judged(sections, file.parent):
            reading.fault(section, key, fault, cure)
    if reading.faults:
        raise Faulty(reading.faults)
    return Config(file=file, secrets=secrets, database_url=database_url, **sections)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise Faulty([Fault(file, 0, f"cannot be read: {reason}", "Name the file with --config.")]) from None


def _lines(text: str) -> dict[tuple[str, str], int]:
    """Where each section and key stands: tomllib keeps no places."""
    places: dict[tuple[str, str], int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            section = header[1].strip()
            places.setdefault((section, ""), number)
        elif key := re.match(r"\s*([A-Za-z0-9_-]+)\s*=", line):
            places.setdefault((section, key[1]), number)
    return places


def _meant(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean `{close[0]}`?" if close else f"Known are: {', '.join(known)}."


@dataclass(slots=True)
class _Reading:
    """One reading of one file: gathers faults instead of stopping at the first."""

    file: Path
    places: dict[tuple[str, str], int]
    faults: list[Fault]

    def fault(self, section: str, key: str, text: str, cure: str) -> None:
        places = ((section, key), (section, ""), ("", section))
        line = next((self.places[place] for place in places if place in self.places), 0)
        self.faults.append(Fault(self.file, line, text, cure))

    def section(self, name: str, kind: type, table: object) -> Any:  # noqa: ANN401 - one reader for ten dataclasses
        if not isinstance(table, dict):
            self.fault(name, "", f"[{name}] must be a section", f"Write [{name}] on a line of its own.")
            return None
        hints = get_type_hints(kind)
        known = {entry.name: entry for entry in dataclasses.fields(kind)}
        for key in table:
            if key not in known:
                self.fault(name, key, f"[{name}] has no setting `{key}`", _meant(key, list(known)))
        values: dict[str, object] = {}
        before = len(self.faults)
        for key, entry in known.items():
            if key in table:
                self._value(name, key, hints[key], table[key], values)
            elif entry.default is dataclasses.MISSING:
                self.fault(name, key, f"[{name}] lacks `{key}`", f"Add `{key} = …` to [{name}].")
        return kind(**values) if len(self.faults) == before else None

    def _value(self, section: str, key: str, hint: type, value: object, values: dict[str, object]) -> None:
        try:
            values[key] = msgspec.convert(value, hint)
        except msgspec.ValidationError as error:
            self.fault(section, key, f"`{section}.{key}`: {error}", "Give a value of that kind.")
            return
        if isinstance(values[key], int | float) and not isinstance(values[key], bool) and values[key] < 0:  # type: ignore[operator]
            self.fault(section, key, f"`{section}.{key}` is below zero", "Give zero or more.")

    def keys(self, name: str, table: object, known: Sequence[str]) -> Mapping[str, str]:
        """A section of plain strings that is no dataclass."""
        if not isinstance(table, dict):
            self.fault(name, "", f"[{name}] must be a section", f"Write [{name}] on a line of its own.")
            return {}
        for key in table:
            if key not in known:
                self.fault(name, key, f"[{name}] has no setting `{key}`", _meant(key, list(known)))
            elif not isinstance(table[key], str):
                self.fault(name, key, f"`{name}.{key}` must be a text", "Give a value of that kind.")
        return {key: value for key, value in table.items() if isinstance(value, str)}

    def database(self, table: object, environment: Mapping[str, str]) -> str:
        """The URL of the database; only one without a password may stand in the configuration."""
        given = self.keys("database", table, DATABASE_KEYS)
        written = given.get("url", "")
        if PASSWORD_IN_URL.search(written):
            cure = "Move the URL to a `url_file` of mode 0600."
            self.fault("database", "url", "a password stands in `database.url`", cure)
        url = written or self._secret(
            "database", "url_file", given.get("url_file", ""), "ESAUDA_DATABASE_URL", environment
        )
        key = "url" if written else "url_file"
        for text, cure in judged_database(url):
            self.fault("database", key, text, cure)
        return url

    def secrets(self, sections: Mapping[str, Any], desk: object, environment: Mapping[str, str]) -> Secrets:
        """The passwords and the keys of our tokens."""
        imap, smtp = sections["imap"], sections["smtp"]
        keys_file = self.keys("desk", desk, ("token_keys_file",)).get("token_keys_file", "")
        imap_password = self._secret(
            "imap", "password_file", imap.password_file if imap else "", "ESAUDA_IMAP_PASSWORD", environment
        )
        if imap and not imap_password:
            self.fault(
                "imap",
                "",
                "the password of the mailbox is not given",
                "Set ESAUDA_IMAP_PASSWORD or `password_file`.",
            )
        smtp_password = self._secret(
            "smtp", "password_file", smtp.password_file if smtp else "", "ESAUDA_SMTP_PASSWORD", environment
        )
        if smtp and smtp.user and not smtp_password:
            self.fault(
                "smtp",
                "user",
                "the password of the submission server is not given",
                "Set ESAUDA_SMTP_PASSWORD or `password_file`.",
            )
        keys = self._secret("desk", "token_keys_file", keys_file, "ESAUDA_TOKEN_KEYS", environment)
        token_keys = tuple(key.encode() for key in re.split(r"[\s,]+", keys) if key)
        if not token_keys or min(map(len, token_keys)) < TOKEN_KEY_CHARS:
            self.fault(
                "desk", "token_keys_file", f"there is no token key of at least {TOKEN_KEY_CHARS} characters",
                "Set ESAUDA_TOKEN_KEYS or `token_keys_file`; make a key with `openssl rand -hex 32`.",
            )  # fmt: skip
        return Secrets(imap_password, smtp_password, token_keys)

    def _secret(self, section: str, key: str, name: str, variable: str, environment: Mapping[str, str]) -> str:
        if not name:
            return environment.get(variable, "")
        path = (self.file.parent / name).resolve()
        try:
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                self.fault(section, key, f"others may read {path}", f"Run `chmod 600 {path}`.")
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            self.fault(
                section,
                key,
                f"{path} cannot be read: {reason}",
                f"Give a file that holds the secret, or set {variable}.",
            )
            return ""
