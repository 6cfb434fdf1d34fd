"""LIST, LSUB and STATUS: what IMAP tells of folders (RFC 9051 sections 6.3.9 and 6.3.11, RFC 6154)."""

from daemon.demo.imapgrammar import CommandError, Token, string, text_of
from daemon.demo.mailboxes import INBOX, SEPARATOR, Account, Folder

_SPECIAL_USE = {"Drafts": b"\\Drafts", "Sent": b"\\Sent", "Junk": b"\\Junk", "Trash": b"\\Trash"}


def list_lines(account: Account, args: list[Token], word: bytes) -> list[bytes]:
    """The answers to LIST and LSUB (`word`)."""
    if len(args) != 2 or isinstance(args[0], list) or isinstance(args[1], list):
        raise CommandError("a reference and a pattern are wanted")
    pattern = text_of(args[0]) + text_of(args[1])
    if not text_of(args[1]):
        return [b"* " + word + b' (\\Noselect) "/" ""']
    return [
        b"* %b (%b) %b %b" % (word, _attributes(account, name), string(SEPARATOR), string(name))
        for name in account.names
        if matches(pattern, name) and (word == b"LIST" or account.folder(name).subscribed)
    ]


def _attributes(account: Account, name: str) -> bytes:
    below = any(other.startswith(name + SEPARATOR) for other in account.names)
    children = b"\\HasChildren" if below else b"\\HasNoChildren"
    return b" ".join(filter(None, [children, _SPECIAL_USE.get(name)]))


def matches(pattern: str, name: str) -> bool:
    """Whether a folder name matches: `*` stands for anything, `%` for anything without a separator."""
    if pattern.upper() == INBOX:
        return name == INBOX
    places = {0}
    for char in pattern:
        if char == "*":
            places = set(range(min(places), len(name) + 1))
        elif char == "%":
            places = {end for start in places for end in _within_level(name, start)}
        else:
            places = {place + 1 for place in places if name[place : place + 1] == char}
        if not places:
            return False
    return len(name) in places


def _within_level(name: str, start: int) -> range:
    end = name.find(SEPARATOR, start)
    return range(start, (len(name) if end < 0 else end) + 1)


def status_line(folder: Folder, items: list[str]) -> bytes:
    """The answer to STATUS; raises CommandError for an item that does not exist."""
    values = {
        "MESSAGES": len(folder.mails),
        "RECENT": 0,
        "UIDNEXT": folder.uidnext,
        "UIDVALIDITY": folder.uidvalidity,
        "UNSEEN": sum("\\Seen" not in mail.flags for mail in folder.mails),
        "SIZE": sum(len(mail.octets) for mail in folder.mails),
    }
    wanted = [item.upper() for item in items]
    if any(item not in values for item in wanted):
        raise CommandError("no such status item")
    told = " ".join(f"{item} {values[item]}" for item in wanted)
    return b"* STATUS %b (%b)" % (string(folder.name), told.encode())
