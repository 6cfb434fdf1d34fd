"""The gate: is this message written by a person, may it open a ticket, may it be answered automatically?

Promise: `inspect` is pure and total, and every finding names the field, the words and the rule that saw them. What is
machine mail stands in `rules/machine.yaml`, read by `daemon.desk.machine`; here stand only the order of the kinds and
the few checks that are not words (our own mail, the hop limit). A bounce is looked for before an auto-reply, because
bounces too say `Auto-Submitted: auto-replied`. On failure there is nothing to fail: without a mark it is a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from daemon.mail.compose import DESK_HEADER
from daemon.mail.limits import Limits
from daemon.mail.message import Message
from daemon.mail.msgid import tokens_in


class Kind(StrEnum):
    """What wrote a message. The order is that of precedence: the first kind that has a mark wins."""

    OWN = "own"
    DELIVERY_REPORT = "delivery_report"
    DISPOSITION = "disposition"
    FEEDBACK = "feedback"
    HOP_LIMIT = "hop_limit"
    CALENDAR = "calendar"
    AUTO_REPLY = "auto_reply"
    BULK = "bulk"
    NOTIFICATION = "notification"
    PERSON = "person"


class How(StrEnum):
    """How a condition compares a value with its words, both case-folded and with blanks run together."""

    PRESENT = "present"
    ABSENT = "absent"
    EQUALS = "equals"
    STARTS = "starts"
    CONTAINS = "contains"
    OTHER = "other"
    """The field is there and equals none of the words."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison: a header field in lower case, or a fact of `FACTS`."""

    field: str
    how: How
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of rules/machine.yaml: all its conditions must hold."""

    id: str
    says: str
    source: str
    """The regulation's clause or the RFC section that it follows."""
    kind: Kind
    opens: bool
    """True where the evidence is too weak to keep the message from an operator."""
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class MachineRules:
    """All rules, in the order of the file."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """Ourselves: `addresses` are addr-specs in case-folded form; `hosts` are the domains of our Message-IDs.

    With no `hosts` a token in a Message-ID of any domain is taken for ours.
    """

    addresses: frozenset[str]
    hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Mark:
    """One finding: which rule saw which words in which field."""

    rule: str
    kind: Kind
    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Gate:
    """The answer: `may_open` a ticket of its own, `may_answer` it automatically, and why."""

    kind: Kind
    may_open: bool
    may_answer: bool
    marks: tuple[Mark, ...]


Facts = Mapping[str, tuple[str, ...]]
"""Field or fact → its values, case-folded."""

FACTS = frozenset(
    {
        "message.local-part",
        "message.sender",
        "message.sender-name",
        "message.no-sender",
        "message.null-path",
        "message.media-type",
        "message.report-type",
        "message.part-type",
        "message.calendar-method",
        "message.subject",
        "message.text",
        "message.report-status",
    }
)
"""What a rule may ask besides header fields; see `facts_of`."""

_TEXT_CHARS = 2_000
"""Of the new text; automatic texts say what they are at their beginning."""
_OPENING = frozenset({Kind.PERSON, Kind.HOP_LIMIT})
_WORDS_SHOWN = 120


def inspect(message: Message, own: Own, rules: MachineRules) -> Gate:
    """What kind of mail `message` is, with the evidence."""
    facts = facts_of(message)
    marks = _own_marks(message, own) + _hop_marks(message)
    hits = [rule for rule in rules.rules if holds(rule, facts)]
    marks += [Mark(rule.id, rule.kind, *_evidence(rule, facts)) for rule in hits]
    if not marks:
        return Gate(Kind.PERSON, may_open=True, may_answer=True, marks=())
    kind = min((mark.kind for mark in marks), key=list(Kind).index)
    deciding = [rule for rule in hits if rule.kind is kind]
    opens = kind in _OPENING or (bool(deciding) and all(rule.opens for rule in deciding))
    return Gate(kind, may_open=opens, may_answer=False, marks=tuple(marks))


def holds(rule: Rule, facts: Facts) -> bool:
    """Whether every condition of `rule` holds on `facts`."""
    return all(_met(condition, facts.get(condition.field, ())) is not None for condition in rule.conditions)


def facts_of(message: Message) -> dict[str, tuple[str, ...]]:
    """The header fields and the facts of `FACTS`, folded for comparison."""
    facts: dict[str, tuple[str, ...]] = {}
    for name, value in message.headers:
        facts[name] = (*facts.get(name, ()), fold(value))
    parameters = dict(message.content_type_params)
    sender = message.sender
    facts["message.local-part"] = (fold(sender.addr.rpartition("@")[0] or sender.addr),)
    facts["message.sender"] = (fold(sender.addr),)
    facts["message.sender-name"] = (fold(sender.name),)
    facts["message.media-type"] = (message.content_type,)
    facts["message.report-type"] = (fold(parameters.get("report-type", "")),)
    facts["message.part-type"] = tuple(attachment.content_type for attachment in message.attachments)
    facts["message.subject"] = (fold(message.subject),)
    facts["message.text"] = (fold(message.new_text[:_TEXT_CHARS]),)
    if message.content_type == "text/calendar":
        facts["message.calendar-method"] = (fold(parameters.get("method", "")),)
    if not sender.addr:
        facts["message.no-sender"] = ("yes",)
    if message.report is not None and message.report.status:
        facts["message.report-status"] = (message.report.status,)
    if message.return_path == "":
        facts["message.null-path"] = ("yes",)
    return facts


def fold(value: str) -> str:
    """Case-folded, with runs of blanks as one space."""
    return " ".join(value.casefold().split())


def _met(condition: Condition, values: tuple[str, ...]) -> str | None:
    """The value that meets the condition ('' for an absence), or None."""
    if condition.how is How.PRESENT:
        return values[0] if values else None
    if condition.how is How.ABSENT:
        return None if values else ""
    if condition.how is How.OTHER:
        return next((value for value in values if _token(value) not in condition.words), None)
    return next((value for value in values if _compare(condition, value)), None)


def _compare(condition: Condition, value: str) -> bool:
    if condition.how is How.EQUALS:
        return value in condition.words or _token(value) in condition.words
    if condition.how is How.STARTS:
        return value.startswith(condition.words)
    return any(word in value for word in condition.words)


def _token(value: str) -> str:
    """The value before its parameters and comments: `no; comment` and `no (person)` are `no` (RFC 3834 section 5)."""
    return value.partition(";")[0].partition("(")[0].strip()


def _evidence(rule: Rule, facts: Facts) -> tuple[str, str]:
    first = rule.conditions[0]
    met = _met(first, facts.get(first.field, ())) or ""
    if first.how is How.CONTAINS:
        met = next((word for word in first.words if word in met), met)
    return first.field, met[:_WORDS_SHOWN]


def _own_marks(message: Message, own: Own) -> list[Mark]:
    marks: list[Mark] = []
    if any({address.key, _without_detail(address.key)} & own.addresses for address in message.originators):
        marks.append(Mark("own.from", Kind.OWN, "from", message.sender.addr))
    claims = tokens_in(message.message_id)
    host = message.message_id.rpartition("@")[2].rstrip(">").casefold()
    if claims and (not own.hosts or host in own.hosts):
        marks.append(Mark("own.message-id", Kind.OWN, "message-id", message.message_id[:_WORDS_SHOWN]))
    desk_field = DESK_HEADER.lower()
    if any(name == desk_field for name, _ in message.headers):
        marks.append(Mark("own.desk", Kind.OWN, desk_field, message.first(desk_field)[:_WORDS_SHOWN]))
    return marks


def _without_detail(addr: str) -> str:
    """The address without a sub-address (RFC 5233): `info+es...@` is `info@`."""
    local, at, domain = addr.rpartition("@")
    return local.partition("+")[0] + at + domain


def _hop_marks(message: Message, limits: Limits = Limits()) -> list[Mark]:  # noqa: B008 - a frozen value
    hops = len(message.all("received"))
    if hops > limits.hops:
        return [Mark("hops", Kind.HOP_LIMIT, "received", f"{hops} Received fields")]
    return []
