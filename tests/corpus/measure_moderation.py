"""Prints how well moderation finds what the corpora label: recall and precision by class and language, with counts.

    python -m tests.corpus.measure_moderation CORPUS.jsonl … [--wrong]

Reads both kinds of labelled lines: help-desk messages (`subject`, `body`, `offensive`) and single texts (`text`,
`label`, where `profane` is our `obscene`). Items whose note says `quoted` are left out; where the label is clean, an
insult that is judged to be somebody else's words counts as none, for nothing is done about it.
"""

import argparse
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daemon.desk.moderation import Lexicon, moderate
from daemon.desk.verdict import Offence, Target
from tests.corpus.lexicons import load

_TAG = re.compile(r"<[^<>]*>")
_LABELS = {"clean": "none", "profane": "obscene"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One labelled text: what it is and what it was taken for."""

    id: str
    language: str
    label: str
    found: str
    words: str


def labelled(lines: Iterable[str]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """The item, its own new text, and its label."""
    for line in lines:
        item = json.loads(line)
        if "quoted" in item.get("note", ""):
            continue
        if "text" in item:
            yield item, _TAG.sub("", item["text"]), _LABELS.get(item["label"], item["label"])
        else:
            body = "\n".join(part for part in item["body"].split("\n") if not part.startswith(">"))
            yield item, f"{item['subject']}\n\n{body}", item["offensive"]


def judged(lines: Iterable[str], lexicon: Lexicon) -> list[Outcome]:
    """Every labelled text with what moderation says about it."""
    outcomes = []
    for item, text, label in labelled(lines):
        finding = moderate(text, lexicon, None)
        reported = finding.offence is Offence.INSULT and finding.target is Target.QUOTED
        found = "none" if reported and label == "none" else finding.offence.value
        words = "; ".join(f"{evidence.words} ({evidence.rule})" for evidence in finding.evidence)
        outcomes.append(Outcome(item["id"], item["lang"], label, found, words))
    return outcomes


def recall(outcomes: list[Outcome], label: str) -> tuple[int, int]:
    """How many of the texts with that label were found, and how many there are."""
    of_label = [outcome for outcome in outcomes if outcome.label == label]
    return sum(outcome.found == label for outcome in of_label), len(of_label)


def precision(outcomes: list[Outcome], label: str) -> tuple[int, int]:
    """How many of the texts taken for that label have it, and how many were taken for it."""
    taken = [outcome for outcome in outcomes if outcome.found == label]
    return sum(outcome.label == label for outcome in taken), len(taken)


def table(outcomes: list[Outcome]) -> Iterator[str]:
    """Lines of the table: language, class, recall, precision, and the clean texts that were flagged."""
    for language in ["all", *sorted({outcome.language for outcome in outcomes})]:
        some = [outcome for outcome in outcomes if language in {"all", outcome.language}]
        for label in ("obscene", "insult"):
            found, there = recall(some, label)
            right, taken = precision(some, label)
            yield f"{language:6} {label:8} recall {_share(found, there)}   precision {_share(right, taken)}"
        clean = [outcome for outcome in some if outcome.label == "none"]
        yield f"{language:6} clean    flagged {sum(outcome.found != 'none' for outcome in clean)} of {len(clean)}"


def _share(part: int, whole: int) -> str:
    return f"{part:4}/{whole:<4} {part / whole:.3f}" if whole else "   -/-        "


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--wrong", action="store_true", help="also print what was judged wrongly")
    arguments = parser.parse_args()
    for file in arguments.files:
        outcomes = judged(file.read_text("utf-8").splitlines(), load())
        print(file.name, *table(outcomes), sep="\n")
        if arguments.wrong:
            print(*(outcome for outcome in outcomes if outcome.label != outcome.found), sep="\n")


if __name__ == "__main__":
    main()
