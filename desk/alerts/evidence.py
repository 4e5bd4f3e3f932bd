"""Everything known of one call in one Word file (証拠のまとめ): for a decision about unreasonable demands, or the police."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.alerts.model import STEP_LABELS, Alert, Step
from desk.alerts.service import Alerts
from desk.assist import transcripts
from desk.assist.model import Segment
from desk.complaints.model import SEVERITY_LABELS, STATE_LABELS, Complaint
from desk.complaints.service import ComplaintService
from desk.events.log import events_of_call
from desk.events.model import Event, EventType
from desk.records.model import OUTCOME_LABELS, STATUS_LABELS, InteractionRecord
from desk.records.service import RecordService
from knowledge.clock import JST, stamp
from knowledge.errors import NotFound
from knowledge.faq.docx import Block, Heading, Paragraph, Rows, write_docx
from knowledge.ports import Clock
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database

_SPEAKERS: Mapping[str, str] = {"citizen": "市民", "operator": "オペレーター", "bot": "自動音声"}
_EVENTS: Mapping[EventType, str] = {
    "call_offered": "着信",
    "answered": "オペレーターが応答",
    "hold_start": "保留を始めた",
    "hold_end": "保留を終えた",
    "hand_raised": "オペレーターが手を挙げた",
    "hand_lowered": "オペレーターが手を下ろした",
    "whispered": "責任者がメモを送った",
    "transferred": "取り次いだ",
    "ended": "通話の終わり",
    "abandoned": "応答の前に切れた",
}
_PREFACE = (
    "この文書は、保存されている記録から作ったものです。氏名・電話番号・個人番号などは、保存の前に伏せ字にしているため、元の言葉は残っていません。"
    "音声の録音は、この製品ではなく電話交換機にあります。"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the file is made of."""

    record: InteractionRecord
    said: Sequence[Segment]
    alerts: Sequence[tuple[Alert, Sequence[Step]]]
    events: Sequence[Event]
    complaint: Complaint | None


class EvidenceFiles:
    """Whoever makes one is written down."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        records: RecordService,
        complaints: ComplaintService,
        alerts: Alerts,
        city: str,
    ) -> None:
        self._db = db
        self._clock = clock
        self._records = records
        self._complaints = complaints
        self._alerts = alerts
        self._city = city
        self._audit = AuditLog(clock)

    def make(self, record_id: str, who: str) -> bytes:
        """Raises NotFound."""
        found = self.gather(record_id)
        with self._db.begin() as conn:
            told = {"alerts": len(found.alerts), "said": len(found.said)}
            self._audit.append(conn, who, "evidence.export", record_id, told)
        return evidence_docx(self._city, found, who, self._clock.now())

    def gather(self, record_id: str) -> Evidence:
        """Raises NotFound."""
        record = self._records.get(record_id)
        with self._db.read() as conn:
            said = transcripts.of_call(conn, record.call_id)
            events = events_of_call(conn, record.call_id)
        try:
            complaint = self._complaints.get(record_id)
        except NotFound:
            complaint = None
        return Evidence(record, said, self._alerts.of_call(record.call_id), events, complaint)


def evidence_docx(city: str, found: Evidence, who: str, now: datetime) -> bytes:
    record = found.record
    title = f"{city}　応対の記録のまとめ　{record.record_id}"
    blocks: list[Block] = [Heading(0, title), Paragraph(_PREFACE, small=True)]
    blocks += [Paragraph(f"作成：{who}　{stamp(now)}", small=True), Heading(1, "1　応対記録"), _facts(record)]
    blocks += [Heading(1, "2　文字起こし（伏せ字）"), *_transcript(found)]
    blocks += [Heading(1, "3　責任者への知らせ"), *_alerts(found)]
    blocks += [Heading(1, "4　責任者とオペレーターがしたこと"), _course(found)]
    if found.complaint is not None:
        blocks += [Heading(1, "5　苦情の記録"), _complaint(found.complaint)]
    return write_docx(title, blocks)


def _facts(record: InteractionRecord) -> Rows:
    content = record.content
    facts = (
        ("受付番号", record.record_id),
        ("通話番号", record.call_id),
        ("受付日時", stamp(record.received_at)),
        ("応対者", record.operator or "―"),
        ("状況", STATUS_LABELS[record.status]),
        ("分類", content.category or "―"),
        ("用件", content.inquiry or "（未記入）"),
        ("回答", content.answer or "（未記入）"),
        ("対応", content.action or "―"),
        ("残っていること", content.remaining or "―"),
        ("対応の結果", OUTCOME_LABELS.get(content.outcome, "―")),
        ("取次ぎ先", content.transfer_to or "―"),
    )
    return Rows(("項目", "内容"), facts)


def _transcript(found: Evidence) -> list[Block]:
    if not found.said:
        return [Paragraph("文字起こしはありません。")]
    marked: dict[int | None, list[str]] = {}
    for alert, _ in found.alerts:
        marked.setdefault(alert.place, []).append(alert.rule)
    rows = tuple(
        (
            str(place + 1),
            _said_at(one, found.record.received_at),
            _SPEAKERS[one.speaker],
            one.text,
            "、".join(marked.get(place, ())),
        )
        for place, one in enumerate(found.said)
    )
    return [Rows(("番号", "時刻", "話した人", "言葉", "知らせ"), rows)]


def _alerts(found: Evidence) -> list[Block]:
    if not found.alerts:
        return [Paragraph("知らせはありません。")]
    rows = tuple(
        (_clock(one.at), one.rule, _why(one), "\n".join(_step(step) for step in steps) or "（まだ確認していません）")
        for one, steps in found.alerts
    )
    return [Rows(("時刻", "規則", "根拠", "責任者がしたこと"), rows)]


def _course(found: Evidence) -> Rows:
    """The call from its events, and every step of a supervisor, in one order."""
    told = [(one.at, _event(one), one.text("operator")) for one in found.events if one.type in _EVENTS]
    done = [
        (step.at, f"知らせ「{alert.rule}」を{_step_text(step)}", step.who)
        for alert, steps in found.alerts
        for step in steps
    ]
    rows = tuple((_clock(at), text, by) for at, text, by in sorted(told + done, key=lambda one: one[0]))
    return Rows(("時刻", "したこと", "だれが"), rows)


def _complaint(complaint: Complaint) -> Rows:
    content = complaint.content
    reported = f"{complaint.reported_to}　{stamp(complaint.reported_at)}" if complaint.reported_at else "まだ"
    facts = (
        ("重大度", SEVERITY_LABELS[content.severity]),
        ("対応状況", STATE_LABELS[complaint.state]),
        ("申出の内容", content.statement),
        ("経緯", content.background or "―"),
        ("対応", content.response or "―"),
        ("結果", content.result or "―"),
        ("市への報告", reported),
    )
    return Rows(("項目", "内容"), facts)


def _why(alert: Alert) -> str:
    return alert.measured if alert.place is None else f"文字起こしの{alert.place + 1}番"


def _step(step: Step) -> str:
    return f"{_clock(step.at)} {step.who}：{STEP_LABELS[step.kind]}{f'（{step.note}）' if step.note else ''}"


def _step_text(step: Step) -> str:
    return {"acknowledged": "確認した", "snoozed": "あとで見ることにした"}.get(
        step.kind, f"「{STEP_LABELS[step.kind]}」とした"
    ) + (f"（{step.note}）" if step.note else "")


def _event(event: Event) -> str:
    to = event.text("to")
    return f"{_EVENTS[event.type]}{f'（{to}）' if to else ''}"


def _said_at(one: Segment, start: datetime) -> str:
    """When it reached us; for older records, what the recogniser said of the time in the call."""
    return _clock(one.at or start + timedelta(milliseconds=one.start_ms))


def _clock(at: datetime) -> str:
    return at.astimezone(JST).strftime("%H:%M:%S")
