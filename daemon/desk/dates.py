"""Dates as people write them in Russian, Kazakh and English, in Astana time (A.5).

Promise: only the tables below decide the words, never the locale of the machine. Instants come in aware, in any zone.
On failure: a naive instant is the caller's fault (ValueError).
"""

from datetime import datetime

from daemon.desk.verdict import Language
from daemon.desk.worktime import ASTANA

WRITTEN_LANGUAGES = (Language.RU, Language.KK, Language.EN)
"""The languages that letters are written in."""

# fmt: off
_MONTHS = {
    Language.RU: (
        "января", "февраля", "марта", "апреля", "мая", "июня",
        "июля", "августа", "сентября", "октября", "ноября", "декабря",
    ),
    Language.KK: (
        "қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым",
        "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан",
    ),
    Language.EN: (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}
# fmt: on
_DAYS = {
    Language.RU: (
        "в понедельник",
        "во вторник",
        "в среду",
        "в четверг",
        "в пятницу",
        "в субботу",
        "в воскресенье",
    ),
    Language.KK: ("дүйсенбі", "сейсенбі", "сәрсенбі", "бейсенбі", "жұма", "сенбі", "жексенбі"),
    Language.EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def date_and_time(at: datetime, language: Language) -> str:
    """`24 ноября 2026 г., 9:00`, `2026 жылғы 24 қараша, 9:00`, `24 November 2026, 9:00`."""
    local = _local(at)
    month = _MONTHS[language][local.month - 1]
    date = {
        Language.RU: f"{local.day} {month} {local.year} г.",
        Language.KK: f"{local.year} жылғы {local.day} {month}",
        Language.EN: f"{local.day} {month} {local.year}",
    }[language]
    return f"{date}, {clock(at)}"


def on_the_day(at: datetime, language: Language) -> str:
    """`во вторник, 24 ноября`, `24 қараша, сейсенбі күні`, `on Tuesday, 24 November`."""
    local = _local(at)
    day = f"{local.day} {_MONTHS[language][local.month - 1]}"
    weekday = _DAYS[language][local.weekday()]
    return {
        Language.RU: f"{weekday}, {day}",
        Language.KK: f"{day}, {weekday} күні",
        Language.EN: f"on {weekday}, {day}",
    }[language]


def clock(at: datetime) -> str:
    """The time of day as all three languages write it here: `9:00`."""
    local = _local(at)
    return f"{local.hour}:{local.minute:02d}"


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant must be aware")
    return at.astimezone(ASTANA)
