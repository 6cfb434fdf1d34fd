"""SEARCH (RFC 9051 section 6.4.4): from the words of the command to a test on one message.

Promise: every search key of the RFC; text is compared without regard to case, decoded and raw. Unknown keys raise
`CommandError`, unknown charsets `RefusedError`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from daemon.demo.imapgrammar import CommandError, NumberSet, RefusedError, Token, looks_like_numbers, octets_of, text_of
from daemon.demo.mailboxes import Mail
from daemon.demo.mime import split

Test = Callable[[int, Mail], bool]
"""Called with the sequence number and the message."""

_FLAGS = {
    "ANSWERED": "\\Answered",
    "DELETED": "\\Deleted",
    "DRAFT": "\\Draft",
    "FLAGGED": "\\Flagged",
    "SEEN": "\\Seen",
}
_HEADERS = frozenset({"BCC", "CC", "FROM", "SUBJECT", "TO"})
_DATES: dict[str, Callable[[date, date], bool]] = {
    "BEFORE": date.__lt__,
    "ON": date.__eq__,
    "SINCE": date.__ge__,
}
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


def compile_search(words: list[Token], last_number: int, last_uid: int) -> Test:
    """`last_…` are what `*` means in a sequence set and in a UID set."""
    words = list(words)
    if words and text_or_none(words[0]) == "CHARSET":
        if len(words) < 2 or text_of(words[1]).upper() not in ("UTF-8", "US-ASCII"):
            raise RefusedError("[BADCHARSET (UTF-8 US-ASCII)] unknown charset")
        words = words[2:]
    if not words:
        raise CommandError("nothing to search for")
    return _Keys(last_number, last_uid).all(words)


def text_or_none(word: Token) -> str | None:
    """An atom in upper case; None for what is no atom."""
    return word.upper() if isinstance(word, str) else None


class _Keys:
    """Reads search keys from the front of a list of words, consuming them."""

    def __init__(self, last_number: int, last_uid: int) -> None:
        self._last_number = last_number
        self._last_uid = last_uid

    def all(self, words: list[Token]) -> Test:
        rest = list(reversed(words))
        tests: list[Test] = []
        while rest:
            tests.append(self._key(rest))
        return lambda number, mail: all(test(number, mail) for test in tests)

    def _key(self, rest: list[Token]) -> Test:
        word = _next(rest)
        if isinstance(word, list):
            return self.all(word)
        name = text_of(word).upper()
        if looks_like_numbers(name):
            numbers = NumberSet(name, self._last_number)
            return lambda number, _: number in numbers
        if name == "NOT":
            inner = self._key(rest)
            return lambda number, mail: not inner(number, mail)
        if name == "OR":
            one, other = self._key(rest), self._key(rest)
            return lambda number, mail: one(number, mail) or other(number, mail)
        return self._plain(name, rest)

    def _plain(self, name: str, rest: list[Token]) -> Test:
        if name == "UID":
            uids = NumberSet(text_of(_next(rest)), self._last_uid)
            return lambda _, mail: mail.uid in uids
        flagged = _flag_test(name, rest)
        if flagged:
            return flagged
        if name in _DATES or name.removeprefix("SENT") in _DATES:
            return _date_test(name, _date(text_of(_next(rest))))
        if name in ("LARGER", "SMALLER"):
            return _size_test(name, text_of(_next(rest)))
        return _text_test(name, rest)


def _next(rest: list[Token]) -> Token:
    if not rest:
        raise CommandError("the search ends too early")
    return rest.pop()


def _flag_test(name: str, rest: list[Token]) -> Test | None:
    if name in ("ALL", "OLD"):
        return lambda _number, _mail: True
    if name in ("RECENT", "NEW"):
        return lambda _number, _mail: False
    absent = name.startswith("UN")
    bare = name.removeprefix("UN")
    flag = text_of(_next(rest)) if bare == "KEYWORD" else _FLAGS.get(bare)
    if flag is None:
        return None
    return lambda _, mail: (flag.casefold() in {own.casefold() for own in mail.flags}) is not absent


def _date_test(name: str, day: date) -> Test:
    if name.startswith("SENT"):
        compare = _DATES[name.removeprefix("SENT")]
        return lambda _, mail: (sent := _sent(mail)) is not None and compare(sent, day)
    compare = _DATES[name]
    return lambda _, mail: compare(mail.arrived.date(), day)


def _sent(mail: Mail) -> date | None:
    try:
        return parsedate_to_datetime(split(mail.octets).value("date") or "").date()
    except ValueError:
        return None


def _date(text: str) -> date:
    day, _, rest = text.partition("-")
    month, _, year = rest.partition("-")
    try:
        return datetime(int(year), _MONTHS.index(month.upper()) + 1, int(day), tzinfo=UTC).date()
    except ValueError:
        raise CommandError("no date") from None


def _size_test(name: str, text: str) -> Test:
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise CommandError("no number")
    size = int(text)
    return lambda _, mail: len(mail.octets) > size if name == "LARGER" else len(mail.octets) < size


def _text_test(name: str, rest: list[Token]) -> Test:
    if name == "HEADER":
        field = text_of(_next(rest))
    elif name in _HEADERS:
        field = name
    elif name in ("TEXT", "BODY"):
        field = ""
    else:
        raise CommandError(f"no search key {name[:40]}")
    wanted = octets_of(_next(rest)).decode("utf-8", "replace").casefold()
    if field:
        return lambda _, mail: any(wanted in value.casefold() for value in _header_values(mail, field))
    return lambda _, mail: wanted in _readable(mail, whole=name == "TEXT").casefold()


def _header_values(mail: Mail, field: str) -> list[str]:
    values = split(mail.octets).values(field)
    return [reading for value in values for reading in (value, _decoded(value))]


def _decoded(value: str) -> str:
    """The value (octets as Latin-1) as a person reads it."""
    try:
        return str(make_header(decode_header(value.encode("latin-1").decode("utf-8", "replace"))))
    except (HeaderParseError, LookupError, ValueError):
        return value


def _readable(mail: Mail, *, whole: bool) -> str:
    message = BytesParser().parsebytes(mail.octets)
    texts = [_payload(part) for part in message.walk() if part.get_content_maintype() == "text"]
    if whole:
        header = split(mail.octets).header.decode("latin-1")
        texts += [header, *(_decoded(line) for line in header.splitlines())]
    return "\n".join(texts)


def _payload(part: Message) -> str:
    payload = part.get_payload(decode=True)
    octets = payload if isinstance(payload, bytes) else b""
    try:
        return octets.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return octets.decode("utf-8", "replace")
