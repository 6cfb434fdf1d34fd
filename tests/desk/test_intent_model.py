import dataclasses
import hashlib
import io
from pathlib import Path

import numpy as np
import pytest

from daemon.desk.faults import Faulty
from daemon.desk.intent import Model, opinion, vector
from daemon.desk.intent_corpus import read_corpus
from daemon.desk.intent_features import read
from daemon.training import load, save
from daemon.training_fit import held_out, matrix, readings
from daemon.training_pairs import pairs
from tests.desk.intent_model import known, material


@pytest.fixture(scope="module")
def model(request: pytest.FixtureRequest) -> Model:
    assert request.config.cache is not None
    return known(request.config.cache.mkdir("intent-model")).model


def test_training_and_judging_see_the_same_numbers(model: Model) -> None:
    found = readings(material().records[:40], material().rules)
    table = matrix(found, model.vocabularies)
    for row, reading in enumerate(found):
        told = vector(reading, model)
        dense = np.zeros(table.shape[1], dtype=np.float32)
        dense[told.rows] = told.values
        assert np.allclose(table[row].toarray()[0], dense, atol=1e-6)


def test_the_shares_of_all_intents_add_up_to_one(model: Model) -> None:
    reading = read("", "Как подать заявку?", (), material().rules)
    said = opinion(vector(reading, model), reading, model)
    assert sum(share for _, share in said.shares) == pytest.approx(1, abs=1e-4)
    assert len(said.shares) == 15


def test_a_clear_question_is_surer_than_a_muddle(model: Model) -> None:
    clear, muddle = (
        read("", text, (), material().rules) for text in ("Как подать заявку на портале?", "лот и java ли")
    )
    sure, unsure = (opinion(vector(one, model), one, model).confidence for one in (clear, muddle))
    assert unsure < sure < 1


def test_a_kept_model_is_the_model(model: Model, tmp_path: Path) -> None:
    save(model, tmp_path / "m.npz", "key")
    kept = load(tmp_path / "m.npz", "key")
    assert kept is not None
    assert kept.intent.labels == model.intent.labels
    assert np.allclose(kept.intent.weights, model.intent.weights, atol=1e-2)
    assert np.array_equal(kept.vocabularies[1].codes, model.vocabularies[1].codes)


def test_a_model_of_other_sources_is_not_used(model: Model, tmp_path: Path) -> None:
    save(model, tmp_path / "m.npz", "key")
    assert load(tmp_path / "m.npz", "another key") is None


def test_a_damaged_model_is_not_used(model: Model, tmp_path: Path) -> None:
    file = tmp_path / "m.npz"
    save(model, file, "key")
    octets = bytearray(file.read_bytes())
    octets[len(octets) // 2] ^= 1
    file.write_bytes(octets)
    assert load(file, "key") is None


def test_an_absent_model_is_not_used(tmp_path: Path) -> None:
    assert load(tmp_path / "none.npz", "key") is None


def test_pickled_objects_are_never_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, about=np.array([{"key": "key"}], dtype=object))
    octets = buffer.getvalue()
    (tmp_path / "m.npz").write_bytes(hashlib.sha256(octets).digest() + octets)
    assert load(tmp_path / "m.npz", "key") is None


def test_messages_for_training_only_are_never_measured_on() -> None:
    records = material().records
    parts = held_out(records)
    assert not any(records[at].own for part in parts for at in part)
    assert sorted(at for part in parts for at in part) == [at for at, one in enumerate(records) if not one.own]


def test_messages_of_two_wishes_are_made_of_training_messages_only() -> None:
    records = material().records
    made = pairs(records, seed=1)
    assert made == pairs(records, seed=1)
    assert all(one.own and one.also for one in made)
    assert pairs([one for one in records if not one.own], seed=1) == []


def test_no_training_message_copies_a_shared_one() -> None:
    records = material().records
    shared = {_words(one.body) for one in records if not one.own}
    assert not [one.id for one in records if one.own and len(_words(one.body)) > 3 and _words(one.body) in shared]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.lower().split())


def test_all_faults_of_the_corpus_are_told_at_once() -> None:
    good = material().records[0]
    assert good.id
    text = '{"id": "x"}\nnot json\n[]\n'
    with pytest.raises(Faulty) as caught:
        read_corpus({Path("a.jsonl"): text})
    assert [fault.line for fault in caught.value.faults] == [1, 2, 3]


def test_an_opinion_is_frozen(model: Model) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.intent = model.also  # type: ignore[misc]
