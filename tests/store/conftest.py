"""A fresh store for each test, once on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.postgres import Postgres
from tests.store.desks import SQLITE, close_store, empty_store, open_store


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """The folder of a store without any table."""
    if request.param == "sqlite":
        empty_store(tmp_path, SQLITE)
        yield tmp_path
        close_store()
    else:
        server: Postgres = request.getfixturevalue("postgres")
        database = server.new_database()
        empty_store(tmp_path, server.url(database))
        yield tmp_path
        close_store()
        server.drop(database)


@pytest.fixture
def store(empty: Path) -> Path:
    """The folder of an open, empty store."""
    open_store(empty)
    return empty


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Path]:
    """The folder of an open, empty store on SQLite."""
    empty_store(tmp_path, SQLITE)
    open_store(tmp_path)
    yield tmp_path
    close_store()


@pytest.fixture
def on_postgresql(postgres: Postgres, tmp_path: Path) -> Iterator[Path]:
    """The folder of an open, empty store on PostgreSQL."""
    database = postgres.new_database()
    empty_store(tmp_path, postgres.url(database))
    open_store(tmp_path)
    yield tmp_path
    close_store()
    postgres.drop(database)
