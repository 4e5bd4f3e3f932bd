"""What arrived from the exchange and what did not get into the log: figures are only as complete as what arrived."""

from collections.abc import Sequence

from sqlalchemy import Connection

from desk.events.notes import REASON_LABELS, REFUSALS, Noted, notes_between
from desk.reports.model import Cell, Table
from knowledge.faq.periods import Period

_TREATMENTS = ("数えなかった", "直して数えた", "二度は数えなかった")
_NOTES = (
    "電話交換機などから、この期間に受け取った記録のうち、そのまま数えられなかったものです。1通話はいくつもの記録からなります。",
    "「数えなかった」記録があると、件数が実際より少ないことがあります。送る側の設定を確かめて、直したものを送り直してください。",
    "保存期間を過ぎて消した分は、この表に出ません。件数や割合は変わりません。",
)


def reception(conn: Connection, period: Period) -> list[Noted]:
    """By the day of receipt."""
    return notes_between(conn, period.begins_at, period.ends_at)


def reception_table(noted: Sequence[Noted], calls_put_right: int) -> Table:
    """`calls_put_right`: calls whose events are out of order or incomplete, counted once all the same."""
    ordered = sorted(noted, key=lambda one: (_treatment(one), -one.number, one.reason, one.field))
    rows: list[tuple[Cell, ...]] = [
        (_TREATMENTS[_treatment(one)], REASON_LABELS.get(one.reason, one.reason), one.field, one.number)
        for one in ordered
    ]
    put_right = (
        f"順番や時刻に食い違いがあり、補って数えた通話は{calls_put_right:,}件です（どれも1回だけ数えています）。"
    )
    header = ("扱い", "理由", "項目", "記録の数")
    return Table("受け取った記録の不備", header, tuple(rows), (*_NOTES, put_right), live=True)


def _treatment(one: Noted) -> int:
    if one.reason in REFUSALS or one.reason == "id_conflict":
        return 0
    return 2 if one.reason == "duplicate" else 1
