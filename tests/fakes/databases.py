"""Real databases for tests: a SQLite file, and a private PostgreSQL server that listens on a socket file only.

Each test gets a copy of a database that was migrated once, because migrating anew costs a second on PostgreSQL.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from knowledge.settings import StoreSettings
from knowledge.store.database import SQLITE_FILE, Database, open_database
from knowledge.store.engine import open_engine

_SERVERS = Path("/usr/lib/postgresql")


def postgres_bin() -> Path | None:
    """Folder of the newest installed PostgreSQL server programs."""
    found = [path.parent for path in _SERVERS.glob("*/bin/initdb")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


def sqlite_database(folder: Path) -> Database:
    return open_database(folder)


class PostgresServer:
    """A throw-away server in `folder`, run by an unprivileged user because PostgreSQL refuses root."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._user = "postgres" if os.geteuid() == 0 else None
        self._count = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self._user:
            shutil.chown(self._folder, self._user)
        data = self._folder / "data"
        self._run("initdb", "-D", str(data), "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
        self._run(
            "pg_ctl", "-D", str(data), "-w", "-l", str(self._folder / "log"),
            "-o", f"-k {self._folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_wal_size=64MB", "start",
        )  # fmt: skip
        self._admin("CREATE DATABASE migrated")
        open_database(self._folder, StoreSettings(url=self.url("migrated"))).close()

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-w", "-m", "immediate", "stop")

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://test@/{name}?host={self._folder}"

    def fresh_url(self) -> str:
        """URL of a new database with the complete schema."""
        self._count += 1
        name = f"test_{self._count}"
        self._admin(f"CREATE DATABASE {name} TEMPLATE migrated")
        return self.url(name)

    def drop(self, url: str) -> None:
        self._admin(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def empty_url(self) -> str:
        """URL of a new database without any table."""
        self._count += 1
        name = f"empty_{self._count}"
        self._admin(f"CREATE DATABASE {name}")
        return self.url(name)

    def _admin(self, statement: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as conn:
            conn.execute(text(statement))

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments], check=True, user=self._user, cwd="/", timeout=60,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


@contextmanager
def running_postgres(programs: Path) -> Iterator[PostgresServer]:
    # Not pytest's own folder: that one is closed to the user the server runs as.
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-pg-", dir="/tmp"))
    server = PostgresServer(programs, folder)
    try:
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_database(server: PostgresServer) -> Iterator[Database]:
    url = server.fresh_url()
    database = Database(open_engine(url))
    try:
        yield database
    finally:
        database.close()
        server.drop(url)


def copied_sqlite(template: Path, folder: Path) -> Database:
    """A database that starts as a copy of the (closed) one in `template`."""
    shutil.copy(template / SQLITE_FILE, folder / SQLITE_FILE)
    return open_database(folder)
