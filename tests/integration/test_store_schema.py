"""The migrations build exactly the tables the code declares, on both databases, and refuse what they do not know."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from knowledge.errors import ConfigurationError
from knowledge.store import migrate
from knowledge.store.database import Database
from knowledge.store.engine import open_engine
from knowledge.store.migrate import newest_revisions, upgrade
from knowledge.store.schema import complete_metadata


def test_migrated_schema_equals_metadata(database: Database) -> None:
    with database.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), complete_metadata()) == []


def test_the_newest_revisions_are_those_alembic_finds() -> None:
    folder = Path(migrate.__file__).parent / "migrations"
    assert newest_revisions() == set(ScriptDirectory(str(folder)).get_heads())


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    before = inspect(database.engine).get_table_names()
    upgrade(database.engine)
    assert inspect(database.engine).get_table_names() == before


def test_data_of_a_newer_program_is_refused(database: Database) -> None:
    with database.begin() as conn:
        conn.execute(text("INSERT INTO alembic_version (version_num) VALUES ('future_0001')"))
    with pytest.raises(ConfigurationError, match="新しい版"):
        upgrade(database.engine)


@pytest.mark.parametrize("table", ["audit_log", "faq_version"])
def test_history_cannot_be_rewritten(database: Database, table: str) -> None:
    key = "seq, at, who, action, target, detail, prev_hash, hash"
    values = "1, '2026-01-01 00:00:00', 'a', 'b', 'c', '{}', '', ''"
    if table == "faq_version":
        key = "faq_id, lang, number, content, content_hash, author, approver, published_by, published_at, reason"
        key, values = key + ", source_version", "'F1', 'ja', 1, '{}', '', '', '', '', '2026-01-01 00:00:00', '', 0"
    column = key.split(", ")[2]
    with database.begin() as conn:
        conn.execute(text(f"INSERT INTO {table} ({key}) VALUES ({values})"))  # noqa: S608
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(DatabaseError, match="append-only"), database.begin() as conn:
            conn.execute(text(statement))
    with database.read() as conn:
        assert conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 1  # noqa: S608


@pytest.mark.parametrize("url", ["mysql://x/y", "not a url", ""])
def test_only_the_two_databases_are_accepted(url: str) -> None:
    with pytest.raises(ConfigurationError):
        open_engine(url)


def test_sqlite_is_durable_and_checks_references(sqlite: Database, tmp_path: Path) -> None:
    with sqlite.read() as conn:
        pragma = {name: conn.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("synchronous", "foreign_keys")}
        assert pragma == {"synchronous": 2, "foreign_keys": 1}
        assert conn.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
