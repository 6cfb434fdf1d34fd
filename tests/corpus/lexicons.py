"""The lexicons of the repository, compiled, for tests and measurements."""

from functools import cache
from pathlib import Path

from daemon.desk.moderation import Lexicon, lexicon

FOLDER = Path(__file__).parents[2] / "rules" / "moderation"


@cache
def load() -> Lexicon:
    """`rules/moderation/*.yaml` as one lexicon."""
    return lexicon({path: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.yaml"))})
