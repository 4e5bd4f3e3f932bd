"""Rows of every table as plain JSON, for whoever takes over a city's data, and back into an empty database.

What opens doors stays behind: sessions, keys, second factors and passwords are of no use to anybody but a thief.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, Date, LargeBinary, Table, func, insert, select, text

from knowledge.errors import NotReadable
from knowledge.store.schema import complete_metadata
from knowledge.store.tables import UtcDateTime

WITHHELD_TABLES = frozenset({"api_keys", "login_failures", "recovery_codes", "sessions", "setup_links"})
WITHHELD_COLUMNS: Mapping[str, frozenset[str]] = {
    "users": frozenset({"password_hash", "totp_secret", "totp_confirmed_at", "totp_last_step", "oidc_subject"}),
    "desk_webhooks": frozenset({"secret"}),
}
ONLY_TO_READ = frozenset({"users", "desk_webhooks", "desk_deliveries"})
"""Handed over as a record, but not read back: without what was withheld they would be accounts that nobody owns."""
_CONTENT = ("faq", "audit_log", "desk_records", "voice_calls")
"""A database with rows in one of these is somebody's work."""
_BATCH = 1000

Json = dict[str, Any]


def portable_tables() -> list[Table]:
    """Every table that is handed over, those referred to before those that refer."""
    return [table for table in complete_metadata().sorted_tables if table.name not in WITHHELD_TABLES]


def columns_of(table: Table) -> list[Column[Any]]:
    withheld = WITHHELD_COLUMNS.get(table.name, frozenset())
    return [column for column in table.columns if column.name not in withheld]


def dump(conn: Connection, table: Table) -> Iterator[Json]:
    """Rows by primary key: times in ISO 8601, bytes in base64."""
    columns = columns_of(table)
    names = [str(column.name) for column in columns]
    wanted = select(*columns).order_by(*table.primary_key.columns)
    for row in conn.execute(wanted.execution_options(yield_per=_BATCH)):
        yield {name: _plain(value) for name, value in zip(names, row, strict=True)}


def load(conn: Connection, table: Table, rows: Iterable[Json]) -> int:
    """Insert what `dump` gave; returns how many. Raises NotReadable for a row that is not of this table."""
    readers = {column.name: _reader(column) for column in columns_of(table)}
    count, left = 0, iter(rows)
    while batch := [_row(table, readers, row) for row in islice(left, _BATCH)]:
        conn.execute(insert(table), batch)
        count += len(batch)
    _continue_numbering(conn, table)
    return count


def count_rows(conn: Connection, table: Table) -> int:
    return int(conn.execute(select(func.count()).select_from(table)).scalar_one())


def is_empty(conn: Connection) -> bool:
    """True for a database in which nobody has worked yet."""
    tables = complete_metadata().tables
    return not any(count_rows(conn, tables[name]) for name in _CONTENT)


def clear(conn: Connection) -> None:
    """Take out the counters that a new database already has, so that those of the old one can take their place."""
    conn.execute(complete_metadata().tables["meta"].delete())


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _reader(column: Column[Any]) -> Any:
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat
    if isinstance(column.type, Date):
        return date.fromisoformat
    return base64.b64decode if isinstance(column.type, LargeBinary) else None


def _row(table: Table, readers: Mapping[str, Any], row: Json) -> Json:
    if row.keys() != readers.keys():
        raise NotReadable(f"{table.name} の行に、この版の表にない列があるか、列が足りません。")
    try:
        return {name: _read(readers[name], value) for name, value in row.items()}
    except (TypeError, ValueError) as exc:
        raise NotReadable(f"{table.name} に読み取れない日時または値があります。") from exc


def _read(reader: Any, value: Any) -> Any:
    return value if reader is None or value is None else reader(value)


def _continue_numbering(conn: Connection, table: Table) -> None:
    """PostgreSQL counts on its own and has to be told which numbers were read in."""
    column = table.autoincrement_column
    if conn.dialect.name != "postgresql" or column is None:
        return
    highest = conn.execute(select(func.max(column))).scalar_one()
    sequence = conn.execute(
        text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
    ).scalar_one()
    if sequence is not None and highest is not None:
        conn.execute(select(func.setval(sequence, highest)))
