"""Words behind stars: х*й, п***ц, f**k. Only full forms from the lexicons' closed lists are recognised.

Promise: a bounded number of masked words is compared, each with the few forms that share its first and last letter.
"""

import re
from collections.abc import Iterator, Mapping

MASKED_WORDS = 400
"""Masked words of one text that are looked at; the rest of a text with more of them says nothing new."""
MASKED_CHARS = 24
"""Longest masked word; the longest form in the lists has 18 letters."""
SEEN_TRAILING = 3
"""Letters that must be seen when the end of a word is hidden."""

_RUNS = re.compile(r"[*#%@_$&^~\d!|]+|\.{2,}")


def hidden(
    masked: list[tuple[int, str]], forms: Mapping[tuple[str, str], tuple[tuple[str, int], ...]]
) -> Iterator[tuple[int, int]]:
    """The (chunk, row) of every masked word that is one of the forms."""
    for owner, word in masked[:MASKED_WORDS]:
        for part in _candidates(word):
            for form, row in _like(part, forms):
                if _fits(part, form):
                    yield owner, row


def _candidates(word: str) -> list[str]:
    """The masked words of a chunk: pieces between other punctuation."""
    pieces = re.split(r"[,;:?()\"«»/\\+=<>-]+", word)
    return [piece for piece in pieces if 2 < len(piece) <= MASKED_CHARS and _RUNS.search(piece)]


def _like(part: str, forms: Mapping[tuple[str, str], tuple[tuple[str, int], ...]]) -> list[tuple[str, int]]:
    first, last = part[0], part[-1]
    if first.isalpha() and last.isalpha():
        return list(forms.get((first, last), ()))
    if first.isalpha():
        return [form for (head, _), found in forms.items() if head == first for form in found]
    if last.isalpha():
        return [form for (_, tail), found in forms.items() if tail == last for form in found]
    return []


def _fits(part: str, form: str) -> bool:
    """Whether the form can be what is masked: seen letters in their places, hidden ones of about the shown number."""
    seen = _RUNS.split(part)
    runs = _RUNS.findall(part)
    letters = sum(map(len, seen))
    if (
        letters < 2
        or letters >= len(form)
        or (not seen[-1] and len(seen[0]) < SEEN_TRAILING)
        or (not seen[0] and letters < SEEN_TRAILING)
    ):
        return False
    if not seen[-1] and len(seen) == 2 and runs[0][0].isdigit():
        return False
    if len(runs) == 1:
        gap = len(form) - letters
        return form.startswith(seen[0]) and form.endswith(seen[1]) and _about(runs[0], gap)
    return all(_about(run, 1) for run in runs) and _placed(seen, form, len(form) - letters - len(runs))


def _about(run: str, gap: int) -> bool:
    """One sign hides one letter; several hide about as many as there are; dots hide any few."""
    if run.startswith(".."):
        return 1 <= gap <= len(run) + 4
    if len(run) == 1:
        return gap == 1
    return 1 <= gap <= len(run) + 2


def _placed(seen: list[str], form: str, spare: int) -> bool:
    """Whether the pieces stand in the form in their order, one or more letters apart."""
    if not 0 <= spare <= len(seen) or not form.startswith(seen[0]) or not form.endswith(seen[-1]):
        return False
    place = len(seen[0])
    for piece in seen[1:-1]:
        place = form.find(piece, place + 1)
        if place < 0:
            return False
        place += len(piece)
    return place + 1 <= len(form) - len(seen[-1])
