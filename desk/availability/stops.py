"""`PlannedStops`: maintenance that is announced. It counts apart only if it was entered before it began."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import insert, select, update

from desk.kpi.availability import PlannedStop, Span
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.ports import Clock, Redactor
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_planned_stops

_COLUMNS = desk_planned_stops.c
_MAX = timedelta(days=7)
_MAX_CHARS = 500


@dataclass(frozen=True, slots=True)
class EnteredStop:
    stop_id: str
    begins_at: datetime
    ends_at: datetime
    reason: str
    entered_by: str
    entered_at: datetime
    cancelled_at: datetime | None


class PlannedStops:
    def __init__(self, db: Database, clock: Clock, redactor: Redactor) -> None:
        self._db = db
        self._clock = clock
        self._redactor = redactor
        self._audit = AuditLog(clock)

    def plan(self, begins_at: datetime, ends_at: datetime, reason: str, who: str) -> str:
        """The new stop's id. Raises InvalidInput, also for one that has already begun."""
        now = self._clock.now()
        if begins_at <= now:
            raise InvalidInput(
                "計画停止は、始まる前に登録してください。始まったあとの停止は、計画停止として数えません。"
            )
        if not timedelta(0) < ends_at - begins_at <= _MAX:
            raise InvalidInput("終わりの日時は、始まりより後で、7日以内にしてください。")
        if not reason.strip() or len(reason) > _MAX_CHARS:
            raise InvalidInput(f"理由を{_MAX_CHARS}文字以内で入力してください。")
        stop_id = uuid4().hex
        values = {
            "stop_id": stop_id,
            "begins_at": begins_at,
            "ends_at": ends_at,
            "reason": self._redactor.redact(reason.strip()).text,
            "entered_by": who[:128],
            "entered_at": now,
            "cancelled_at": None,
        }
        with self._db.begin() as conn:
            conn.execute(insert(desk_planned_stops).values(values))
            detail = {"begins_at": begins_at.isoformat(), "ends_at": ends_at.isoformat()}
            self._audit.append(conn, who, "availability.plan", stop_id, detail)
        return stop_id

    def cancel(self, stop_id: str, who: str) -> None:
        """Raises NotFound, and Conflict once it has begun."""
        with self._db.begin() as conn:
            row = conn.execute(select(desk_planned_stops).where(_COLUMNS.stop_id == stop_id)).one_or_none()
            if row is None or row.cancelled_at is not None:
                raise NotFound("この計画停止は見つかりません。")
            if row.begins_at <= self._clock.now():
                raise Conflict("始まった計画停止は取り消せません。")
            changed = update(desk_planned_stops).where(_COLUMNS.stop_id == stop_id)
            conn.execute(changed.values(cancelled_at=self._clock.now()))
            self._audit.append(conn, who, "availability.cancel", stop_id)

    def entered(self, begins_at: datetime, ends_at: datetime) -> list[EnteredStop]:
        """Those that touch the time, cancelled ones too, by their beginning."""
        wanted = select(desk_planned_stops).where(_COLUMNS.ends_at > begins_at, _COLUMNS.begins_at < ends_at)
        with self._db.read() as conn:
            rows = conn.execute(wanted.order_by(_COLUMNS.begins_at, _COLUMNS.stop_id))
            return [EnteredStop(*row) for row in rows]

    def standing(self, begins_at: datetime, ends_at: datetime) -> list[PlannedStop]:
        found = self.entered(begins_at, ends_at)
        return [PlannedStop(Span(one.begins_at, one.ends_at), one.reason) for one in found if one.cancelled_at is None]
