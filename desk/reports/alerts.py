"""Alerts to supervisors by rule: how many, how many were right of those that were judged, how soon somebody looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import Connection, Row, select

from desk.kpi.compare import Rate
from desk.kpi.figure import wilson
from desk.reports.model import Cell, Table, span_text
from knowledge.faq.periods import Period
from knowledge.store.desk_tables import desk_alerts

_RIGHT = ("correct", "handled")
_NOTES = (
    "正しさ＝「正しい」または「対応済み」とした件数 ÷ 結果を記録した件数。結果のない知らせは含みません。",
    "確認まで＝知らせてから、だれかが「確認した」または結果を記録するまでの秒数の中央値。",
)


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """Of one rule; `precision` is over the alerts a supervisor has judged."""

    rule: str
    raised: int
    precision: Rate
    seen_secs: float | None
    """Median from the alert to the first person who looked."""

    @property
    def interval(self) -> str:
        """95 %, in percent."""
        return span_text(wilson(self.precision.hits, self.precision.n) if self.precision.n else None)


def alert_figures(conn: Connection, period: Period) -> list[RuleFigures]:
    """By rule, the most frequent first."""
    columns = desk_alerts.c
    wanted = select(columns.rule, columns.outcome, columns.raised_at, columns.acknowledged_at).where(
        columns.raised_at >= period.begins_at, columns.raised_at < period.ends_at
    )
    rows: list[Row[Any]] = list(conn.execute(wanted))
    made = [_figures(rule, [row for row in rows if row.rule == rule]) for rule in {row.rule for row in rows}]
    return sorted(made, key=lambda one: (-one.raised, one.rule))


def alert_table(figures: Sequence[RuleFigures]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (one.rule, one.raised, one.precision.n, one.precision.hits, one.precision.percent, one.interval, one.seen_secs)
        for one in figures
    ]
    header = ("規則", "件数", "結果を記録", "うち正しい", "正しさ（％）", "95％信頼区間", "確認まで（秒）")
    return Table("責任者への知らせ", header, tuple(rows), _NOTES, live=True)


def _figures(rule: str, rows: Sequence[Row[Any]]) -> RuleFigures:
    judged = [row.outcome for row in rows if row.outcome]
    waits = [(row.acknowledged_at - row.raised_at).total_seconds() for row in rows if row.acknowledged_at]
    return RuleFigures(
        rule,
        len(rows),
        Rate(sum(one in _RIGHT for one in judged), len(judged)),
        round(median(waits), 1) if waits else None,
    )
