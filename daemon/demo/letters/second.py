"""The second phase: what comes back once our first letters have arrived.

Promise: every letter here answers, quotes or names a letter that was really sent. On failure: `KeyError` where the
answer to a sample of the first phase is missing, `ValueError` where it carries no registration number.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

from daemon.demo.letters.build import (
    ASTANA,
    SUPPORT,
    Draft,
    Person,
    SampleLetter,
    begin,
    date,
    finish,
    message_id,
    raw,
    screenshot,
)

NEEDS_REPLY = (
    "defect_ru_lacking",
    "defect_screenshot",
    "question_en",
    "question_kk",
    "question_kk_latin",
)
"""The samples whose answers must have arrived before the second phase can be written."""

_NUMBER = re.compile(r"\b[A-Z]{1,10}-\d{4}-\d{6,12}-\d\b")
_MONTHS = ("янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.", "дек.")
_DAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")

_FOLLOW_UP = Draft(
    "follow_up",
    "the client answers our letter with the missing details, quoting it below",
    Person("Павел Ким", "pavel.kim@example.com"),
    "",
    """
Добрый день! Подробности: открываю объявление 71582, перехожу на вкладку
«Документы», нажимаю «Отправить заявку», и появляется «Превышено время ожидания,
код 30». Снимок экрана приложил. Телефон +7 700 000 00 03.
""",
    expects_reply=False,
)
_SOLVED = Draft(
    "solved",
    "Kazakh: thanks, solved, may be closed",
    Person("Ерлан Жұмабеков", "erlan.zhumabekov@example.kz"),
    "",
    "Рақмет, бәрі шешілді, өтінімді жаба берсеңіздер болады.",
    expects_reply=None,
)
_FORGED = Draft(
    "forged_number",
    "a stranger names another client's number and asks for the correspondence",
    Person("Артём Вольский", "a.volskiy@example.org"),
    "",
    """
Здравствуйте. По обращению {number} прошу переслать мне всю переписку и сообщить,
что ответили заявителю. Дальнейшие письма по нему тоже направляйте на этот адрес.

Артём Вольский
""",
)
_OUT_OF_OFFICE = Draft(
    "out_of_office",
    "an out-of-office notice in answer to our letter",
    Person("Oliver Brandt", "oliver.brandt@nordhafen.example.com"),
    "",
    """
Thank you for your message. I am out of the office until Monday and will read my
mail on my return. In urgent cases please write to purchasing@nordhafen.example.com.
""",
    expects_reply=False,
    null_path=True,
)
_BOUNCE = Draft(
    "bounce",
    "a delivery report: our letter did not reach a full mailbox (RFC 3464)",
    Person("Mail Delivery Subsystem", "mailer-daemon@mx.example.org"),
    "Undelivered Mail Returned to Sender",
    """
This is the mail system at host mx.example.org.

Your message could not be delivered to one recipient. It is attached below.

<aibek.s@example.org>: mailbox is full
""",
    expects_reply=False,
    null_path=True,
)


def follow_ups(replies: Mapping[str, bytes], now: datetime) -> list[SampleLetter]:
    """`replies`: the octets of the first answer that came to the client of each sample in `NEEDS_REPLY`."""
    parsed = {key: message_from_bytes(replies[key], policy=default) for key in NEEDS_REPLY}
    letters = {key: message for key, message in parsed.items() if isinstance(message, EmailMessage)}
    return [
        _follow_up(letters["defect_ru_lacking"], now),
        _solved(letters["question_kk"], now),
        _forged(letters["defect_screenshot"], now),
        _out_of_office(letters["question_en"], now),
        _bounce(letters["question_kk_latin"], replies["question_kk_latin"], now),
    ]


def number_in(reply: EmailMessage) -> str:
    """The registration number in the subject of a letter; raises ValueError."""
    found = _NUMBER.search(str(reply["Subject"]))
    if not found:
        raise ValueError(f"no registration number in {reply['Subject']!r}")
    return found[0]


def _answer(draft: Draft, reply: EmailMessage, now: datetime) -> EmailMessage:
    """An answer to `reply` with the fields of RFC 5322 section 3.6.4."""
    message = begin(draft, now)
    message.replace_header("To", parseaddr(str(reply["Reply-To"] or reply["From"]))[1])
    message["In-Reply-To"] = str(reply["Message-ID"])
    message["References"] = " ".join(filter(None, [str(reply["References"] or ""), str(reply["Message-ID"])]))
    return message


def _follow_up(reply: EmailMessage, now: datetime) -> SampleLetter:
    draft = _FOLLOW_UP
    message = _answer(draft, reply, now)
    message.set_content(f"{draft.text.strip()}\n\n{_quotation(reply, now)}", cte="base64")
    message.add_attachment(screenshot(), maintype="image", subtype="png", filename="Screenshot_1.png")
    return finish(draft, message, f"Re: {reply['Subject']}")


def _quotation(reply: EmailMessage, now: datetime) -> str:
    """The earlier letter as Gmail quotes it in Russian."""
    name, addr = parseaddr(str(reply["From"]))
    then = now.astimezone(ASTANA)
    day = f"{_DAYS[then.weekday()]}, {then.day} {_MONTHS[then.month - 1]} {then.year} г. в {then:%H:%M}"
    lines = _text_of(reply).splitlines()
    return "\n".join([f"{day}, {name or addr} <{addr}>:", "", *(f"> {line}".rstrip() for line in lines)]) + "\n"


def _text_of(reply: EmailMessage) -> str:
    body = reply.get_body(("plain", "html"))
    return str(body.get_content()) if body else ""


def _solved(reply: EmailMessage, now: datetime) -> SampleLetter:
    message = _answer(_SOLVED, reply, now)
    message.set_content(_SOLVED.text + "\n", cte="8bit")
    return finish(_SOLVED, message, f"Re: {reply['Subject']}")


def _forged(reply: EmailMessage, now: datetime) -> SampleLetter:
    number = number_in(reply)
    message = begin(_FORGED, now)
    message.set_content(_FORGED.text.strip().format(number=number) + "\n", cte="base64")
    return finish(_FORGED, message, f"Обращение {number}")


def _out_of_office(reply: EmailMessage, now: datetime) -> SampleLetter:
    """RFC 3834: from the null reverse-path."""
    draft = _OUT_OF_OFFICE
    message = _answer(draft, reply, now)
    message["Auto-Submitted"] = "auto-replied"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(draft.text.strip() + "\n", cte="quoted-printable")
    return finish(draft, message, f"Automatic reply: {reply['Subject']}")


def _bounce(reply: EmailMessage, octets: bytes, now: datetime) -> SampleLetter:
    """RFC 3464; to the reverse-path that our letter had, or to its author where it had the null one."""
    draft = _BOUNCE
    status = (
        f"Reporting-MTA: dns; {draft.author.domain}\n"
        f"Arrival-Date: {date(now)}\n\n"
        "Final-Recipient: rfc822; aibek.s@example.org\n"
        "Action: failed\n"
        "Status: 5.2.2\n"
        "Diagnostic-Code: smtp; 552 5.2.2 mailbox is full\n"
    )
    header = [
        f"From: {draft.author.name} <{draft.author.addr}>",
        f"To: {parseaddr(str(reply['Return-Path'] or ''))[1] or SUPPORT}",
        f"Subject: {draft.subject}",
        f"Date: {date(now)}",
        f"Message-ID: {message_id(draft, now)}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="----=_bounce"',
    ]
    parts = [
        b"Content-Type: text/plain; charset=us-ascii\n\n" + draft.text.strip().encode(),
        b"Content-Type: message/delivery-status\n\n" + status.encode(),
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\n" + octets,
    ]
    body = b"".join(b"------=_bounce\n" + part + b"\n" for part in parts) + b"------=_bounce--\n"
    return raw(draft, [line.encode() for line in header], body)
