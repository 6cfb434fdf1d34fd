"""What the person wrote now, and what is quoted from before.

`split_quotation` gives (new text, what was cut). Promise: total and linear, capped by `Limits`; forwarded text is kept;
answers between or below quoted lines are kept; nothing is lost, since what is cut is given back. The rules, in order:

1. quoted lines (`>`) go, with the attribution above them; own lines between and below them stay;
2. an attribution, a header block or a dividing line without `>` ends the new text: all below is the old message;
3. our own marker line ends it too, whatever stood above it;
4. a message that *begins* so, with nothing of its own above, is a forward without a comment: kept whole;
5. then the signature goes: below `-- `, and the lines that telephones add.

Only a person can tell a quotation for certain: the full text always stays beside.
"""

from daemon.mail.attribution import (
    attribution_length,
    header_block_length,
    is_divider,
    is_rule,
    label_kind,
    opens_forward,
    plain,
    weak_attribution,
)
from daemon.mail.limits import Limits
from daemon.mail.marker import REPLY_MARKER, REPLY_MARKER_STEMS, is_marker

__all__ = ["REPLY_MARKER", "REPLY_MARKER_STEMS", "is_device_line", "split_quotation"]

_SIGNATURE_LINES = 15
"""Longer than that, what stands below `-- ` is no signature (netiquette says four)."""
_DEVICE_STEMS = (
    "отправлено с ", "отправлено из ", "отправлено через ", "отправлено от моего", "послано с ", "написано с ",
    "sent from my ", "sent from mail", "sent from outlook", "sent from yahoo", "sent from proton", "sent from samsung",
    "sent via ", "sent with ", "sent using ", "get outlook for ", "получите outlook", "получить outlook",
    "скачать outlook", "надіслано з ", "надіслано через ", "отримати outlook", "отримайте outlook",
    "iphone-нан жіберілді", "менің iphone", "менің ipad", "outlook алу", "von meinem iphone gesendet",
    "envoyé de mon ", "enviado desde mi ", "enviado do meu ", "inviato da ", "verstuurd vanaf ", "wysłane z ",
    "downloaded with ", "diese nachricht wurde von meinem", "skickat från min ",
)  # fmt: skip
_DEVICE_ENDINGS = (
    "құрылғысынан жіберілді",
    "қолданбасынан жіберілді",
    "телефонынан жіберілді",
    "-нан жіберілді",
    "-ден жіберілді",
    "-дан жіберілді",
    "-нен жіберілді",
)
_DEVICE_CHARS = 90
_MAY_FOLLOW_SIGNATURE = 2
_LABEL_CHARS = 25
"""A line with an address and a colon so near its beginning is a header line in whatever language."""
_QUOTATION_MARKS = ("«", '"', "“", "„", "'")
_LOOK_BACK = 6
"""Lines above a marker of ours that may be the client's own header of the quoted letter."""


def split_quotation(text: str, limits: Limits = Limits(), *, forwarded: bool = False) -> tuple[str, str]:  # noqa: B008 - a frozen value
    """(new text, what was cut). `forwarded` is True where the subject says so: then header blocks are content."""
    lines = _folded(text, limits)
    kept, cut = _Splitter(lines[: limits.text_lines], forwarded).split()
    cut += lines[limits.text_lines :]
    new = "\n".join(kept).strip("\n ")
    return new, "\n".join(cut).strip("\n")


def _folded(text: str, limits: Limits) -> list[str]:
    """The lines of the text, runs of blank ones cut to one, long ones folded."""
    lines: list[str] = []
    for line in text[: limits.text_chars].split("\n"):
        whole = line.rstrip()
        if not whole and lines and not lines[-1]:
            continue
        width = limits.text_line_chars
        lines += [whole[start : start + width] for start in range(0, len(whole), width)] or [""]
    return lines


class _Splitter:
    """One walk down the lines of a text."""

    def __init__(self, lines: list[str], forwarded: bool) -> None:
        self.lines = lines
        self.plain = [plain(line) for line in lines]
        self.quoted = [line.lstrip("\u00a0 ").startswith(">") for line in lines]
        self.forwarded = forwarded
        self.kept: list[str] = []
        self.cut: list[str] = []
        self.lone = sum(self.quoted) == 1
        self.lengths: dict[int, int] = {}

    def split(self) -> tuple[list[str], list[str]]:
        index = 0
        while index < len(self.lines):
            if self._forwards(index):
                self.kept += self.lines[index:]
                return self.kept, self.cut
            step = self._quoted_step(index)
            if step:
                index += step
                continue
            if self._ends_new_text(index):
                if not _has_words(self.kept):
                    return self._begins_with_old(index)
                self._cut_rest(index)
                break
            self.kept.append(self.lines[index])
            index += 1
        return self._unsigned(), self.cut

    def _forwards(self, index: int) -> bool:
        """Forwarded text begins here; Apple quotes it with its opening line, so a quotation may begin with one too."""
        if not self.quoted[index]:
            return opens_forward(self.plain[index])
        begins = not self.cut or self.cut[-1] != self.lines[index - 1]
        return begins and opens_forward(self.plain[index].lstrip("> "))

    def _quoted_step(self, index: int) -> int:
        """How many lines from `index` are a quotation by `>` with its attribution; 0 for none."""
        if self.quoted[index]:
            if self.lone and not is_marker(self.lines[index]):
                return 0
            self.cut.append(self.lines[index])
            return 1
        length = self._attribution(index)
        if not length:
            return 0
        following = self._next_words(index + length)
        if following < len(self.lines) and self.quoted[following]:
            self.lone = False
            self.cut += self.lines[index:following]
            return following - index
        return 0

    def _attribution(self, index: int) -> int:
        if not self.plain[index]:
            return 0
        for length in range(1, 5):
            following = self._next_words(index + length)
            if following < len(self.lines) and self.quoted[following]:
                found = attribution_length(self.plain, index, followed=True)
                return found if found and self._next_words(index + found) == following else 0
            if following != index + length:
                break
        return self._unquoted(index)

    def _unquoted(self, index: int) -> int:
        """The length of an attribution at `index` that stands on its own evidence; asked several times a line."""
        if index not in self.lengths:
            length = attribution_length(self.plain, index, followed=False)
            below = self._next_words(index + length)
            # Somebody's words in quotation marks are what the person tells us, not a quotation of a mail client.
            told = length and below < len(self.lines) and self.plain[below].startswith(_QUOTATION_MARKS)
            self.lengths[index] = 0 if told else length
        return self.lengths[index]

    def _next_words(self, index: int) -> int:
        """The first line from `index` that is not blank, at most two further on."""
        for position in range(index, min(index + 3, len(self.lines))):
            if self.plain[position]:
                return position
        return index

    def _ends_new_text(self, index: int) -> bool:
        line = self.plain[index]
        if not line:
            return False
        if is_marker(self.lines[index]):
            self._take_back()
            return True
        if is_divider(line):
            return self._divides(index)
        if header_block_length(self.plain, index, divided=False):
            return not self.forwarded
        return self._unquoted(index) > 0

    def _divides(self, index: int) -> bool:
        """A dividing line counts with words for it, or with labels or an attribution below."""
        following = self._next_words(index + 1)
        if following >= len(self.lines):
            return False
        if self.forwarded:
            return False
        if not is_rule(self.plain[index]):
            return True
        labelled = header_block_length(self.plain, following, divided=True) > 0
        return labelled or self._unquoted(following) > 0

    def _take_back(self) -> None:
        """Moves the client's own header lines above our marker to what is cut."""
        taken: list[str] = []
        while self.kept and len(taken) < _LOOK_BACK and self._of_client(self.kept[-1]):
            taken.insert(0, self.kept.pop())
        self.cut += taken

    def _of_client(self, line: str) -> bool:
        bare = plain(line)
        labelled = bool(label_kind(bare)) or ("@" in bare and ":" in bare[:_LABEL_CHARS])
        return not bare or labelled or is_rule(bare) or weak_attribution(bare)

    def _begins_with_old(self, index: int) -> tuple[list[str], list[str]]:
        """Nothing of the person's own stands above: a forward without comment, or only our own letter come back."""
        if is_marker(self.lines[index]):
            self.cut += self.kept + self.lines[index:]
            return [], self.cut
        return self.kept + self.lines[index:], self.cut

    def _cut_rest(self, index: int) -> None:
        self.cut += self.lines[index:]

    def _unsigned(self) -> list[str]:
        """The kept lines without a signature block and without what a telephone adds."""
        lines = self._without_devices(self.kept)
        for index in range(len(lines) - 1, -1, -1):
            if lines[index].strip() in ("--", "—") and _has_words(lines[:index]):
                if len([line for line in lines[index:] if line]) <= _SIGNATURE_LINES:
                    self.cut = lines[index:] + self.cut
                    return lines[:index]
                break
        return lines

    def _without_devices(self, lines: list[str]) -> list[str]:
        worded = [index for index, line in enumerate(lines) if line.strip()]
        for index in worded[-1 - _MAY_FOLLOW_SIGNATURE :]:
            if is_device_line(lines[index]) and _has_words(lines[:index]):
                start = index - 1 if index and lines[index - 1].strip() == "--" else index
                self.cut = lines[start : index + 1] + self.cut
                return self._without_devices(lines[:start] + lines[index + 1 :])
        return lines


def is_device_line(line: str) -> bool:
    """A line such as `Отправлено с iPhone`, added by a telephone or a program."""
    bare = plain(line).strip("-–— <>")
    if len(bare) > _DEVICE_CHARS or ". " in bare or bare.endswith((".", "!", "?", ",", ":")):
        return False
    return bare.startswith(_DEVICE_STEMS) or bare.endswith(_DEVICE_ENDINGS)


def _has_words(lines: list[str]) -> bool:
    return any(char.isalnum() for line in lines for char in line)
