"""Append-only audit log. Each row's hash covers the row before it, so no row can be changed, dropped or slipped in
without `verify` noticing; the newest hash also stands in `meta`, so a cut-off tail is noticed too.

A row is written in the transaction of the change it describes. `detail` holds ids, numbers and states, never text
that people typed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from knowledge.ports import Clock
from knowledge.privacy.redacted import RedactedText
from knowledge.store.counters import get_text, put_text
from knowledge.store.tables import audit_log

Detail = Mapping[str, str | int | None]
_HEAD = "audit_head"
_GENESIS = "0" * 64
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the log; `detail` is a JSON object."""

    seq: int
    at: datetime
    who: str
    action: str
    target: str
    detail: RedactedText
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Filter of the log; empty fields match everything. `action` and `target` match by beginning."""

    who: str = ""
    action: str = ""
    target: str = ""
    since: datetime | None = None
    until: datetime | None = None


class AuditLog:
    """Writes with the clock's time. Rows are never updated: the database itself refuses it (see the migration)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def append(self, conn: Connection, who: str, action: str, target: str, detail: Detail | None = None) -> int:
        """Add one row inside the caller's write transaction and return its number."""
        return self.append_many(conn, who, [(action, target, detail or {})])

    def append_many(self, conn: Connection, who: str, rows: Sequence[tuple[str, str, Detail]]) -> int:
        """Add rows (action, target, detail) in order; returns the last number."""
        seq, previous = _head(conn)
        now = self._clock.now().astimezone(UTC)
        values = []
        for action, target, detail in rows:
            row = _chained(seq + 1, previous, (now, who[:128], action[:64], target[:255], _detail_text(detail)))
            values.append(row)
            seq, previous = row["seq"], row["hash"]
        if values:
            conn.execute(insert(audit_log), values)
            put_text(conn, _HEAD, f"{seq}:{previous}")
        return seq


def verify(conn: Connection) -> int | None:
    """Number of the first row that is not what was written (or is missing); None when the log is whole."""
    expected_seq, previous = 1, _GENESIS
    for row in _rows(conn):
        if row.seq != expected_seq:
            return expected_seq
        made = _chained(row.seq, previous, (row.at, row.who, row.action, row.target, row.detail))
        if row.prev_hash != previous or row.hash != made["hash"]:
            return int(row.seq)
        expected_seq, previous = row.seq + 1, row.hash
    return None if _head(conn) == (expected_seq - 1, previous) else expected_seq


def search(conn: Connection, query: AuditQuery, offset: int = 0, limit: int = 100) -> list[AuditRow]:
    """Newest first."""
    columns = audit_log.c
    wanted = select(audit_log).order_by(columns.seq.desc()).offset(offset).limit(limit)
    if query.who:
        wanted = wanted.where(columns.who == query.who)
    if query.action:
        wanted = wanted.where(columns.action.startswith(query.action, autoescape=True))
    if query.target:
        wanted = wanted.where(columns.target.startswith(query.target, autoescape=True))
    if query.since is not None:
        wanted = wanted.where(columns.at >= query.since)
    if query.until is not None:
        wanted = wanted.where(columns.at < query.until)
    return [_audit_row(row) for row in conn.execute(wanted)]


def export(conn: Connection) -> Iterator[AuditRow]:
    """Every row, oldest first, streamed."""
    return (_audit_row(row) for row in _rows(conn))


def _audit_row(row: Row[Any]) -> AuditRow:
    return AuditRow(row.seq, row.at, row.who, row.action, row.target, RedactedText(row.detail), row.prev_hash, row.hash)


def _rows(conn: Connection) -> Iterator[Row[Any]]:
    last = 0
    while True:
        page = select(audit_log).where(audit_log.c.seq > last).order_by(audit_log.c.seq).limit(_BATCH)
        rows = conn.execute(page).all()
        yield from rows
        if len(rows) < _BATCH:
            return
        last = rows[-1].seq


def _head(conn: Connection) -> tuple[int, str]:
    seq, _, digest = (get_text(conn, _HEAD) or f"0:{_GENESIS}").partition(":")
    return int(seq), digest


def _detail_text(detail: Detail) -> str:
    return json.dumps(dict(detail), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _chained(seq: int, previous: str, content: tuple[datetime, str, str, str, str]) -> dict[str, Any]:
    at, who, action, target, detail = content
    covered = json.dumps([previous, seq, at.isoformat(), who, action, target, detail], ensure_ascii=False)
    digest = sha256(covered.encode()).hexdigest()
    return {
        "seq": seq,
        "at": at,
        "who": who,
        "action": action,
        "target": target,
        "detail": detail,
        "prev_hash": previous,
        "hash": digest,
    }
