"""Alerts as CSV, without what was said: who looks into one opens its record."""

from collections.abc import Sequence

from desk.alerts.model import OUTCOME_LABELS, Alert
from knowledge.clock import stamp
from knowledge.faq.csv_guard import spreadsheet

_HEADER = (
    "起きた時刻", "知らせた時刻", "規則", "測った値", "オペレーター", "受付番号", "通話番号",
    "確認した時刻", "確認した人", "結果", "結果の時刻", "結果を記録した人",
)  # fmt: skip


def alerts_csv(alerts: Sequence[Alert]) -> bytes:
    """UTF-8 with BOM, so that Excel opens it; formulas are defused."""
    lines = (
        (
            stamp(one.at), stamp(one.raised_at), one.rule, one.measured, one.operator, one.record_id, one.call_id,
            stamp(one.acknowledged_at), one.acknowledged_by, OUTCOME_LABELS.get(one.outcome, ""),
            stamp(one.settled_at), one.settled_by,
        )
        for one in alerts
    )  # fmt: skip
    return spreadsheet(_HEADER, lines)
