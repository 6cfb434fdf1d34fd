"""The alphabets of disguise: which character stands for which. Data only.

Sources: Unicode confusables for the two alphabets, the Kazakh and Russian keyboard layouts, and the habits that
`rules/moderation/*.yaml` name in their notes.
"""

import re
import unicodedata

KAZAKH = "әғқңөұүһі"
KAZAKH_LETTER = re.compile(f"[{KAZAKH}]")
CYRILLIC_LETTER = re.compile("[Ѐ-ԯ]")
LATIN_LETTER = re.compile("[a-z]")
FOREIGN_LETTER = re.compile("[\u00df-\u024f\u0370-\u03ff\u0530-\u058f]")

FOLD = str.maketrans(KAZAKH, "агкноуухи")
"""Kazakh as it is typed without its letters."""

LOOKS_CYRILLIC = str.maketrans("aceopxyukmtbhnrgi", "асеорхуикмтвнпгги")
"""Latin letters read as the Cyrillic ones they look (or, for b, n, r, g, sound) like."""
LOOKS_CYRILLIC.update(str.maketrans("bdfjlqsvwzἰϲοαεικρτυхᴀ", "бдфжлксвшзисоаеикртухa"))
LOOKALIKES_ONLY = re.compile(r"[aceopxyukmtbhn]+\Z")
"""A Latin word that can be read as a Cyrillic one, letter by letter."""

_CONFUSABLE = str.maketrans(
    "асеорхукмтвнзігдлибйпяьѕјһզսոօցաեհіαβεικλνορτυχςσ",
    "aceopxykmtbh3irdlubunrbsjhqunogaehiabeiklnoptuxcs",
)

_NO_PARTS = {"ı": "i", "ø": "o", "ß": "ss", "đ": "d", "ł": "l"}
LOOKS_LATIN: dict[int, str | int] = {
    **{code: unicodedata.normalize("NFD", chr(code))[0] for code in range(0xDF, 0x250)},
    **{ord(letter): plain for letter, plain in _NO_PARTS.items()},
    **_CONFUSABLE,
}
"""Cyrillic, Greek, Armenian and accented letters read as the Latin ones they look like."""

_EN_ROW = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RU_ROW = "йцукенгшщзхъфывапролджэячсмитьбюё"
LATIN_KEYS_TO_CYRILLIC = str.maketrans(_EN_ROW + '{}:"<>~', _RU_ROW + "хъжэбюё")
CYRILLIC_KEYS_TO_LATIN = str.maketrans(_RU_ROW, _EN_ROW)

DIGITS_RU = (str.maketrans("0134689@$", "оизчбвяас"), str.maketrans("0134689@$", "ойеабвдос"))
"""Digits for letters, the two readings that Russian texts use (3 is з or е, 4 is ч or а, 9 is я or д)."""
DIGITS_EN = str.maketrans("0134578@$!|", "oieastbasil")
DIGITS_KK = str.maketrans("01346@", "оізаба")

_SKELETON_PAIRS = (
    ("shch", "w"), ("sch", "w"), ("sh", "w"), ("ch", "q"), ("zh", "j"), ("kh", "h"), ("gh", "g"), ("ts", "c"),
    ("tz", "c"), ("yo", "e"), ("jo", "e"), ("ye", "e"), ("je", "e"),
)  # fmt: skip
_SKELETON_LATIN = str.maketrans("xyqw", "hik\x00")
_SKELETON_CYRILLIC: dict[int, str | int] = {
    **str.maketrans("абвгдеёжзийклмнопрстуфхцчшщыэіәғқңөұүһ", "abvgdeejziiklmnoprstufhcqwwieiagknouuh"),
    ord("ъ"): "",
    ord("ь"): "",
    ord("ю"): "iu",
    ord("я"): "ia",
}
_DOUBLE_LETTER = re.compile(r"([^\n])\1+")
_ADJECTIVE_END = re.compile(r"[ыи]е\Z")
_LATIN_ADJECTIVE_END = re.compile(r"[yi]{1,2}e(?=\n|\Z)")
_INITIAL_J = "\x01"


def skeleton_of_cyrillic(word: str) -> str:
    """The bones of a Cyrillic stem, such that every usual transliteration of it has the same ones."""
    plain = _ADJECTIVE_END.sub("е", word).translate(_SKELETON_CYRILLIC)
    return _DOUBLE_LETTER.sub(r"\1", plain)


def skeleton_of_latin(words: str) -> str:
    """The bones of Latin words (several at once, with a newline between them)."""
    words = _LATIN_ADJECTIVE_END.sub("e", words).replace("\nj", "\n" + _INITIAL_J)
    for pair, letter in _SKELETON_PAIRS:
        words = words.replace(pair, letter.upper())
    words = words.replace("j", "i").translate(_SKELETON_LATIN).lower().replace(_INITIAL_J, "j").replace("\x00", "v")
    return _DOUBLE_LETTER.sub(r"\1", words)


REPEATED = re.compile(r"([^\W\d_])\1")
REPEATS = re.compile(r"([^\W\d_])\1+")
LONG_REPEATS = re.compile(r"([^\W\d_])\1{2,}")

PLANES = 0x20000
"""The first two planes of Unicode; beyond them only tags and variation selectors are unseen, and no word has them."""
_MARKS = [chr(code) for code in range(0x300, PLANES) if unicodedata.category(chr(code)) in {"Mn", "Me"}]
_UNSEEN = [chr(code) for code in range(PLANES) if unicodedata.category(chr(code)) == "Cf"]


def _ranges(characters: list[str]) -> str:
    """A regular expression's character class for sorted characters."""
    out, first, last = [], characters[0], characters[0]
    for character in [*characters[1:], ""]:
        if character and ord(character) == ord(last) + 1:
            last = character
            continue
        out.append(f"{re.escape(first)}-{re.escape(last)}")
        first = last = character
    return "[" + "".join(out) + "]"


UNSEEN_CHARACTERS = frozenset(_UNSEEN + _MARKS)
UNSEEN = re.compile(_ranges(sorted(UNSEEN_CHARACTERS)))
"""Characters without width or ink of their own (categories Cf, Mn, Me), after composing."""
MARK_FLOOD = re.compile(f"({_ranges(_MARKS)}{{2}}){_ranges(_MARKS)}+")
"""Longer runs of combining marks than any language writes; putting them in order costs quadratic time."""
