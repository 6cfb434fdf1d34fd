"""Loads what the judge knows: rules, lexicons, help pages, and the models (trained at the first start, then kept)."""

from collections.abc import Callable
from pathlib import Path

from daemon import training
from daemon.desk.helpcentre import read_helpcentre
from daemon.desk.judge import Knowledge
from daemon.desk.moderation.lexicon import Lexicon, lexicon
from daemon.models import LazyEnglishScorer, language_detector
from daemon.workplace import text_of

Progress = Callable[[str], None]


def knowledge(rules: Path, data: Path, models: Path, progress: Progress) -> Knowledge:
    """Everything the judge needs, from the folders `rules` and `data`; the trained model is kept in `models`.

    Training says how far it is through `progress`. Raises `Faulty`.
    """
    material = training.sources(data / "corpus", rules / "intents.yaml")
    model = training.ready(material, models, progress)
    pages = data / "helpcentre.yaml"
    return Knowledge(
        rules=material.rules, model=model, lexicon=lexicons(rules / "moderation"),
        detector=language_detector(), english=LazyEnglishScorer(),
        help_centre=read_helpcentre(text_of(pages), pages),
    )  # fmt: skip


def lexicons(folder: Path) -> Lexicon:
    """The moderation lexicons. Raises `Faulty`."""
    return lexicon({file: text_of(file) for file in sorted(folder.glob("*.yaml"))})
