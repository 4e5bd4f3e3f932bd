"""`Database`: the two kinds of transaction the product has, one that writes and one that reads a snapshot."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from knowledge.errors import Unavailable
from knowledge.settings import StoreSettings
from knowledge.store.engine import WRITE, open_engine, sqlite_url
from knowledge.store.migrate import upgrade

SQLITE_FILE = "madoguchi.sqlite3"


class Database:
    """Transactions on one engine. Writers exclude each other; a reader sees one consistent state throughout."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._reader = engine.execution_options(**options)
        self._writer = engine.execution_options(**{WRITE: True})

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A write transaction: commits at the end, rolls back on any exception. On disk when it returns.
        Raises Unavailable when the database stays locked or cannot be reached."""
        with _translated(), self._writer.begin() as conn:
            yield conn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read transaction over one snapshot; whatever it writes is lost. Raises Unavailable like `begin`."""
        with _translated(), self._reader.connect() as conn, conn.begin() as transaction:
            try:
                yield conn
            finally:
                transaction.rollback()

    def close(self) -> None:
        self.engine.dispose()


def open_database(data_dir: Path, settings: StoreSettings | None = None) -> Database:
    """The configured database, its schema brought up to date. SQLite in `data_dir` unless a URL is set."""
    chosen = settings or StoreSettings()
    if not chosen.url:
        data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_engine(chosen.url or sqlite_url(data_dir / SQLITE_FILE), chosen.busy_timeout_secs)
    database = Database(engine)
    with _translated():
        upgrade(engine)
    return database


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as exc:
        raise Unavailable(
            "データベースを使えません。混み合っているか停止しています。少し待ってからやり直してください。"
        ) from exc
