"""The interaction record (応対記録, S0 §15①ア): what was asked, what was answered, what remains, who did it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from knowledge.privacy.redacted import RedactedText

Status = Literal["open", "after_call", "waiting_city", "callback", "done", "no_contact"]
RecordKind = Literal["inquiry", "complaint", "outbound"]
STATUS_LABELS: Mapping[Status, str] = MappingProxyType(
    {
        "open": "対応中",
        "after_call": "記録待ち",
        "waiting_city": "所管課へ確認中",
        "callback": "折り返し待ち",
        "done": "完了",
        "no_contact": "応対なし",
    }
)
OUTCOME_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "": "",
        "answered": "センターで回答",
        "booked": "予約を受付",
        "referred": "案内先を紹介",
        "transferred": "所管課へ転送",
        "callback": "折り返し",
        "escalated": "責任者へ引継ぎ",
        "wrong_number": "間違い電話",
        "silent": "無言",
        "no_contact": "応対なし",
    }
)
CALLERS = ("", "本人", "代理人", "家族", "法定代理人", "事業者", "施設", "その他")
_NOTHING = RedactedText("")


@dataclass(frozen=True, slots=True)
class RecordContent:
    """What a person writes. Free text is redacted; 相手 is a class of person, never a name."""

    caller: str = ""
    category: str = ""
    inquiry: RedactedText = _NOTHING
    answer: RedactedText = _NOTHING
    action: RedactedText = _NOTHING
    remaining: RedactedText = _NOTHING
    transfer_to: RedactedText = _NOTHING
    transfer_result: str = ""
    outcome: str = ""
    answered_in_center: bool = False
    completed: bool = False
    booking: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """`source` is auto or manual; confidence of a manual tag is 1."""

    name: str
    confidence: float
    source: Literal["auto", "manual"]


@dataclass(frozen=True, slots=True)
class InteractionRecord:
    """One record; there is exactly one for each call, also for one that was given up. `revision` guards edits."""

    record_id: str
    call_id: str
    kind: RecordKind
    received_at: datetime
    channel: str
    direction: str
    line: str
    lang: str
    from_other_line: bool
    operator: str
    owner: str
    status: Status
    due_at: datetime | None
    content: RecordContent
    edit_distance: float | None
    revision: int
    created_at: datetime
    updated_at: datetime
    updated_by: str
    closed_at: datetime | None
    deleted_at: datetime | None
    tags: tuple[Tag, ...] = ()

    def overdue(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at < now and self.status not in ("done", "no_contact")


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change of one field, for good."""

    seq: int
    at: datetime
    who: str
    field: str
    old: RedactedText
    new: RedactedText
    reason: RedactedText


@dataclass(frozen=True, slots=True)
class FaqReference:
    """An FAQ that was shown, opened or used during the call (参照ログ)."""

    faq_id: str
    version: int
    kind: str
    at: datetime
    operator: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    items: tuple[InteractionRecord, ...]
    total: int
