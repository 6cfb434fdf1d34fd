"""The trained model and all knowledge, once per session, for the tests of the judge."""

from functools import cache
from pathlib import Path

from daemon.desk.judge import Knowledge
from daemon.knowledge import knowledge
from daemon.training import Sources, sources

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "rules" / "intents.yaml"


@cache
def material() -> Sources:
    """Corpus and rules of the repository."""
    return sources(ROOT / "data" / "corpus", RULES)


@cache
def known(folder: Path) -> Knowledge:
    """Everything the judge knows; the model is kept in `folder` between runs, as the daemon keeps it."""
    return knowledge(ROOT / "rules", ROOT / "data", folder, lambda _: None)
