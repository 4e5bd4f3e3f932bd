"""`UsageService`: the read side of the usage log for pages and reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, case, func, select

from knowledge.clock import stamp
from knowledge.faq.csv_guard import spreadsheet
from knowledge.faq.gaps import Gap, find_gaps
from knowledge.faq.periods import Period
from knowledge.faq.usage_log import UsageLog
from knowledge.faq.usage_reports import By, Ranked, UsageReport, Words, ranking, usage_report
from knowledge.ports import Clock
from knowledge.privacy.redacted import RedactedText
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.usage_tables import feedback, search_log

_LOW_CONFIDENCE = 0.5
_EXPORT_COLUMNS = {
    "at": "日時",
    "channel": "経路",
    "role": "役割",
    "lang": "言語",
    "text": "質問",
    "hit_count": "該当数",
    "zero_hit": "該当なし",
    "hits": "候補",
    "chosen": "選ばれたFAQ",
    "action": "対応",
    "reason": "理由",
    "confidence": "確信度",
    "verdicts": "評価",
    "took_ms": "所要ミリ秒",
}


@dataclass(frozen=True, slots=True)
class LogRow:
    """One question of the log with the feedback it got."""

    log_id: str
    at: datetime
    kind: str
    channel: str
    role: str
    lang: str
    text: RedactedText
    hits: tuple[str, ...]
    hit_count: int
    zero_hit: bool
    chosen: str
    action: str
    reason: str
    confidence: float | None
    category: str
    took_ms: float
    verdicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayCount:
    """Questions of one day in Japan, and those of them that found nothing."""

    day: date
    asked: int
    zero_hit: int


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Empty fields match everything."""

    period: Period | None = None
    channel: str = ""
    action: str = ""
    zero_hit_only: bool = False
    text: str = ""


class UsageService:
    """Reads wait for the writer's buffer first, so that a report never misses what has been answered."""

    def __init__(self, db: Database, clock: Clock, log: UsageLog, words: Words) -> None:
        self._db = db
        self._clock = clock
        self._log = log
        self._words = words

    def ranking(self, by: By, period: Period, category: str = "", channel: str = "", limit: int = 20) -> list[Ranked]:
        self._log.flush()
        with self._db.read() as conn:
            return ranking(conn, by, period, category, channel, limit, self._words)

    def report(self, period: Period) -> UsageReport:
        self._log.flush()
        with self._db.read() as conn:
            return usage_report(conn, period, self._words)

    def gaps(self, period: Period, low_confidence: float = _LOW_CONFIDENCE, limit: int = 50) -> list[Gap]:
        self._log.flush()
        with self._db.read() as conn:
            return find_gaps(conn, period, self._words, low_confidence, limit)

    def log(self, wanted: LogFilter | None = None, offset: int = 0, limit: int = 50) -> tuple[list[LogRow], int]:
        """Newest first, and how many match in all."""
        self._log.flush()
        conditions = _conditions(wanted or LogFilter())
        with self._db.read() as conn:
            total = conn.execute(select(func.count()).select_from(search_log).where(*conditions)).scalar_one()
            newest = select(search_log).where(*conditions).order_by(search_log.c.at.desc(), search_log.c.log_id)
            return _log_rows(conn, conn.execute(newest.offset(offset).limit(limit)).all()), total

    def days(self, wanted: LogFilter) -> list[DayCount]:
        """Every day of the filter's period, or those with questions where it has none."""
        self._log.flush()
        columns = search_log.c
        zero = func.sum(case((columns.zero_hit, 1), else_=0))
        counted = select(columns.day, func.count(), zero).where(*_conditions(wanted)).group_by(columns.day)
        with self._db.read() as conn:
            found = {row[0]: DayCount(row[0], row[1], int(row[2])) for row in conn.execute(counted)}
        if wanted.period is None:
            return [found[day] for day in sorted(found)]
        length = (wanted.period.last - wanted.period.first).days + 1
        days = (wanted.period.first + timedelta(days=number) for number in range(length))
        return [found.get(day) or DayCount(day, 0, 0) for day in days]

    def export_log(self, wanted: LogFilter, who: str, limit: int = 100_000) -> bytes:
        """CSV (UTF-8 with BOM, CRLF). Leaves an audit row."""
        rows, total = self.log(wanted, 0, limit)
        with self._db.begin() as conn:
            AuditLog(self._clock).append(conn, who, "usage.export", "search_log", {"rows": len(rows), "of": total})
        lines = ([_shown(getattr(row, name)) for name in _EXPORT_COLUMNS] for row in rows)
        return spreadsheet(_EXPORT_COLUMNS.values(), lines, quoted=True)


def _conditions(wanted: LogFilter) -> list[Any]:
    columns = search_log.c
    found: list[Any] = []
    if wanted.period is not None:
        found.append(columns.day.between(wanted.period.first, wanted.period.last))
    if wanted.channel:
        found.append(columns.channel == wanted.channel)
    if wanted.action:
        found.append(columns.action == wanted.action)
    if wanted.zero_hit_only:
        found.append(columns.zero_hit)
    if wanted.text:
        found.append(columns.text.contains(wanted.text, autoescape=True))
    return found


def _log_rows(conn: Connection, rows: Sequence[Row[Any]]) -> list[LogRow]:
    verdicts: dict[str, list[Row[Any]]] = {}
    ids = [row.log_id for row in rows]
    for start in range(0, len(ids), 500):
        judged = select(feedback).where(feedback.c.log_id.in_(ids[start : start + 500])).order_by(feedback.c.at)
        for row in conn.execute(judged):
            verdicts.setdefault(row.log_id, []).append(row)
    return [_log_row(row, verdicts.get(row.log_id, [])) for row in rows]


def _log_row(row: Row[Any], judged: Sequence[Row[Any]]) -> LogRow:
    used = [one.faq_id for one in judged if one.verdict == "used" and one.faq_id]
    return LogRow(
        log_id=row.log_id,
        at=row.at,
        kind=row.kind,
        channel=row.channel,
        role=row.role,
        lang=row.lang,
        text=RedactedText(row.text),
        hits=tuple(row.hits.split("｜")) if row.hits else (),
        hit_count=row.hit_count,
        zero_hit=row.zero_hit,
        chosen=used[-1] if used else row.chosen,
        action=row.action,
        reason=row.reason,
        confidence=row.confidence,
        category=row.category,
        took_ms=row.took_ms,
        verdicts=tuple(one.verdict for one in judged),
    )


def _shown(value: object) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, tuple):
        return "｜".join(value)
    if isinstance(value, datetime):
        return stamp(value)
    return str(value)
