"""Loads what the judge knows: rules, lexicons, help pages, and the models (trained at the first start, then kept)."""

from collections.abc import Callable
from pathlib import Path

from daemon import training
from daemon.desk.helpcentre import read_helpcentre
from daemon.desk.judge import Knowledge
from daemon.desk.moderation.lexicon import Lexicon, lexicon
from daemon.models import LazyEnglishScorer, language_detector
from daemon.settings import Config
from daemon.workplace import text_of

Progress = Callable[[str], None]


def knowledge(config: Config, progress: Progress) -> Knowledge:
    """Everything the judge needs; training says how far it is through `progress`. Raises `Faulty`."""
    material = training.sources(config.data / "corpus", config.rules / "intents.yaml")
    model = training.ready(material, config.state / "models", progress)
    pages = config.data / "helpcentre.yaml"
    return Knowledge(
        rules=material.rules, model=model, lexicon=lexicons(config.rules / "moderation"),
        detector=language_detector(), english=LazyEnglishScorer(),
        help_centre=read_helpcentre(text_of(pages), pages),
    )  # fmt: skip


def lexicons(folder: Path) -> Lexicon:
    """The moderation lexicons. Raises `Faulty`."""
    return lexicon({file: text_of(file) for file in sorted(folder.glob("*.yaml"))})
