"""対応品質 of a period (SPT-04): how many calls were marked, their mean score, how many a supervisor looked at and corrected."""

from sqlalchemy import Connection

from desk.kpi.compare import Rate
from desk.kpi.figure import wilson
from desk.quality.counting import figures_of
from desk.quality.figures import QualityFigures
from desk.quality.rows import SheetFilter
from desk.reports.model import Cell, Table, span_text
from knowledge.faq.periods import Period

_NOTES = (
    "得点＝満たした項目の重み ÷ 対象になった項目の重み（％）。責任者が直したものは、直したあと。平均は、得点のある応対の平均です。",
    "直した割合＝責任者が1項目でも自動の採点と違う印を付けた応対 ÷ 責任者が確認した応対。",
    "文字起こしのある日本語の応対だけを、規則で自動で採点しています。声の調子は見ていません。人事評価の根拠を、この得点だけにしないでください。",
)


def call_quality_figures(conn: Connection, period: Period) -> QualityFigures:
    """Of the calls received in the period, from the query behind the page 対応品質."""
    return figures_of(conn, SheetFilter(period.begins_at, period.ends_at))


def call_quality_table(now: QualityFigures, before: QualityFigures) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = (
        ("採点した応対", now.calls, "件", now.calls, before.calls, ""),
        ("得点の平均", now.mean_points, "点", now.scored, before.mean_points, ""),
        ("責任者が確認した割合", *_share(now.reviewed, before.reviewed)),
        ("うち直した割合", *_share(now.corrected, before.corrected)),
    )
    header = ("指標", "値", "単位", "n", "前の期間", "95％信頼区間")
    return Table("対応品質", header, rows, _NOTES, live=True)


def _share(now: Rate, before: Rate) -> tuple[Cell, ...]:
    return now.percent, "％", now.n, before.percent, span_text(wilson(now.hits, now.n) if now.n else None)
