"""When a deferred letter is tried again, and when it is given up (RFC 5321 section 4.5.4.1).

Promise: pure; the delay is the letter's own age between two limits, with some jitter, so that the attempts thin out.
"""

from datetime import timedelta

from daemon.desk.limits import ServiceLimits


def retry_delay(age: timedelta, limits: ServiceLimits, chance: float) -> timedelta:
    """The pause before the next attempt; `chance` is a random number from 0 to 1."""
    seconds = min(max(age.total_seconds(), limits.retry_first), limits.retry_last)
    return timedelta(seconds=seconds * (1 + limits.retry_jitter * (2 * chance - 1)))


def expired(age: timedelta, limits: ServiceLimits, *, acknowledgement: bool) -> bool:
    """Whether a letter of that age is given up."""
    return age.total_seconds() >= (limits.give_up_acknowledgement if acknowledgement else limits.give_up)
