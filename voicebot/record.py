"""The durable call log: a writer thread of its own, so that a locked database never makes a caller wait."""

import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, or_, select, update

from knowledge.clock import JST
from knowledge.errors import InvalidInput, NotFound, Unavailable
from knowledge.store.database import Database
from knowledge.store.voice_tables import voice_calls, voice_turns
from voicebot.domain import Call, Turn
from voicebot.ports import CallDetail, CallFilter, CallPage
from voicebot.rows import call_from, call_row, turn_from, turn_row

RETRY_SECS = 0.25
_Write = tuple[str, str, dict[str, Any]]
"""Kind, call id, row."""


class CallRecords:
    """CallLog and reading side on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writes: queue.Queue[_Write | None] = queue.Queue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._write_all, name="call-log", daemon=True)
        self._thread.start()

    def open(self, call: Call) -> None:
        self._writes.put(("open", call.call_id, call_row(call)))

    def turn(self, call_id: str, turn: Turn) -> None:
        self._writes.put(("turn", call_id, turn_row(call_id, turn)))

    def close(self, call: Call) -> None:
        self._writes.put(("close", call.call_id, call_row(call)))

    def drain(self) -> None:
        """Wait until everything handed in so far is on disk."""
        self._writes.join()

    def stop(self) -> None:
        """Write what is left, then end the thread."""
        self._stopping.set()
        self._writes.put(None)
        self._thread.join(timeout=15)

    def _write_all(self) -> None:
        while True:
            batch = [self._writes.get()]
            while not self._writes.empty():
                batch.append(self._writes.get_nowait())
            self._persist([write for write in batch if write is not None])
            for _ in batch:
                self._writes.task_done()
            if None in batch:
                return

    def _persist(self, batch: list[_Write]) -> None:
        """Try until it works: only a stopping service with a dead database loses the tail."""
        tries = 0
        while batch:
            try:
                with self._database.begin() as conn:
                    for statement in _statements(batch):
                        conn.execute(statement)
                return
            except Unavailable:
                tries += 1
                if self._stopping.is_set() and tries > 3:
                    return
                threading.Event().wait(RETRY_SECS)

    def recover(self, now: datetime) -> int:
        """Calls that were open when the process died become `interrupted`; returns how many."""
        with self._database.begin() as conn:
            done = conn.execute(
                update(voice_calls)
                .where(voice_calls.c.outcome == "open")
                .values(outcome="interrupted", ended_at=now, reason="process")
            )
        return int(done.rowcount)

    def get(self, call_id: str) -> CallDetail:
        """Raises NotFound."""
        with self._database.read() as conn:
            row = conn.execute(select(voice_calls).where(voice_calls.c.call_id == call_id)).mappings().first()
            if row is None:
                raise NotFound("この通話の記録は見つかりません。保存期間を過ぎて削除された可能性があります。")
            found = select(voice_turns).where(voice_turns.c.call_id == call_id).order_by(voice_turns.c.idx)
            turns = tuple(turn_from(dict(turn)) for turn in conn.execute(found).mappings())
        return CallDetail(call_from(dict(row)), turns)

    def find(self, asked: CallFilter) -> CallPage:
        """Newest first."""
        wanted = _where(select(voice_calls), asked)
        page = wanted.order_by(voice_calls.c.started_at.desc(), voice_calls.c.call_id)
        with self._database.read() as conn:
            total = conn.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
            rows = conn.execute(page.limit(asked.limit).offset(asked.offset)).mappings()
            return CallPage(tuple(call_from(dict(row)) for row in rows), int(total))


@dataclass(frozen=True, slots=True)
class OldRecordings:
    """Removes recordings of calls; the rows of the calls stay."""

    folder: Path

    def due(self, conn: Connection, before: datetime, limit: int) -> list[tuple[str]]:
        calls = voice_calls.c
        old = select(calls.call_id).where(calls.recording != "", calls.started_at < before).limit(limit)
        return [(call_id,) for call_id in conn.execute(old).scalars()]

    def end(self, conn: Connection, before: datetime, keys: Sequence[tuple[str]]) -> int:
        """Files first removed, then the commit: a crash in between leaves a row without a file, never the reverse."""
        calls = voice_calls.c
        mine = calls.call_id.in_([call_id for (call_id,) in keys])
        for name in conn.execute(select(calls.recording).where(mine, calls.recording != "")).scalars():
            (self.folder / Path(name).name).unlink(missing_ok=True)
        return int(conn.execute(update(voice_calls).where(mine).values(recording="")).rowcount)


def _statements(batch: list[_Write]) -> list[Any]:
    """Rows in order; of several versions of one turn only the last is written."""
    last = {(kind, call_id, row.get("idx")): row for kind, call_id, row in batch}
    statements: list[Any] = []
    for (kind, call_id, index), row in last.items():
        if kind == "open":
            statements.append(insert(voice_calls).values(row))
        elif kind == "close":
            statements.append(update(voice_calls).where(voice_calls.c.call_id == call_id).values(row))
        else:
            here = (voice_turns.c.call_id == call_id) & (voice_turns.c.idx == index)
            statements += [delete(voice_turns).where(here), insert(voice_turns).values(row)]
    return statements


def _where(base: Select[Any], asked: CallFilter) -> Select[Any]:
    calls, turns = voice_calls.c, voice_turns.c
    if asked.outcome:
        base = base.where(calls.outcome == asked.outcome)
    if asked.via:
        base = base.where(calls.via == asked.via)
    if asked.since:
        base = base.where(calls.started_at >= _day(asked.since))
    if asked.until:
        base = base.where(calls.started_at < _day(asked.until) + timedelta(days=1))
    if asked.faq_id:
        base = base.where(calls.call_id.in_(select(turns.call_id).where(turns.faq_id == asked.faq_id)))
    if asked.text:
        like = or_(turns.text.contains(asked.text, autoescape=True), turns.played.contains(asked.text, autoescape=True))
        base = base.where(calls.call_id.in_(select(turns.call_id).where(like)))
    return base


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=JST)
    except ValueError as exc:
        raise InvalidInput("日付は 2026-04-01 の形で入力してください。") from exc
