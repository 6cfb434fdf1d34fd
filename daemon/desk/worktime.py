"""The working time of the service: 9:00-18:30 Astana time on working days (A.5).

Promise: one calendar for every clock of the service. Instants go in and come out aware and in UTC. Working time is
counted in whole minutes: an elapsed minute is one that is over, and a due time is never early, so a start within a
minute counts from the next. `due` and `elapsed` are additive and monotone. A year that the calendar does not know has
weekends and nothing else; `unconfirmed` names such years, for a warning at the start.
On failure: a naive instant or a negative number of minutes is the caller's fault (ValueError); a calendar file that
cannot be used raises `Faulty` with every fault in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

ASTANA = ZoneInfo("Asia/Almaty")
"""Astana time. UTC+5 since 2024-03-01, UTC+6 before: the whole country went over that night."""
OPENS = time(9, 0)
CLOSES = time(18, 30)
DAY_MINUTES = 570
"""Minutes of a working day, from OPENS to CLOSES."""
EXPLAINED_STEPS = 400
"""Days that `explain_due` writes out; more than a year is not explained day by day."""
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked. Made by `calendar_file.calendar`."""

    off: Mapping[date, str]
    """Public holidays and days off by decree, and what each is."""
    on: Mapping[date, str]
    """Saturdays and Sundays worked by decree, and what for."""
    confirmed_years: frozenset[int]
    """Years whose transfers of days off are known."""

    def is_working_day(self, day: date) -> bool:
        """Whether the service works on `day` (A.5)."""
        return day in self.on or (day.weekday() < _SATURDAY and day not in self.off)

    def day_in_words(self, day: date) -> str:
        """What kind of day `day` is: `working day`, `weekend`, or the entry of the calendar."""
        listed = self.on.get(day) or self.off.get(day)
        if listed:
            return listed
        return "working day" if self.is_working_day(day) else "weekend"

    def unconfirmed(self, first: int, last: int) -> tuple[int, ...]:
        """The years from `first` to `last` whose transfers nobody has confirmed."""
        return tuple(year for year in range(first, last + 1) if year not in self.confirmed_years)

    def is_open(self, at: datetime) -> bool:
        """Whether `at` lies in working time; the closing minute does not."""
        local = _local(at)
        return self.is_working_day(local.date()) and OPENS <= local.time() < CLOSES

    def next_opening(self, at: datetime) -> datetime:
        """The first instant of working time at or after `at`: `at` itself where the service is open."""
        if self.is_open(at):
            return at.astimezone(UTC)
        day = _local(at).date()
        if _local(at) >= _at(day, OPENS):
            day += _DAY
        while not self.is_working_day(day):
            day += _DAY
        return _at(day, OPENS).astimezone(UTC)

    def due(self, start: datetime, minutes: int) -> datetime:
        """The earliest whole minute by which `minutes` of working time have passed since `start`.

        No minutes are due at once, in working time or not.
        """
        return self._stretches(start, minutes)[-1].end.astimezone(UTC)

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Whole minutes of working time from `start` to `end`; negative where `end` lies before `start`."""
        if end < start:
            return -self.elapsed(end, start)
        return self._minutes_between(_floor(_local(start)), _floor(_local(end)))

    def working_days_before(self, at: datetime, days: int) -> datetime:
        """The latest whole minute from which `days` working days of DAY_MINUTES have passed by `at`."""
        if days < 0:
            raise ValueError("a number of days cannot be negative")
        local = _floor(_local(at))
        left = days * DAY_MINUTES
        day = local.date()
        end = local
        while left > 0:
            if self.is_working_day(day):
                end = min(local, _at(day, CLOSES))
                room = _minutes(end - _at(day, OPENS))
                if room >= left:
                    return (end - left * _MINUTE).astimezone(UTC)
                left -= max(room, 0)
            day -= _DAY
        return end.astimezone(UTC)

    def explain_due(self, start: datetime, minutes: int) -> list[str]:
        """How `due` comes to its result, one plain sentence a day."""
        start = _local(start)
        steps = [f"Start: {_words(start)} Astana time; {minutes} working minutes to pass."]
        left = minutes
        stretches = self._stretches(start, minutes)
        reached = start.date()
        for stretch in stretches[:EXPLAINED_STEPS] if minutes else []:
            day = stretch.begin.date()
            steps.extend(self._idle_days(reached, day))
            taken = _minutes(stretch.end - stretch.begin)
            left -= taken
            hours = f"{stretch.begin:%H:%M}-{stretch.end:%H:%M}"
            steps.append(f"{_day_words(day)} ({self.day_in_words(day)}), {hours}: {taken} minutes, {left} left.")
            reached = day + _DAY
        if len(stretches) > EXPLAINED_STEPS:
            steps.append(f"And so on for {len(stretches) - EXPLAINED_STEPS} more working days.")
        steps.append(f"Due: {_words(stretches[-1].end)} Astana time.")
        return steps

    def _idle_days(self, first: date, before: date) -> Iterator[str]:
        """The days from `first` that gave no working time: days off, or a first day that was over already."""
        day = first
        while day < before:
            why = "working time is over" if self.is_working_day(day) else "no working time"
            yield f"{_day_words(day)}: {self.day_in_words(day)}, {why}."
            day += _DAY

    def _stretches(self, start: datetime, minutes: int) -> list["_Stretch"]:
        """The stretches of working time that make up `minutes` from `start`; a lone empty one for none."""
        if minutes < 0:
            raise ValueError("a number of minutes cannot be negative")
        begin = _local(_ceiling(start))
        if minutes == 0:
            return [_Stretch(begin, begin)]
        stretches: list[_Stretch] = []
        left = minutes
        day = begin.date()
        while left > 0:
            if self.is_working_day(day):
                opens = max(begin, _at(day, OPENS))
                taken = min(_minutes(_at(day, CLOSES) - opens), left)
                if taken > 0:
                    stretches.append(_Stretch(opens, opens + taken * _MINUTE))
                    left -= taken
            day += _DAY
        return stretches

    def _minutes_between(self, start: datetime, end: datetime) -> int:
        if start.date() == end.date():
            return self._minutes_of_day(end) - self._minutes_of_day(start)
        whole_days = 0
        day = start.date() + _DAY
        while day < end.date():
            whole_days += self.is_working_day(day)
            day += _DAY
        rest = DAY_MINUTES * self.is_working_day(start.date()) - self._minutes_of_day(start)
        return rest + whole_days * DAY_MINUTES + self._minutes_of_day(end)

    def _minutes_of_day(self, local: datetime) -> int:
        """Working minutes of its day that are over at `local`."""
        if not self.is_working_day(local.date()):
            return 0
        return min(max(_minutes(local - _at(local.date(), OPENS)), 0), DAY_MINUTES)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Working time on one day, in Astana time."""

    begin: datetime
    end: datetime


def zone_fault(zone: tzinfo = ASTANA) -> str:
    """What is wrong with the machine's tz database, in one sentence; '' where it knows the change of 2024-03-01.

    Before tz release 2024a Astana was UTC+6 for ever, and every due time would be an hour early.
    """
    before = datetime(2024, 2, 29, 12, 0, tzinfo=zone).utcoffset()
    after = datetime(2024, 3, 1, 12, 0, tzinfo=zone).utcoffset()
    if before == timedelta(hours=6) and after == timedelta(hours=5):
        return ""
    return f"the tz database gives Astana {before} before and {after} after 2024-03-01, not 6:00:00 and 5:00:00"


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant must be aware")
    return at.astimezone(ASTANA)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=ASTANA)


def _floor(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _ceiling(at: datetime) -> datetime:
    floor = _floor(at)
    return floor if floor == at else floor + _MINUTE


def _minutes(span: timedelta) -> int:
    return span // _MINUTE


def _day_words(day: date) -> str:
    return f"{day:%a %Y-%m-%d}"


def _words(at: datetime) -> str:
    return f"{_day_words(at)} {at:%H:%M}"
