"""What the sender wants: the rules' voices and a linear model, one opinion with its evidence.

Promise: pure and total; an opinion costs a few milliseconds at most, whatever the text. `confidence` is calibrated:
of all messages judged with 0.9, nine in ten are judged right (measured by cross-validation when the model was trained).
A model is arrays of numbers, a few texts and nothing that runs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daemon.desk.intent_features import GROUPS, Reading, code
from daemon.desk.verdict import Evidence, Intent

Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint32]

GROUP_WEIGHTS = (1.0, 1.0, 1.0, 1.0)
"""How much each group of features counts (letters, stems, terms, shape)."""
ALSO_FROM = 0.0
"""Score from which a further intent is named."""
ALSO_MOST = 3
_ALONE = frozenset({Intent.UNINTELLIGIBLE, Intent.ACKNOWLEDGEMENT, Intent.OOS_UNRELATED})
"""Intents that stand beside no other."""
EVIDENCE_ROWS = 6
"""Rows of evidence given for an intent."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features that a group of the model knows: their sorted numbers, and how rare each is."""

    codes: Codes
    rarity: Floats
    offset: int
    """Row of the weights at which the group begins."""


@dataclass(frozen=True, slots=True)
class Head:
    """One question that the model answers: a score per label, linear in the features."""

    labels: tuple[str, ...]
    weights: Floats
    """features x labels"""
    bias: Floats


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model."""

    vocabularies: tuple[Vocabulary, ...]
    intent: Head
    """Scores of the fifteen intents."""
    also: Head
    """For each intent: does the message carry it at all? Above 0 it does."""
    steps: Head
    """For a defect report: are the steps missing? One label, `steps`; above 0 they are."""
    curve: tuple[Floats, Floats]
    """Raw certainty → how often such an opinion is right, increasing; between the points it is linear."""


@dataclass(frozen=True, slots=True)
class Vector:
    """A message in the numbers of a model: rows of its weights, and values."""

    rows: npt.NDArray[np.intp]
    values: Floats


@dataclass(frozen=True, slots=True)
class Opinion:
    """The model's answer."""

    intent: Intent
    confidence: float
    shares: tuple[tuple[Intent, float], ...]
    """All intents with their raw certainty, the best first; the shares add up to 1."""


def vector(reading: Reading, model: Model) -> Vector:
    """The message's features that the model knows, each group scaled to its weight."""
    rows: list[npt.NDArray[np.intp]] = []
    values: list[Floats] = []
    for counts, known, weight in zip(reading.features, model.vocabularies, GROUP_WEIGHTS, strict=True):
        codes, amounts = in_group(counts)
        place = np.searchsorted(known.codes, codes)
        place[place == len(known.codes)] = 0
        hit = known.codes[place] == codes if len(known.codes) else np.zeros(len(codes), dtype=bool)
        place = place[hit]
        scaled = scale(amounts[hit], known.rarity[place], weight)
        rows.append(place + known.offset)
        values.append(scaled)
    return Vector(np.concatenate(rows), np.concatenate(values))


def in_group(counts: dict[int, float]) -> tuple[Codes, Floats]:
    """The features of a group as arrays: numbers, and damped counts."""
    codes = np.fromiter(counts.keys(), dtype=np.uint32, count=len(counts))
    amounts = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
    return codes, 1 + np.log(amounts)


def scale(amounts: Floats, rarity: Floats, weight: float) -> Floats:
    """TF-IDF values of a group with the length `weight`."""
    values = amounts * rarity
    length = float(np.sqrt(np.dot(values, values)))
    return values * np.float32(weight / length) if length else values


def scores(head: Head, message: Vector) -> Floats:
    """The scores of the head's labels."""
    found: Floats = message.values @ head.weights[message.rows] + head.bias
    return found


def opinion(message: Vector, model: Model) -> Opinion:
    """The intent of a message."""
    shares = softmax(scores(model.intent, message))
    order = np.argsort(-shares)
    ranked = tuple((Intent(model.intent.labels[at]), float(shares[at])) for at in order)
    return Opinion(ranked[0][0], calibrated(certainty(shares), model.curve), ranked)


def softmax(logits: Floats) -> Floats:
    """Scores as shares that add up to 1."""
    powers = np.exp(logits - logits.max())
    shares: Floats = powers / powers.sum()
    return shares


def certainty(shares: Floats) -> float:
    """How far the best intent leads: its share. One number that the calibration curve is over."""
    return float(shares.max())


def calibrated(raw: float, curve: tuple[Floats, Floats]) -> float:
    """The chance that an opinion with this raw certainty is right."""
    return float(np.interp(raw, curve[0], curve[1]))


def evidence(reading: Reading, intent: Intent, model: Model, file: str) -> tuple[Evidence, ...]:
    """The words that spoke for the intent: rules met, and the terms that weighed most in the model."""
    met = [
        Evidence(f"intent:{rule.intent}", f"{file}:{rule.line} {rule.name}", hit.words)
        for rule, hit in reading.rules
        if rule.intent is intent
    ]
    weights = model.intent.weights[:, model.intent.labels.index(intent)]
    weighed = sorted(_term_weights(reading, model, weights).items(), key=lambda item: -item[1][0])
    told = [
        Evidence(f"intent:{intent}", f"{file} term {name} ({weight:+.2f})", words)
        for name, (weight, words) in weighed
        if weight > 0
    ]
    return tuple(met + told)[:EVIDENCE_ROWS]


def _term_weights(reading: Reading, model: Model, weights: Floats) -> dict[str, tuple[float, str]]:
    known = model.vocabularies[GROUPS.index("terms")]
    found: dict[str, tuple[float, str]] = {}
    for hits in reading.terms:
        for hit in hits:
            number = code(f"t:{hit.name}")
            place = int(np.searchsorted(known.codes, np.uint32(number)))
            if hit.name not in found and place < len(known.codes) and known.codes[place] == number:
                found[hit.name] = (float(weights[known.offset + place]), hit.words)
    return found


def also(message: Vector, intent: Intent, model: Model) -> tuple[Intent, ...]:
    """Further intents that the message carries, by their scores."""
    if intent in _ALONE:
        return ()
    found = scores(model.also, message)
    order = np.argsort(-found)
    named = [Intent(model.also.labels[at]) for at in order if found[at] > ALSO_FROM]
    return tuple(other for other in named if other is not intent and other not in _ALONE)[:ALSO_MOST]


def lacks_steps(message: Vector, model: Model) -> bool:
    """True where one cannot tell what the sender did or where it fails."""
    return float(scores(model.steps, message)[0]) > 0
