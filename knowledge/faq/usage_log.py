"""Writes what is asked, viewed and judged. Questions and views go through a buffer and its own thread, because no
answer may wait for the disk; feedback is on disk before the call returns."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Table, insert, select

from knowledge.clock import JST
from knowledge.domain import Action, Channel, Verdict
from knowledge.errors import InvalidInput
from knowledge.ports import Clock
from knowledge.privacy.redacted import RedactedText
from knowledge.store.database import Database
from knowledge.store.usage_tables import faq_view, feedback, search_log
from knowledge.text.normalise import clean

Kind = Literal["search", "answer"]
VERDICTS: frozenset[Verdict] = frozenset({"used", "resolved", "not_resolved", "wrong"})
_log = logging.getLogger(__name__)
_CAPACITY = 20_000
_BATCH = 1_000
_STOP: tuple[Table, dict[str, Any]] = (search_log, {})


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it is kept: redacted text, what was found, what was answered."""

    log_id: str
    kind: Kind
    text: RedactedText
    channel: Channel
    role: str = ""
    lang: str = "ja"
    hits: tuple[str, ...] = ()
    """faq_id of what was shown, best first."""
    chosen: str = ""
    """faq_id of the answer given, if one was."""
    version: int = 0
    """The version it was given from."""
    action: Action | Literal[""] = ""
    reason: str = ""
    confidence: float | None = None
    category: str = ""
    conversation_id: str = ""
    took_ms: float = 0.0


class UsageLog:
    """One writer thread. `linger_secs` gathers rows into one transaction; 0 writes each as it comes."""

    def __init__(self, db: Database, clock: Clock, linger_secs: float = 0.25) -> None:
        self._db = db
        self._clock = clock
        self._linger_secs = linger_secs
        self._queue: Queue[tuple[Table, dict[str, Any]]] = Queue(_CAPACITY)
        self._closing = Event()
        self._thread = Thread(target=self._work, name="usage-log", daemon=True)
        self._thread.start()
        self.dropped = 0
        """Rows lost because the disk could not keep up or refused."""

    def record_search(self, asked: Asked) -> None:
        """Returns at once."""
        now = self._clock.now()
        row = {
            "log_id": asked.log_id,
            **_moment(now),
            "kind": asked.kind,
            "channel": asked.channel,
            "role": asked.role,
            "lang": asked.lang,
            "text": clean(asked.text),
            "hits": "｜".join(asked.hits),
            "hit_count": len(asked.hits),
            "zero_hit": not asked.hits,
            "chosen": asked.chosen,
            "version": asked.version,
            "action": asked.action,
            "reason": asked.reason,
            "confidence": asked.confidence,
            "category": asked.category,
            "conversation_id": asked.conversation_id,
            "took_ms": asked.took_ms,
        }
        self._put(search_log, row)

    def record_view(self, faq_id: str, channel: Channel) -> None:
        """Somebody opened this FAQ or was shown its answer. Returns at once."""
        row = {"view_id": uuid4().hex, **_moment(self._clock.now()), "faq_id": faq_id, "channel": channel}
        self._put(faq_view, row)

    def record_feedback(
        self, verdict: Verdict, channel: Channel, log_id: str = "", faq_id: str = "", version: int = 0, who: str = ""
    ) -> str:
        """On disk when it returns its id. `log_id` is the query_id or answer_id. Raises InvalidInput, Unavailable."""
        if verdict not in VERDICTS:
            raise InvalidInput(f"評価は {'・'.join(sorted(VERDICTS))} のどれかにしてください。")
        if not log_id and not faq_id:
            raise InvalidInput("どの回答への評価か（answer_id・query_id・faq_id のどれか）を指定してください。")
        row = {"feedback_id": uuid4().hex, **_moment(self._clock.now()), "log_id": log_id[:40], "faq_id": faq_id[:64]}
        row |= {"version": version, "channel": channel, "who": who[:128], "verdict": verdict}
        with self._db.begin() as conn:
            conn.execute(insert(feedback), row)
        return str(row["feedback_id"])

    def knows(self, log_id: str) -> bool:
        """Whether a question was written down under this query_id or answer_id; waits for what is still buffered."""
        if self._written(log_id):
            return True
        self.flush()
        return self._written(log_id)

    def _written(self, log_id: str) -> bool:
        with self._db.read() as conn:
            return conn.execute(select(search_log.c.log_id).where(search_log.c.log_id == log_id)).first() is not None

    def flush(self) -> None:
        """Wait until everything recorded so far is on disk (reports, shutdown)."""
        self._queue.join()

    def close(self) -> None:
        """Write what is left and stop."""
        self._closing.set()
        self._queue.put(_STOP)
        self._thread.join()

    def _put(self, table: Table, row: dict[str, Any]) -> None:
        try:
            self._queue.put_nowait((table, row))
        except Full:
            self.dropped += 1

    def _work(self) -> None:
        while True:
            first = self._queue.get()
            self._closing.wait(self._linger_secs)
            taken = [first, *self._waiting()]
            batch = [item for item in taken if item is not _STOP]
            if batch:
                self._write(batch)
            for _ in taken:
                self._queue.task_done()
            if len(batch) < len(taken):
                return

    def _waiting(self) -> list[tuple[Table, dict[str, Any]]]:
        found: list[tuple[Table, dict[str, Any]]] = []
        while len(found) < _BATCH:
            try:
                found.append(self._queue.get_nowait())
            except Empty:
                break
        return found

    def _write(self, batch: Sequence[tuple[Table, dict[str, Any]]]) -> None:
        try:
            with self._db.begin() as conn:
                for table in (search_log, faq_view):
                    rows = [row for target, row in batch if target is table]
                    if rows:
                        conn.execute(insert(table), rows)
        except Exception:  # the thread must outlive a full disk and a row the database refuses
            if len(batch) > 1:
                self._one_by_one(batch)
                return
            self.dropped += 1
            _log.exception("usage row lost")

    def _one_by_one(self, batch: Sequence[tuple[Table, dict[str, Any]]]) -> None:
        """One refused row must not take the others of its batch with it."""
        for item in batch:
            self._write([item])


def _moment(now: datetime) -> dict[str, Any]:
    return {"at": now, "day": now.astimezone(JST).date()}
