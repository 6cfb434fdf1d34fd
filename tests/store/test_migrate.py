"""The schema: what the migrations make is what the models say."""

import sqlite3
from pathlib import Path

import pytest
from peewee import SqliteDatabase

from daemon.store.connection import StoreUnavailable, connect, reading
from daemon.store.migrate import migrate
from daemon.store.models import TABLES, database
from tests.servers.postgres import Postgres
from tests.store.desks import FILE, SQLITE, ask, close_store, decided, decision, opening, reach_store


def schema(file: Path) -> list[tuple[str, str, str]]:
    """(kind, name, definition) of our tables and their indexes."""
    connection = sqlite3.connect(file)
    found = connection.execute("SELECT type, name, sql, tbl_name FROM sqlite_master").fetchall()
    connection.close()
    kept = {table._meta.table_name for table in TABLES}
    assert kept <= {name for _, name, _, _ in found}
    return sorted((kind, name, " ".join((sql or "").split())) for kind, name, sql, table in found if table in kept)


def test_the_migrations_make_exactly_the_schema_of_the_models(on_sqlite: Path, tmp_path: Path) -> None:
    close_store()
    plain = SqliteDatabase(str(tmp_path / "models.sqlite3"))
    database.initialize(plain)
    plain.create_tables(TABLES)
    plain.close()
    assert schema(tmp_path / FILE) == schema(tmp_path / "models.sqlite3")


COLUMNS = (
    "SELECT table_name, column_name, ordinal_position, data_type, character_maximum_length, is_nullable, "
    "regexp_replace(column_default, '[a-z_]+_id_seq', 'seq') FROM information_schema.columns "
    "WHERE table_schema = 'public' AND table_name <> 'schema_migration' ORDER BY 1, 3"
)
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'schema_migration' ORDER BY 1"
CONSTRAINTS = (
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'schema_migration' ORDER BY 1, 2"
)


def test_so_they_do_on_postgresql(on_postgresql: Path, postgres: Postgres) -> None:
    close_store()
    models = postgres.new_database()
    plain = connect(postgres.url(models), on_postgresql)
    with reading():
        plain.create_tables(TABLES)
    close_store()
    for query in (COLUMNS, INDEXES, CONSTRAINTS):
        assert ask(on_postgresql, query) == postgres.ask(query, database=models)
        assert len(ask(on_postgresql, query)) >= len(TABLES)
    postgres.drop(models)


def test_to_migrate_again_changes_nothing(store: Path) -> None:
    decided(1, decision(opening()))
    assert migrate(store) == []
    assert ask(store, "SELECT COUNT(*) FROM ticket") == [(1,)]


def test_a_database_that_cannot_hold_every_letter_is_refused(postgres: Postgres, tmp_path: Path) -> None:
    postgres.ask("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    connect(postgres.url("latin"), tmp_path)
    with pytest.raises(StoreUnavailable, match="UTF8"):
        migrate(tmp_path)
    close_store()
    postgres.drop("latin")


def test_a_failed_migration_leaves_the_schema_as_it_was(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    body = (
        "def up(_migrator, db):\n    db.execute_sql('CREATE TABLE half (id INTEGER)')\n    raise ValueError('boom')\n"
    )
    (folder / "0001_half.py").write_text(body)
    monkeypatch.setattr("daemon.store.migrate.FOLDER", folder)
    reach_store(empty)
    with pytest.raises(ValueError, match="boom"):
        migrate(empty)
    assert not database.obj.table_exists("half")
    assert migrate_well(monkeypatch, empty) == ["0001_desk", "0002_raw"]


def migrate_well(monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[str]:
    monkeypatch.undo()
    return migrate(folder)


def test_a_folder_that_cannot_be_used_is_waited_for(tmp_path: Path) -> None:
    connect(SQLITE, tmp_path)
    (tmp_path / "state").write_text("a file where a folder is wanted")
    with pytest.raises(StoreUnavailable):
        migrate(tmp_path / "state")


@pytest.mark.parametrize("url", ["postgres://desk@db.example.kz/desk", "mysql://x", "sqlite:///", ""])
def test_a_database_of_another_kind_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="is supported"):
        connect(url, tmp_path)


def test_sqlite_is_durable_and_keeps_its_references(on_sqlite: Path) -> None:
    ask = database.obj.execute_sql
    assert ask("PRAGMA journal_mode").fetchone() == ("wal",)
    assert ask("PRAGMA synchronous").fetchone() == (2,)
    assert ask("PRAGMA foreign_keys").fetchone() == (1,)


def test_postgresql_is_durable_and_waits_for_no_lock_for_ever(on_postgresql: Path) -> None:
    for name, value in (
        ("synchronous_commit", "on"),
        ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "1min"),
    ):
        assert database.obj.execute_sql(f"SHOW {name}").fetchone() == (value,)


def test_what_the_url_says_wins(postgres: Postgres, tmp_path: Path) -> None:
    connect(postgres.url() + "?connect_timeout=3&application_name=mine&options=-c%20lock_timeout%3D9s", tmp_path)
    with reading():
        shown = [
            database.obj.execute_sql(f"SHOW {name}").fetchone()[0] for name in ("application_name", "lock_timeout")
        ]
    assert shown == ["mine", "9s"]
    assert database.obj.connect_params["keepalives_idle"] == 30
    assert "connect_timeout" not in database.obj.connect_params
    close_store()
