"""Bodies of the desk's routes. Free text is redacted on the way in; nothing of a request is echoed unredacted."""

from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import AwareDatetime, Field

from api.routes.fields import Body, FaqId, Revision
from desk.alerts.model import StepKind
from desk.complaints.model import ComplaintContent, RootCause, Severity, State
from desk.kpi.narrow import Narrow
from desk.records.model import RecordContent, Status
from desk.records.service import MAX_TEXT_CHARS, Step
from knowledge.ports import Redactor

Text = Annotated[str, Field(max_length=MAX_TEXT_CHARS)]
Short = Annotated[str, Field(max_length=200)]
Name = Annotated[str, Field(max_length=128)]
ItemIds = Annotated[list[Annotated[str, Field(max_length=16)]], Field(max_length=50)]
Reason = Annotated[str, Field(min_length=1, max_length=500)]


def _cell(
    hour: Annotated[int | None, Query(ge=0, le=23)] = None,
    weekday: Annotated[int | None, Query(ge=0, le=6, description="月曜が0")] = None,
    category: Annotated[str, Query(max_length=200)] = "",
    group: Annotated[str, Query(max_length=200)] = "",
    faq: Annotated[str, Query(max_length=64)] = "",
    channel: Annotated[str, Query(max_length=16)] = "",
    lang: Annotated[str, Query(max_length=8)] = "",
    operator: Annotated[str, Query(max_length=128)] = "",
) -> Narrow:
    return Narrow(hour, weekday, category, group, faq, channel, lang, operator)


CellOf = Annotated[Narrow, Depends(_cell)]
"""The cell of a report's table that narrows the calls behind a figure."""


class ContentBody(Body):
    """応対の内容。相手は区分だけを選び、名前や番号は書きません。"""

    caller: Short = ""
    category: Short = ""
    inquiry: Text = ""
    answer: Text = ""
    action: Text = ""
    remaining: Text = ""
    transfer_to: Short = ""
    transfer_result: Short = ""
    outcome: Short = ""
    answered_in_center: bool = False
    completed: bool = False
    booking: Short = ""

    def content(self, redactor: Redactor) -> RecordContent:
        redact = redactor.redact
        texts: dict[str, Any] = {
            name: redact(getattr(self, name)).text
            for name in ("inquiry", "answer", "action", "remaining", "transfer_to")
        }
        return RecordContent(
            caller=self.caller,
            category=self.category,
            transfer_result=self.transfer_result,
            outcome=self.outcome,
            answered_in_center=self.answered_in_center,
            completed=self.completed,
            booking=self.booking,
            **texts,
        )


class NewRecord(Body):
    content: ContentBody
    channel: Literal["phone", "web", "mail", "fax", "counter"] = "counter"
    direction: Literal["inbound", "outbound", "internal"] = "inbound"


class SaveRecord(Body):
    """`status` があるときは、保存と同時にその状況へ進めます。予約の新規・変更を完了するときは、伝えた項目の番号
    （`GET /v1/assist/booking/read-back` の `item_id`）を `told` にすべて入れます。"""

    content: ContentBody
    revision: Revision
    status: Status | None = None
    owner: Name = ""
    due_at: AwareDatetime | None = None
    told: ItemIds = []

    def step(self) -> Step | None:
        return None if self.status is None else Step(self.status, self.owner, self.due_at, frozenset(self.told))


class Reasoned(Body):
    revision: Revision
    reason: Reason


class Assignment(Body):
    revision: Revision
    owner: Name
    due_at: AwareDatetime | None = None


class Reclassification(Reasoned):
    category: Annotated[str, Field(min_length=1, max_length=200)]


class TagBody(Body):
    tag: Annotated[str, Field(min_length=1, max_length=30)]
    present: bool = True


class FaqMark(Body):
    faq_id: FaqId
    version: Revision = 0
    kind: Literal["faq_viewed", "faq_used", "faq_unused", "faq_wrong"]


class SearchBody(Body):
    """条件は RecordFilter の項目です。any_of に並べた条件はどれか一つに当たればよいものとします。"""

    wanted: dict[str, Any] = Field(default_factory=dict, max_length=20)
    offset: int = Field(default=0, ge=0, le=1_000_000)
    limit: int = Field(default=50, ge=1, le=200)


class SavedBody(Body):
    name: Annotated[str, Field(min_length=1, max_length=100)]
    wanted: dict[str, Any] = Field(max_length=20)
    shared: bool = False


class ComplaintBody(Body):
    severity: Severity
    statement: Text
    intent: Text = ""
    background: Text = ""
    response: Text = ""
    result: Text = ""
    manual_version: Annotated[str, Field(max_length=64)] = ""
    root_cause: RootCause = ""
    linked_faq: Annotated[str, Field(max_length=64)] = ""
    affected: Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=1_000)] = []

    def content(self, redactor: Redactor) -> ComplaintContent:
        redact = redactor.redact
        return ComplaintContent(
            severity=self.severity,
            statement=redact(self.statement).text,
            intent=redact(self.intent).text,
            background=redact(self.background).text,
            response=redact(self.response).text,
            result=redact(self.result).text,
            manual_version=self.manual_version,
            root_cause=self.root_cause,
            linked_faq=redact(self.linked_faq).text,
            affected=tuple(self.affected),
        )


class ComplaintSave(Body):
    content: ComplaintBody
    revision: Revision
    state: State | None = None


class ReportedTo(Body):
    to: Annotated[str, Field(min_length=1, max_length=200)]


class CallbackBody(Body):
    """名前と電話番号は専用の保管場所だけに置き、終わると消します。"""

    record_id: Annotated[str, Field(max_length=32)]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    phone: Annotated[str, Field(min_length=1, max_length=20)]
    content: Annotated[str, Field(max_length=2_000)] = ""
    department: Short = ""
    due_at: AwareDatetime


class WebhookBody(Body):
    url: Annotated[str, Field(max_length=500)]
    kinds: Annotated[list[str], Field(min_length=1, max_length=20)]


class SessionBody(Body):
    call_id: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9._:@-]*$")] = ""


class HeardBody(Body):
    """確定した発話だけを保存します（final=false は無視します）。"""

    speaker: Literal["citizen", "operator"]
    text: Annotated[str, Field(max_length=2_000)]
    start_ms: int = Field(default=0, ge=0, le=2**31 - 1)
    end_ms: int = Field(default=0, ge=0, le=2**31 - 1)
    confidence: float | None = Field(default=None, ge=0, le=1)
    final: bool = True


class TranscriptBody(Body):
    """通話一件の発話。古い順に並べます。"""

    segments: Annotated[list[HeardBody], Field(max_length=5_000)]


class TransferBody(Body):
    target: Literal["supervisor", "department", "line", "other"] = "department"
    to: Annotated[str, Field(min_length=1, max_length=100)]
    result: Literal["done", "absent", "callback", "refused"]


class HandBody(Body):
    up: bool


class WhisperBody(Body):
    text: Annotated[str, Field(min_length=1, max_length=300)]


class AlertStepBody(Body):
    """確認した・あとで・正しい・誤り・対応済み。"""

    step: StepKind
    note: Annotated[str, Field(max_length=500)] = ""


class AssistMark(Body):
    faq_id: FaqId
    kind: Literal["faq_viewed", "faq_used", "faq_unused", "faq_wrong"]


class Pin(Body):
    faq_id: FaqId


class Ticks(Body):
    ticked: ItemIds
