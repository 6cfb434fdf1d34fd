"""What charsets are called in mail, and what Python calls them.

Promise: `codec_of` is total; it never names a codec that is not text (`zlib`, `idna`, `undefined`), because decoding
with one is an exception or a bomb.
"""

import codecs
import re
from functools import lru_cache

_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
}
"""What mailers mean by the narrower name (WHATWG Encoding Standard)."""
_ALIASES = {
    "utf8mb4": "utf-8",
    "xutf8": "utf-8",
    "unicode11utf8": "utf-8",
    "utf8n": "utf-8",
    "ansi1251": "cp1251",
    "win1251": "cp1251",
    "windows1251": "cp1251",
    "xcp1251": "cp1251",
    "xwindows1251": "cp1251",
    "mswindows1251": "cp1251",
    "microsoftcp1251": "cp1251",
    "1251": "cp1251",
    "cyrillicwindows": "cp1251",
    "win": "cp1251",
    "koi8": "koi8-r",
    "koi8r": "koi8-r",
    "xkoi8r": "koi8-r",
    "cskoi8r": "koi8-r",
    "koi8ru": "koi8-u",
    "koi8u": "koi8-u",
    "koi": "koi8-r",
    "ibm866": "cp866",
    "dos866": "cp866",
    "cp866": "cp866",
    "xcp866": "cp866",
    "866": "cp866",
    "dos": "cp866",
    "xmaccyrillic": "mac-cyrillic",
    "maccyrillic": "mac-cyrillic",
    "xmacukrainian": "mac-cyrillic",
    "macukrainian": "mac-cyrillic",
    "iso88595": "iso8859-5",
    "cyrillic": "iso8859-5",
    "kz1048": "kz1048",
    "rk1048": "kz1048",
    "strk10482002": "kz1048",
    "cp154": "ptcp154",
    "ptcp154": "ptcp154",
    "pt154": "ptcp154",
    "cyrillicasian": "ptcp154",
    "win1252": "cp1252",
    "windows1252": "cp1252",
    "xcp1252": "cp1252",
    "ansix341968": "ascii",
    "win1250": "cp1250",
    "windows874": "cp874",
    "xsjis": "cp932",
    "windows31j": "cp932",
    "ksc56011987": "cp949",
    "ksc5601": "cp949",
    "xgbk": "gb18030",
    "xeucjp": "euc_jp",
    "iso88598i": "iso8859-8",
}
_UNKNOWN = frozenset(
    {
        "",
        "none",
        "unknown",
        "unknown8bit",
        "8bit",
        "7bit",
        "binary",
        "default",
        "xunknown",
        "xuserdefined",
        "null",
        "auto",
    }
)
_NOT_TEXT = frozenset(
    {
        "idna",
        "punycode",
        "undefined",
        "unicode_escape",
        "raw_unicode_escape",
        "mbcs",
        "oem",
        "base64",
        "hex",
        "zlib",
        "bz2",
        "uu",
        "quopri",
        "rot13",
        "charmap",
        "utf_16_be",
        "utf_32_be",
    }
)


@lru_cache(maxsize=256)
def codec_of(declared: str) -> str:
    """Python's name for a declared charset; '' where it names none that is text."""
    name = declared.strip().strip("\"'").partition("*")[0].lower()[:64]
    bare = re.sub(r"[^a-z0-9]", "", name)
    if bare in _UNKNOWN:
        return ""
    if bare in _ALIASES:
        return _widened(_ALIASES[bare])
    for candidate in (name, bare):
        try:
            found = codecs.lookup(candidate if candidate.isascii() and candidate.isprintable() else "").name
        except (LookupError, ValueError):
            continue
        return "" if found.replace("-", "_").removesuffix("_codec") in _NOT_TEXT else _widened(found)
    return ""


def _widened(codec: str) -> str:
    return _SUPERSETS.get(codec, codec)
