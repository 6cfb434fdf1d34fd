"""The intent model, trained once for a whole test run and shared by all installations of it."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_TRAIN = """
import sys
from pathlib import Path
from daemon import training
from daemon.settings import shared
material = training.sources(shared("data") / "corpus", shared("rules") / "intents.yaml")
training.ready(material, Path(sys.argv[1]), lambda step: None)
"""


def trained_models(shared: Path) -> Path:
    """The folder of the trained model below `shared`; several processes may ask at once, one of them trains."""
    models = shared / "models"
    models.mkdir(parents=True, exist_ok=True)
    with (shared / "models.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not list(models.glob("*.npz")):
            # A process of its own: the training needs libraries that warn at import, and memory that it gives back.
            subprocess.run([sys.executable, "-c", _TRAIN, str(models)], cwd=ROOT, check=True)
    return models


def shared_folder(own: Path) -> Path:
    """The folder that all workers of a pytest-xdist run share; `own` is the base folder of this process."""
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
