"""Alerts in the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, Select, and_, insert, select, update

from desk.alerts.model import Alert, Outcome, Signal, Step
from knowledge.errors import NotFound
from knowledge.privacy.redacted import RedactedText
from knowledge.store.desk_tables import desk_alert_steps, desk_alerts, desk_records, desk_transcripts

_COLUMNS = desk_alerts.c
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Empty fields choose everything. `outcome`: one of them, or none (not judged yet)."""

    since: datetime | None = None
    until: datetime | None = None
    rule: str = ""
    outcome: Outcome | None = None
    operator: str = ""


def add(conn: Connection, call_id: str, operator: str, signals: Sequence[Signal], now: datetime) -> list[str]:
    """The ids of the new alerts."""
    made = [
        {
            "alert_id": uuid4().hex,
            "call_id": call_id,
            "rule": signal.rule,
            "at": signal.at,
            "raised_at": now,
            "place": signal.place,
            "amount": signal.amount,
            "operator": operator[:128],
            "acknowledged_at": None,
            "acknowledged_by": "",
            "snoozed_until": None,
            "outcome": "",
            "settled_at": None,
            "settled_by": "",
        }
        for signal in signals
    ]
    if made:
        conn.execute(insert(desk_alerts), made)
    return [str(one["alert_id"]) for one in made]


def raised_in(conn: Connection, call_ids: Collection[str], since: datetime) -> dict[str, list[tuple[str, datetime]]]:
    """(rule, at) of the alerts since then, by call."""
    found: dict[str, list[tuple[str, datetime]]] = {call_id: [] for call_id in call_ids}
    wanted = list(found)
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        chosen = select(_COLUMNS.call_id, _COLUMNS.rule, _COLUMNS.at).where(
            _COLUMNS.call_id.in_(chunk), _COLUMNS.at >= since
        )
        for row in conn.execute(chosen):
            found[row.call_id].append((row.rule, row.at))
    return found


def change(conn: Connection, alert_id: str, step: Step, **values: Any) -> None:
    """Note the step and what follows from it."""
    if values:
        conn.execute(update(desk_alerts).where(_COLUMNS.alert_id == alert_id).values(values))
    row = {"alert_id": alert_id, "at": step.at, "who": step.who, "kind": step.kind, "note": step.note}
    conn.execute(insert(desk_alert_steps).values(row))


def require(conn: Connection, alert_id: str) -> Alert:
    """Raises NotFound."""
    row = conn.execute(_whole().where(_COLUMNS.alert_id == alert_id)).one_or_none()
    if row is None:
        raise NotFound("この知らせは見つかりません。")
    return _alert(row)


def open_since(conn: Connection, since: datetime, limit: int) -> list[Alert]:
    """Not judged yet, the newest first."""
    wanted = _whole().where(_COLUMNS.outcome == "", _COLUMNS.raised_at >= since)
    return _read(conn, wanted.order_by(_COLUMNS.raised_at.desc(), _COLUMNS.alert_id).limit(limit))


def find(conn: Connection, chosen: AlertFilter, limit: int) -> list[Alert]:
    """The newest first."""
    wanted = _whole()
    if chosen.since is not None:
        wanted = wanted.where(_COLUMNS.raised_at >= chosen.since)
    if chosen.until is not None:
        wanted = wanted.where(_COLUMNS.raised_at < chosen.until)
    if chosen.rule:
        wanted = wanted.where(_COLUMNS.rule == chosen.rule)
    if chosen.outcome is not None:
        wanted = wanted.where(_COLUMNS.outcome == chosen.outcome)
    if chosen.operator:
        wanted = wanted.where(_COLUMNS.operator == chosen.operator)
    return _read(conn, wanted.order_by(_COLUMNS.raised_at.desc(), _COLUMNS.alert_id).limit(limit))


def of_call(conn: Connection, call_id: str) -> list[tuple[Alert, list[Step]]]:
    """In the order they happened, each with what was done."""
    found = _read(conn, _whole().where(_COLUMNS.call_id == call_id).order_by(_COLUMNS.at, _COLUMNS.alert_id))
    return [(alert, steps_of(conn, alert.alert_id)) for alert in found]


def steps_of(conn: Connection, alert_id: str) -> list[Step]:
    """In order."""
    columns = desk_alert_steps.c
    wanted = select(columns.at, columns.who, columns.kind, columns.note).where(columns.alert_id == alert_id)
    rows = conn.execute(wanted.order_by(columns.seq))
    return [Step(row.at, row.who, row.kind, RedactedText(row.note)) for row in rows]


def _whole() -> Select[Any]:
    said = and_(desk_transcripts.c.call_id == _COLUMNS.call_id, desk_transcripts.c.idx == _COLUMNS.place)
    joined = desk_alerts.outerjoin(desk_records, desk_records.c.call_id == _COLUMNS.call_id).outerjoin(
        desk_transcripts, said
    )
    return select(*_COLUMNS, desk_records.c.record_id, desk_transcripts.c.text.label("said")).select_from(joined)


def _read(conn: Connection, wanted: Select[Any]) -> list[Alert]:
    return [_alert(row) for row in conn.execute(wanted)]


def _alert(row: Row[Any]) -> Alert:
    said = None if row.said is None else RedactedText(row.said)
    values: dict[str, Any] = {name: getattr(row, name) for name in _COLUMNS.keys()}  # noqa: SIM118 - not a dict
    return Alert(**values, record_id=row.record_id or "", said=said)
