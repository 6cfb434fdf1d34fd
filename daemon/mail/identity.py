"""Whether our own border server vouches for the From of a message (RFC 8601).

Promise: only the topmost Authentication-Results of the configured authserv-id is believed; a border server adds its own
on top and removes forged ones (RFC 8601 section 5). Anything else in such a field is ignored; garbage proves nothing.
"""

from daemon.mail.message import Message


def authenticated(message: Message, authserv_id: str) -> bool:
    """True when DMARC passed for the domain of From, or an aligned SPF or DKIM did. Without `authserv_id`: False."""
    if not authserv_id or len(message.originators) != 1:
        return False
    domain = message.sender.domain
    return any(_passes(result, domain) for result in _results(message, authserv_id))


def _results(message: Message, authserv_id: str) -> list[str]:
    for value in message.all("authentication-results"):
        head, _, rest = value.partition(";")
        words = head.split()
        if words and words[0].casefold() == authserv_id.casefold():
            return _plain(rest.casefold()).split(";")
    return []


def _passes(result: str, domain: str) -> bool:
    words = result.split()
    if not words or not domain:
        return False
    properties: dict[str, str] = {}
    for word in words[1:]:
        name, _, value = word.partition("=")
        properties.setdefault(name, value)
    if words[0] == "dmarc=pass":
        return properties.get("header.from", "") == domain
    if words[0] == "dkim=pass":
        return _aligned(properties.get("header.d") or properties.get("header.i", ""), domain)
    if words[0] == "spf=pass":
        return _aligned(properties.get("smtp.mailfrom", ""), domain)
    return False


def _aligned(identity: str, domain: str) -> bool:
    """Strict alignment (RFC 7489 section 3.1): the relaxed kind needs a list of public suffixes."""
    return identity.rpartition("@")[2] == domain


def _plain(text: str) -> str:
    """Without comments, and with one dead letter for each letter of a quoted string: the sender chooses what stands in
    both (a local part, a reason), and `;` or `dmarc=pass` in there must mean nothing."""
    depth, quoted, kept = 0, False, []
    letters = iter(text)
    for letter in letters:
        if letter == "\\" and (depth or quoted):
            next(letters, "")
        elif letter == '"' and not depth:
            quoted = not quoted
        elif quoted:
            kept.append("_")
        elif letter == "(":
            depth += 1
        elif letter == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(letter)
    return "".join(kept)
