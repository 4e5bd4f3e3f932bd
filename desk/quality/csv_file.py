"""Evaluation sheets as CSV, one line an item, without what was said."""

from collections.abc import Sequence

from desk.quality.figures import ItemFigures, QualityFigures
from desk.quality.model import MARK_LABELS, ScoredCall
from knowledge.clock import stamp
from knowledge.faq.csv_guard import spreadsheet

_SHEET_HEADER = (
    "受付番号", "受付日時", "オペレーター", "得点（直したあと）", "得点（自動）", "項目", "重み", "自動の採点", "責任者の採点", "根拠の発話",
    "測った値", "理由", "採点した時刻", "評価表の版", "確認した時刻", "確認した人",
)  # fmt: skip
_AGREEMENT_HEADER = (
    "項目",
    "対象",
    "満たさない",
    "満たさない（％）",
    "責任者の採点",
    "一致",
    "一致（％）",
    "95％信頼区間",
    "κ",
)


def sheets_csv(calls: Sequence[ScoredCall]) -> bytes:
    """UTF-8 with BOM, so that Excel opens it; formulas are defused."""
    lines = (
        (
            call.record_id, stamp(call.received_at), call.operator, call.points, call.machine_points, one.title,
            one.weight, MARK_LABELS[one.machine], MARK_LABELS[one.person] if one.person else "",
            None if one.place is None else one.place + 1, one.detail, one.reason, stamp(call.scored_at), call.version,
            stamp(call.reviewed_at), call.reviewed_by,
        )
        for call in calls
        for one in call.marks
    )  # fmt: skip
    return spreadsheet(_SHEET_HEADER, lines)


def agreement_csv(found: QualityFigures) -> bytes:
    """One line an item, then all items."""
    return spreadsheet(_AGREEMENT_HEADER, map(_agreement, (*found.items, found.overall)))


def _agreement(one: ItemFigures) -> tuple[object, ...]:
    rates = (one.judged, one.agreed, one.agreed_percent, one.interval, one.kappa)
    return (one.title, one.applied, one.missed, one.missed_percent, *rates)
