"""The tables of `judge --score`: labelled messages beside the judge's answers, and what deciding alone would cost.

Promise: pure; every share has its exact 95 % interval (Clopper-Pearson), every table says over how many messages. The
answers are the objects that `judging.judged` writes; the labelled messages are those of the labelling guide.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p
from typing import Any

Record = dict[str, Any]
Pair = tuple[Record, Record]
"""(labelled message, answer)."""

CONFIDENCE = 0.95
THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.92, 0.94, 0.96, 0.98, 0.99)
IN_SCOPE = frozenset({"consult_functionality", "consult_lot", "consult_software_choice", "wish", "defect"})
LANGUAGES = ("ru", "kk", "en", "mixed")
GAPS = ("steps", "evidence", "contact")
WORST = 20


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`, with the exact interval."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """0 to 1; 0 of nothing is 0."""
        return self.hits / self.total if self.total else 0.0

    def __str__(self) -> str:
        low, high = interval(self.hits, self.total)
        return f"{self.value:.3f} [{low:.3f}-{high:.3f}] {self.hits}/{self.total}"


def interval(hits: int, total: int) -> tuple[float, float]:
    """The exact (Clopper-Pearson) interval of a share."""
    if not total:
        return 0.0, 1.0
    tail = (1 - CONFIDENCE) / 2
    low = _solve(lambda share: 1 - _at_most(hits - 1, total, share) - tail) if hits else 0.0
    high = _solve(lambda share: tail - _at_most(hits, total, share)) if hits < total else 1.0
    return low, high


def _solve(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2


def _at_most(hits: int, total: int, share: float) -> float:
    """The chance of at most `hits` of `total` where each has the chance `share`."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return float(hits >= total)
    return sum(
        exp(lgamma(total + 1) - lgamma(k + 1) - lgamma(total - k + 1) + k * log(share) + (total - k) * log1p(-share))
        for k in range(hits + 1)
    )


def tables(pairs: Sequence[Pair]) -> str:
    """All tables as text."""
    parts = (
        ("Accuracy by language", _by_language(pairs)),
        ("Precision, recall and F1", _findings(pairs)),
        ("Confusion of intents (rows: label, columns: answer)", _confusion(pairs)),
        ("Alone, at the present rules", _alone(pairs)),
        ("Deciding alone: declines by confidence", tradeoff(pairs)),
        ("Coverage and accuracy by confidence", _coverage(pairs)),
        (f"The {WORST} worst errors", _worst(pairs)),
    )
    return "\n\n".join(f"## {title}\n\n{body}" for title, body in parts) + "\n"


def _by_language(pairs: Sequence[Pair]) -> str:
    rows = [f"{'all':8}{_right(pairs, 'intent')}   language {_right(pairs, 'lang')}"]
    for language in LANGUAGES:
        some = [pair for pair in pairs if pair[0]["lang"] == language]
        rows.append(f"{language:8}{_right(some, 'intent')}   language {_right(some, 'lang')}")
    return "\n".join(rows)


def _right(pairs: Iterable[Pair], key: str) -> Share:
    hits = [record[key] == answer[key] for record, answer in pairs]
    return Share(sum(hits), len(hits))


def _findings(pairs: Sequence[Pair]) -> str:
    defects = [pair for pair in pairs if pair[0]["intent"] == "defect" == pair[1]["intent"]]
    rows = [_line(f"missing {gap}", [_sides(pair, "missing", gap) for pair in defects]) for gap in GAPS]
    rows.append(_line("also", [(set(record["also"]), set(answer["also"])) for record, answer in pairs]))
    words = [pair for pair in pairs if "quoted" not in str(pair[0].get("note", ""))]
    rows += [_line(kind, [_sides(pair, "offensive", kind) for pair in words]) for kind in ("obscene", "insult")]
    return "\n".join(rows)


def _sides(pair: Pair, key: str, value: str) -> tuple[set[str], set[str]]:
    """The value where the label, and where the answer has it (as its one value, or among its values)."""
    label, answer = ({value} & ({side[key]} if isinstance(side[key], str) else set(side[key])) for side in pair)
    return label, answer


def _line(name: str, sides: Sequence[tuple[set[str], set[str]]]) -> str:
    both = sum(len(label & answer) for label, answer in sides)
    told = sum(len(answer) for _, answer in sides)
    there = sum(len(label) for label, _ in sides)
    f1 = 2 * both / (told + there) if told + there else 0.0
    return f"{name:18}precision {Share(both, told)}   recall {Share(both, there)}   F1 {f1:.3f}"


def _confusion(pairs: Sequence[Pair]) -> str:
    counts = Counter((record["intent"], answer["intent"]) for record, answer in pairs)
    names = sorted({name for pair in counts for name in pair})
    rows = [" " * 32 + "".join(f"{number:4}" for number in range(1, len(names) + 1))]
    for number, name in enumerate(names, 1):
        cells = "".join(f"{counts[name, other] or '.':>4}" for other in names)
        rows.append(f"{number:3} {name:28}{cells}")
    return "\n".join(rows)


def _alone(pairs: Sequence[Pair]) -> str:
    clean = [pair for pair in pairs if pair[0]["offensive"] == "none" and _in_scope(pair[0])]
    refused = [pair for pair in clean if pair[1]["action"] in {"decline", "suspend", "rephrase", "record"}]
    spared = [pair for pair in pairs if "quoted" in str(pair[0].get("note", "")) or _of(pair[0], "staff_complaint")]
    outside = [pair for pair in pairs if _out_of_scope(pair[0])]
    declined = [pair for pair in pairs if pair[1]["action"] == "decline"]
    right = [pair for pair in declined if pair[0]["intent"] == pair[1]["intent"]]
    operator = sum(answer["action"] == "operator" for _, answer in pairs)
    rows = (
        ("clean in-scope messages refused or suspended", Share(len(refused), len(clean))),
        ("quoted words or complaints about staff suspended", Share(_suspended(spared), len(spared))),
        ("out-of-scope messages declined with the right reason", Share(len(right), len(outside))),
        ("declines that name the wrong reason", Share(len(declined) - len(right), len(declined))),
        ("left to a person first", Share(operator, len(pairs))),
    )
    return "\n".join(f"{name:54}{share}" for name, share in rows)


def _suspended(pairs: Sequence[Pair]) -> int:
    return sum(answer["action"] == "suspend" for _, answer in pairs)


def _in_scope(record: Record) -> bool:
    return record["intent"] in IN_SCOPE


def _out_of_scope(record: Record) -> bool:
    return str(record["intent"]).startswith("oos_")


def _of(record: Record, intent: str) -> bool:
    return record["intent"] == intent or intent in record["also"]


@dataclass(frozen=True, slots=True)
class Point:
    """What declining alone from a confidence on would do. A decline answers `oos_*` with no in-scope wish beside it."""

    threshold: float
    decided: Share
    """Out-of-scope messages declined with the right reason."""
    wrong: Share
    """Declines that name the wrong reason (any message)."""
    refused: Share
    """Clean in-scope messages declined."""


def points(pairs: Sequence[Pair]) -> list[Point]:
    """The trade-off at every threshold."""
    outside = [pair for pair in pairs if _out_of_scope(pair[0])]
    clean = [pair for pair in pairs if pair[0]["offensive"] == "none" and _in_scope(pair[0])]
    found: list[Point] = []
    for threshold in THRESHOLDS:
        declined = [pair for pair in pairs if _would_decline(pair[1], threshold)]
        right = sum(record["intent"] == answer["intent"] for record, answer in declined)
        refused = sum(_would_decline(answer, threshold) for _, answer in clean)
        found.append(
            Point(
                threshold,
                Share(right, len(outside)),
                Share(len(declined) - right, len(declined)),
                Share(refused, len(clean)),
            )
        )
    return found


def _would_decline(answer: Record, threshold: float) -> bool:
    return _out_of_scope(answer) and answer["confidence"] >= threshold and not IN_SCOPE & set(answer["also"])


def tradeoff(pairs: Sequence[Pair]) -> str:
    """The trade-off as a table."""
    rows = [f"{'from':6}{'declined rightly':34}{'wrong reason among declines':34}clean in-scope declined"]
    rows += [f"{point.threshold:<6.2f}{point.decided!s:34}{point.wrong!s:34}{point.refused}" for point in points(pairs)]
    return "\n".join(rows)


def _coverage(pairs: Sequence[Pair]) -> str:
    rows = [f"{'from':6}{'share of messages':34}accuracy of the intent"]
    for threshold in THRESHOLDS:
        sure = [pair for pair in pairs if pair[1]["confidence"] >= threshold]
        rows.append(f"{threshold:<6.2f}{Share(len(sure), len(pairs))!s:34}{_right(sure, 'intent')}")
    return "\n".join(rows)


def _worst(pairs: Sequence[Pair]) -> str:
    wrong = [pair for pair in pairs if pair[0]["intent"] != pair[1]["intent"]]
    wrong.sort(key=lambda pair: -pair[1]["confidence"])
    return "\n".join(
        f"{answer['confidence']:.2f} {record['id']} {record['intent']} -> {answer['intent']}: "
        f"{record['subject'][:50]!r} {' '.join(record['body'].split())[:140]!r}"
        for record, answer in wrong[:WORST]
    )


def plot(pairs: Sequence[Pair]) -> str:
    """The trade-off as an SVG picture: declined rightly (line) against wrong reasons among declines (dashes)."""
    width, height, left = 640, 320, 50
    found = points(pairs)
    step = (width - left - 20) / (len(found) - 1)

    def line(share: Callable[[Point], float], dashes: str) -> str:
        dots = " ".join(
            f"{left + at * step:.0f},{height - 40 - share(point) * 260:.0f}" for at, point in enumerate(found)
        )
        return f'<polyline points="{dots}" fill="none" stroke="black" stroke-dasharray="{dashes}"/>'

    labels = "".join(
        f'<text x="{left + at * step:.0f}" y="{height - 20}" text-anchor="middle">{point.threshold:g}</text>'
        for at, point in enumerate(found)
    )
    shares = "".join(f'<text x="4" y="{height - 36 - share * 2.6:.0f}">{share} %</text>' for share in range(0, 101, 20))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-size="11">'
        f'<text x="{left}" y="14">declined rightly (line), wrong reasons among declines (dashes)</text>'
        f"{line(lambda point: point.decided.value, 'none')}{line(lambda point: point.wrong.value, '6 4')}"
        f"{labels}{shares}</svg>\n"
    )
