"""The schema: what the migrations make is what the models say."""

import sqlite3
from pathlib import Path

import pytest
from peewee import SqliteDatabase

from daemon.store.connection import StoreUnavailable, connect
from daemon.store.migrate import migrate
from daemon.store.models import TABLES, database
from tests.store.desks import FILE, close_store, open_store


def schema(file: Path) -> list[tuple[str, str, str]]:
    """(kind, name, definition) of our tables and their indexes."""
    connection = sqlite3.connect(file)
    found = connection.execute("SELECT type, name, sql, tbl_name FROM sqlite_master").fetchall()
    connection.close()
    kept = {table._meta.table_name for table in TABLES}
    assert kept <= {name for _, name, _, _ in found}
    return sorted((kind, name, " ".join((sql or "").split())) for kind, name, sql, table in found if table in kept)


def test_the_migrations_make_exactly_the_schema_of_the_models(tmp_path: Path) -> None:
    open_store(tmp_path)
    close_store()
    plain = SqliteDatabase(str(tmp_path / "models.sqlite3"))
    database.initialize(plain)
    plain.create_tables(TABLES)
    plain.close()
    assert schema(tmp_path / FILE) == schema(tmp_path / "models.sqlite3")


def test_to_migrate_again_changes_nothing(store: Path) -> None:
    before = schema(store / FILE)
    assert migrate(store) == []
    assert schema(store / FILE) == before


def test_a_failed_migration_leaves_the_schema_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    body = (
        "def up(_migrator, db):\n    db.execute_sql('CREATE TABLE half (id INTEGER)')\n    raise ValueError('boom')\n"
    )
    (folder / "0001_half.py").write_text(body)
    monkeypatch.setattr("daemon.store.migrate.FOLDER", folder)
    connect(f"sqlite:///{FILE}", tmp_path)
    with pytest.raises(ValueError, match="boom"):
        migrate(tmp_path)
    close_store()
    connection = sqlite3.connect(tmp_path / FILE)
    assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall() == []
    connection.close()


def test_a_folder_that_cannot_be_used_is_waited_for(tmp_path: Path) -> None:
    connect(f"sqlite:///{FILE}", tmp_path)
    (tmp_path / "state").write_text("a file where a folder is wanted")
    with pytest.raises(StoreUnavailable):
        migrate(tmp_path / "state")


@pytest.mark.parametrize("url", ["postgresql://desk@db.example.kz/desk", "mysql://x", ""])
def test_a_database_of_another_kind_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="is supported"):
        connect(url, tmp_path)


def test_sqlite_is_durable_and_keeps_its_references(store: Path) -> None:
    ask = database.obj.execute_sql
    assert ask("PRAGMA journal_mode").fetchone() == ("wal",)
    assert ask("PRAGMA synchronous").fetchone() == (2,)
    assert ask("PRAGMA foreign_keys").fetchone() == (1,)
