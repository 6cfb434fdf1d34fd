"""Letters that are odd as octets: 8-bit headers in old charsets, HTML only, broken MIME, nothing at all."""

from collections.abc import Callable
from datetime import datetime

from daemon.demo.letters.build import (
    SUPPORT,
    Draft,
    Person,
    SampleLetter,
    begin,
    date,
    finish,
    message_id,
    plain,
    raw,
)

_CP1251 = Draft(
    "windows_1251",
    "windows-1251 with raw headers: where is the protocol kept",
    Person("Марат Искаков", "m.iskakov@kaznachey.example.kz"),
    "Протокол торгов для казначейства",
    """
Добрый день.
Вчера закончились торги, победителем признано наше учреждение. Где в кабинете
взять протокол с подписями обеих сторон и как долго он там хранится? Документ
нужен для казначейства.

Главный специалист Марат Искаков
""",
)
_KOI8 = Draft(
    "koi8_r",
    "koi8-r with raw headers: about an excavator",
    Person("Алексей Громов", "gromov@karier.example.org"),
    "Экскаватор, лот 51930",
    """
Здравствуйте. В описании экскаватора не указан год капитального ремонта.
Есть ли документы на ремонт двигателя и можно ли получить их копии до торгов?
Возможен ли осмотр в выходной день?

Алексей Громов
""",
)
_HTML = Draft(
    "wish_html",
    "HTML only: wishes reminders in the telephone's calendar",
    Person("Камила Рахимова", "kamila@design-bureau.example.com"),
    "Пожелание: напоминания о торгах",
    """
<html><head><style>p {font-family: Arial}</style></head><body>
<p>Добрый день!</p>
<p>Есть пожелание к порталу: добавьте, пожалуйста, у лота кнопку
<b>«В&nbsp;календарь»</b>, чтобы дата торгов и напоминание за час сами появлялись
в&nbsp;телефоне. Сейчас переписываю даты вручную и&nbsp;дважды уже ошиблась.</p>
<p>Камила Рахимова<br>дизайн-бюро</p></body></html>
""",
)
_BROKEN = Draft(
    "broken_mime",
    "broken MIME: unknown charset, bad base64, no closing boundary",
    Person("Office", "office@teplosbyt.example.kz"),
    "Договор не загружается",
    """
Здравствуйте! Договор по лоту 60933 не загружается: выбираю файл, нажимаю
«Сохранить», полоса доходит до конца, и появляется «Ошибка хранилища 12».
Файл прикладываю. Секретарь Ольга, +7 700 000 00 06
""",
)
_EMPTY = Draft("empty", "nothing: no subject, no text", Person("", "noname@example.com"), "", "")
_FRAGMENT = Draft(
    "fragment",
    "two words that cannot be understood",
    Person("Талгат", "talgat@example.kz"),
    "не работает",
    "не работает",
)


def letters(now: datetime) -> list[SampleLetter]:
    """All of them."""
    kinds: list[tuple[Draft, Callable[[Draft, datetime], SampleLetter]]] = [
        (_CP1251, lambda draft, then: _raw_charset(draft, then, "windows-1251")),
        (_KOI8, lambda draft, then: _raw_charset(draft, then, "koi8-r")),
        (_HTML, _html_only),
        (_BROKEN, _broken),
        (_EMPTY, _empty),
        (_FRAGMENT, plain),
    ]
    return [write(draft, now) for draft, write in kinds]


def _raw_charset(draft: Draft, now: datetime, charset: str) -> SampleLetter:
    header = [
        f'From: "{draft.author.name}" <{draft.author.addr}>'.encode(charset),
        f"To: {SUPPORT}".encode(),
        f"Subject: {draft.subject}".encode(charset),
        f"Date: {date(now)}".encode(),
        f"Message-ID: {message_id(draft, now)}".encode(),
        b"MIME-Version: 1.0",
        f"Content-Type: text/plain; charset={charset}".encode(),
        b"Content-Transfer-Encoding: 8bit",
    ]
    return raw(draft, header, (draft.text.strip() + "\n").encode(charset))


def _html_only(draft: Draft, now: datetime) -> SampleLetter:
    message = begin(draft, now)
    message.set_content(draft.text.strip() + "\n", subtype="html", cte="quoted-printable")
    return finish(draft, message)


def _broken(draft: Draft, now: datetime) -> SampleLetter:
    header = [
        f"From: {draft.author.name} <{draft.author.addr}>".encode(),
        f"To: {SUPPORT}".encode(),
        f"Subject: {draft.subject}".encode(),
        f"Date: {date(now)}".encode(),
        f"Message-ID: {message_id(draft, now)}".encode(),
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/mixed; boundary="=-teplo"; boundary=other',
        b"this line is no header field",
    ]
    body = (
        "--=-teplo\n"
        "Content-Type: text/plain; charset=x-office-unknown\n"
        "Content-Transfer-Encoding: 8-bit\n\n"
        f"{draft.text.strip()}\n"
        "--=-teplo\n"
        "Content-Type: application/pdf; name*=utf-8''%D0%B4%ZZ.pdf\n"
        "Content-Transfer-Encoding: base64\n\n"
        "JVBERi0xLjQK*** \n"
        "JSVF=T0YK\n"
    )
    return raw(draft, header, body.encode())


def _empty(draft: Draft, now: datetime) -> SampleLetter:
    header = [
        f"From: {draft.author.addr}".encode(),
        f"To: {SUPPORT}".encode(),
        f"Date: {date(now)}".encode(),
        f"Message-ID: {message_id(draft, now)}".encode(),
    ]
    return raw(draft, header, b"")
