"""The audit log notices every way of tampering that leaves the database readable."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from knowledge.clock import FixedClock
from knowledge.store.audit import AuditLog, AuditQuery, export, search, verify
from knowledge.store.database import Database

START = datetime(2026, 11, 21, 1, 2, 3, 456789, tzinfo=UTC)


def _write_five(database: Database) -> FixedClock:
    clock = FixedClock(START)
    log = AuditLog(clock)
    for number in range(1, 5):
        with database.begin() as conn:
            log.append(conn, f"user{number % 2}", "faq.publish", f"F{number}/ja", {"version": number})
        clock.advance(timedelta(minutes=1))
    with database.begin() as conn:
        log.append_many(conn, "user1", [("login", "user1", {})])
    return clock


def _tamper(conn: Connection, statement: str) -> None:
    """What somebody with the database file in hand can do: drop the guards first."""
    if conn.dialect.name == "sqlite":
        conn.execute(text("DROP TRIGGER audit_log_no_update"))
        conn.execute(text("DROP TRIGGER audit_log_no_delete"))
    else:
        conn.execute(text("DROP TRIGGER audit_log_append_only ON audit_log"))
    conn.execute(text(statement))


def test_an_untouched_log_is_whole(database: Database) -> None:
    with database.read() as conn:
        assert verify(conn) is None
    _write_five(database)
    with database.read() as conn:
        assert verify(conn) is None
        rows = list(export(conn))
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert rows[0].at == START
    assert rows[0].detail == '{"version":1}'


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit_log SET who = 'someone' WHERE seq = 3", 3),
        ("UPDATE audit_log SET at = '2026-11-21 09:00:00' WHERE seq = 2", 2),
        ("UPDATE audit_log SET detail = '{}' WHERE seq = 1", 1),
        ("DELETE FROM audit_log WHERE seq = 3", 3),
        ("DELETE FROM audit_log WHERE seq = 1", 1),
        ("DELETE FROM audit_log WHERE seq = 5", 5),
        ("DELETE FROM audit_log", 1),
        ("UPDATE audit_log SET hash = prev_hash WHERE seq = 5", 5),
    ],
)
def test_tampering_is_found_at_the_first_broken_row(database: Database, statement: str, broken: int) -> None:
    _write_five(database)
    with database.begin() as conn:
        _tamper(conn, statement)
    with database.read() as conn:
        assert verify(conn) == broken


def test_a_rolled_back_change_leaves_no_row(database: Database) -> None:
    log = AuditLog(FixedClock(START))

    def change() -> None:
        with database.begin() as conn:
            log.append(conn, "user1", "faq.publish", "F1/ja")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    with database.read() as conn:
        assert list(export(conn)) == []
        assert verify(conn) is None


def test_search_filters_and_orders(database: Database) -> None:
    _write_five(database)
    with database.read() as conn:
        assert [row.seq for row in search(conn, AuditQuery())] == [5, 4, 3, 2, 1]
        assert [row.seq for row in search(conn, AuditQuery(who="user1", action="faq."))] == [3, 1]
        assert [row.seq for row in search(conn, AuditQuery(target="F4"))] == [4]
        since = START + timedelta(minutes=1)
        until = START + timedelta(minutes=3)
        assert [row.seq for row in search(conn, AuditQuery(since=since, until=until))] == [3, 2]
        assert [row.seq for row in search(conn, AuditQuery(), offset=1, limit=2)] == [4, 3]
