"""What a server said, made fit for a record.

Promise: the result is one line of at most `REPLY_CHARS` characters without control characters, and none of the
secrets given is in it, neither plain nor as the base64 of a SASL exchange.
"""

import base64

REPLY_CHARS = 500
"""Characters kept of one reply of a server. RFC 5321 section 4.5.3.1.5 allows 512 octets a reply line."""


def clean(text: str, *secrets: str) -> str:
    """One line of `text`: control characters and lone surrogates replaced, secrets hidden, clipped."""
    for secret in secrets:
        text = text.replace(secret, "***") if secret else text
    visible = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(visible.split())[:REPLY_CHARS]


def disguises(user: str, password: str) -> tuple[str, ...]:
    """The forms in which a server could echo a password back: plain, quoted, and inside SASL PLAIN and LOGIN."""
    if not password:
        return ()
    quoted = password.replace("\\", "\\\\").replace('"', '\\"')
    encoded = (base64.b64encode(text.encode()).decode() for text in (f"\0{user}\0{password}", password))
    return (quoted, password, *encoded)
