"""A fresh store for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.desks import close_store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    """The folder of an open, empty store."""
    open_store(tmp_path)
    yield tmp_path
    close_store()
