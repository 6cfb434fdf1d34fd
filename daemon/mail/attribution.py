"""Lines that mail clients put between an answer and what it answers: recognised one by one, by their own evidence.

Four kinds: an attribution (`5 мая 2025 г., 10:12, Иван <a@example.kz> написал:`), a header block (От / Отправлено /
Кому / Тема), a dividing line (`-----Исходное сообщение-----`), and the line that opens forwarded text. Promise: every
function looks at a bounded number of characters, so all is linear; a date, or several labels, must be there: a person's
own `Иван пишет: ошибка` is not an attribution.
"""

import re
from collections.abc import Sequence

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
_BLANKS = re.compile("[ \t\u00a0\u202f\u2007]+")
_LOOKED_AT = 400
"""Characters of a line, or of wrapped lines together; longer ones are prose."""
_WRAPPED = 4
"""Lines over which an attribution may be wrapped."""

_MONTHS = (
    "янв", "фев", "мар", "апр", "мая", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек", "jan", "feb",
    "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "қаң", "ақп", "нау", "сәу", "мам",
    "мау", "шіл", "там", "қыр", "қаз", "қар", "жел", "січ", "лют", "бер", "кві", "тра", "чер", "лип", "сер",
    "вер", "жов", "лис", "гру", "mär", "mai", "okt", "dez", "janv", "févr", "avr", "juin", "juil", "août",
    "déc", "ene", "abr", "ago", "dic", "gen", "mag", "giu", "lug", "set", "ott", "sty", "lut", "kwi", "maj",
    "cze", "lip", "sie", "wrz", "paź", "lis", "gru",
)  # fmt: skip
_MONTH_DATE = re.compile(
    rf"\b\d{{1,2}}(?:\.|er|st|nd|rd|th|-го)?[ .]{{0,2}}(?:de |of )?(?:{'|'.join(_MONTHS)})"
    rf"[а-яёәғқңөұүһіїєa-zéû]{{0,10}}\.?"
    rf"|\b(?:{'|'.join(_MONTHS)})[а-яёәғқңөұүһіїєa-zé]{{0,10}}\.? \d{{1,2}}\b"
    r"|\b\d{4} ж(?:\.|ылғы| )"
)
_NUMBER_DATE = re.compile(r"\b(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})\b|\d{4}年")
_DIGIT = re.compile(r"\d")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.]\d{2}(?!\d)")
_VERBS = (
    "написал(а)", "написал", "написала", "написали", "писал(а)", "писал", "писала", "пишет", "пише", "писав(ла)",
    "написав", "написала", "писав", "писала", "жазды", "жазған", "деп жазды", "wrote", "writes", "schrieb", "a écrit",
    "escribió", "escreveu", "ha scritto", "scrisse", "napisał(a)", "napisał", "napisała", "pisze", "schreef", "skrev",
    "kirjoitti", "yazdı", "napsal(a)", "napsal", "geschreven", "kirjutas", "rašė", "rakstīja",
)  # fmt: skip
_WEEKDAYS = (
    "понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресень", "дүйсенбі", "сейсенбі",
    "сәрсенбі", "бейсенбі", "жұма", "сенбі", "жексенбі", "понеділок", "вівторок", "четвер", "п'ятниц", "субот",
    "неділ", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "пн", "вт", "ср",
    "чт", "пт", "сб", "вс", "дс", "сс", "бс", "жм", "жс", "mon", "tue", "wed", "thu", "fri", "sat", "sun",
)  # fmt: skip
_OPENERS = (
    "on ",
    "в ",
    "am ",
    "le ",
    "el ",
    "il ",
    "w dniu ",
    "den ",
    "op ",
    "em ",
    "вы писали",
    "you wrote",
    "сіз жаздыңыз",
    "dnia ",
)
_YOU_WROTE = ("вы писали", "you wrote", "сіз жаздыңыз", "ви писали")

_PRONOUNS = frozenset({
    "я", "мне", "меня", "мы", "нам", "нас", "вы", "вам", "вас", "ваш", "ваша", "он", "она", "они", "мен", "маған",
    "біз", "бізге", "сіз", "сіздер", "сізге", "i", "me", "my", "we", "us", "our", "you", "your", "he", "she", "they",
})  # fmt: skip
_WORDS = re.compile(r"[^\W\d_]+")
_FEW_WORDS = 12

_LABELS: dict[str, frozenset[str]] = {
    "from": frozenset({
        "от", "от кого", "from", "кімнен", "від", "von", "de", "da", "van", "från", "fra", "od", "kimden",
        "lähettäjä", "отправитель", "жіберуші",
    }),
    "sent": frozenset({
        "отправлено", "отправлен", "отправленные", "дата", "sent", "date", "жіберілді", "жіберілген",
        "жіберілген күні", "күні", "надіслано", "gesendet", "datum", "envoyé", "enviado", "inviato",
        "verzonden", "skickat", "sendt", "data", "wysłano", "odesláno", "fecha", "lähetetty", "gönderildi",
        "дата отправки",
    }),
    "to": frozenset({
        "кому", "to", "кімге", "an", "à", "para", "a", "aan", "till", "til", "do", "komu", "kime",
        "vastaanottaja", "получатель", "алушы",
    }),
    "cc": frozenset({
        "копия", "копии", "cc", "көшірме", "көшірмесі", "копія", "kopie", "bcc", "скрытая копия", "kopia",
        "dw", "ск",
    }),
    "subject": frozenset({
        "тема", "subject", "тақырыбы", "тақырып", "betreff", "objet", "asunto", "assunto", "oggetto",
        "onderwerp", "ämne", "emne", "temat", "předmět", "aihe", "konu", "re",
    }),
    "other": frozenset({
        "reply-to", "ответить", "важность", "importance", "attachments", "вложения", "приоритет",
        "организация",
    }),
}  # fmt: skip
_KIND_OF = {word: kind for kind, words in _LABELS.items() for word in words}
_LABEL_CHARS = 20
_BLOCK_LINES = 14
"""Lines in which a header block must show its labels; a long To wraps."""

_ORIGINAL = (
    "исходное сообщение", "оригинальное сообщение", "исходное письмо", "первоначальное сообщение",
    "бастапқы хабар", "бастапқы хат", "түпнұсқа хабар", "вихідне повідомлення", "оригінальне повідомлення",
    "original message", "original appointment", "original mail", "ursprüngliche nachricht",
    "originalnachricht", "message d'origine", "mensaje original", "mensagem original", "messaggio originale",
    "oorspronkelijk bericht", "ursprungligt meddelande", "oprindelig meddelelse", "opprinnelig melding",
    "wiadomość oryginalna", "původní zpráva", "alkuperäinen viesti", "reply message", "reply above",
)  # fmt: skip
_FORWARD = (
    "forwarded message", "forwarded by", "forwarded mail", "begin forwarded", "пересылаем", "пересланно",
    "переслано", "перенаправленн", "переадресованн", "қайта жіберілген", "қайта бағытталған",
    "бағытталған хабар", "переслане", "weitergeleitete", "message transféré", "message transfere",
    "mensaje reenviado", "mensagem encaminhada", "messaggio inoltrato", "doorgestuurd bericht",
    "vidarebefordrat", "przekazana wiadomość", "iletilen mesaj",
)  # fmt: skip
_DASHES = frozenset("-–—_=*")


def plain(line: str) -> str:
    """The line for comparison: no invisible marks, no quote signs before it, single blanks, case-folded."""
    bare = line[: _LOOKED_AT + 50]
    if not bare.isascii():
        bare = _INVISIBLE.sub("", bare)
    return _BLANKS.sub(" ", bare).strip(" *").casefold()


def attribution_length(lines: Sequence[str], index: int, followed: bool) -> int:
    """How many lines from `index` (made `plain`) are one attribution; 0 for none.

    `followed` says that quoted lines come right after: weaker evidence is enough then.
    """
    first = lines[index]
    if not _may_begin(first):
        return 0
    joined = ""
    for count in range(1, _WRAPPED + 1):
        if index + count > len(lines) or not lines[index + count - 1]:
            return 0
        joined = f"{joined} {lines[index + count - 1]}".strip()
        if len(joined) > _LOOKED_AT:
            return 0
        if is_attribution(joined):
            return count
        if followed and count < _WRAPPED and joined.endswith((":", *_VERBS)) and _weak(joined):
            return count
    return 0


def weak_attribution(line: str) -> bool:
    """A line that is an attribution only because quoted lines follow it."""
    return len(line) <= _LOOKED_AT and line.endswith(":") and _weak(line)


def _weak(line: str) -> bool:
    return (
        _has_date(line)
        or ("@" in line and line.rstrip(": ").endswith((*_VERBS, ">")))
        or line.rstrip(": ").endswith(_VERBS)
    )


def is_attribution(line: str) -> bool:
    """Whether one (joined) line, made `plain`, tells who wrote what follows, and when."""
    if len(line) > _LOOKED_AT or not line.endswith(":"):
        return False
    bare = line.rstrip(": ")
    addressed = "@" in line
    dated = _has_date(line)
    timed = dated and _TIME.search(line) is not None
    if bare.endswith(_VERBS):
        angled = addressed and "<" in line
        if not dated:
            return angled and bare.count(" ") < _FEW_WORDS
        return angled or (_begins_like_one(line) and not _speaks_of_itself(line))
    if timed and addressed and (bare.endswith((">", "]", ")")) or _only_date_and_address(line, bare)):
        return True
    if dated and line.startswith(_YOU_WROTE):
        return True
    return timed and line.startswith(_WEEKDAYS) and (" от " in line or " from " in line)


def _only_date_and_address(line: str, bare: str) -> bool:
    return _begins_like_one(line) and "@" in bare.rpartition(" ")[2] and bare.count(" ") < _FEW_WORDS // 2


def _speaks_of_itself(line: str) -> bool:
    """A person tells what somebody wrote: `7 мая в 14:05 оператор мне написал:`."""
    return not _PRONOUNS.isdisjoint(_WORDS.findall(line))


def _may_begin(line: str) -> bool:
    if not line or len(line) > _LOOKED_AT:
        return False
    return (
        any(char.isdigit() for char in line)
        or line.startswith(_OPENERS)
        or "@" in line
        or line.endswith((*_VERBS, ":"))
    )


def _begins_like_one(line: str) -> bool:
    return line[:1].isdigit() or line.startswith((*_OPENERS, *_WEEKDAYS))


def _has_date(line: str) -> bool:
    return _MONTH_DATE.search(line) is not None or _NUMBER_DATE.search(line) is not None


def header_block_length(lines: Sequence[str], index: int, *, divided: bool) -> int:
    """How many lines from `index` (made `plain`) are a block of header labels; 0 for none.

    Three different labels are needed, or two after a dividing line, or there a sender with an address alone.
    """
    first = label_kind(lines[index])
    if first not in ("from", "sent", "to") and not (divided and first == "subject"):
        return 0
    kinds = {first}
    last = index
    blank = 0
    for position in range(index + 1, min(index + _BLOCK_LINES, len(lines))):
        line = lines[position]
        blank = blank + 1 if not line else 0
        if blank > 1:
            break
        kind = label_kind(line)
        if kind:
            kinds.add(kind)
            last = position
        elif position - last > 3:
            break
    core = kinds - {"other"}
    if divided and first == "from" and "@" in lines[index]:
        return last - index + 1
    if first != "from" and not divided and "from" not in core:
        return 0
    return last - index + 1 if len(core) >= (2 if divided else 3) else 0


def label_kind(line: str) -> str:
    """The kind of header label that a line (made `plain`) begins with, or ''."""
    label, colon, _ = line[: _LABEL_CHARS + 10].partition(":")
    return _KIND_OF.get(label.strip("* >\t"), "") if colon else ""


def is_divider(line: str) -> bool:
    """A line that parts an answer from the message that it answers: of dashes, or with the words for it in dashes."""
    if len(line) < 5 or len(line) > 120:
        return False
    if any(word in line for word in _ORIGINAL):
        inner = line.strip("-–—_=*> ")
        return len(inner) <= 60 and (len(inner) < len(line.strip("> ")) or line.endswith(":"))
    return is_rule(line)


def is_rule(line: str) -> bool:
    """A line of at least ten dashes or underscores and nothing else."""
    return len(line) >= 10 and set(line) <= _DASHES


def opens_forward(line: str) -> bool:
    """A line that opens forwarded text; it is kept."""
    if len(line) > 120 or not any(word in line for word in _FORWARD):
        return False
    inner = line.strip("-–—_=*> ")
    return len(inner) < len(line.strip("> ")) or line.endswith(":")
