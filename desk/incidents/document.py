"""An incident as a Word document to hand to the city."""

from collections.abc import Sequence
from datetime import datetime

from desk.incidents.model import HEADINGS, KIND_LABELS, STATE_LABELS, Affected, Incident, Note
from knowledge.clock import minute_stamp
from knowledge.faq.docx import Block, Heading, Paragraph, Rows, write_docx


def incident_docx(city: str, incident: Incident, notes: Sequence[Note], affected: Sequence[str]) -> bytes:
    """The same record gives the same bytes."""
    content = incident.content
    facts = (
        ("番号", incident.incident_id),
        ("件名", content.title),
        ("種類", KIND_LABELS[content.kind]),
        ("発見した日時", _stamp(content.found_at)),
        ("記録した人・日時", f"{incident.opened_by}　{_stamp(incident.opened_at)}"),
        ("市への報告", f"{incident.reported_to}　{_stamp(incident.reported_at)}" if incident.reported_at else "未報告"),
        ("状態", STATE_LABELS[incident.state]),
    )
    blocks: list[Block] = [Heading(0, f"{city}　事故・障害の報告書"), Rows(("項目", "内容"), facts)]
    for number, (name, label) in enumerate(HEADINGS.items(), start=1):
        blocks.append(Heading(1, f"{number}　{label}"))
        blocks += [Paragraph(line) for line in (getattr(content, name) or "（未記入）").split("\n")]
        if name == "course":
            blocks += _timeline(notes)
        if name == "scope":
            blocks.append(
                Paragraph(f"影響を受けた可能性のある応対：{len(affected)}件（{affected_text(content.affected)}）")
            )
            blocks += [Paragraph("、".join(affected), small=True)] if affected else []
    return write_docx(f"{city} 事故・障害の報告書 {incident.incident_id}", blocks)


def affected_text(hit: Affected) -> str:
    """The query in words."""
    if not hit.asks:
        return "条件は指定していません"
    parts = []
    if hit.begins_at or hit.ends_at:
        parts.append(f"受付日時 {_stamp(hit.begins_at)}から{_stamp(hit.ends_at)}まで")
    if hit.faq_id:
        parts.append(f"使ったFAQ {hit.faq_id}{f' 第{hit.faq_version}版' if hit.faq_version else ''}")
    if hit.operator:
        parts.append(f"担当 {hit.operator}")
    return "、".join(parts)


def _timeline(notes: Sequence[Note]) -> list[Block]:
    rows = tuple((_stamp(note.at), note.who, str(note.text)) for note in notes)
    return [Heading(2, "時系列"), Rows(("日時", "記録した人", "内容"), rows)] if rows else []


def _stamp(at: datetime | None) -> str:
    return minute_stamp(at) or "（指定なし）"
