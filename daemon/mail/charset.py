"""Octets to text by evidence: what the sender declared is heard, what the octets say is believed.

Promise: `decode` is total and linear; the octets themselves stay whole in the store, so a wrong choice
can be undone. Order of belief: a byte order mark; valid UTF-8; the declared charset where its text looks like language;
the Cyrillic charset whose text looks most like Russian, Kazakh or Ukrainian; Windows-1252, which reads anything.
"""

import codecs
import re
from dataclasses import dataclass
from itertools import pairwise

from daemon.mail.charset_names import codec_of
from daemon.mail.pairs import COMMON_PAIRS

_RARITY = {
    "cp1251": 0.0,
    "koi8-r": 0.5,
    "cp866": 0.5,
    "kz1048": 1.0,
    "koi8-u": 1.0,
    "iso8859-5": 1.0,
    "ptcp154": 1.5,
    "mac-cyrillic": 1.5,
}
"""Points that an undeclared charset must make up for being rare."""
CYRILLIC = tuple(_RARITY)
"""The candidates, the likelier first: on equal evidence the first wins."""

_LATIN = frozenset({"cp1252", "iso8859-1", "iso8859-15", "ascii"})
_SHIFTED = ("iso2022", "hz", "utf-7", "utf-16", "utf-32")
"""Charsets whose text is ASCII octets, or not octet by octet at all: they must be declared (or marked)."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

SAMPLE_OCTETS = 800
"""Octets that are not ASCII are judged by so many of them: an undeclared charset costs 1 ms, not 100."""
_CLEAR_LEAD = 5.0
"""Points by which another charset must look better before a declaration is called false."""
_WORTHLESS = 0.1
"""A score that is no evidence for Cyrillic at all; correct Russian scores 0.9 (measured on our letters)."""
_SIBLINGS = frozenset({"cp1251", "kz1048", "ptcp154"})
"""They share all Russian letters: Kazakh text is often declared Windows-1251, which has no Kazakh ones."""
_SIBLING_LEAD = 2.0
_WORD = re.compile(r"[^\W\d_]+")
_USUAL_SIGNS = frozenset("«»—–№“”„’‘…\u00a0°₸§•€™®©")
_SIGN_IN_WORD = re.compile("[А-яЀ-ӿ][°§•€™®©‚„‹›†‡‰¤¦]|[°•€™®©‹›†‡‰¤¦][А-яЀ-ӿ]|[а-яѐ-ӿ][“”‘’][а-яѐ-ӿ]")
_STRANGE = re.compile("[ЂЃЉЊЋЌЏђѓљњћќџ]|[‘‚’][а-яѐ-ӿ]")
"""Letters of Serbian and Macedonian, and single quotation marks: what capitals of other charsets look like."""
_HIGH = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that read it, and whether the declaration was missing, wrong or set aside."""

    text: str
    codec: str
    guessed: bool


def decode(octets: bytes, declared: str = "") -> Decoded:
    """The text of `octets`. `declared` is the charset as the message names it, '' where it names none."""
    for mark, name in _MARKS:
        if octets.startswith(mark):
            return Decoded(octets.decode(name, "replace"), name, guessed=False)
    codec = codec_of(declared)
    if codec.startswith(_SHIFTED):
        return Decoded(_lenient(octets, codec), codec, guessed=False)
    if octets.isascii():
        return _ascii(octets, codec)
    if codec in ("utf-8", "") or codec in _LATIN or codec in CYRILLIC:
        return _by_evidence(octets, codec)
    text = _strict(octets, codec)
    if text is not None:
        return Decoded(text, codec, guessed=False)
    return (
        _by_evidence(octets, "")
        if _mostly_broken(octets, codec)
        else Decoded(_lenient(octets, codec), codec, guessed=False)
    )


def score(text: str) -> float:
    """How much the non-ASCII words of `text` look like Russian, Kazakh or Ukrainian: at most 1; 0 for no evidence."""
    found, looked_at = points(text)
    return found / looked_at if looked_at else 0.0


def points(text: str) -> tuple[float, int]:
    """(evidence for Cyrillic language, pairs of letters and signs looked at): a common pair of letters is one point."""
    good = total = 0
    breaks = len(_SIGN_IN_WORD.findall(text)) + 0.5 * len(_STRANGE.findall(text))
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        cyrillic = sum("Ѐ" <= letter <= "ӿ" for letter in word)
        breaks += _case_breaks(word) + (2 if cyrillic != len(word) else 0)
        edged = f" {word.lower().replace('ё', 'е')} "
        total += len(edged) - 1
        good += sum(edged[index : index + 2] in COMMON_PAIRS for index in range(len(edged) - 1))
    signs = sum(char > "\x7f" and not char.isalnum() and char not in _USUAL_SIGNS for char in text)
    return good - 2 * breaks - 1.5 * signs, total + signs


def _by_evidence(octets: bytes, codec: str) -> Decoded:
    text = _strict(octets, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8", guessed=codec != "utf-8")
    sample = _sample(octets)
    if codec in ("utf-8", "") and not _mostly_broken(sample, "utf-8"):
        return Decoded(octets.decode("utf-8", "replace"), "utf-8", guessed=codec != "utf-8")
    found = {name: points(sample.decode(name, "replace")) for name in CYRILLIC}
    evidence = {name: found[name][0] - rarity for name, rarity in _RARITY.items()}
    best = max(CYRILLIC, key=evidence.__getitem__)
    if codec in evidence:
        needed = _SIBLING_LEAD if {codec, best} <= _SIBLINGS else _CLEAR_LEAD
        chosen = best if found[best][0] - found[codec][0] >= needed else codec
    else:
        looks = found[best][0] / max(found[best][1], 1)
        chosen = best if looks > max(_latin_score(sample), _WORTHLESS) else "cp1252"
    return Decoded(_lenient(octets, chosen), chosen, guessed=chosen != codec)


def _ascii(octets: bytes, codec: str) -> Decoded:
    if b"\x1b$" in octets and not codec:
        return Decoded(_lenient(octets, "iso2022_jp_2"), "iso2022_jp_2", guessed=True)
    return Decoded(octets.decode("ascii"), codec or "ascii", guessed=False)


def _latin_score(sample: bytes) -> float:
    """How much the octets look like Western text: letters with marks stand among plain ones."""
    text = sample.decode("cp1252", "replace")
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    letters = sum(len(word) for word in words)
    plain = sum(sum(letter < "\x80" for letter in word) for word in words)
    signs = sum(char > "\x7f" and not char.isalnum() and char not in _USUAL_SIGNS for char in text)
    return plain / (letters + 2 * signs) if letters else 0.0


def _case_breaks(word: str) -> int:
    """Capitals after small letters inside a word."""
    return sum(before.islower() and after.isupper() for before, after in pairwise(word))


def _sample(octets: bytes) -> bytes:
    if len(octets) <= SAMPLE_OCTETS:
        return octets
    taken = bytearray()
    for match in _HIGH.finditer(octets):
        taken += match.group()[:SAMPLE_OCTETS] + b"\n"
        if len(taken) >= SAMPLE_OCTETS:
            break
    return bytes(taken)


def _strict(octets: bytes, codec: str) -> str | None:
    try:
        return octets.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _lenient(octets: bytes, codec: str) -> str:
    try:
        if codec == "cp1252":
            return octets.decode("cp1252", "mail.latin1")
        return octets.decode(codec, "replace")
    except (UnicodeError, LookupError, ValueError):
        return octets.decode("latin-1")


def _mostly_broken(octets: bytes, codec: str) -> bool:
    """More than a tenth of what is not ASCII cannot be read (one broken character at an edge is forgiven)."""
    text = _lenient(octets, codec)
    broken = text.count("\ufffd")
    others = sum(char > "\x7f" for char in text) - broken
    return broken > max(1, others // 10) or others < 2


def _latin1(error: UnicodeError) -> tuple[str, int]:
    """Error handler: the five octets that Windows-1252 leaves undefined are read as Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("mail.latin1", _latin1)
