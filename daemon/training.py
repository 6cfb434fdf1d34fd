"""Trains the intent model from the corpus, keeps it in a directory, reads it from there (the shell of `desk.intent`).

Promise: the same corpus, rules and code give the same model. A cache file is arrays and JSON, never a pickle, and is
used only if it lies in the given directory, names the very corpus, rules and code at hand and its digest fits;
anything else is trained anew. Faults of corpus and rules are all told at once, with file and line.
"""

import hashlib
import io
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daemon.desk import completeness, intent, intent_corpus, intent_features, intent_rules, intent_text
from daemon.desk.faults import Fault, Faulty
from daemon.desk.intent import Floats, Head, Mix, Model, Vocabulary
from daemon.desk.intent_corpus import Labelled, read_corpus
from daemon.desk.intent_rules import IntentRules, read_rules
from daemon.workplace import text_of

Progress = Callable[[str], None]

HEADS = ("intent", "also", "steps")
MIXES = ("also_mix", "steps_mix", "right_mix")
_CODE = (completeness, intent, intent_corpus, intent_features, intent_rules, intent_text)
"""Modules whose change makes a trained model stale."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a model is made of."""

    records: tuple[Labelled, ...]
    rules: IntentRules
    key: str
    """SHA-256 over corpus, rules and code, in hex."""


def sources(corpus: Path, rules: Path) -> Sources:
    """Read the corpus (a folder of *.jsonl) and the rules file. Raises `Faulty`."""
    texts = {file: text_of(file) for file in sorted(corpus.glob("*.jsonl"))}
    if not texts:
        raise Faulty([Fault(corpus, 0, "there is no *.jsonl to learn from", "Take the folder from the release.")])
    rules_text = text_of(rules)
    digest = hashlib.sha256()
    for name, text in [("rules", rules_text), *((file.name, text) for file, text in texts.items())]:
        digest.update(f"{name}\0{len(text)}\0{text}".encode())
    for module in _CODE:
        digest.update(Path(str(module.__file__)).read_bytes())
    for name in ("training_fit.py", "training_pairs.py"):
        digest.update((Path(__file__).parent / name).read_bytes())
    return Sources(read_corpus(texts), read_rules(rules_text, rules), digest.hexdigest())


def is_kept(material: Sources, cache: Path) -> bool:
    """Whether the cache directory has the model of this material."""
    return load(_file(material, cache), material.key) is not None


def _file(material: Sources, cache: Path) -> Path:
    return cache / f"intent-{material.key[:16]}.npz"


def ready(material: Sources, cache: Path, progress: Progress) -> Model:
    """The model from the cache directory, or trained now and kept there. A cache that cannot be written costs a
    training at the next start and nothing else."""
    file = _file(material, cache)
    model = load(file, material.key)
    if model is not None:
        return model
    from daemon.training_fit import fit  # scikit-learn: 1 s and 100 MB that a kept model does without

    model = fit(material.records, material.rules, progress)
    try:
        save(model, file, material.key)
    except OSError as error:
        progress(f"the model could not be kept in {cache}: {error}")
    return model


def save(model: Model, file: Path, key: str) -> None:
    """Write a model beside its digest, first to a file of another name (a crash leaves no half of one)."""
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    for number, known in enumerate(model.vocabularies):
        arrays[f"codes_{number}"] = known.codes
        arrays[f"rarity_{number}"] = known.rarity
    labels: dict[str, Sequence[str]] = {}
    for name in HEADS:
        head: Head = getattr(model, name)
        labels[name] = head.labels
        arrays[f"{name}_weights"] = head.weights.astype(np.float16)
        arrays[f"{name}_bias"] = head.bias
    for name in MIXES:
        mix: Mix = getattr(model, name)
        arrays[name] = np.append(mix.weights, np.float32(mix.bias))
    about = json.dumps({"key": key, "labels": labels}).encode()
    arrays["about"] = np.frombuffer(about, dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    octets = buffer.getvalue()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = file.with_suffix(f".{os.getpid()}.part")
    scratch.write_bytes(hashlib.sha256(octets).digest() + octets)
    scratch.replace(file)


def load(file: Path, key: str) -> Model | None:
    """The model in the file; None where there is none, or it is another's, older, or damaged."""
    try:
        octets = file.read_bytes()
        digest, octets = octets[:32], octets[32:]
        if hashlib.sha256(octets).digest() != digest:
            return None
        with np.load(io.BytesIO(octets), allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].tobytes())
            if about["key"] != key:
                return None
            return _model({name: arrays[name] for name in arrays.files}, about["labels"])
    except (OSError, ValueError, KeyError, EOFError):
        return None


def _model(arrays: dict[str, npt.NDArray[np.generic]], labels: dict[str, list[str]]) -> Model:
    vocabularies: list[Vocabulary] = []
    offset = 0
    for number in range(len(intent_features.GROUPS)):
        codes = arrays[f"codes_{number}"].astype(np.uint32)
        vocabularies.append(Vocabulary(codes, _floats(arrays[f"rarity_{number}"]), offset))
        offset += len(codes)
    heads = {
        name: Head(tuple(names), _floats(arrays[f"{name}_weights"]), _floats(arrays[f"{name}_bias"]))
        for name, names in labels.items()
    }
    mixes = {name: _mix(arrays[name]) for name in MIXES}
    return Model(
        vocabularies=tuple(vocabularies),
        intent=heads["intent"],
        also=heads["also"],
        steps=heads["steps"],
        also_mix=mixes["also_mix"],
        steps_mix=mixes["steps_mix"],
        right_mix=mixes["right_mix"],
    )


def _mix(array: npt.NDArray[np.generic]) -> Mix:
    numbers = _floats(array)
    return Mix(numbers[:-1], float(numbers[-1]))


def _floats(array: npt.NDArray[np.generic]) -> Floats:
    return array.astype(np.float32)
