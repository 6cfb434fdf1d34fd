"""The raw octets, the column types, and the alarms."""

import hashlib
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.store import alarms
from daemon.store.connection import StoreUnavailable
from daemon.store.due import alarms_to_tell
from daemon.store.fields import Clean, Instant, Json
from daemon.store.raw import RawFiles, RawRows, RawStore, raw_store
from tests.store.desks import NOW, SQLITE, URL_FILE, ask

OCTETS = b"From: asel@example.kz\r\n\r\n\xff\x00"


@pytest.fixture(params=["files", "rows"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> RawStore:
    """Each of the two raw stores."""
    if request.param == "files":
        return raw_store(SQLITE, tmp_path)
    folder: Path = request.getfixturevalue("on_postgresql")
    return raw_store((folder / URL_FILE).read_text(), folder)


def test_octets_come_back_as_they_were_under_their_digest(kept: RawStore) -> None:
    for octets in (OCTETS, b"", bytes(range(256)) * 4_000):
        digest = kept.put(octets)
        assert digest == hashlib.sha256(octets).hexdigest()
        assert kept.put(octets) == digest
        assert kept.get(digest) == octets


def test_octets_that_are_not_there_are_waited_for(kept: RawStore) -> None:
    with pytest.raises(StoreUnavailable):
        kept.get("0" * 64)


def test_hosts_that_share_a_database_share_the_octets_and_those_are_kept_once(on_postgresql: Path) -> None:
    """What is written is committed: another client sees it before anything else is done."""
    RawRows().put(OCTETS)
    RawRows().put(OCTETS)
    assert ask(on_postgresql, "SELECT octets, size FROM raw") == [(OCTETS, len(OCTETS))]
    assert not (on_postgresql / "raw").exists()
    assert RawRows().free_octets() is None


def test_the_same_octets_are_kept_once_and_nobody_else_may_read_them(tmp_path: Path) -> None:
    raw = RawFiles(tmp_path)
    raw.put(OCTETS)
    raw.put(OCTETS)
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_file_that_a_crash_left_short_is_written_again(tmp_path: Path) -> None:
    raw = RawFiles(tmp_path)
    digest = raw.put(OCTETS)
    (file,) = tmp_path.rglob("*.eml")
    file.write_bytes(OCTETS[:5])
    assert raw.put(OCTETS) == digest
    assert raw.get(digest) == OCTETS


def test_a_disk_that_cannot_be_used_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("a file where a folder is wanted")
    with pytest.raises(StoreUnavailable):
        RawFiles(tmp_path).put(OCTETS)
    with pytest.raises(StoreUnavailable):
        RawFiles(tmp_path).free_octets()


def test_free_space_is_known_before_the_first_message(tmp_path: Path) -> None:
    assert (RawFiles(tmp_path / "state").free_octets() or 0) > 0


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2999, 1, 1)))  # noqa: DTZ001
def test_an_instant_is_exact_and_in_utc(naive: datetime) -> None:
    at = naive.replace(tzinfo=timezone(timedelta(hours=5)))
    stored = Instant().db_value(at)
    assert Instant().python_value(stored) == at
    assert Instant().python_value(stored).tzinfo is UTC  # type: ignore[union-attr]


def test_a_naive_instant_is_a_fault() -> None:
    with pytest.raises(TypeError):
        Instant().db_value(datetime(2026, 1, 1))  # noqa: DTZ001


@given(st.text(st.characters()) | st.just("a\0b\ud800c"))
def test_text_is_free_of_what_a_database_refuses(text: str) -> None:
    clean = Clean().db_value(text)
    assert clean is not None
    assert "\0" not in clean
    assert clean.encode("utf-8").decode() == clean


def test_json_keeps_letters_and_order() -> None:
    assert Json().db_value({"б": [1, None], "а": "ә"}) == '{"б": [1, null], "а": "ә"}'
    assert Json().python_value('{"б": [1, null]}') == {"б": [1, None]}
    assert Json().db_value(None) is None


def test_an_alarm_stands_until_it_is_over(store: Path) -> None:
    alarms.alarm("disk_low", "1 octet", NOW)
    alarms.alarm("disk_low", "0 octets", NOW + timedelta(minutes=1))
    assert alarms_to_tell() == [("disk_low", "0 octets", NOW)]
    assert alarms.clear("disk_low")
    assert not alarms.clear("disk_low")
    assert alarms_to_tell() == []
