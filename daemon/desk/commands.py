"""Commands of our own people: what the first lines of their reply order.

Promise: pure and total. A line that begins with `#` is a command; the first other line ends them. What is not known is
not guessed: it is named, with the nearest known command, and the whole reply is then not carried out.
On failure: a fault in `rules/commands.yaml` is `Faulty` with its line.
"""

import difflib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from daemon.desk.faults import Fault, Faulty
from daemon.desk.marked import Node, read
from daemon.desk.ticket import Event

COMMANDS_MAX = 10
"""Command lines of one reply; what has more is no reply with commands."""
NEAR = 0.6
"""Likeness from which an unknown command is taken for a slip of a known one."""


class Name(StrEnum):
    """The commands."""

    RESOLVE = "resolve"
    ASK = "ask"
    NOTE = "note"
    TAKE = "take"
    CLOSE = "close"
    DECLINE = "decline"
    HOLD = "hold"
    LIFT = "lift"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Command:
    """One row of `rules/commands.yaml`."""

    name: Name
    words: tuple[str, ...]
    event: Event | None
    to_client: bool
    """The rest of the reply goes to the client; else it stays with us."""
    needs_proof: bool
    manager_only: bool


Commands = Mapping[str, Command]
"""Word, folded → command."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply of our own people."""

    commands: tuple[Command, ...]
    unknown: tuple[tuple[str, str], ...]
    """(as written, the nearest known word or '')."""
    text: str
    """What stands below the commands."""


def commands(text: str, file: Path) -> Commands:
    """Read `rules/commands.yaml`. Raises `Faulty` with every fault."""
    rows = read(text, file).mapping()
    found: dict[str, Command] = {}
    faults = [
        Fault(file, 0, f"the command `{name}` is missing", "Take its row from the release.")
        for name in Name
        if name not in rows
    ]
    for name, node in rows.items():
        command = _command(name, node, faults)
        if command is not None:
            for word in command.words:
                if word in found:
                    faults.append(node.fault(f"`{word}` stands for two commands", "Keep one of them."))
                found[word] = command
    if faults:
        raise Faulty(faults)
    return found


def _command(name: str, node: Node, faults: list[Fault]) -> Command | None:
    if name not in set(Name):
        faults.append(node.fault(f"no command is called `{name}`", f"Known are: {', '.join(Name)}."))
        return None
    row = node.mapping()
    allowed = {"event": {"", *map(str, Event)}, "text": {"client", "note"}, "needs": {"reply", "proof"}}
    allowed["who"] = {"operator", "manager"}
    values = {key: str(row[key].value) if key in row else "?" for key in allowed}
    wrong = [key for key, known in allowed.items() if values[key] not in known]
    if wrong or "words" not in row:
        faults.append(
            node.fault(f"`{name}`: {', '.join(wrong) or 'words'} is wrong or missing", "See the head of the file.")
        )
        return None
    words = tuple(_folded(str(item.value)) for item in row["words"].items())
    event = Event(values["event"]) if values["event"] else None
    return Command(
        Name(name), words, event, to_client=values["text"] == "client", needs_proof=values["needs"] == "proof",
        manager_only=values["who"] == "manager",
    )  # fmt: skip


def read_reply(text: str, known: Commands) -> Reply:
    """The commands on the first lines of `text`, and what stands below them."""
    lines = text.strip("\n").split("\n")
    orders = list(itertools.takewhile(_is_order, lines[:COMMANDS_MAX]))
    words = [order.strip().lstrip("# ").partition(" ")[0] for order in orders]
    found = tuple(known[_folded(word)] for word in words if _folded(word) in known)
    unknown = tuple((word, _near(word, known)) for word in words if _folded(word) not in known)
    return Reply(found, unknown, "\n".join(lines[len(orders) :]).strip())


def _is_order(line: str) -> bool:
    return line.strip().startswith("#")


def _near(word: str, known: Commands) -> str:
    return next(iter(difflib.get_close_matches(_folded(word), known, 1, NEAR)), "")


def _folded(word: str) -> str:
    """Case, and how a dash is typed, do not matter."""
    return word.strip().casefold().replace("_", "-").replace("–", "-").replace("—", "-").rstrip(".,:;!")
