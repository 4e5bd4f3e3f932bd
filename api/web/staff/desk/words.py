"""How the desk's values are called on its pages."""

from collections.abc import Mapping

from desk.callbacks.service import TicketStatus
from desk.complaints.model import CAUSE_LABELS, SEVERITY_LABELS, STATE_LABELS
from desk.kpi.call import SAMPLE_LINE
from desk.kpi.topics import BOOKING_LABELS
from desk.records.export import PURPOSES
from desk.records.model import CALLERS, OUTCOME_LABELS, STATUS_LABELS
from desk.reports.tables import CHANNEL_NAMES

__all__ = [
    "BOOKING_LABELS",
    "CALLERS",
    "CAUSE_LABELS",
    "CHANNEL_NAMES",
    "OUTCOME_LABELS",
    "PURPOSES",
    "SAMPLE_LINE",
    "SEVERITY_LABELS",
    "STATE_LABELS",
    "STATUS_LABELS",
]

DIRECTION_LABELS: Mapping[str, str] = {"inbound": "外線（受信）", "outbound": "外線（発信）", "internal": "内線"}
KIND_LABELS: Mapping[str, str] = {"inquiry": "問い合わせ", "complaint": "苦情", "outbound": "発信"}
RESULT_LABELS: Mapping[str, str] = {
    "": "",
    "done": "つながった",
    "absent": "不在",
    "callback": "折り返しを約束",
    "refused": "受けられなかった",
}
FAQ_LABELS: Mapping[str, str] = {
    "faq_suggested": "候補に表示",
    "faq_viewed": "開いた",
    "faq_used": "回答に使った",
    "faq_unused": "使用の取消し",
    "faq_wrong": "違うと判定",
}
TICKET_LABELS: Mapping[TicketStatus, str] = {"open": "未対応", "done": "完了", "cancelled": "取りやめ"}
DISPOSITION_LABELS: Mapping[str, str] = {
    "answered": "応答",
    "bot_completed": "自動応答で完結",
    "overflowed": "あふれ",
    "abandoned": "放棄",
    "out_of_hours": "時間外",
    "open": "結果待ち",
}
STATE_NOW_LABELS: Mapping[str, str] = {
    "ready": "待機",
    "talking": "通話",
    "hold": "保留",
    "after_call": "後処理",
    "away": "離席",
    "offline": "退席",
}
NOTICE_LABELS: Mapping[str, str] = {
    "complaint.received": "苦情の受付",
    "incident.opened": "事故・障害の発生",
    "answer_rate.warning": "応答率の低下のおそれ",
    "answer_rate.alert": "応答率の未達",
}
FIELD_LABELS: Mapping[str, str] = {
    "caller": "相手",
    "category": "分類",
    "inquiry": "用件",
    "answer": "回答",
    "action": "対応",
    "remaining": "残っていること",
    "transfer_to": "転送先",
    "transfer_result": "転送の結果",
    "outcome": "対応の結果",
    "answered_in_center": "センターで回答",
    "completed": "用件の完了",
    "booking": "予約",
    "read_back": "予約で伝えたこと",
    "status": "状況",
    "owner": "担当者",
    "due_at": "期限",
    "kind": "種類",
    "tag": "タグ",
    "deleted": "削除",
    "complaint_state": "苦情の対応状況",
}


def value_text(field: str, value: str) -> str:
    """An old or new value of the history in words."""
    by_field: dict[str, Mapping[str, str]] = {
        "status": {str(key): text for key, text in STATUS_LABELS.items()},
        "outcome": OUTCOME_LABELS,
        "kind": KIND_LABELS,
        "booking": BOOKING_LABELS,
        "transfer_result": RESULT_LABELS,
        "complaint_state": {str(key): text for key, text in STATE_LABELS.items()},
        "answered_in_center": {"True": "はい", "False": "いいえ"},
        "completed": {"True": "はい", "False": "いいえ"},
        "deleted": {"1": "削除した", "": "―"},
    }
    return by_field.get(field, {}).get(value, value) or "（空欄）"
