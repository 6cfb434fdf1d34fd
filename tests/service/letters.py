"""Letters for the tests of the service: one plain request, or a mixed lot of hundreds drawn from a seed.

Every letter says what the regulation owes its sender; the texts of the plain requests leave no doubt that they are
requests about the Portal. The rest of the lot comes from the training corpus, where the judge may decide as it likes,
and from the odd things that a mailbox of a support desk gets.
"""

import base64
import json
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr

from daemon.settings import shared

DATE = "Tue, 24 Nov 2026 10:00:00 +0500"
REQUESTS = (
    "Добрый день! При публикации объявления № {n} Портал показывает ошибку 500. Снимок экрана приложить не могу.",
    "Не приходит код подтверждения при входе в личный кабинет, логин user{n}. Что сделать?",
    "Подскажите, как прикрепить документы к заявке на участие в торгах по лоту {n}?",
    "Здравствуйте. В протоколе торгов {n} неверно указано название организации, исправьте, пожалуйста, ошибку.",
    "Қайырлы күн! № {n} хабарландыруды жариялау кезінде порталда қате шығады, көмектесіңізші.",
    "Сәлеметсіз бе! {n} лот бойынша өтінімді қалай беруге болады? Жеке кабинетте батырма көрінбейді.",
    "Hello, I cannot submit my application for lot {n} on the portal: the page shows an error after I press Sign.",
    "Good afternoon. How can I change the bank account in my personal cabinet? My login is user{n}.",
)
ONCE, NEVER, AT_MOST_ONCE = "once", "never", "at most once"


@dataclass(frozen=True, slots=True)
class Lot:
    """One message that arrives, and what is owed for it."""

    kind: str
    client: str
    octets: bytes
    answer: str
    """How often its sender gets an answer: `ONCE`, `NEVER` or `AT_MOST_ONCE`."""
    ticket: bool | None
    """Whether it opens a ticket; None where both can be right."""
    reverse_path: str
    append: bool = False
    """Put into the mailbox as it is, by IMAP: a server that delivers adds fields of its own."""


def request(number: int, client: str, text: str = REQUESTS[0]) -> bytes:
    """A plain request of `client`."""
    return _octets(_plain(text.format(n=number), f"Обращение {number}"), client, number)


def mixed(seed: int, count: int, mark: str) -> list[Lot]:
    """`count` messages of distinct senders in a random order; `mark` makes the addresses those of one test."""
    chance = random.Random(seed)
    corpus = list(_corpus(chance))
    lots: list[Lot] = []
    for number in range(count):
        maker = _MAKERS[number % len(_MAKERS)]
        lots += maker(_Draft(number, f"c{number}.{mark}@example.kz", chance, corpus[number % len(corpus)]))
    lots = lots[:count]
    chance.shuffle(lots)
    return lots


@dataclass(frozen=True, slots=True)
class _Draft:
    number: int
    client: str
    chance: random.Random
    corpus: tuple[str, str]

    @property
    def text(self) -> str:
        return self.chance.choice(REQUESTS).format(n=self.number)

    def lot(
        self, kind: str, message: Message | bytes, answer: str, ticket: bool | None, path: str | None = None
    ) -> Lot:
        octets = message if isinstance(message, bytes) else _octets(message, self.client, self.number)
        return Lot(kind, self.client, octets, answer, ticket, self.client if path is None else path)


def _octets(message: Message, client: str, number: int) -> bytes:
    message["From"] = formataddr((str(Header(f"Клиент {number}", "utf-8")), client))
    message["To"] = "info@e-sauda.kz"
    message["Date"] = DATE
    message["Message-ID"] = f"<{number}.{client}>"
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _plain(text: str, subject: str, charset: str = "utf-8") -> MIMEText:
    message = MIMEText(text, "plain", charset)
    message["Subject"] = Header(subject, "utf-8").encode()
    return message


def _utf8(draft: _Draft) -> list[Lot]:
    return [draft.lot("plain", _plain(draft.text, f"Вопрос {draft.number}"), ONCE, ticket=True)]


def _quoted_printable(draft: _Draft) -> list[Lot]:
    charset = Charset("utf-8")
    charset.body_encoding = QP
    message = MIMEText(draft.text, "plain", charset)  # type: ignore[arg-type]  # it takes a Charset, the stub says str
    message["Subject"] = Header("Сұрақ / question", "utf-8").encode()
    return [draft.lot("quoted-printable", message, ONCE, ticket=True)]


def _cyrillic(charset: str) -> Callable[[_Draft], list[Lot]]:
    def make(draft: _Draft) -> list[Lot]:
        # koi8-r has no numero sign.
        text = draft.chance.choice(REQUESTS[:4]).format(n=draft.number).replace("№", "N")
        message = MIMEText(text, "plain", charset)
        message["Subject"] = Header(f"Вопрос {draft.number}", charset).encode()
        return [draft.lot(charset, message, ONCE, ticket=True)]

    return make


def _undeclared(draft: _Draft) -> list[Lot]:
    """windows-1251 in eight bits, and no word of it."""
    text = draft.chance.choice(REQUESTS[:4]).format(n=draft.number).encode("cp1251")
    head = f"From: {draft.client}\r\nTo: info@e-sauda.kz\r\nMessage-ID: <{draft.number}.{draft.client}>\r\n"
    return [draft.lot("undeclared windows-1251", head.encode() + b"\r\n" + text + b"\r\n", AT_MOST_ONCE, ticket=True)]


def _html(draft: _Draft) -> list[Lot]:
    message = MIMEText(f"<html><body><p>{draft.text}</p><p>С уважением</p></body></html>", "html", "utf-8")
    message["Subject"] = Header(f"Вопрос {draft.number}", "utf-8").encode()
    return [draft.lot("html", message, ONCE, ticket=True)]


def _screenshot(draft: _Draft) -> list[Lot]:
    message = MIMEMultipart("mixed", boundary=f"b{draft.number}")
    message.attach(MIMEText(draft.text, "plain", "utf-8"))
    picture = MIMEBase("image", "png")
    picture.set_payload(base64.encodebytes(_png()).decode())
    picture["Content-Transfer-Encoding"] = "base64"
    picture.add_header("Content-Disposition", "attachment", filename="screen.png")
    message.attach(picture)
    message["Subject"] = Header(f"Ошибка {draft.number}", "utf-8").encode()
    return [draft.lot("screenshot", message, ONCE, ticket=True)]


def _from_corpus(draft: _Draft) -> list[Lot]:
    subject, body = draft.corpus
    return [draft.lot("corpus", _plain(body or "…", subject), AT_MOST_ONCE, ticket=None)]


def _auto_reply(draft: _Draft) -> list[Lot]:
    message = _plain("Я в отпуске до понедельника.", "Автоответ: Обращение")
    message["Auto-Submitted"] = "auto-replied"
    return [draft.lot("auto-reply", message, NEVER, ticket=False)]


def _bounce(draft: _Draft) -> list[Lot]:
    report = MIMEMultipart("report", boundary=f"r{draft.number}", report_type="delivery-status")
    report.attach(MIMEText("The message could not be delivered.", "plain", "us-ascii"))
    status = Message()
    status["Reporting-MTA"] = "dns; mail.example.kz"
    recipient = Message()
    recipient["Final-Recipient"] = f"rfc822; nobody{draft.number}@example.kz"
    recipient["Action"] = "failed"
    recipient["Status"] = "5.1.1"
    part = MIMEBase("message", "delivery-status")
    part.set_payload([status, recipient])
    report.attach(part)
    returned = Message()
    returned["Subject"] = "Hello"
    returned["Message-ID"] = f"<returned.{draft.number}@example.kz>"
    report.attach(MIMEMessage(returned))
    report["Subject"] = "Undelivered Mail Returned to Sender"
    return [draft.lot("bounce", report, NEVER, ticket=False, path="")]


def _newsletter(draft: _Draft) -> list[Lot]:
    message = _plain("Новости недели. Отписаться: https://example.org/u", "Дайджест")
    message["List-Id"] = "<digest.example.org>"
    message["List-Unsubscribe"] = "<https://example.org/u>"
    message["Precedence"] = "bulk"
    return [draft.lot("newsletter", message, NEVER, ticket=False)]


def _broken(draft: _Draft) -> list[Lot]:
    """A request in a message that breaks the rules of MIME, differently each time."""
    text = base64.b64encode(draft.text.encode()).decode()
    head = (
        f"From: {draft.client}\r\nTo: info@e-sauda.kz\r\nSubject: =?utf-8?b?0J7RiNC40LHQutCw?=\r\n"
        f"Date: yesterday\r\nMessage-ID: <{draft.number}.{draft.client}>\r\nMIME-Version: 1.0\r\n"
    )
    bodies = (
        f"Content-Type: multipart/mixed; boundary=never\r\n\r\n{draft.text}\r\n",
        f"Content-Type: text/plain; charset=no-such\r\nContent-Transfer-Encoding: base64\r\n\r\n{text}\r\n",
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{text[:-3]}\r\n",
        f"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{draft.text}",
        f"Content-Type: text/plain; charset\r\nX-Odd\r\nReferences: <<<\r\n\r\n{draft.text}\r\n",
    )
    octets = (head + bodies[draft.number // len(_MAKERS) % len(bodies)]).encode()
    return [draft.lot("broken", octets, AT_MOST_ONCE, ticket=True)]


def _bare(draft: _Draft) -> list[Lot]:
    """Without Message-ID, Date and Subject."""
    head = f"From: {draft.client}\r\nTo: info@e-sauda.kz\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return [draft.lot("bare", f"{head}{draft.text}\r\n".encode(), ONCE, ticket=True)]


def _nobody(draft: _Draft) -> list[Lot]:
    """Without From: nobody can be answered, and a person must look at it."""
    head = f"To: info@e-sauda.kz\r\nSubject: ?\r\nMessage-ID: <{draft.number}.{draft.client}>\r\n"
    octets = f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{draft.text}\r\n".encode()
    return [draft.lot("no sender", octets, NEVER, ticket=None)]


def _twice(draft: _Draft) -> list[Lot]:
    """The same octets under two UIDs."""
    first = draft.lot("once", _plain(draft.text, f"Вопрос {draft.number}"), ONCE, ticket=True)
    same = Lot("twice", first.client, first.octets, ONCE, ticket=True, reverse_path=first.reverse_path, append=True)
    return [same, same]


_MAKERS: tuple[Callable[[_Draft], list[Lot]], ...] = (
    _utf8, _from_corpus, _cyrillic("windows-1251"), _auto_reply, _html, _from_corpus, _twice, _newsletter,
    _quoted_printable, _broken, _screenshot, _bounce, _cyrillic("koi8-r"), _bare, _from_corpus, _undeclared, _nobody,
)  # fmt: skip


def _corpus(chance: random.Random) -> Iterator[tuple[str, str]]:
    """(subject, body) of the training corpus, shuffled."""
    files = sorted((shared("data") / "corpus").glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    chance.shuffle(lines)
    for line in lines:
        record = json.loads(line)
        yield record["subject"], record["body"]


def _png() -> bytes:
    """One grey pixel."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0\x80")), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body
