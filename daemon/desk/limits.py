"""Every limit of the service itself: its name, its unit, its source. This is their one home.

Limits on one received message are in `daemon.mail.limits`. A setting of the same name in `[limits]` overrides.
"""

from dataclasses import dataclass

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `letters` automatic letters in `seconds`."""

    letters: int
    seconds: int


ADDRESS_CAPS = (Cap(3, 10 * MINUTE), Cap(10, DAY))
"""Automatic letters to one address (guarantee 5)."""

TICKET_CAPS = (
    Cap(10, 10 * MINUTE),
    Cap(15, 30 * MINUTE),
    Cap(25, HOUR),
    Cap(50, 3 * HOUR),
    Cap(100, 10 * HOUR),
)
"""Automatic letters about one ticket (guarantee 5; the steps are those of Zammad's loop protection)."""


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """Limits of the runners. Times are seconds, sizes octets, unless the name says otherwise."""

    poison_attempts: int = 3
    """Times a message may kill its reader before it is quarantined unparsed (guarantee 3; Mailman: 3)."""
    message_seconds: int = 30
    """CPU and waiting for one message; beyond, the reading process is killed and the attempt counts (anchors B.5)."""
    lease_seconds: int = 300
    """A lease older than this belongs to a dead owner; longer than any single step of a runner but the final dot."""
    free_octets: int = 67_108_864
    """Intake pauses when less is free on the disk of the raw octets (64 MiB, guarantee 1)."""
    fetch_octets: int = 8_388_608
    """Octets fetched in one go; one larger message is fetched alone."""
    fetch_messages: int = 50
    """Messages fetched in one go."""
    backoff_first: int = 1
    backoff_last: int = 60
    """Pauses after a fault of a server or of the database double from the first to the last."""
    stop_seconds: int = 8
    """A runner that is told to stop ends within this; supervisors kill at 10 s."""
    retry_first: int = 2 * MINUTE
    retry_last: int = 2 * HOUR
    """A deferred letter waits for its own age, between these (RFC 5321 section 4.5.4.1; Postfix, qmail)."""
    retry_jitter: float = 0.1
    give_up: int = 5 * DAY
    """RFC 5321 section 4.5.4.1: at least 4-5 days."""
    give_up_acknowledgement: int = DAY
    """A receipt that comes days late confuses more than it helps."""
    tell_operator: int = 4 * HOUR
    """An operator hears of a letter that waits as long."""
    breaker_letters: int = 60
    breaker_per_address: float = 2.0
    breaker_seconds: int = 10 * MINUTE
    """Automatic letters are held once at least so many went out in the window and so many to each distinct address
    on average: 500 people who write in an outage get 500 answers, a war with a robot stops (guarantee 5)."""
    hold_bounced_days: int = 60
    """No automatic letter to an address whose delivery failed for good (Zammad: 60 days)."""
    resolution_days: int = 3
    """Working days from `resolved` to `closed`."""
