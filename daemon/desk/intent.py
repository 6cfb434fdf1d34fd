"""What the sender wants: the rules' voices and a linear model, one opinion with its evidence.

Promise: pure and total; an opinion costs a few milliseconds at most, whatever the text. `confidence` is calibrated:
of all messages judged with 0.9, nine in ten are judged right (measured by cross-validation when the model was trained).
A model is arrays of numbers, a few texts and nothing that runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daemon.desk.intent_features import GROUPS, Reading, by_sentence, code
from daemon.desk.verdict import EXCLUSIONS, IN_SCOPE, Evidence, Intent

Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint32]

GROUP_WEIGHTS = (1.0, 1.3, 1.0, 0.7)
"""How much each group of features counts (letters, stems, terms, shape)."""
ALSO_FROM = 0.33
"""Chance from which a further intent is named (F1 is flat from 0.2 to 0.4)."""
ALSO_MOST = 3
WISHES = 2
"""Sentences from which they are looked at one by one."""
LEAST_SHARE = 0.001
STEPS_MISSING_FROM = 0.33
"""Chance from which the steps count as missing (F1 is flat from 0.25 to 0.4)."""
ALONE = frozenset({Intent.UNINTELLIGIBLE, Intent.ACKNOWLEDGEMENT, Intent.OOS_UNRELATED})
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
class Mix:
    """A few numbers weighed into one chance (logistic)."""

    weights: Floats
    bias: float

    def chance(self, signs: Sequence[float]) -> float:
        """0 to 1. Without weights (nothing was seen to fit them on) it is the same for all."""
        weighed = np.dot(np.asarray(signs, dtype=np.float32), self.weights) if len(self.weights) else 0.0
        return float(1 / (1 + np.exp(-(weighed + self.bias))))


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model."""

    vocabularies: tuple[Vocabulary, ...]
    intent: Head
    """Scores of the fifteen intents."""
    also: Head
    """For each intent: does the message carry it at all? Above 0 it does."""
    steps: Head
    """For a defect report: are the steps missing? One label."""
    also_mix: Mix
    """Weighs the signs of `also_signs` into a chance."""
    steps_mix: Mix
    """Weighs the score of `steps` and the signs of `completeness.step_signs` into a chance."""
    right_mix: Mix
    """Weighs the signs of `right_signs` into the chance that an opinion is right."""


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
    signs: tuple[float, ...]
    """What the confidence stands on (`right_signs`)."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a message is judged to want."""

    intent: Intent
    confidence: float
    also: tuple[Intent, ...]


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


def opinion(message: Vector, reading: Reading, model: Model) -> Opinion:
    """The intent of a message."""
    shares = softmax(scores(model.intent, message))
    order = np.argsort(-shares)
    ranked = tuple((Intent(model.intent.labels[at]), float(shares[at])) for at in order)
    signs = right_signs(ranked, scores(model.also, message), reading, model.also.labels)
    return Opinion(ranked[0][0], model.right_mix.chance(signs), ranked, signs)


def softmax(logits: Floats) -> Floats:
    """Scores as shares that add up to 1."""
    powers = np.exp(logits - logits.max())
    shares: Floats = powers / powers.sum()
    return shares


def right_signs(
    ranked: Sequence[tuple[Intent, float]], carried: Floats, reading: Reading, labels: Sequence[str]
) -> tuple[float, ...]:
    """Numbers that tell whether the best intent is right: its lead, what speaks for it and what for others."""
    best, share = ranked[0]
    place = labels.index(best)
    others = np.delete(carried, place)
    speaking = {rule.intent for rule, _ in reading.met}
    inside = max(found for intent, found in ranked if intent in IN_SCOPE)
    return (
        float(np.log(share + LEAST_SHARE) - np.log(ranked[1][1] + LEAST_SHARE)),
        float(np.log(share + LEAST_SHARE)),
        float(np.log(inside + LEAST_SHARE)),
        float(carried[place]),
        float(others.max()),
        float(best in speaking),
        float(min(len(speaking - {best}), 3)),
        float(best in EXCLUSIONS),
        float(np.log(reading.words + 1)),
    )


def evidence(reading: Reading, intent: Intent, model: Model, file: str) -> tuple[Evidence, ...]:
    """The words that spoke for the intent: rules met, and the terms that weighed most in the model."""
    met = [
        Evidence(f"intent:{rule.intent}", f"{file}:{rule.line} {rule.name}", hit.words)
        for rule, hit in reading.met
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


@dataclass(frozen=True, slots=True)
class Parts:
    """What the model says of a message as a whole and of each of its sentences: scores and shares per intent."""

    shares: Floats
    carried: Floats
    """Scores of `Model.also`."""
    sentence_shares: Floats
    sentence_carried: Floats


def parts(message: Vector, reading: Reading, model: Model) -> Parts:
    """The message and its sentences in the eyes of the model."""
    shares, carried = softmax(scores(model.intent, message)), scores(model.also, message)
    pieces = [vector(one, model) for one in by_sentence(reading)]
    if len(pieces) < WISHES:
        return Parts(shares, carried, shares, carried)
    return Parts(
        shares,
        carried,
        np.max([softmax(scores(model.intent, piece)) for piece in pieces], axis=0),
        np.max([scores(model.also, piece) for piece in pieces], axis=0),
    )


def also_signs(found: Parts, sentences: int, at: int) -> tuple[float, ...]:
    """Numbers that tell whether the message carries the intent number `at` beside the one it is judged to have."""
    return (
        float(found.carried[at]),
        float(found.sentence_carried[at]),
        float(np.log(found.sentence_shares[at] + LEAST_SHARE)),
        float(np.log(found.shares[at] + LEAST_SHARE)),
        float(np.log(sentences + 1)),
    )


def candidates(intent: Intent, labels: Sequence[str]) -> list[int]:
    """The numbers of the intents that may stand beside `intent`."""
    return [] if intent in ALONE else [at for at, name in enumerate(labels) if name != intent and name not in ALONE]


def meaning(message: Vector, reading: Reading, model: Model) -> Meaning:
    """The intent and the further intents. As the guide has it, a wish in scope stands before one out of scope."""
    said = opinion(message, reading, model)
    found = _also(message, reading, said.intent, model)
    inside = [(other, chance) for other, chance in found if other in IN_SCOPE]
    if said.intent not in EXCLUSIONS or not inside:
        return Meaning(said.intent, said.confidence, tuple(other for other, _ in found))
    first, chance = inside[0]
    rest = tuple(other for other, _ in found if other is not first)
    return Meaning(first, chance, (said.intent, *rest)[:ALSO_MOST])


def _also(message: Vector, reading: Reading, intent: Intent, model: Model) -> list[tuple[Intent, float]]:
    """Further intents with their chances, the likeliest first."""
    places = candidates(intent, model.also.labels)
    if not places:
        return []
    found = parts(message, reading, model)
    chances = {at: model.also_mix.chance(also_signs(found, len(reading.sentences), at)) for at in places}
    named = sorted((at for at in places if chances[at] >= ALSO_FROM), key=lambda at: -chances[at])
    return [(Intent(model.also.labels[at]), chances[at]) for at in named[:ALSO_MOST]]


def lacks_steps(message: Vector, signs: Sequence[float], model: Model) -> bool:
    """True where one cannot tell what the sender did or where it fails. `signs` are `completeness.step_signs`."""
    return model.steps_mix.chance((float(scores(model.steps, message)[0]), *signs)) >= STEPS_MISSING_FROM
