"""A sample of the dictionary sweeps; `python -m tests.corpus.sweeps` takes them whole."""

import pytest

from tests.corpus.lexicons import load
from tests.corpus.sweeps import SOURCES, flagged, in_sample, reviewed

LATIN_OF_NAMES = "names"


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_no_dictionary_form_is_flagged_that_was_not_reviewed(source: str) -> None:
    words = list(SOURCES[source](sampled=True))
    if not words:
        pytest.skip(f"the word list of «{source}» is not installed")
    assert set(flagged(words, load())) - reviewed()[source] == set()


@pytest.mark.parametrize("source", sorted(set(SOURCES) - {LATIN_OF_NAMES}))
def test_every_reviewed_form_is_still_flagged(source: str) -> None:
    forms = [form for form in sorted(reviewed()[source]) if in_sample(form)] or sorted(reviewed()[source])[:20]
    assert set(flagged(forms, load())) == set(forms)
