"""Fits the intent model with scikit-learn (asked only when a model is trained, never while mail is judged).

Promise: deterministic; the calibration curve comes from messages that the fitted copy had not seen.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.isotonic import IsotonicRegression
from sklearn.svm import LinearSVC

from daemon.desk.intent import GROUP_WEIGHTS, Floats, Head, Model, Vocabulary, certainty, in_group, scale, softmax
from daemon.desk.intent_corpus import Labelled
from daemon.desk.intent_features import GROUPS, Reading, read
from daemon.desk.intent_rules import IntentRules
from daemon.desk.intent_text import written
from daemon.desk.verdict import Intent, Missing

SEEN_IN = 2
"""Messages that a feature stands in at least; a feature of one message tells nothing of others."""
FOLDS = 5
SEED = 20260101


def readings(records: Iterable[Labelled], rules: IntentRules) -> list[Reading]:
    """The messages as the model sees them."""
    return [read(record.subject, written(record.body), record.attachments, rules) for record in records]


def fit(records: Sequence[Labelled], rules: IntentRules, progress: Callable[[str], None]) -> Model:
    """A model of all the records."""
    progress(f"reading {len(records)} messages")
    found = readings(records, rules)
    return fit_readings(records, found, progress)


def fit_readings(records: Sequence[Labelled], found: Sequence[Reading], progress: Callable[[str], None]) -> Model:
    """A model of records that are read already."""
    wanted = [str(record.intent) for record in records]
    raw: list[float] = []
    right: list[float] = []
    for number, held in enumerate(held_out(records), 1):
        progress(f"calibrating, part {number} of {FOLDS}")
        train = sorted(set(range(len(records))) - set(held))
        known = vocabularies([found[at] for at in train])
        head = _intents(matrix([found[at] for at in train], known), [wanted[at] for at in train])
        table = matrix([found[at] for at in held], known) @ head.weights + head.bias
        for at, line in zip(held, table, strict=True):
            shares = softmax(line)
            raw.append(certainty(shares))
            right.append(float(head.labels[int(shares.argmax())] == wanted[at]))
    progress("fitting")
    known = vocabularies(found)
    table = matrix(found, known)
    return Model(
        vocabularies=known,
        intent=_intents(table, wanted),
        also=_several(table, tuple(Intent), [{record.intent, *record.also} for record in records]),
        steps=_steps(table, records),
        curve=curve(raw, right),
    )


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
    return csr_matrix((np.concatenate(values), np.concatenate(rows), ends), shape=(len(found), width))


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
        machine = LinearSVC(C=1.0, class_weight="balanced", random_state=SEED).fit(table, here)
        weights.append(machine.coef_[0].astype(np.float32))
        bias.append(float(machine.intercept_[0]))
    return Head(tuple(map(str, labels)), np.stack(weights, axis=1), np.array(bias, dtype=np.float32))


def _steps(table: csr_matrix, records: Sequence[Labelled]) -> Head:
    rows = [at for at, record in enumerate(records) if record.intent is Intent.DEFECT]
    return _several(table[rows], (Missing.STEPS,), [set(records[at].missing) for at in rows])


def curve(raw: Sequence[float], right: Sequence[float]) -> tuple[Floats, Floats]:
    """Raw certainty → chance of being right, by isotonic regression."""
    machine = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(raw, right)
    return machine.X_thresholds_.astype(np.float32), machine.y_thresholds_.astype(np.float32)
