"""Pytest fixtures for tests of the whole service: the trained model, installations, cheap runners."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.trained import shared_folder, trained_models

if TYPE_CHECKING:
    from tests.crash.nursery import Nursery

Install = Callable[..., Installation]


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained model of this test run."""
    return trained_models(shared_folder(tmp_path_factory.getbasetemp()))


@pytest.fixture
def install(dovecot: Dovecot, models: Path, tmp_path: Path) -> Iterator[Install]:
    """Makes installations: `install(smtp_port, imap_port=…, user=…, mode=…, section=[lines])`."""
    made: list[Installation] = []

    def make(
        smtp_port: int, *, imap_port: int = 0, user: str = "", mode: str = "auto", **settings: list[str]
    ) -> Installation:
        folder = tmp_path / f"installation{len(made)}"
        folder.mkdir()
        user = user or dovecot.new_user()
        installation = Installation(folder, imap_port or dovecot.imap_port, smtp_port, user, models, settings, mode)
        installation.write()
        made.append(installation)
        return installation

    yield make
    for installation in made:
        installation.stop()


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory, models: Path) -> "Iterator[Nursery]":
    """Forks runners in milliseconds."""
    # Imported here: it reads the whole daemon, and most test runs do not need it.
    from tests.crash.campaign import nursery_of

    with nursery_of(tmp_path_factory.mktemp("nursery") / "pattern", models) as made:
        yield made
