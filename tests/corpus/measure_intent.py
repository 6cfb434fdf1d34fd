"""Five-fold cross-validation of the judge on the shared corpus: `python -m tests.corpus.measure_intent [PLOT.svg]`.

Each fifth (alike in language and intent) is judged by a model that has seen the other four and the messages written for
training only. The rules are the same in all folds.
"""

import sys
from pathlib import Path

from daemon.desk.helpcentre import read_helpcentre
from daemon.desk.intent import Model
from daemon.desk.intent_corpus import Labelled
from daemon.desk.intent_rules import IntentRules
from daemon.desk.judge import Knowledge
from daemon.desk.policy import policy
from daemon.knowledge import lexicons
from daemon.models import LazyEnglishScorer, language_detector
from daemon.training import sources
from daemon.training_fit import SEED, fit_readings, held_out, readings
from daemon.training_pairs import pairs
from daemon.watch.judging import judged
from daemon.watch.score import Pair, plot, tables

ROOT = Path(__file__).resolve().parents[2]
FOLD_SEED = 7
"""Another shuffle than the one that calibrates the model."""


def record_of(message: Labelled) -> dict[str, object]:
    """The message as an object of the labelling guide."""
    return {
        "id": message.id, "lang": message.language, "from_name": message.from_name, "from_email": message.from_email,
        "subject": message.subject, "body": message.body, "attachments": list(message.attachments),
        "intent": message.intent, "also": list(message.also), "offensive": message.offence,
        "missing": list(message.missing), "note": message.note,
    }  # fmt: skip


def knowledge_with(model: Model, rules: IntentRules) -> Knowledge:
    """What the daemon knows, with this model."""
    pages = ROOT / "data" / "helpcentre.yaml"
    return Knowledge(
        rules=rules,
        model=model,
        lexicon=lexicons(ROOT / "rules" / "moderation"),
        detector=language_detector(),
        english=LazyEnglishScorer(),
        help_centre=read_helpcentre(pages.read_text(encoding="utf-8"), pages),
    )


def cross_validated() -> list[Pair]:
    """Every shared message beside the answer of a judge that had not seen it."""
    material = sources(ROOT / "data" / "corpus", ROOT / "rules" / "intents.yaml")
    file = ROOT / "rules" / "decisions.yaml"
    decisions = policy(file.read_text(encoding="utf-8"), file)
    records, found = material.records, readings(material.records, material.rules)
    double = pairs(records, SEED)
    double_found = readings(double, material.rules)
    judged_pairs: list[Pair] = []
    for number, held in enumerate(held_out(records, FOLD_SEED), 1):
        print(f"fold {number}", file=sys.stderr)
        kept = sorted(set(range(len(records))) - set(held))
        training = [records[at] for at in kept], [found[at] for at in kept], double, double_found
        known = knowledge_with(fit_readings(*training, lambda _: None), material.rules)
        for at in held:
            record = record_of(records[at])
            judged_pairs.append((record, judged(record, known, decisions)))
    return judged_pairs


def main() -> None:
    """Print the tables; write the plot where a file is named."""
    pairs = cross_validated()
    print(tables(pairs))
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(plot(pairs), encoding="utf-8")


if __name__ == "__main__":
    main()
