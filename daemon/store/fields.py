"""Column types that mean the same in SQLite and PostgreSQL.

Promise: an instant is an integer of microseconds since 1970 in UTC, so that comparison, index and time zone of the
machine never matter; a text is free of what one of the two databases refuses (NUL, lone surrogates).
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import BigIntegerField, TextField

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Instant(BigIntegerField):
    """An aware datetime, exact to the microsecond."""

    def db_value(self, value: datetime | int | None) -> int | None:
        """Microseconds since 1970; raises TypeError on a naive datetime."""
        return (value - EPOCH) // MICROSECOND if isinstance(value, datetime) else value

    def python_value(self, value: int | None) -> datetime | None:
        """Aware, in UTC."""
        return None if value is None else EPOCH + value * MICROSECOND


class Clean(TextField):
    """Text that both databases take."""

    def db_value(self, value: str | None) -> str | None:
        """NUL is dropped and a lone surrogate becomes U+FFFD."""
        if value is None:
            return None
        return str(value).replace("\0", "").encode("utf-8", "replace").decode("utf-8")


class Json(TextField):
    """A JSON value as text: read by people and by `explain`, never queried by its inside."""

    def db_value(self, value: Any) -> str | None:  # noqa: ANN401 - any JSON value
        """Keys in their order, letters as they are."""
        return None if value is None else json.dumps(value, ensure_ascii=False, default=str)

    def python_value(self, value: str | None) -> Any:  # noqa: ANN401 - any JSON value
        """The value back."""
        return None if value is None else json.loads(value)
