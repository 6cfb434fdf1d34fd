"""Service levels (A.3): which client has a VIP contract in force, from `data/vip.csv`.

Promise: pure. Everybody is Basic but those with a contract that holds on the day; whose contract has ended is Basic,
and the operator is told so. On failure: `Faulty` with every faulty line.
"""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from daemon.desk.faults import Fault, Faulty
from daemon.desk.ticket import Level
from daemon.desk.worktime import ASTANA
from daemon.mail.message import Address

COLUMNS = ["client", "contract", "from", "to"]


@dataclass(frozen=True, slots=True)
class Contract:
    """One line of the file. `client` is folded: an addr-spec, or `@` and a domain."""

    client: str
    number: str
    begins: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A client's level on a day; `expired`: there was a contract, and it has ended."""

    level: Level
    expired: bool


Contracts = tuple[Contract, ...]


def contracts(text: str, file: Path) -> Contracts:
    """Read `data/vip.csv`; lines that begin with `#` are passed over. Raises `Faulty` with every fault."""
    faults: list[Fault] = []
    found: list[Contract] = []
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    rows = [(number, next(csv.reader([line]))) for number, line in lines if not line.startswith("#")]
    if not rows or rows[0][1] != COLUMNS:
        raise Faulty([Fault(file, 1, f"the first line must be {','.join(COLUMNS)}", "Take it from the release.")])
    for number, row in rows[1:]:
        try:
            found.append(_contract(row))
        except ValueError as error:
            faults.append(Fault(file, number, str(error), "Write e.g. `@example.kz,12/2026,2026-01-01,2026-12-31`."))
    if faults:
        raise Faulty(faults)
    return tuple(found)


def _contract(row: list[str]) -> Contract:
    if len(row) != len(COLUMNS):
        raise ValueError(f"{len(COLUMNS)} columns are wanted, {len(row)} are here")
    client, number, begins, ends = (cell.strip() for cell in row)
    if "@" not in client:
        raise ValueError(f"`{client}` is neither an address nor a domain")
    made = Contract(client.casefold(), number, date.fromisoformat(begins), date.fromisoformat(ends) if ends else None)
    if made.ends is not None and made.ends < made.begins:
        raise ValueError("the contract ends before it begins")
    return made


def standing(known: Contracts, client: Address, at: datetime) -> Standing:
    """The level of `client` at `at`: by a contract of his address or of his domain."""
    day = at.astimezone(ASTANA).date()
    his = [it for it in known if it.client in {client.key, f"@{client.domain}"}]
    if any(it.begins <= day and (it.ends is None or day <= it.ends) for it in his):
        return Standing(Level.VIP, expired=False)
    return Standing(Level.BASIC, expired=any(it.ends is not None and it.ends < day for it in his))
