"""Working time (A.5): the arithmetic, the calendar of the country and its file."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.calendar_file import calendar, drafted
from daemon.desk.faults import Faulty
from daemon.desk.worktime import ASTANA, CLOSES, DAY_MINUTES, OPENS, Calendar, zone_fault

FILE = Path(__file__).parents[2] / "data" / "calendar.yaml"
KZ = calendar(FILE.read_text(encoding="utf-8"), FILE)
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2030, 12, 31, tzinfo=UTC)
INSTANTS = st.integers(0, int((LAST - FIRST).total_seconds())).map(lambda count: FIRST + timedelta(seconds=count))
WHOLE = INSTANTS.map(lambda at: at.replace(second=0, microsecond=0))
MINUTES = st.integers(0, 5_000)
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    """An instant written in Astana time."""
    return datetime.fromisoformat(text).replace(tzinfo=ASTANA).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-24 10:00", 480, "2026-11-24 18:00"),
        ("2026-11-24 10:30", 480, "2026-11-24 18:30"),
        ("2026-11-24 10:31", 480, "2026-11-25 09:01"),
        ("2026-11-24 03:00", 30, "2026-11-24 09:30"),
        ("2026-11-24 20:00", 30, "2026-11-25 09:30"),
        ("2026-11-27 18:00", 60, "2026-11-30 09:30"),
        ("2026-03-06 17:00", 480, "2026-03-10 15:30"),
        ("2026-03-20 18:00", 60, "2026-03-26 09:30"),
        ("2024-05-03 18:00", 60, "2024-05-04 09:30"),
        ("2024-05-07 12:00", 10, "2024-05-10 09:10"),
        ("2025-01-02 12:00", 1, "2025-01-05 09:01"),
        ("2024-02-29 18:00", 60, "2024-03-01 09:30"),
        ("2026-11-24 10:00", 3 * DAY_MINUTES, "2026-11-27 10:00"),
        ("2026-11-22 10:00", 0, "2026-11-22 10:00"),
    ],
)
def test_minutes_fall_due_in_working_time(start: str, minutes: int, due: str) -> None:
    assert KZ.due(at(start), minutes) == at(due)


def test_a_start_within_a_minute_counts_from_the_next() -> None:
    assert KZ.due(at("2026-11-24 10:00:01"), 10) == at("2026-11-24 10:11")
    assert KZ.due(at("2026-11-24 18:29:30"), 10) == at("2026-11-25 09:10")


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-24 09:00", "2026-11-24 18:30", 570),
        ("2026-11-24 00:00", "2026-11-25 00:00", 570),
        ("2026-11-27 18:00", "2026-11-30 09:10", 40),
        ("2026-11-28 10:00", "2026-11-29 10:00", 0),
        ("2026-11-24 10:00", "2026-11-24 10:00:59", 0),
        ("2026-11-24 10:00", "2026-11-24 09:30", -30),
        ("2024-05-01 00:00", "2024-05-13 00:00", 5 * 570),
        ("2024-02-29 18:00", "2024-03-01 09:30", 60),
    ],
)
def test_elapsed_counts_working_minutes_only(start: str, end: str, minutes: int) -> None:
    assert KZ.elapsed(at(start), at(end)) == minutes


@given(INSTANTS, MINUTES, MINUTES)
def test_due_is_additive(start: datetime, first: int, second: int) -> None:
    assert KZ.due(KZ.due(start, first), second) == KZ.due(start, first + second)


@given(INSTANTS, INSTANTS, MINUTES)
def test_due_is_monotone_in_its_start(one: datetime, other: datetime, minutes: int) -> None:
    early, late = sorted((one, other))
    assert KZ.due(early, minutes) <= KZ.due(late, minutes)


@given(INSTANTS, MINUTES, MINUTES)
def test_due_is_monotone_in_its_minutes(start: datetime, first: int, second: int) -> None:
    few, many = sorted((first, second))
    assert KZ.due(start, few) <= KZ.due(start, many)


@given(WHOLE, MINUTES)
def test_elapsed_till_due_is_what_was_asked(start: datetime, minutes: int) -> None:
    assert KZ.elapsed(start, KZ.due(start, minutes)) == minutes


@given(WHOLE, st.integers(1, 5_000))
def test_a_minute_before_due_not_all_is_elapsed(start: datetime, minutes: int) -> None:
    assert KZ.elapsed(start, KZ.due(start, minutes) - MINUTE) == minutes - 1


@given(INSTANTS, INSTANTS, INSTANTS)
def test_elapsed_is_additive(one: datetime, two: datetime, three: datetime) -> None:
    assert KZ.elapsed(one, two) + KZ.elapsed(two, three) == KZ.elapsed(one, three)


@given(INSTANTS, st.integers(0, 6_000))
def test_elapsed_is_what_a_slow_count_gives(start: datetime, minutes: int) -> None:
    begin = start.replace(second=0, microsecond=0)
    slow = sum(KZ.is_open(begin + count * MINUTE) for count in range(minutes))
    assert KZ.elapsed(start, begin + minutes * MINUTE) == slow


@given(INSTANTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(instant: datetime) -> None:
    opening = KZ.next_opening(instant)
    assert opening >= instant
    assert KZ.is_open(opening)
    assert opening == instant or KZ.elapsed(instant, opening) == 0


@given(INSTANTS, st.integers(1, 20))
def test_working_days_before_are_the_latest_that_suffice(instant: datetime, days: int) -> None:
    before = KZ.working_days_before(instant, days)
    assert KZ.elapsed(before, instant) == days * DAY_MINUTES
    assert KZ.elapsed(before + MINUTE, instant) == days * DAY_MINUTES - 1


def test_no_working_days_before_is_the_minute_itself() -> None:
    assert KZ.working_days_before(at("2026-11-22 10:00:30"), 0) == at("2026-11-22 10:00")


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-11-24 08:59:59", False),
        ("2026-11-24 09:00", True),
        ("2026-11-24 18:29:59", True),
        ("2026-11-24 18:30", False),
        ("2026-11-22 12:00", False),
        ("2026-12-16 12:00", False),
        ("2024-05-04 12:00", True),
        ("2024-05-08 12:00", False),
        ("2026-08-31 12:00", True),
        ("2027-03-15 12:00", False),
    ],
)
def test_the_service_is_open_in_working_time_only(when: str, is_open: bool) -> None:
    assert KZ.is_open(at(when)) is is_open


def test_instants_come_out_in_utc() -> None:
    for out in (
        KZ.due(at("2026-11-24 10:00"), 5),
        KZ.next_opening(datetime(2026, 11, 24, 12, tzinfo=ASTANA)),
        KZ.working_days_before(at("2026-11-24 10:00"), 1),
    ):
        assert out.tzinfo is UTC


def test_naive_instants_and_negative_numbers_are_faults_of_the_caller() -> None:
    naive = datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001 — the point of the test
    with pytest.raises(ValueError, match="aware"):
        KZ.due(naive, 1)
    with pytest.raises(ValueError, match="negative"):
        KZ.due(at("2026-11-24 10:00"), -1)
    with pytest.raises(ValueError, match="negative"):
        KZ.working_days_before(at("2026-11-24 10:00"), -1)


def test_a_due_time_is_explained_day_by_day() -> None:
    assert KZ.explain_due(at("2026-03-06 17:00"), 480) == [
        "Start: Fri 2026-03-06 17:00 Astana time; 480 working minutes to pass.",
        "Fri 2026-03-06 (working day), 17:00-18:30: 90 minutes, 390 left.",
        "Sat 2026-03-07: weekend, no working time.",
        "Sun 2026-03-08: International Women's Day, no working time.",
        "Mon 2026-03-09: International Women's Day (observed), no working time.",
        "Tue 2026-03-10 (working day), 09:00-15:30: 390 minutes, 0 left.",
        "Due: Tue 2026-03-10 15:30 Astana time.",
    ]


def test_days_off_before_the_first_working_time_are_explained_too() -> None:
    steps = KZ.explain_due(at("2026-03-07 12:00"), 30)
    assert steps[1] == "Sat 2026-03-07: weekend, no working time."
    assert steps[-1] == "Due: Tue 2026-03-10 09:30 Astana time."


def test_a_start_after_hours_is_explained() -> None:
    steps = KZ.explain_due(at("2026-11-24 20:00"), 30)
    assert steps[1:3] == [
        "Tue 2026-11-24: working day, working time is over.",
        "Wed 2026-11-25 (working day), 09:00-09:30: 30 minutes, 0 left.",
    ]


def test_no_minutes_need_no_explanation() -> None:
    assert KZ.explain_due(at("2026-11-22 10:00"), 0)[1:] == ["Due: Sun 2026-11-22 10:00 Astana time."]


def test_a_very_long_time_is_not_explained_day_by_day_to_the_end() -> None:
    steps = KZ.explain_due(at("2026-11-24 10:00"), 1_000 * DAY_MINUTES)
    assert steps[-2].startswith("And so on for 601 more")


def test_the_tz_database_knows_the_change_of_2024() -> None:
    assert zone_fault() == ""
    assert datetime(2026, 11, 24, tzinfo=ASTANA).utcoffset() == timedelta(hours=5)


def test_an_old_tz_database_is_told_apart() -> None:
    assert "6:00:00" in zone_fault(ZoneInfo("Asia/Dhaka"))


def test_working_hours_are_those_of_the_regulation() -> None:
    assert (OPENS.isoformat("minutes"), CLOSES.isoformat("minutes"), DAY_MINUTES) == ("09:00", "18:30", 570)


@pytest.mark.parametrize("year", range(2024, 2029))
def test_the_calendar_agrees_with_the_library_day_by_day(year: int) -> None:
    library = holidays.country_holidays("KZ", years=[year - 1, year, year + 1])
    day = date(year, 1, 1)
    while day.year == year:
        assert KZ.is_working_day(day) == library.is_working_day(day), day
        day += timedelta(days=1)


def test_years_without_a_known_decree_are_named() -> None:
    assert KZ.unconfirmed(2024, 2030) == (2026, 2027, 2028, 2029, 2030)


def test_a_year_beyond_the_calendar_has_weekends_only() -> None:
    assert KZ.is_working_day(date(2030, 1, 1))
    assert not KZ.is_working_day(date(2030, 1, 5))


def test_a_draft_of_a_year_is_a_calendar() -> None:
    drawn = calendar(drafted(2025), FILE)
    assert drawn.unconfirmed(2025, 2025) == (2025,)
    assert drawn.on.keys() == {date(2025, 1, 5)}
    assert calendar(drafted(2026), FILE).on == {}


GOOD = """2026:
  confirmed: true
  off:
    - {date: 2026-01-01, name: New Year, source: law}
  on:
    - {date: 2026-01-03, name: worked, source: decree}
"""


def test_a_small_calendar_is_read() -> None:
    read = calendar(GOOD, FILE)
    assert read == Calendar({date(2026, 1, 1): "New Year"}, {date(2026, 1, 3): "worked"}, frozenset({2026}))
    assert read.day_in_words(date(2026, 1, 3)) == "worked"


@pytest.mark.parametrize(
    ("was", "becomes", "line", "fault"),
    [
        ("2026:\n", "year:\n", 1, "this is no year"),
        ("confirmed: true", "confirmed: perhaps", 2, "neither true nor false"),
        ("  confirmed: true\n", "", 1, "lacks confirmed"),
        ("2026-01-01", "2026-02-30", 4, "no date"),
        ("2026-01-01", "2025-01-01", 4, "does not lie in 2026"),
        ("2026-01-03", "2026-01-01", 6, "stands here twice"),
        ("2026-01-03", "2026-01-05", 6, "weekday"),
        (", source: law", "", 4, "needs date, name and source"),
        ("name: New Year", "title: New Year", 4, "unknown key 'title'"),
        ("  on:\n    - {date: 2026-01-03, name: worked, source: decree}\n", "  on: none\n", 5, "no list"),
        ("    - {date: 2026-01-03, name: worked, source: decree}", "    - 2026-01-03", 6, "expected date"),
        ("name: worked", "name: [", 6, "no valid YAML"),
        (GOOD, "", 0, "no years"),
        (GOOD, GOOD + GOOD, 7, "twice"),
    ],
)
def test_a_fault_of_the_file_is_found_with_its_line(was: str, becomes: str, line: int, fault: str) -> None:
    with pytest.raises(Faulty) as caught:
        calendar(GOOD.replace(was, becomes), FILE)
    assert (caught.value.faults[0].line, fault in str(caught.value)) == (line, True)


def test_all_faults_of_the_file_are_found_at_once() -> None:
    text = GOOD.replace("true", "maybe").replace("2026-01-01", "2026-13-01").replace("2026-01-03", "2026-01-05")
    with pytest.raises(Faulty) as caught:
        calendar(text, FILE)
    assert [fault.line for fault in caught.value.faults] == [2, 4, 6]
