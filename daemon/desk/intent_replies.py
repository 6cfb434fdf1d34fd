"""Two questions that the intent alone leaves open: what an acknowledgement says, and whether a message is advertising.

Promise: pure; both stand on terms and rules of `rules/intents.yaml`, so a support lead can read why.
"""

from collections import Counter

from daemon.desk.intent_features import Reading
from daemon.desk.verdict import AckKind

_ADVERTISING = "advertising-"
"""Rules whose names begin so say that the sender offers something."""
_OFFERS = 3
"""Words of the term `advert` from which a message offers something, where it has no word of the portal."""


def acknowledgement_kind(reading: Reading) -> AckKind:
    """What an acknowledgement says. Waiting comes first (somebody must look), then solved, then thanks."""
    terms = _terms(reading)
    if terms["waiting"] and not terms["solved"]:
        return AckKind.WAITING
    if terms["solved"]:
        return AckKind.SOLVED
    return AckKind.WAITING if terms["waiting"] else AckKind.THANKS


def is_advertising(reading: Reading) -> bool:
    """True where an unrelated message offers goods, services, money or events."""
    if any(rule.name.startswith(_ADVERTISING) for rule, _ in reading.rules):
        return True
    terms = _terms(reading)
    return terms["advert"] >= _OFFERS and not terms["otherportal"] and not terms["job"]


def _terms(reading: Reading) -> Counter[str]:
    return Counter(hit.name for hits in reading.terms for hit in hits)
