"""The letters of the service and everything a template may say in them.

Promise: `LetterValues` is the whole list of a template's variables; every field has a value that means "nothing to
say". Texts of strangers are made fit and cut to the limits here before a template sees them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from daemon.desk import dates, textform
from daemon.desk.ticket import Category, Level, Priority
from daemon.desk.verdict import HelpPage, Intent, Language, Missing, Offence


class Letter(StrEnum):
    """Every letter the service writes; the value is the name of its template."""

    REGISTERED = "registered"
    """C.4: number, category, what happens next."""
    ASKED = "asked"
    """C.3, C.6, B.3: exactly what is missing."""
    REPHRASE_UNCLEAR = "rephrase_unclear"
    """B.3: the meaning cannot be understood."""
    REPHRASE_LANGUAGE = "rephrase_language"
    """B.3: obscene or insulting expressions."""
    DECLINED = "declined"
    """A.6.out, B.3: names the one exclusion."""
    SUSPENDED = "suspended"
    """C.7a, to the client, once."""
    CALLBACK_BASIC = "callback_basic"
    """B.2: ordering a call belongs to the VIP level."""
    CALLBACK_VIP = "callback_vip"
    """B.2: the call is ordered."""
    QUALITY_RECEIVED = "quality_received"
    """C.7b: the complaint is with quality control."""
    WISH_RECEIVED = "wish_received"
    """A.6.in: a wish for improvement."""
    SILENCE_REMINDER = "silence_reminder"
    """C.6: our question is still open, and when the request may be closed."""
    CLOSED_NO_ANSWER = "closed_no_answer"
    """C.6: closed with «ответ от клиента не получен» and the actions done so far."""
    OPERATOR_REPLY = "operator_reply"
    """An operator's words to the client."""
    OPERATOR_QUESTION = "operator_question"
    """C.6: an operator's question to the client."""
    STAFF_TRANSCRIPT = "staff_transcript"
    """To one of our own people: what their reply brought about."""
    OPERATOR_NEW = "operator_new"
    """A ticket is handed to the operators."""
    OPERATOR_FOLLOW_UP = "operator_follow_up"
    """New words in a ticket, for its operator."""
    MANAGER_SUSPENDED = "manager_suspended"
    """C.7a, to the manager, with the evidence."""
    QUALITY_COMPLAINT = "quality_complaint"
    """C.7b, to quality control."""
    OPERATOR_DELIVERY_FAILED = "operator_delivery_failed"
    """A letter of ours did not arrive, or may not have."""
    JUNK_REPORT = "junk_report"
    """A person's mail lies in the junk folder."""
    ALARM = "alarm"
    """To those who run the service."""


class Delivery(StrEnum):
    """What became of a letter that an operator must know of."""

    NONE = ""
    REFUSED = "refused"
    DELAYED = "delayed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


LINE_LIMIT = 300
"""Characters of any one-line value in a letter."""
TEXT_LIMIT = 12_000
"""Characters of the client's text that a letter quotes; the whole message stays in the store and goes attached."""
LIST_LIMIT = 30
"""Entries of any list in a letter."""


@dataclass(frozen=True, slots=True)
class DoneAction:
    """One action on a ticket, for the list that C.6 wants in the closing letter."""

    at: datetime
    event: str
    """A key of `actions_done` in the templates' words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterValues:
    """Every variable of the templates. Instants are aware; they are written in Astana time."""

    number: str = ""
    """The registration number (C.4); every letter about a ticket has one."""
    subject: str = ""
    """The client's subject as received."""
    client_name: str = ""
    client_address: str = ""
    client_language: Language = Language.UNKNOWN
    level: Level = Level.BASIC
    contract_expired: bool = False
    """The client had a VIP contract and it has ended (A.3)."""
    category: Category = Category.CONSULTATION
    priority: Priority | None = None
    intent: Intent | None = None
    confidence: float = 0.0
    """0 to 1; written as a percentage."""
    also: tuple[Intent, ...] = ()
    exclusion: Intent | None = None
    """The exclusion a decline names; None only where nothing is declined."""
    partly_declined: tuple[Intent, ...] = ()
    """Exclusions of which a registered request carries a part besides."""
    missing: tuple[Missing, ...] = ()
    help_pages: tuple[HelpPage, ...] = ()
    opens_at: datetime | None = None
    """When working time starts, where it is closed now; None in working time (A.5)."""
    first_response_due: datetime | None = None
    """None: no target is set, and no time is promised."""
    mentioned_number: str = ""
    """A number of another ticket that the message names without proof."""
    assistant_url: str = ""
    phone: str = ""
    callback_due: datetime | None = None
    client_text: str = ""
    staff_text: str = ""
    """An operator's words to the client."""
    attachments: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    """What the findings rest on, one finding a line."""
    offence: Offence = Offence.NONE
    reason: str = ""
    """Why a person must decide: a key of `reasons` in the templates' words, or a plain sentence."""
    official: bool = False
    """The message looks like an official letter (B.2)."""
    received_at: datetime | None = None
    delivery: Delivery = Delivery.NONE
    recipient: str = ""
    """To whom the failed letter went."""
    diagnostic: str = ""
    """The server's answer about it."""
    silence_due: datetime | None = None
    """When a request without an answer may be closed (C.6)."""
    actions: "tuple[DoneAction, ...]" = ()
    """What was done on the ticket so far (C.6), from its history."""
    folder: str = ""
    alarm: str = ""
    """The stable name of the alarm's event."""
    details: tuple[str, ...] = ()


def variables(values: LetterValues, language: Language) -> Mapping[str, object]:
    """What a template in `language` (ru, kk, en) sees: texts made fit, instants written out, unset ones ''."""
    return {
        "number": _line(values.number),
        "subject": _line(_without(values.subject, values.number)),
        "client_name": _line(values.client_name),
        "client_address": _line(values.client_address),
        "client": _client(values),
        "client_language": values.client_language.value,
        "level": values.level.value,
        "contract_expired": values.contract_expired,
        "category": values.category.value,
        "priority": values.priority.value if values.priority else "",
        "intent": values.intent.value if values.intent else "",
        "confidence": round(values.confidence * 100),
        "also": tuple(intent.value for intent in values.also),
        "exclusion": values.exclusion.value if values.exclusion else "",
        "partly_declined": tuple(intent.value for intent in values.partly_declined),
        "missing": tuple(item.value for item in values.missing),
        "help_pages": tuple({"title": _line(page.title), "url": _line(page.url)} for page in values.help_pages),
        "opens_on": dates.on_the_day(values.opens_at, language) if values.opens_at else "",
        "opens_time": dates.clock(values.opens_at) if values.opens_at else "",
        "first_response_due": _written(values.first_response_due, language),
        "mentioned_number": _line(values.mentioned_number),
        "assistant_url": _line(values.assistant_url),
        "phone": _line(values.phone),
        "callback_due": _written(values.callback_due, language),
        "client_text": textform.clip(textform.clean(values.client_text).strip("\n"), TEXT_LIMIT),
        "staff_text": textform.clip(textform.clean(values.staff_text).strip("\n"), TEXT_LIMIT),
        "attachments": _lines(values.attachments),
        "evidence": _lines(values.evidence),
        "offence": values.offence.value,
        "reason": _line(values.reason),
        "official": values.official,
        "received_at": _written(values.received_at, language),
        "delivery": values.delivery.value,
        "recipient": _line(values.recipient),
        "diagnostic": _line(values.diagnostic),
        "silence_due": _written(values.silence_due, language),
        "actions": tuple(
            {"at": dates.date_and_time(action.at, language), "event": action.event} for action in values.actions
        ),
        "folder": _line(values.folder),
        "alarm": _line(values.alarm),
        "details": _lines(values.details),
    }


def _client(values: LetterValues) -> str:
    """Name and address as an address field shows them, as far as they are known."""
    name, address = _line(values.client_name), _line(values.client_address)
    return f"{name} <{address}>" if name and address else name or address


def _written(at: datetime | None, language: Language) -> str:
    return dates.date_and_time(at, language) if at else ""


def _line(text: str) -> str:
    return textform.clip(textform.one_line(text), LINE_LIMIT)


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_line(text) for text in texts[:LIST_LIMIT])


def _without(subject: str, number: str) -> str:
    """`subject` without our number in brackets, which every subject of ours gets again."""
    return subject.replace(f"[{number}]", "") if number else subject


MINIMAL = LetterValues(number="ES-2026-000123-8", exclusion=Intent.OOS_LEGAL, missing=(Missing.STEPS,), folder="Junk")
"""A ticket of which next to nothing is known."""

FULL = LetterValues(
    number="ES-2026-000123-8",
    subject="Не публикуется объявление об аукционе",
    client_name="Асель Нурланова",
    client_address="asel@example.kz",
    client_language=Language.RU,
    level=Level.VIP,
    contract_expired=True,
    category=Category.DEFECT,
    priority=Priority.HIGH,
    intent=Intent.DEFECT,
    confidence=0.87,
    also=(Intent.OOS_LEGAL, Intent.CALLBACK),
    exclusion=Intent.OOS_LEGAL,
    partly_declined=(Intent.OOS_LEGAL, Intent.OOS_CONNECTIVITY),
    missing=tuple(Missing),
    help_pages=(
        HelpPage("Часто задаваемые вопросы", "https://help.example.kz/faq", 0.9),
        HelpPage("Как подать объявление об аукционе", "https://help.example.kz/auction", 0.8),
    ),
    opens_at=datetime(2026, 11, 24, 4, 0, tzinfo=UTC),
    first_response_due=datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
    mentioned_number="ES-2026-000007-7",
    assistant_url="https://portal.example.kz/assistant",
    phone="+7 700 000 00 00",
    callback_due=datetime(2026, 11, 24, 6, 0, tzinfo=UTC),
    client_text="Здравствуйте!\n\nПри публикации объявления появляется ошибка 500.\nСкриншот приложен.",
    staff_text="Добрый день! Обновите страницу и повторите публикацию.",
    attachments=("screen.png", "объявление.pdf"),
    evidence=("defect: «появляется ошибка 500» (intents.yaml)", "legal: «законно ли» (intents.yaml)"),
    offence=Offence.INSULT,
    reason="decide_scope",
    official=True,
    received_at=datetime(2026, 11, 23, 15, 12, tzinfo=UTC),
    delivery=Delivery.REFUSED,
    recipient="asel@example.kz",
    diagnostic="550 5.1.1 User unknown",
    silence_due=datetime(2026, 11, 25, 5, 30, tzinfo=UTC),
    actions=(
        DoneAction(datetime(2026, 11, 23, 15, 12, tzinfo=UTC), "registered"),
        DoneAction(datetime(2026, 11, 23, 15, 12, tzinfo=UTC), "asked"),
        DoneAction(datetime(2026, 11, 24, 9, 0, tzinfo=UTC), "reminded"),
    ),
    folder="Junk",
    alarm="mailbox_difference",
    details=("mailbox: INBOX", "missing: 3 messages"),
)
"""A ticket of which everything is known."""
