"""When a deferred letter is tried again and when it is given up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.limits import DAY, HOUR, MINUTE, ServiceLimits
from daemon.desk.retry import expired, retry_delay

LIMITS = ServiceLimits()
AGES = st.integers(0, 10 * DAY).map(lambda seconds: timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("age", "pause"),
    [
        (0, 2 * MINUTE),
        (2 * MINUTE, 2 * MINUTE),
        (2 * MINUTE + 1, 2 * MINUTE + 1),
        (30 * MINUTE, 30 * MINUTE),
        (2 * HOUR, 2 * HOUR),
        (4 * DAY, 2 * HOUR),
    ],
)
def test_the_pause_is_the_letters_own_age_between_two_minutes_and_two_hours(age: int, pause: int) -> None:
    assert retry_delay(timedelta(seconds=age), LIMITS, 0.5) == timedelta(seconds=pause)


@given(AGES, st.floats(0, 1))
def test_chance_moves_the_pause_by_a_tenth_at_most(age: timedelta, chance: float) -> None:
    middle = retry_delay(age, LIMITS, 0.5).total_seconds()
    assert 0.9 * middle - 0.001 <= retry_delay(age, LIMITS, chance).total_seconds() <= 1.1 * middle + 0.001


def test_both_ends_of_chance_are_reached() -> None:
    assert retry_delay(timedelta(), LIMITS, 0.0) == timedelta(seconds=108)
    assert retry_delay(timedelta(), LIMITS, 1.0) == timedelta(seconds=132)


@given(AGES, AGES)
def test_the_attempts_thin_out(first: timedelta, second: timedelta) -> None:
    low, high = sorted((first, second))
    assert retry_delay(low, LIMITS, 0.5) <= retry_delay(high, LIMITS, 0.5)


@pytest.mark.parametrize(
    ("age", "acknowledgement", "over"),
    [
        (timedelta(days=1, seconds=-1), True, False),
        (timedelta(days=1), True, True),
        (timedelta(days=1), False, False),
        (timedelta(days=5, seconds=-1), False, False),
        (timedelta(days=5), False, True),
    ],
)
def test_a_receipt_is_given_up_after_a_day_and_any_other_letter_after_five(
    age: timedelta, acknowledgement: bool, over: bool
) -> None:
    assert expired(age, LIMITS, acknowledgement=acknowledgement) is over
