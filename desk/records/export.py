"""All records of a period as CSV: one row for each call, no sampling, stable column ids, contacts masked."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from desk.callbacks.vault import Contact
from desk.events.shapes import BOOKINGS
from desk.kpi.call import Call
from desk.kpi.topics import BOOKING_LABELS
from desk.records.model import OUTCOME_LABELS, STATUS_LABELS, InteractionRecord
from knowledge.clock import stamp
from knowledge.faq.cp932 import image
from knowledge.faq.csv_guard import guarded

Encoding = Literal["utf-8-bom", "utf-8", "cp932"]
MASK = "＊＊＊"
PURPOSES: Mapping[str, str] = {
    "callback": "折り返しのため",
    "city_request": "市からの依頼",
    "audit": "監査",
    "incident": "事故の調査",
}


@dataclass(frozen=True, slots=True)
class ExportRow:
    """What stands in one line. `contact` only for those who may see it."""

    record: InteractionRecord
    call: Call | None = None
    contact: Contact | None = None
    has_contact: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    column_id: str
    label: str
    of: Callable[[ExportRow], str]
    personal: bool = field(default=False)


def columns() -> Sequence[Column]:
    """Stable: new columns come at the end."""
    return _COLUMNS


def export_csv(
    rows: Iterable[ExportRow], header: Literal["id", "label"] = "label", encoding: Encoding = "utf-8-bom"
) -> bytes:
    """Formulas are defused; characters that CP932 lacks are replaced as the FAQ export does."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.label if header == "label" else column.column_id for column in _COLUMNS])
    for row in rows:
        writer.writerow([guarded(column.of(row)) for column in _COLUMNS])
    text = out.getvalue()
    if encoding == "cp932":
        return image(text).encode("cp932")
    return text.encode("utf-8-sig" if encoding == "utf-8-bom" else "utf-8")


def _secs(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def _yes(value: bool) -> str:
    return "1" if value else "0"


def _call(get: Callable[[Call], str]) -> Callable[[ExportRow], str]:
    return lambda row: get(row.call) if row.call else ""


def _contact(get: Callable[[Contact], str]) -> Callable[[ExportRow], str]:
    return lambda row: get(row.contact) if row.contact else (MASK if row.has_contact else "")


_DISPOSITION = {
    "answered": "応答",
    "bot_completed": "自動応答で完結",
    "overflowed": "あふれ",
    "abandoned": "放棄",
    "out_of_hours": "時間外",
    "open": "通話中・結果待ち",
}
_BOOKING = {"": "", **{kind: BOOKING_LABELS[kind] for kind in BOOKINGS}}

_COLUMNS: tuple[Column, ...] = (
    Column("record_id", "記録番号", lambda r: r.record.record_id),
    Column("call_id", "通話番号", lambda r: r.record.call_id),
    Column("received_at", "受付日時", lambda r: stamp(r.record.received_at)),
    Column("ended_at", "終了日時", _call(lambda c: stamp(c.ended_at))),
    Column("channel", "経路", lambda r: r.record.channel),
    Column("direction", "方向", lambda r: r.record.direction),
    Column("line", "回線", lambda r: r.record.line),
    Column("lang", "言語", lambda r: r.record.lang),
    Column("disposition", "着信の結果", _call(lambda c: _DISPOSITION[c.disposition])),
    Column("operator", "応対者", lambda r: r.record.operator),
    Column("owner", "担当者", lambda r: r.record.owner),
    Column("status", "状況", lambda r: STATUS_LABELS[r.record.status]),
    Column("due_at", "期限", lambda r: stamp(r.record.due_at)),
    Column("kind", "記録の種類", lambda r: r.record.kind),
    Column("caller", "相手", lambda r: r.record.content.caller),
    Column("category", "分類", lambda r: r.record.content.category),
    Column("inquiry", "用件", lambda r: r.record.content.inquiry),
    Column("answer", "回答", lambda r: r.record.content.answer),
    Column("action", "対応", lambda r: r.record.content.action),
    Column("remaining", "残件", lambda r: r.record.content.remaining),
    Column("faq_ids", "参照FAQ", _call(lambda c: "｜".join(faq_id for faq_id, _ in c.faqs_used))),
    Column("transfer_to", "転送先", lambda r: r.record.content.transfer_to),
    Column("transfer_result", "転送の結果", lambda r: r.record.content.transfer_result),
    Column("outcome", "対応の結果", lambda r: OUTCOME_LABELS.get(r.record.content.outcome, "")),
    Column("answered_in_center", "センターで回答", lambda r: _yes(r.record.content.answered_in_center)),
    Column("completed", "完了", lambda r: _yes(r.record.content.completed)),
    Column("booking", "予約", lambda r: _BOOKING.get(r.record.content.booking, "")),
    Column("tags", "タグ", lambda r: "｜".join(tag.name for tag in r.record.tags)),
    Column("wait_secs", "待ち秒", _call(lambda c: _secs(c.times.wait_secs))),
    Column("talk_secs", "通話秒", _call(lambda c: _secs(c.times.talk_secs))),
    Column("hold_secs", "保留秒", _call(lambda c: _secs(c.times.hold_secs))),
    Column("acw_secs", "後処理秒", _call(lambda c: _secs(c.times.acw_secs))),
    Column("from_other_line", "他回線から", lambda r: _yes(r.record.from_other_line)),
    Column("callback_name", "折り返し先の名前", _contact(lambda c: c.name), personal=True),
    Column("callback_phone", "折り返し先の電話", _contact(lambda c: c.phone), personal=True),
)
