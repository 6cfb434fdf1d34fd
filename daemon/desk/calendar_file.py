"""`data/calendar.yaml`: read into a `Calendar`, and drafted for a new year from the `holidays` library.

The file lists, year by year, the days off and the days worked at a weekend, each with its name and its source:

    2026:
      confirmed: false
      off:
        - {date: 2026-01-01, name: New Year's Day, source: holidays 0.109}
      on: []

`confirmed: true` says that the year's decree on the transfer of days off is known. A new year begins with

    python -c 'from daemon.desk.calendar_file import drafted; print(drafted(2029))'

which gives the year as the library knows it; a person corrects the lines by the decree and names it as their source.

Promise: `calendar` finds all faults of the file in one go. On failure it raises `Faulty`.
"""

from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

import holidays
import yaml

from daemon.desk.faults import Fault, Faulty
from daemon.desk.worktime import Calendar

_WEEKEND = 5
_YEAR_KEYS = frozenset({"confirmed", "off", "on"})
_DAY_KEYS = frozenset({"date", "name", "source"})
_CURE = "Write the year as the others are written"


def calendar(text: str, file: Path) -> Calendar:
    """The calendar that `text` describes; `file` is named in the faults. Raises Faulty with all faults."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise Faulty([Fault(file, line, f"no valid YAML: {error.problem}", "Correct it")]) from error
    reader = _Reader(file)
    reader.read(root)
    if reader.faults:
        raise Faulty(reader.faults)
    return Calendar(
        MappingProxyType(reader.days["off"]), MappingProxyType(reader.days["on"]), frozenset(reader.confirmed)
    )


class _Reader:
    """Walks the nodes of the file, so that every fault knows its line."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.days: dict[str, dict[date, str]] = {"off": {}, "on": {}}
        self.confirmed: set[int] = set()

    def read(self, root: yaml.Node | None) -> None:
        """Reads years under the root."""
        if not isinstance(root, yaml.MappingNode) or not root.value:
            self._fault(root, "the calendar has no years")
            return
        seen: set[int] = set()
        for key, value in root.value:
            year = self._year(key)
            if year in seen:
                self._fault(key, f"the year {year} stands here twice")
            elif year:
                seen.add(year)
                self._read_year(year, key, value)

    def _year(self, key: yaml.Node) -> int:
        if isinstance(key, yaml.ScalarNode) and len(key.value) == len("2024") and key.value.isdecimal():
            return int(key.value)
        self._fault(key, "this is no year")
        return 0

    def _read_year(self, year: int, key: yaml.Node, node: yaml.Node) -> None:
        fields = self._fields(node, _YEAR_KEYS)
        if fields is None:
            return
        if (missing := _YEAR_KEYS - fields.keys()) != set():
            self._fault(key, f"the year {year} lacks {', '.join(sorted(missing))}")
            return
        confirmed = fields["confirmed"]
        if not isinstance(confirmed, yaml.ScalarNode) or confirmed.value not in {"true", "false"}:
            self._fault(confirmed, "confirmed is neither true nor false")
        elif confirmed.value == "true":
            self.confirmed.add(year)
        for kind in ("off", "on"):
            entries = fields[kind]
            if not isinstance(entries, yaml.SequenceNode):
                self._fault(entries, f"{kind!r} is no list")
                continue
            for entry in entries.value:
                self._read_day(year, kind, entry)

    def _read_day(self, year: int, kind: str, node: yaml.Node) -> None:
        fields = self._fields(node, _DAY_KEYS)
        if fields is None:
            return
        values = {name: field.value for name, field in fields.items() if isinstance(field, yaml.ScalarNode)}
        if values.keys() != _DAY_KEYS or not all(values.values()):
            self._fault(node, "a day needs date, name and source")
            return
        try:
            day = date.fromisoformat(values["date"])
        except ValueError:
            self._fault(node, f"{values['date']!r} is no date")
            return
        if day.year != year:
            self._fault(node, f"{day} does not lie in {year}")
        elif day in self.days["off"] or day in self.days["on"]:
            self._fault(node, f"{day} stands here twice")
        elif kind == "on" and day.weekday() < _WEEKEND:
            self._fault(node, f"{day} is a weekday, which is worked anyway")
        else:
            self.days[kind][day] = values["name"]

    def _fields(self, node: yaml.Node, known: frozenset[str]) -> dict[str, yaml.Node] | None:
        if not isinstance(node, yaml.MappingNode):
            self._fault(node, f"expected {', '.join(sorted(known))}")
            return None
        fields = {str(key.value): value for key, value in node.value}
        for key, _ in node.value:
            if key.value not in known:
                self._fault(key, f"unknown key {key.value!r}")
        return fields

    def _fault(self, node: yaml.Node | None, text: str) -> None:
        self.faults.append(Fault(self.file, node.start_mark.line + 1 if node else 0, text, _CURE))


def drafted(year: int) -> str:
    """The lines of one `year` as the `holidays` library knows it, unconfirmed."""
    return "\n".join(_draft_lines(year)) + "\n"


def _draft_lines(year: int) -> Iterator[str]:
    known = holidays.country_holidays("KZ", years=year, language="en_US")
    source = f"holidays {version('holidays')}"
    worked = sorted(day for day in known.weekend_workdays if day.year == year)
    yield f"{year}:"
    yield "  confirmed: false"
    yield "  off:"
    for day in sorted(known):
        yield f'    - {{date: {day}, name: "{known[day]}", source: "{source}"}}'
    yield "  on:" if worked else "  on: []"
    for day in worked:
        yield f'    - {{date: {day}, name: "worked by decree", source: "{source}"}}'
