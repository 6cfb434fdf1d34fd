"""The labelled messages of `data/corpus/*.jsonl` as values.

Promise: pure; every line that is not a labelled message by the guide is a fault with its file and line, all at once.
Files named `own-*.jsonl` were written for training only: figures are never measured on them.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daemon.desk.faults import Fault, Faulty
from daemon.desk.verdict import AckKind, Intent, Language, Missing, Offence

KEYS = frozenset({"id", "lang", "from_name", "from_email", "subject", "body", "attachments", "intent", "also"}) | {
    "offensive",
    "missing",
    "note",
}
OPTIONAL = frozenset({"ack_kind", "advertising"})


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message and what a person says it means."""

    id: str
    file: str
    language: Language
    from_name: str
    from_email: str
    subject: str
    body: str
    attachments: tuple[str, ...]
    intent: Intent
    also: tuple[Intent, ...]
    offence: Offence
    missing: tuple[Missing, ...]
    ack_kind: AckKind
    """`NONE` also where nobody said."""
    advertising: bool
    note: str

    @property
    def own(self) -> bool:
        """True where the message was written for training only."""
        return self.file.startswith("own-")

    @property
    def quoted(self) -> bool:
        """True where the sender quotes somebody else's offence."""
        return "quoted" in self.note


def read_corpus(texts: dict[Path, str]) -> tuple[Labelled, ...]:
    """The messages of all files (path → content), in the order of names and lines. Raises `Faulty`."""
    faults: list[Fault] = []
    found: list[Labelled] = []
    seen: set[str] = set()
    for file in sorted(texts):
        for number, line in enumerate(texts[file].splitlines(), 1):
            try:
                record = _labelled(json.loads(line), file.name)
            except (ValueError, TypeError, KeyError) as error:
                faults.append(Fault(file, number, f"not a labelled message: {error}", "See the labelling guide."))
                continue
            if record.id in seen:
                faults.append(Fault(file, number, f"the id {record.id!r} stands twice", "Give it one of its own."))
            seen.add(record.id)
            found.append(record)
    if faults:
        raise Faulty(faults)
    return tuple(found)


def _labelled(fields: dict[str, Any], file: str) -> Labelled:
    if lacking := KEYS - set(fields):
        raise ValueError(f"lacks {', '.join(sorted(lacking))}")
    if unknown := set(fields) - KEYS - OPTIONAL:
        raise ValueError(f"unknown {', '.join(sorted(unknown))}")
    intent = Intent(fields["intent"])
    missing = tuple(Missing(gap) for gap in fields["missing"])
    if missing and intent is not Intent.DEFECT:
        raise ValueError("only a defect has `missing`")
    return Labelled(
        id=str(fields["id"]),
        file=file,
        language=Language(fields["lang"]),
        from_name=str(fields["from_name"]),
        from_email=str(fields["from_email"]),
        subject=str(fields["subject"]),
        body=str(fields["body"]),
        attachments=tuple(str(name) for name in fields["attachments"]),
        intent=intent,
        also=tuple(Intent(name) for name in fields["also"]),
        offence=Offence(fields["offensive"]),
        missing=missing,
        ack_kind=AckKind(fields.get("ack_kind", "")),
        advertising=bool(fields.get("advertising", False)),
        note=str(fields["note"] or ""),
    )
