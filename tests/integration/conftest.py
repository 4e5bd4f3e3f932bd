"""`database`: each test that asks for it runs on SQLite and on PostgreSQL (skipped where that is not installed)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.store.database import Database, open_database
from tests.fakes.databases import (
    PostgresServer,
    copied_sqlite,
    postgres_bin,
    postgres_database,
    running_postgres,
)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    pytest.importorskip("psycopg", reason="PostgreSQL driver not installed: pip install 'madoguchi[server]'")
    programs = postgres_bin()
    if programs is None:
        pytest.skip("PostgreSQL server not installed: apt-get install postgresql")
    with running_postgres(programs) as server:
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    open_database(folder).close()
    return folder


@pytest.fixture
def sqlite(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    database = copied_sqlite(migrated_sqlite, tmp_path)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    with postgres_database(request.getfixturevalue("postgres_server")) as made:
        yield made
