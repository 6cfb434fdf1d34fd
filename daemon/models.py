"""Loads the trained opinions of others: language identification and English profanity. A shell module.

Promise: nothing is imported before it is asked for (both pull in numpy, the second scikit-learn: 1 to 3 s and 120 MB);
the values that are returned fit the protocols of `daemon.desk`. On failure the import error is raised to the caller.
"""

import warnings
from dataclasses import dataclass, field
from typing import Any

from daemon.desk.language import Detector

LANGUAGES = ("ru", "kk", "en")
"""The languages of the service (regulation A.2)."""


def language_detector() -> Detector:
    """py3langid restricted to the languages of the service. Takes about 0.7 s and 100 MB."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    detector: Detector = identifier
    return detector


@dataclass(slots=True)
class LazyEnglishScorer:
    """alt-profanity-check, imported at the first question; about 3 ms a text after that."""

    _predict: Any = field(default=None, init=False)

    def offensive(self, text: str) -> float:
        """The probability that an English text is offensive, 0 to 1."""
        if self._predict is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                from profanity_check import predict_prob
            self._predict = predict_prob
        return float(self._predict([text])[0])
