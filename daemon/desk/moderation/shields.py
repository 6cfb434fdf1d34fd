"""What is no prose and is therefore never judged: links, addresses, file names, codes, number plates, pasted logs.

Promise: a shielded stretch is replaced by as many spaces, so that every offset of the text stays true. Linear time.
"""

import re

_LINK = re.compile(
    r"(?:https?|ftp)://[!-~]+|www\.[!-~]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.IGNORECASE
)
_HANDLE = re.compile(r"(?<![^\s(,;:])@[A-Za-z][A-Za-z0-9_]{3,31}\b")
_DOMAIN = re.compile(
    r"\b[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.(?:kz|ru|com|org|net|gov|info|io|su)\b(?:/[!-~]*)?"
)
_FILE = re.compile(
    r"(?<![\w-])[\w-]{1,150}\.(?:pdf|docx?|xlsx?|pptx?|rtf|txt|csv|xml|json|jpe?g|png|gif|bmp|heic|mp4|mov|zip|rar|7z|cms|p12|pfx"
    r"|cer|crt|exe|msi|jar|jnlp|dll|log|eml|msg|html?)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<![^\W_])[A-Za-z0-9+/=_-]{8,}(?![^\W_])")
_CONSTANT = re.compile(r"\b[A-Z0-9]{2,30}(?:_[A-Z0-9]{1,30}){1,10}\b")
_PLATE = re.compile(r"\b\d{3} ?[A-ZАВЕКМНОРСТУХ]{2,3} ?\d{2,3}\b|\b[A-ZАВЕКМНОРСТУХ] ?\d{3} ?[A-ZАВЕКМНОРСТУХ]{2,3}\b")
_INITIALS = re.compile(
    r"\b[А-ЯЁӘҒҚҢӨҰҮҺІA-Z]\. ?(?:[А-ЯЁӘҒҚҢӨҰҮҺІA-Z]\. ?)?(?=[А-ЯЁӘҒҚҢӨҰҮҺІA-Z][а-яёәғқңөұүһіa-z]{3})"
)
_SURNAME_FIRST = re.compile(
    r"\b[А-ЯЁӘҒҚҢӨҰҮҺІ][а-яёәғқңөұүһі]+(?:-[А-ЯЁӘҒҚҢӨҰҮҺІ][а-яёәғқңөұүһі]+)? [А-ЯЁӘҒҚҢӨҰҮҺІ]\. ?[А-ЯЁӘҒҚҢӨҰҮҺІ]\."
)
_PATRONYMIC = re.compile(r"\b[А-Я][а-я]+(?:вич|вна|ұлы|қызы|улы|кызы)\b")
_LOG_LINE = re.compile(
    r"^(?:\s*at [\w$.<>]+\(|Caused by:|\s*\d{4}-\d\d-\d\d[ T]\d\d:\d\d|\[\w+\]|\s*File \""
    r"|.{0,80}?\b[A-Za-z]\w{0,60}(?:Exception|Error)\b|\s*(?:Error|ERROR|WARN|INFO)\s?[:\[\]])"
)
_ASCII_WORDS = re.compile(r"[!-~]+")
_CASE_CHANGE = re.compile(r"[a-z][A-Z]")


def shielded(text: str) -> str:
    """The text with everything that is no prose blanked out, offset by offset."""
    if "\n" in text or "Exception" in text or "Error" in text:
        text = "\n".join(_unlogged(line) for line in text.split("\n"))
    if "." in text or "@" in text:
        for pattern in (_LINK, _HANDLE, _FILE, _DOMAIN, _INITIALS, _SURNAME_FIRST):
            text = pattern.sub(_blank, text)
    if "_" in text:
        text = _CONSTANT.sub(_blank, text)
    return _PLATE.sub(_blank, _CODE.sub(_blank_code, text))


def _blank(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())


def _blank_code(match: re.Match[str]) -> str:
    """Codes, keys and base64 change case and mix digits in as no word does."""
    word = match.group()
    digits = sum(character.isdigit() for character in word[:64])
    changes = len(_CASE_CHANGE.findall(word[:64]))
    hexadecimal = digits >= 2 and not word.strip("0123456789abcdefABCDEF-")
    is_code = (digits >= 2 and changes) or changes >= 3 or hexadecimal or len(word) > 45
    return _blank(match) if is_code else word


def _unlogged(line: str) -> str:
    """A line of a log keeps only its words in other letters than the ASCII ones."""
    return _ASCII_WORDS.sub(_blank, line) if _LOG_LINE.match(line[:200]) else line
