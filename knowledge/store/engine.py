"""Engines for SQLite (WAL) and PostgreSQL that behave alike: one writer at a time, readers see a snapshot."""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from knowledge.errors import ConfigurationError

WRITE = "madoguchi_write"
"""Execution option that marks a connection as a writer."""
# One number for the whole product: PostgreSQL writers take this advisory lock, as SQLite's writers take the file lock.
_WRITER_LOCK = 20_261_121


def sqlite_url(path: Path) -> str:
    """URL of a SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def open_engine(url: str, busy_timeout_secs: float = 10.0) -> Engine:
    """Engine for `url`. Raises ConfigurationError when the URL names neither SQLite nor PostgreSQL."""
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, busy_timeout_secs)
    return _postgres(parsed.set(drivername="postgresql+psycopg"), busy_timeout_secs)


def _parse(url: str) -> URL:
    # Hosting panels hand out "postgres://", which SQLAlchemy no longer knows.
    text = url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url
    try:
        parsed = make_url(text)
    except ArgumentError as exc:
        raise ConfigurationError(
            "store.url を読み取れません。sqlite:/// または postgresql:// で始めてください。"
        ) from exc
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigurationError("store.url は sqlite:/// または postgresql:// で始めてください。")
    return parsed


def _sqlite(url: URL, busy_timeout_secs: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": busy_timeout_secs}, pool_size=16, max_overflow=48)

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: SqliteConnection, _record: object) -> None:
        # Transactions are ours to begin: the driver's own implicit BEGIN comes too late to take the write lock.
        connection.isolation_level = None
        # FULL: an acknowledged write must survive kill -9 and a power cut.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: a writer that first reads must not find its snapshot outdated when it comes to write.
        writing = connection.get_execution_options().get(WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _postgres(url: URL, busy_timeout_secs: float) -> Engine:
    options: dict[str, Any] = {"options": f"-c lock_timeout={int(busy_timeout_secs * 1000)}"}
    try:
        engine = create_engine(url, connect_args=options, pool_size=16, max_overflow=48, pool_pre_ping=True)
    except ModuleNotFoundError as exc:
        raise ConfigurationError(
            "PostgreSQL を使うには追加の部品が必要です。pip install 'madoguchi[server]' を実行してください。"
        ) from exc

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITE):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")

    return engine


def overwrite_what_is_deleted(conn: Connection) -> None:
    """From now on this connection leaves nothing of deleted rows on the free pages of SQLite's file. PostgreSQL clears
    them by itself (autovacuum)."""
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("PRAGMA secure_delete = ON")
