"""What C.3 asks for and a defect report lacks: steps, evidence, contact.

Promise: pure, total, linear in the text. `facts` tells what stands in the message, in words a person can check;
evidence and contact follow from the facts by rule, and whether the steps can be understood is weighed with the model.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from daemon.desk.intent_features import Reading

TEXT_CHARS = 20_000
"""Characters that are searched."""
SIGNATURE_CHARS = 160
"""A company in the last characters is a signature; before them it is a matter of the message."""

_PHONE = re.compile(
    r"(?<![\w.,])\+?(?:7|8|998|996|49|90|86|44|1)[\s(-]{0,2}\d{2,4}[\s)-]{0,2}\d{2,3}(?:[\s-]?\d{2,4}){1,3}(?!\d)"
    r"|(?<!\d)\(?\d{3,5}\)?[\s-]\d{2,3}-\d{2}(?:-\d{2})?(?!\d)"
)
_IIN = re.compile(r"(?<!\d)\d(?:[ -]?\d){11}(?!\d)")
_TAX_WORD = re.compile(r"\b(?:иин|бин|жсн|бсн|iin|bin|jsn|zhsn|bsn)\b[\s:№-]{0,4}\d")
_LOGIN = re.compile(r"\b(?:логин\w{0,6}|login|аккаунт|учетка|ник|account|username)\b[\s:«\"'-]{0,4}[a-z][\w.@-]{2,40}")
_COMPANY = re.compile(
    r"(?<!\w)(?:тоо|ип|ао|кх|пк|оо|жшс|жк|ақ|шқ|гу|кгу|гкп|рго|рпт|llp|ltd|llc|jsc|gmbh|inc|ооо|чп|чси)(?!\w)[\s,.:]{0,3}"
    r"[«\"“'а-яәғқңөұүіһёa-z]|[»\"”]\s{0,2}(?:жшс|ао|тоо|llp|ltd|ақ|жк|шқ|ип)(?!\w)"
    r"|\w (?:жшс|llp|ltd|llc|jsc|gmbh|inc)(?!\w)"
)
_NUMBERED = re.compile(
    r"(?:лот\w{0,4}|№|об[ъь]явлени\w{0,4}|заявк\w{0,3}|аукцион\w{0,4}|торг\w{0,3}|сч[её]т\w{0,3}|эсф|акт\w{0,2}|"
    r"протокол\w{0,3}|номер\w{0,2}|хабарландыру\w{0,6}|өтінім\w{0,6}|шот\w{0,4}|"
    r"lots?|announcement|application|auction|invoice|no\.?|number|#)[\s:№#(.-]{0,6}\d{4,8}(?!\d)|"
    r"(?<!\d)\d{5,6}\s?[-‑–]?\s?(?:лот\w{0,6}|хабарландыру|аукцион\w{0,4}|нөмір|өтінім)"
)
_LINK = re.compile(r"https?://\S|(?<![\w@.])(?:www\.|[a-z0-9-]{2,40}\.)?e-sauda\.(?:com|kz)/\S")
_CODE = re.compile(
    r"(?<![\w,.])(?:40[0-9]|50[0-9])(?![\w%]|[.,]\d| ?(?:тенге|тг|000|₸|тыс|мың|мын|млн|лям|штук|метр|км))|\berr_\w|"
    r"exception\b|\bundefined\b|\bnull\b|traceback|time-?out|bad gateway|internal server|not found|forbidden|"
    r"access denied|service unavailable|http/1|\berror[:\s]+\w|ошибк\w{0,2}\s{0,2}(?:№|код)?\s{0,2}\d{2,5}|код ошибки"
)
_SAYS = re.compile(
    r"(?:пиш[еу]т\w{0,2}|писал\w{0,2}|выда[её]т\w{0,2}|выходит|вышло|вылез\w{0,4}|вылаз\w{0,3}|выскак\w{0,5}|"
    r"появля\w{0,5}|появил\w{0,4}|показыва\w{0,4}|сообща\w{0,3}|сообщени\w{0,2}|надпис\w{0,3}|ошибк\w{0,3}|говорит|"
    r"отвечает|ответ|ругается|система|текст|предупрежд\w{0,5}|причин\w{0,3}|подсказк\w{0,3}|получаю|вижу|видно|"
    r"жазады|жазып|шығады|шығып|шықты|қате\w{0,4}|хабарлама\w{0,3}|"
    r"says?|said|shows?|showing|message|error|gives?|reads?|appears|text|status)"
    r"[^«»\"“”\n]{0,40}[:\-–—]?\s{0,2}[«\"“'‘]([^»\"”\n]{6,300})[»\"”'’]"
)
_SAID_KAZAKH = re.compile(
    r"[«\"“'‘]([^»\"”\n]{4,300})[»\"”'’]\s{0,2}[,.:–—-]?\s{0,2}"
    r"(?:де[йпг]\w{0,6}|деп|депті|деген|жазу\w{0,4}|шығ\w{0,5}|тұр\w{0,4}|қате\w{0,3})"
)
_SAYS_PLAIN = re.compile(
    r"(?:пиш[еу]т|выда[её]т|выходит|ошибк[аи]|вылезает|показывает|says|error|message|жазады|шығады)\s{0,2}[:–—-]\s{0,2}\w+\s+\w+"
)
_LONG_QUOTE = re.compile(r"[«\"“]([^«»\"“”\n]{22,300})[»\"”]")
_PLACE = re.compile(
    r"раздел|в кабинете|на странице|вкладк|в форме|в профиле|в карточк|"
    r"при (?:входе|нажатии|подаче|загрузке|открытии|смене|выгрузке|создании|подписании|отправке|регистрации|переходе)|"
    r"бөлім|бетінде|профильде|түймесін|\bwhen i\b|\bin the (?:profile|form|section|cabinet|account)|\bon the page"
)
_ERROR_TEXTS = (_CODE, _SAYS, _SAID_KAZAKH, _SAYS_PLAIN, _LONG_QUOTE)
SHORT = (15, 25, 40)
"""Words below which a report seldom tells the steps."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands in a message, as far as completeness is concerned."""

    phone: bool
    tax_number: bool
    login: bool
    company: bool
    attachment: bool
    link: bool
    number: bool
    error_text: bool
    places: int
    """Parts of the portal that are named."""
    quotation_marks: bool
    capitals: bool
    """The whole text is in capitals."""


def facts(subject: str, body: str, signature: str, attachments: Sequence[str]) -> Facts:
    """The facts of a message. `signature` is a signature block that was cut off the body; '' where there is none."""
    text = f"{subject}\n{body}"[:TEXT_CHARS]
    low = text.lower()
    signed = f"{body[-SIGNATURE_CHARS:]}\n{signature}".lower()
    whole = f"{low}\n{signature.lower()[:TEXT_CHARS]}"
    return Facts(
        phone=bool(_PHONE.search(whole)),
        tax_number=bool(_IIN.search(whole) or _TAX_WORD.search(whole)),
        login=bool(_LOGIN.search(whole)),
        company=bool(_COMPANY.search(signed)),
        attachment=bool(attachments),
        link=bool(_LINK.search(low)),
        number=bool(_NUMBERED.search(low)),
        error_text=any(pattern.search(low) for pattern in _ERROR_TEXTS),
        places=len(_PLACE.findall(low)),
        quotation_marks="«" in body or '"' in body,
        capitals=body.isupper(),
    )


def lacks_evidence(found: Facts) -> bool:
    """C.3: neither a file nor an error text, a link or a number."""
    return not (found.attachment or found.link or found.number or found.error_text)


def lacks_contact(found: Facts) -> bool:
    """C.3: neither a telephone nor a tax number, a login or a signature with a company."""
    return not (found.phone or found.tax_number or found.login or found.company)


def step_signs(found: Facts, reading: Reading) -> tuple[float, ...]:
    """Numbers that tell whether the steps of a report can be understood; the model weighs them."""
    words = reading.words
    return (
        log(words + 1),
        min(reading.count("did"), 4),
        min(reading.count("portalthing"), 4),
        min(reading.count("failure"), 4),
        min(found.places, 2),
        float(found.error_text),
        float(found.number),
        float(found.attachment),
        float(found.quotation_marks),
        float(found.capitals),
        float(not lacks_contact(found)),
        *(float(words < limit) for limit in SHORT),
    )
