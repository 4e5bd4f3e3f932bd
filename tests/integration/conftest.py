"""`database`: each test that asks for it runs on SQLite and on PostgreSQL (skipped where that is not installed).
`page`: a page of Chromium; what imports the browser is imported by tests that use one."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from knowledge.store.database import Database, open_database
from tests.fakes.databases import (
    PostgresServer,
    copied_sqlite,
    postgres_bin,
    postgres_database,
    running_postgres,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


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


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    from tests.fakes.browser import running_browser

    with running_browser() as made:
        yield made


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    from tests.fakes.browser import watched_page

    with watched_page(browser) as made:
        yield made
