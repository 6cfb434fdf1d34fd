"""Cases for the tests of the desk: an ordinary one, and what a test changes about it."""

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from daemon.desk.case import Case, Office
from daemon.desk.commands import commands
from daemon.desk.correlate import Proof, Role, Thread
from daemon.desk.decision import Decision, Effect, Fate, Lane, Mode, Send
from daemon.desk.levels import Contract
from daemon.desk.policy import Policy, policy
from daemon.desk.snapshot import Correspondent, LetterView, Snapshot, TicketView
from daemon.desk.ticket import Category, ClosedReason, Level, State
from daemon.desk.verdict import AckKind, Intent, Language, Offence, Target, Verdict
from daemon.desk.worktime import Calendar
from daemon.mail.gate import Gate, Kind, Mark
from daemon.mail.message import Address, Attachment, Message, unread

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
"""A Tuesday, 11:00 in Astana: a working hour."""
CLIENT = Address("Асель Нурланова", "asel@example.kz")
STRANGER = Address("", "somebody@example.com")
OPERATOR = Address("", "operator@e-sauda.kz")
SECOND = Address("", "second@e-sauda.kz")
MANAGER = Address("", "manager@e-sauda.kz")
QUALITY = Address("", "quality@e-sauda.kz")
NUMBER = "ES-2026-000123-8"
REFERENCE = "2026-000123"
DECISIONS = Path(__file__).parents[2] / "rules" / "decisions.yaml"
POLICY: Policy = policy(DECISIONS.read_text(encoding="utf-8"), DECISIONS)
ORDERS = Path(__file__).parents[2] / "rules" / "commands.yaml"
COMMANDS = commands(ORDERS.read_text(encoding="utf-8"), ORDERS)
CALENDAR = Calendar(off={}, on={}, confirmed_years=frozenset())
PERSON = Gate(Kind.PERSON, may_open=True, may_answer=True, marks=())
UNANSWERABLE = Gate(
    Kind.NOTIFICATION, may_open=True, may_answer=False,
    marks=(Mark("notice.postmaster", Kind.NOTIFICATION, "from", "postmaster"),),
)  # fmt: skip


def message(**changes: Any) -> Message:
    """A question of the client's."""
    plain = dataclasses.replace(
        unread("0" * 64, 1_000), message_id="<question@example.kz>", sender=CLIENT, originators=(CLIENT,),
        to=(Address("", "info@e-sauda.kz"),), subject="Вопрос", text="Как подать заявку?",
        new_text="Как подать заявку?", defects=(),
    )  # fmt: skip
    return dataclasses.replace(plain, **changes)


def attachment(name: str = "scan.pdf", *, inline: bool = False) -> Attachment:
    """Something attached."""
    return Attachment(name, "application/octet-stream", 9, "1" * 64, inline=inline, content=b"")


def verdict(intent: Intent = Intent.CONSULT_FUNCTIONALITY, confidence: float = 0.99, **changes: Any) -> Verdict:
    """What the judge found: by default a certain question in Russian."""
    plain = Verdict(
        language=Language.RU, intent=intent, confidence=confidence, also=(), offence=Offence.NONE,
        target=Target.NOBODY, offence_certain=True, missing=(), ack_kind=AckKind.NONE, advertising=False,
        help_pages=(), evidence=(),
    )  # fmt: skip
    return dataclasses.replace(plain, **changes)


def offensive(target: Target, intent: Intent = Intent.DEFECT, **changes: Any) -> Verdict:
    """A message with obscene words."""
    return verdict(intent, offence=Offence.OBSCENE, target=target, **changes)


def acknowledgement(kind: AckKind, confidence: float = 0.99) -> Verdict:
    """Thanks, "it is solved", "I am still waiting"."""
    return verdict(Intent.ACKNOWLEDGEMENT, confidence, ack_kind=kind)


def ticket(state: State = State.OPEN, **changes: Any) -> TicketView:
    """The client's ticket."""
    plain = TicketView(
        number=NUMBER, reference=REFERENCE, state=state,
        closed_reason=ClosedReason.OUT_OF_SCOPE if state is State.CLOSED else None, requester=CLIENT.key,
        client=CLIENT, last_message="<last@example.kz>",
        participants=frozenset({CLIENT.key}), language=Language.RU, category=Category.CONSULTATION, lane=Lane.NONE,
        subject="Вопрос", letters_sent=(0, 0, 0, 0, 0),
    )  # fmt: skip
    return dataclasses.replace(plain, **changes)


def snapshot(**changes: Any) -> Snapshot:
    """A desk that knows nothing of the sender."""
    plain = Snapshot(
        earlier=None, tickets=(), threads=(), letters=(), client_language=None, offences=0,
        correspondents=(), breaker_open=False,
    )  # fmt: skip
    return dataclasses.replace(plain, **changes)


def written_to(*sent: int, address: Address = CLIENT, bounced: bool = False) -> Snapshot:
    """A desk that has sent so many letters to the address in the windows of the caps."""
    return snapshot(correspondents=(Correspondent(address.key, sent, bounced=bounced),))


def letter_view(event: str = "asked", recipient: Address = CLIENT, **changes: Any) -> LetterView:
    """A letter of ours that a message names by its token."""
    plain = LetterView("a" * 13, recipient.addr, event, "<ours@e-sauda.kz>", NUMBER, "sent", NOW)
    return dataclasses.replace(plain, **changes)


def thread(joined: TicketView | None = None, *, proven: bool = False, role: Role | None = None) -> Thread:
    """The place of a message; with a ticket by token, as its requester."""
    usual = Role.REQUESTER if joined else Role.STRANGER
    return Thread(joined, Proof.TOKEN if joined else Proof.NONE, role or usual, proven, "", False, None)


OFFICE = Office(
    mode=Mode.AUTO, operators=(OPERATOR, SECOND), manager=MANAGER, quality=QUALITY, staff_language=Language.RU,
    policy=POLICY, commands=COMMANDS, vouching=False, calendar=CALENDAR, contracts=(),
            ack_max_age_days=3, resolution_days=3,
)  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """An office; its tests build cases with it."""

    office: Office = field(default_factory=lambda: OFFICE)

    def case(self, **changes: Any) -> Case:
        """A question of a stranger, taken now."""
        plain = Case(
            message=message(), gate=PERSON, verdict=verdict(), thread=thread(), snapshot=snapshot(),
            office=self.office, received_at=NOW - timedelta(minutes=1), now=NOW,
        )  # fmt: skip
        return dataclasses.replace(plain, **changes)


def desk(**changes: Any) -> Desk:
    """An office with changes."""
    return Desk(dataclasses.replace(Desk().office, **changes))


def of_level(level: Level) -> Desk:
    """An office where everybody of the client's domain is of that level."""
    vip = Contract("@example.kz", "1/2026", date(2026, 1, 1), None)
    return desk(contracts=(vip,) if level is Level.VIP else ())


def case(**changes: Any) -> Case:
    """A case of the ordinary office in mode `auto`."""
    return Desk().case(**changes)


def sends(decision: Decision, *fates: Fate) -> list[tuple[str, str]]:
    """(letter, recipient) of every letter ordered with one of `fates`; of all that go out where none is given."""
    wanted = fates or (Fate.QUEUED,)
    return [(it.letter.value, it.to.addr) for it in decision.effects if isinstance(it, Send) and it.fate in wanted]


def of(decision: Decision, kind: type[Effect]) -> list[Any]:
    """The effects of one kind."""
    return [effect for effect in decision.effects if isinstance(effect, kind)]
