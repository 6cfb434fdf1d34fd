"""Alarms: something that ops must know of until it is over.

Promise: an alarm has a stable name and stands once, however often it is raised; `status` exits with it.
"""

from datetime import datetime

from daemon.store.connection import writing
from daemon.store.models import Alarm


def raise_alarm(name: str, detail: str, now: datetime) -> None:
    """Raise or renew an alarm, inside the caller's transaction."""
    Alarm.insert(name=name, since=now, last=now, detail=detail).on_conflict(
        conflict_target=[Alarm.name], update={"last": now, "detail": detail}
    ).execute()


def alarm(name: str, detail: str, now: datetime) -> None:
    """Raise or renew an alarm in a transaction of its own."""
    with writing():
        raise_alarm(name, detail, now)


def clear(name: str) -> bool:
    """It is over; returns whether it stood."""
    with writing():
        return bool(Alarm.delete().where(Alarm.name == name).execute())
