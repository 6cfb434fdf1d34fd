"""VIP contracts (A.3)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.desk.faults import Faulty
from daemon.desk.levels import Standing, contracts, standing
from daemon.desk.ticket import Level
from daemon.mail.message import Address

FILE = Path("vip.csv")
KNOWN = contracts(
    "client,contract,from,to\n# a comment\n"
    "@vip.example.kz,1/2026,2026-01-01,2026-11-24\nAsel@example.kz,2/2026,2026-06-01,\n",
    FILE,
)
BASIC, VIP, ENDED = Standing(Level.BASIC, False), Standing(Level.VIP, False), Standing(Level.BASIC, True)


@pytest.mark.parametrize(
    ("address", "at", "expected"),
    [
        ("anybody@VIP.example.kz", datetime(2026, 11, 24, 18, 59, tzinfo=UTC), VIP),
        ("anybody@vip.example.kz", datetime(2026, 11, 24, 19, 0, tzinfo=UTC), ENDED),
        ("anybody@vip.example.kz", datetime(2025, 12, 31, 18, 0, tzinfo=UTC), BASIC),
        ("asel@example.kz", datetime(2030, 1, 1, tzinfo=UTC), VIP),
        ("other@example.kz", datetime(2026, 7, 1, tzinfo=UTC), BASIC),
        ("x@sub.vip.example.kz", datetime(2026, 7, 1, tzinfo=UTC), BASIC),
    ],
    ids=["the last day, in Astana", "the day after", "before it began", "without end", "no contract", "another domain"],
)
def test_a_contract_makes_vip_on_its_days_and_one_that_has_ended_is_said(
    address: str, at: datetime, expected: Standing
) -> None:
    assert standing(KNOWN, Address("", address), at) == expected


def test_every_faulty_line_is_named() -> None:
    head = "client,contract,from,to\n"
    text = f"{head}example.kz,1,2026-01-01,\na@example.kz,2,yesterday,\na@example.kz,3,2026-02-01,2026-01-01\n"
    with pytest.raises(Faulty) as caught:
        contracts(text, FILE)
    assert [fault.line for fault in caught.value.faults] == [2, 3, 4]
