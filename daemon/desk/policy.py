"""`rules/decisions.yaml` as values: what the service does about each intent and how certain it must be.

Promise: total over the intents; a fault names its line. Pure: gets the text, not the path's content.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from daemon.desk.decision import Action
from daemon.desk.faults import Fault, Faulty
from daemon.desk.marked import Node, read
from daemon.desk.ticket import Category, Priority
from daemon.desk.verdict import Intent, Missing

CLAUSES = frozenset(
    {
        *("A.1", "A.2", "A.3", "A.4", "A.5", "A.6.in", "A.6.out", "B.1", "B.2", "B.3"),
        *("C.1", "C.2", "C.3", "C.4", "C.5", "C.6", "C.7a", "C.7b", "C.8"),
    }
)
"""The clauses of the regulation; a decision that names none is no decision of this service."""


@dataclass(frozen=True, slots=True)
class IntentPolicy:
    """One row of `intents`."""

    intent: Intent
    action: Action
    clause: str
    category: Category
    priority: Priority
    certain: float
    letter: str
    """Template of the answer where it is not the action's usual one; ''."""

    @property
    def rule(self) -> str:
        """The row's name in histories, logs and explanations."""
        return f"decisions/{self.intent}"


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole file."""

    intents: Mapping[Intent, IntentPolicy]
    advertising_certain: float
    asking_certain: float
    blocking: frozenset[Missing]


def policy(text: str, file: Path) -> Policy:
    """Read `rules/decisions.yaml`. Raises `Faulty` with every fault."""
    reading = _Reading([])
    top = reading.keys(read(text, file), {"intents", "advertising", "asking"})
    if reading.faults:
        raise Faulty(reading.faults)
    rows = reading.keys(top["intents"], {str(intent) for intent in Intent})
    intents = {Intent(name): reading.intent(Intent(name), node) for name, node in rows.items() if name in set(Intent)}
    advertising = reading.keys(top["advertising"], {"certain"})
    asking = reading.keys(top["asking"], {"certain", "blocking"})
    result = Policy(
        intents={intent: row for intent, row in intents.items() if row},
        advertising_certain=reading.share(advertising.get("certain")),
        asking_certain=reading.share(asking.get("certain")),
        blocking=reading.blocking(asking.get("blocking")),
    )
    if reading.faults:
        raise Faulty(reading.faults)
    return result


@dataclass(slots=True)
class _Reading:
    faults: list[Fault]

    def keys(self, node: Node, wanted: set[str]) -> Mapping[str, Node]:
        """The entries of a mapping that must have exactly these keys."""
        found = node.mapping()
        for name in sorted(wanted - set(found)):
            self.faults.append(node.fault(f"`{name}` is missing", f"Add `{name}:` here."))
        for name in sorted(set(found) - wanted):
            self.faults.append(
                found[name].fault(f"`{name}` is not known here", f"Known are: {', '.join(sorted(wanted))}.")
            )
        return found

    def intent(self, intent: Intent, node: Node) -> IntentPolicy | None:
        known = {"action", "clause", "category", "priority", "certain"}
        entries = node.mapping()
        row = self.keys(Node(node.file, node.line, {k: v for k, v in entries.items() if k != "letter"}), known)
        if set(row) != known:
            return None
        action = self.choice(row["action"], {str(item) for item in Action})
        clause = self.choice(row["clause"], set(CLAUSES))
        category = self.choice(row["category"], {str(item) for item in Category})
        priority = self.choice(row["priority"], {str(item) for item in Priority})
        if None in (action, clause, category, priority):
            return None
        letter = entries["letter"].value if "letter" in entries else ""
        return IntentPolicy(
            intent, Action(str(action)), str(clause), Category(str(category)), Priority(str(priority)),
            self.share(row["certain"]), str(letter),
        )  # fmt: skip

    def choice(self, node: Node, wanted: set[str]) -> str | None:
        value = node.value
        if isinstance(value, str) and value in wanted:
            return value
        self.faults.append(node.fault(f"`{value}` is not known here", f"Known are: {', '.join(sorted(wanted))}."))
        return None

    def share(self, node: Node | None) -> float:
        value = node.value if node else None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
        if node:
            self.faults.append(node.fault(f"`{value}` is no share", "Give a number from 0 to 1."))
        return 1.0

    def blocking(self, node: Node | None) -> frozenset[Missing]:
        if node is None:
            return frozenset()
        chosen = [self.choice(item, {str(Missing.STEPS), str(Missing.EVIDENCE)}) for item in node.items()]
        return frozenset(Missing(name) for name in chosen if name)
