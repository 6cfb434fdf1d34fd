"""Two questions that the intent alone leaves open: what an acknowledgement says, and whether a message is advertising.

Promise: pure; both stand on terms and rules of `rules/intents.yaml`, so a support lead can read why.
"""

from daemon.desk.intent_features import Reading
from daemon.desk.verdict import AckKind

_ADVERTISING = "advertising-"
"""Rules whose names begin so say that the sender offers something."""
_OFFERS = 3
"""Words of the term `advert` from which a message offers something, where it has no word of the portal."""


def acknowledgement_kind(reading: Reading) -> AckKind:
    """What an acknowledgement says. Solved comes first (it closes the matter), then waiting, then thanks."""
    if reading.count("solved") and not _asks_again(reading):
        return AckKind.SOLVED
    return AckKind.WAITING if reading.count("waiting") else AckKind.THANKS


def _asks_again(reading: Reading) -> bool:
    """True where the sender waits and does not thank: then `received` and the like are of the past."""
    return bool(reading.count("waiting")) and not reading.count("thanks")


def is_advertising(reading: Reading) -> bool:
    """True where an unrelated message offers goods, services, money or events."""
    if any(rule.name.startswith(_ADVERTISING) for rule, _ in reading.met):
        return True
    return reading.count("advert") >= _OFFERS and not reading.count("otherportal") and not reading.count("job")
