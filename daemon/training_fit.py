"""Fits the intent model with scikit-learn (asked only when a model is trained, never while mail is judged).

Promise: deterministic; whatever turns scores into chances is fitted on messages that the scoring copy had not seen.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from daemon.desk.completeness import facts, step_signs
from daemon.desk.intent import (
    GROUP_WEIGHTS,
    Floats,
    Head,
    Mix,
    Model,
    Vocabulary,
    also_signs,
    candidates,
    in_group,
    opinion,
    parts,
    scale,
    scores,
    vector,
)
from daemon.desk.intent_corpus import Labelled
from daemon.desk.intent_features import GROUPS, Reading, read
from daemon.desk.intent_rules import IntentRules
from daemon.desk.verdict import Intent, Missing
from daemon.mail.quote import split_quotation
from daemon.training_pairs import pairs

SEEN_IN = 2
"""Messages that a feature stands in at least; a feature of one message tells nothing of others."""
FOLDS = 5
MIX_C = 0.3
ROUGH = 0.01
"""Tolerance of the many two-way machines; a finer one takes three times as long and changes no figure."""
NEVER = -100.0
TINY = 1e-9
SEED = 20260101


def readings(records: Iterable[Labelled], rules: IntentRules) -> list[Reading]:
    """The messages as the model sees them."""
    return [read(record.subject, split_quotation(record.body)[0], record.attachments, rules) for record in records]


def fit(records: Sequence[Labelled], rules: IntentRules, progress: Callable[[str], None]) -> Model:
    """A model of all the records."""
    progress(f"reading {len(records)} messages")
    double = pairs(records, SEED)
    return fit_readings(records, readings(records, rules), double, readings(double, rules), progress)


def fit_readings(
    records: Sequence[Labelled],
    found: Sequence[Reading],
    double: Sequence[Labelled],
    double_found: Sequence[Reading],
    progress: Callable[[str], None],
) -> Model:
    """A model of records that are read already; `double` are messages of two wishes for training only."""
    nothing, seen = _nothing_seen(), _nothing_seen()
    for number, held in enumerate(held_out(records), 1):
        progress(f"calibrating, part {number} of {FOLDS}")
        train = sorted(set(range(len(records))) - set(held))
        copy = _heads([records[at] for at in train], [found[at] for at in train], double, double_found, nothing)
        for at in held:
            seen.look(records[at], found[at], copy)
    progress("fitting")
    return _heads(records, found, double, double_found, seen)


@dataclass(slots=True)
class _Seen:
    """What fitted copies said of messages that they had not seen, and what was right."""

    signs: list[tuple[float, ...]]
    right: list[bool]
    also: list[tuple[float, ...]]
    also_there: list[bool]
    steps: list[tuple[float, ...]]
    steps_missing: list[bool]

    def look(self, record: Labelled, reading: Reading, model: Model) -> None:
        """Let a copy judge a message."""
        message = vector(reading, model)
        said = opinion(message, reading, model)
        self.signs.append(said.signs)
        self.right.append(said.intent is record.intent)
        whole = parts(message, reading, model)
        for at in candidates(said.intent, model.also.labels):
            self.also.append(also_signs(whole, len(reading.sentences), at))
            self.also_there.append(model.also.labels[at] in record.also)
        if record.intent is Intent.DEFECT:
            body, _ = split_quotation(record.body)
            signs = step_signs(facts(record.subject, body, "", record.attachments), reading)
            self.steps.append((float(scores(model.steps, message)[0]), *signs))
            self.steps_missing.append(Missing.STEPS in record.missing)


def _nothing_seen() -> _Seen:
    return _Seen([], [], [], [], [], [])


def _heads(
    records: Sequence[Labelled],
    found: Sequence[Reading],
    double: Sequence[Labelled],
    double_found: Sequence[Reading],
    seen: _Seen,
) -> Model:
    known = vocabularies(found)
    table = matrix(found, known)
    carried = [{record.intent, *record.also} for record in (*records, *double)]
    return Model(
        vocabularies=known,
        intent=_intents(table, [str(record.intent) for record in records]),
        also=_several(vstack([table, matrix(double_found, known)]) if double else table, sorted(Intent), carried),
        steps=_steps(table, records),
        also_mix=_mix(seen.also, seen.also_there),
        steps_mix=_mix(seen.steps, seen.steps_missing),
        right_mix=_mix(seen.signs, seen.right),
    )


def _mix(signs: Sequence[tuple[float, ...]], wanted: Sequence[bool]) -> Mix:
    """A logistic mix; before anything was seen, or where all is alike, one that always says no."""
    if len(set(wanted)) < 2:
        return Mix(np.zeros(0, dtype=np.float32), NEVER)
    table = np.array(signs)
    centre, width = table.mean(axis=0), table.std(axis=0) + TINY
    machine = LogisticRegression(C=MIX_C, max_iter=2000).fit((table - centre) / width, wanted)
    weights = machine.coef_[0] / width
    return Mix(weights.astype(np.float32), float(machine.intercept_[0] - np.dot(weights, centre)))


def held_out(records: Sequence[Labelled], seed: int = SEED) -> list[list[int]]:
    """`FOLDS` disjoint parts of the messages that were not written for training only, alike in language and intent."""
    order = np.random.default_rng(seed).permutation(len(records))
    shared = [int(at) for at in order if not records[at].own]
    shared.sort(key=lambda at: (records[at].language, records[at].intent))
    return [sorted(shared[part::FOLDS]) for part in range(FOLDS)]


def vocabularies(found: Sequence[Reading]) -> tuple[Vocabulary, ...]:
    """The features that stand in at least `SEEN_IN` messages, with their inverse document frequency."""
    known: list[Vocabulary] = []
    offset = 0
    for group in range(len(GROUPS)):
        numbers = np.concatenate([np.fromiter(reading.features[group], dtype=np.uint32) for reading in found])
        codes, seen = np.unique(numbers, return_counts=True)
        codes, seen = codes[seen >= SEEN_IN], seen[seen >= SEEN_IN]
        rarity = (np.log((1 + len(found)) / (1 + seen)) + 1).astype(np.float32)
        known.append(Vocabulary(codes.astype(np.uint32), rarity, offset))
        offset += len(codes)
    return tuple(known)


def matrix(found: Sequence[Reading], known: Sequence[Vocabulary]) -> csr_matrix:
    """Messages x features, as `intent.vector` makes them."""
    rows: list[npt.NDArray[np.intp]] = []
    values: list[Floats] = []
    ends = [0]
    for reading in found:
        for counts, words, weight in zip(reading.features, known, GROUP_WEIGHTS, strict=True):
            codes, amounts = in_group(counts)
            place = np.searchsorted(words.codes, codes)
            place[place == len(words.codes)] = 0
            hit = words.codes[place] == codes
            rows.append(place[hit] + words.offset)
            values.append(scale(amounts[hit], words.rarity[place[hit]], weight))
        ends.append(sum(map(len, rows[-len(GROUPS) :])) + ends[-1])
    width = known[-1].offset + len(known[-1].codes)
    table = csr_matrix((np.concatenate(values), np.concatenate(rows), ends), shape=(len(found), width))
    table.sort_indices()
    return table


SHARPNESS = 3.0
"""Scores are multiplied by it before they become shares; only the shape of the calibration curve depends on it."""


def _intents(table: csr_matrix, wanted: Sequence[str]) -> Head:
    machine = LinearSVC(C=1.0, random_state=SEED).fit(table, wanted)
    weights = (machine.coef_.T * SHARPNESS).astype(np.float32)
    return Head(tuple(machine.classes_), weights, (machine.intercept_ * SHARPNESS).astype(np.float32))


def _several(table: csr_matrix, labels: Sequence[str], wanted: Sequence[set[Intent] | set[Missing]]) -> Head:
    weights: list[Floats] = []
    bias: list[float] = []
    for label in labels:
        here = np.array([label in labels_of for labels_of in wanted])
        machine = LinearSVC(C=1.0, class_weight="balanced", tol=ROUGH, random_state=SEED).fit(table, here)
        weights.append(machine.coef_[0].astype(np.float32))
        bias.append(float(machine.intercept_[0]))
    return Head(tuple(map(str, labels)), np.stack(weights, axis=1), np.array(bias, dtype=np.float32))


def _steps(table: csr_matrix, records: Sequence[Labelled]) -> Head:
    rows = [at for at, record in enumerate(records) if record.intent is Intent.DEFECT]
    return _several(table[rows], (Missing.STEPS,), [set(records[at].missing) for at in rows])
