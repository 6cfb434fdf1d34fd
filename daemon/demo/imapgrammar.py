"""The words of an IMAP command and of an answer (RFC 9051 section 9), no more of the grammar than the server needs.

Promise: linear in the length of the command; a command that is no command raises `CommandError`.
"""

import sys
from bisect import bisect_right
from collections.abc import Sequence

NESTING = 50
"""Parentheses in parentheses."""

Token = str | bytes | list["Token"]
"""An atom is str (its octets as Latin-1), a quoted string or literal is bytes, a parenthesised list is a list."""


class CommandError(Exception):
    """The command is wrong: answered BAD."""


class RefusedError(Exception):
    """The command is right but cannot be done: answered NO. May begin with a response code in brackets."""


def tokenise(segments: Sequence[bytes]) -> list[Token]:
    """Read a command given as text, literal, text, literal, … text (without the `{n}` marks)."""
    stack: list[list[Token]] = [[]]
    for index, segment in enumerate(segments):
        if index % 2:
            stack[-1].append(segment)
        else:
            _read(segment, stack)
    if len(stack) != 1:
        raise CommandError("a parenthesis is open")
    return stack[0]


def _read(text: bytes, stack: list[list[Token]]) -> None:
    position = 0
    while position < len(text):
        char = text[position : position + 1]
        if char == b'"':
            value, position = _quoted(text, position + 1)
            stack[-1].append(value)
        elif char in b" ()":
            position += 1
            _bracket(char, stack)
        else:
            end = _atom_end(text, position)
            stack[-1].append(text[position:end].decode("latin-1"))
            position = end


def _bracket(char: bytes, stack: list[list[Token]]) -> None:
    if char == b"(":
        if len(stack) > NESTING:
            raise CommandError("too deep")
        inner: list[Token] = []
        stack[-1].append(inner)
        stack.append(inner)
    elif char == b")":
        if len(stack) == 1:
            raise CommandError("a parenthesis too many")
        stack.pop()


def _quoted(text: bytes, position: int) -> tuple[bytes, int]:
    value = bytearray()
    while position < len(text):
        char = text[position]
        if char == ord('"'):
            return bytes(value), position + 1
        if char == ord("\\"):
            position += 1
            if position >= len(text):
                break
        value.append(text[position])
        position += 1
    raise CommandError("a quotation mark is open")


def _atom_end(text: bytes, position: int) -> int:
    """An atom ends at a space or parenthesis, but not inside the brackets of `BODY[HEADER.FIELDS (FROM)]`."""
    while position < len(text) and text[position] not in b' ()"':
        if text[position] == ord("["):
            position = text.find(b"]", position)
            if position < 0:
                raise CommandError("a bracket is open")
        position += 1
    return position


def octets_of(token: Token) -> bytes:
    """An astring: atom, quoted string or literal."""
    if isinstance(token, list):
        raise CommandError("a string is wanted, not a list")
    return token if isinstance(token, bytes) else token.encode("latin-1")


def text_of(token: Token) -> str:
    """An astring as text, octets as Latin-1."""
    return octets_of(token).decode("latin-1")


def atoms_of(token: Token) -> list[str]:
    """A list of atoms, or one atom."""
    return [text_of(item) for item in (token if isinstance(token, list) else [token])]


def string(value: str | bytes | None) -> bytes:
    """An nstring for an answer: NIL, quoted where that is possible, otherwise a literal."""
    if value is None:
        return b"NIL"
    octets = value.encode("latin-1", "replace") if isinstance(value, str) else value
    if len(octets) > 500 or any(octet < 32 or octet > 126 for octet in octets):
        return literal(octets)
    return b'"' + octets.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def literal(octets: bytes) -> bytes:
    """A literal for an answer."""
    return b"{%d}\r\n%b" % (len(octets), octets)


class NumberSet:
    """A sequence-set such as `1:4,9,12:*` (RFC 9051 section 9)."""

    def __init__(self, text: str, last: int) -> None:
        """`last` is what `*` stands for."""
        self._ranges: list[tuple[int, int]] = []
        for low, high in sorted(self._range(piece, last) for piece in text.split(",")):
            if self._ranges and low <= self._ranges[-1][1] + 1:
                before = self._ranges.pop()
                self._ranges.append((before[0], max(before[1], high)))
            else:
                self._ranges.append((low, high))

    @staticmethod
    def _range(piece: str, last: int) -> tuple[int, int]:
        first, colon, second = piece.partition(":")
        ends = [first, second if colon else first]
        if not all(end == "*" or (end.isascii() and end.isdigit() and len(end) <= 10) for end in ends):
            raise CommandError("no number set")
        low, high = sorted(last if end == "*" else int(end) for end in ends)
        return low, high

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self._ranges, (number, sys.maxsize)) - 1
        return place >= 0 and self._ranges[place][0] <= number <= self._ranges[place][1]


def looks_like_numbers(text: str) -> bool:
    """Whether an atom is a sequence-set."""
    return bool(text) and all(char in "0123456789:*," for char in text)


def compact(numbers: Sequence[int]) -> bytes:
    """Ascending numbers as a uid-set: `1:3,7`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return b",".join(b"%d" % low if low == high else b"%d:%d" % (low, high) for low, high in runs)
