"""Our signed tokens: how a message proves that it answers a letter of ours (guarantee 6).

A token is `es.{reference}.{nonce}.{mac}`: `reference` is the year and running number of the ticket (`2026-000123`), or
`0` for a letter without a ticket; `nonce` is 64 bits as 13 characters of base32; `mac` is the first 100 bits of
HMAC-SHA256 over reference, nonce and recipient as 20 characters of base32. It stands in the Message-ID of the letter,
in a sub-address (`info+es...@`) and in the marker line of the body.

Promise: whoever lacks a key guesses a mac with odds of 2^-100 a try; 10^6 forged messages a day for ten years
(3.7 * 10^9 tries) succeed with odds of 3 * 10^-21. A token is bound to one recipient: passed on, it proves nothing for
another address. Reading ignores case (servers fold local parts). Everything here is pure, linear and total.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

NONCE_BITS = 64
_NONCE_CHARS = 13
_MAC_CHARS = 20
MAX_CLAIMS = 50
"""Tokens read from one text: a letter of ours carries one, a long thread quotes a few."""

_TOKEN = re.compile(
    r"(?<![a-z0-9])es\.(0|[0-9]{4}-[0-9]{6,12})\.([a-z2-7]{13})\.([a-z2-7]{20})(?![a-z2-7])", re.IGNORECASE | re.ASCII
)
_REFERENCE = re.compile(r"0|[0-9]{4}-[0-9]{6,12}", re.ASCII)
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Claim:
    """A token as read from a message: what it says, not yet proven. `token` is in lower case."""

    reference: str
    nonce: str
    mac: str
    token: str


def mint(key: bytes, reference: str, nonce: int, recipient: str) -> str:
    """A token for one letter to one recipient (an addr-spec).

    `nonce` is a random number below 2^64 drawn by the caller. Raises ValueError on a malformed reference, a nonce out
    of range or an empty key: these are mistakes of ours, never of a message.
    """
    if not key:
        raise ValueError("the signing key is empty")
    if not _REFERENCE.fullmatch(reference):
        raise ValueError(f"not a ticket reference: {reference!r}")
    if not 0 <= nonce < 1 << NONCE_BITS:
        raise ValueError("the nonce must have at most 64 bits")
    words = _base32(nonce.to_bytes(8, "big"))[:_NONCE_CHARS]
    return f"es.{reference}.{words}.{_mac(key, reference, words, recipient)}"


def message_id(token: str, domain: str) -> str:
    """The Message-ID (RFC 5322 section 3.6.4) that carries `token`. Raises ValueError on a domain that is none."""
    if not _DOMAIN.fullmatch(domain):
        raise ValueError(f"not a domain: {domain!r}")
    return f"<{token}@{domain}>"


def tokens_in(text: str) -> tuple[Claim, ...]:
    """The tokens in a Message-ID, an address or a text, each once, in order; at most `MAX_CLAIMS`."""
    claims: dict[str, Claim] = {}
    for match in _TOKEN.finditer(text):
        token = match.group().lower()
        claims.setdefault(token, Claim(match[1], match[2].lower(), match[3].lower(), token))
        if len(claims) == MAX_CLAIMS:
            break
    return tuple(claims.values())


def verify(claim: Claim, recipient: str, keys: Sequence[bytes]) -> bool:
    """Whether `claim` was minted by one of `keys` for `recipient`. Every key is tried, in constant time each."""
    proofs = [hmac.compare_digest(_mac(key, claim.reference, claim.nonce, recipient), claim.mac) for key in keys if key]
    return any(proofs)


def _mac(key: bytes, reference: str, nonce: str, recipient: str) -> str:
    signed = f"{reference}|{nonce}|{recipient.casefold()}".encode("utf-8", "replace")
    return _base32(hmac.new(key, signed, hashlib.sha256).digest()[:15])[:_MAC_CHARS]


def _base32(octets: bytes) -> str:
    return base64.b32encode(octets).decode("ascii").rstrip("=").lower()
