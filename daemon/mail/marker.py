"""The marker line of our letters: what stands below it is ours, and it carries the token (see `msgid`).

`compose` and the templates put one marker line at the top of every letter of ours to a client; `quote` cuts a reply
there. Promise: `is_marker` knows the line in any of the three languages, quoted, re-wrapped by blanks or in other
dashes; it never takes a person's ordinary sentence for one, because the dashes are part of it.
"""

REPLY_MARKER: dict[str, str] = {
    "ru": "--- Пожалуйста, пишите ответ выше этой строки ---",
    "kk": "--- Жауабыңызды осы жолдан жоғары жазыңыз ---",
    "en": "--- Please write your reply above this line ---",
}
"""The marker line in each language of the service, without the token that may follow it."""

REPLY_MARKER_STEMS = ("ответ выше этой строки", "осы жолдан жоғары жаз", "reply above this line")
"""What every marker line contains, case-folded and with single blanks."""

_DASHES = "-–—‐‑−_=#*"
MAX_MARKER_CHARS = 200


def is_marker(line: str) -> bool:
    """Whether `line` is a marker line of ours, quoted or not."""
    if len(line) > MAX_MARKER_CHARS:
        return False
    bare = " ".join(line.lstrip("> \t|").replace("\u00a0", " ").casefold().split())
    return bare[:1] in _DASHES and bare.startswith(bare[:1] * 2) and any(stem in bare for stem in REPLY_MARKER_STEMS)
