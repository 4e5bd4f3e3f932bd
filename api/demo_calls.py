"""Calls of the demonstration: a month of a simulated exchange, records in operators' words, open cases. All made up."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from desk.callbacks.vault import Contact
from desk.complaints.model import ComplaintContent
from desk.records.booking import read_back_items
from desk.records.filters import RecordFilter
from desk.records.model import InteractionRecord, RecordContent
from desk.records.service import Step
from desk.service import Desk
from desk.simulator.sample_month import SAMPLE_SOURCE, sample_messages
from desk.simulator.scenario import batches
from knowledge.bootstrap import Services
from knowledge.faq.progress import Progress
from knowledge.privacy.redacted import RedactedText, approved

_WHO = "demo-operator"
_WRITTEN = 120
"""Records with text; the rest have what the exchange knows, as after a quiet import."""
_SUMMARIES = Path(__file__).resolve().parents[1] / "samples" / "summaries.jsonl"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An open case: how long it still has (negative: overdue)."""

    status: Any
    hours: int
    remaining: str


_OPEN_CASES = (
    _Waiting("waiting_city", -3, "本人確認書類の組み合わせを市民課に確認中"),
    _Waiting("waiting_city", 4, "転入と同時に更新できるかを市民課に確認中"),
    _Waiting("callback", -1, "予約の空きを折り返してお知らせする"),
    _Waiting("callback", 20, "交付通知書の再送の可否を折り返す"),
)
_COMPLAINTS = (
    ("middle", "電話がなかなかつながらず、30分以上待たされた。", "待ち時間を短くしてほしい。", ""),
    ("high", "案内された持ち物では受け取れず、二度手間になった。", "正しい持ち物を案内してほしい。", "faq_error"),
    ("low", "案内の話し方が早くて聞き取りにくい。", "ゆっくり話してほしい。", "operator"),
)


def load_calls(services: Services, desk: Desk, progress: Progress) -> int:
    """What the last month lacks; the number of new events. Running it again adds only newer calls."""
    after = desk.log.newest_from(SAMPLE_SOURCE)
    faqs = _faqs_by_category(services)
    messages = sample_messages(services.profile, services.clock.now(), after, faqs)
    newest = _newest_closed(messages)
    told = [one for one in messages if not (one["type"] == "record_closed" and one["call_id"] in newest)]
    accepted = 0
    for place, batch in enumerate(batches(told)):
        accepted += desk.log.append(batch, SAMPLE_SOURCE).accepted
        progress("見本の通話を読み込んでいます", (place + 1) * 1_000, len(told))
    _write(services, desk, newest)
    if after is None:
        _open_cases(services, desk)
    return accepted


def _faqs_by_category(services: Services) -> dict[str, list[str]]:
    """Classes of inquiry and classes of FAQ mostly share their names; bookings use the FAQ of 交付・受取."""
    found: dict[str, list[str]] = {}
    for entry in services.faqs.published():
        if entry.lang == "ja":
            found.setdefault(entry.category, []).append(entry.faq_id)
    pick_up = found.get("交付・受取", [])
    for category in services.profile.kpi.categories:
        if category.name not in found and "予約" in category.name:
            found[category.name] = pick_up
    return {name: ids[:12] for name, ids in found.items()}


def _newest_closed(messages: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """call_id → what its record says, for the calls whose records get words."""
    closed = [one for one in messages if one["type"] == "record_closed"]
    return {one["call_id"]: one["attributes"] for one in closed[-_WRITTEN:]}


def _write(services: Services, desk: Desk, newest: Mapping[str, Mapping[str, Any]]) -> None:
    notes = _notes()
    told = frozenset(item.item_id for item in read_back_items(services.profile))
    for number, (call_id, said) in enumerate(newest.items()):
        record = desk.records.of_call(call_id)
        if record is None or record.content.inquiry:
            continue
        used = [one.faq_id for one in desk.records.faq_references(record.record_id) if one.kind == "faq_used"]
        lines = notes.get(used[0], []) if used else []
        inquiry = lines[number % len(lines)] if lines else f"{said['category']}についてのお問い合わせ。"
        answer = _answer(services, used[0]) if used else approved("公式の案内に沿って回答した。")
        to = approved("市民課" if said["outcome"] == "transferred" else "")
        content = replace(
            record.content,
            caller="本人" if number % 5 else "家族",
            category=said["category"],
            inquiry=services.redactor.redact(inquiry).text,
            answer=answer,
            outcome=said["outcome"],
            answered_in_center=said["answered_in_center"],
            completed=said["completed"],
            transfer_to=record.content.transfer_to or to,
        )
        desk.records.save(record.record_id, content, record.revision, _WHO, Step("done", record.operator, told=told))


def _answer(services: Services, faq_id: str) -> RedactedText:
    entry = services.faqs.get(faq_id, "ja").entry
    return services.redactor.redact(f"{faq_id}「{entry.question}」のとおり案内した。").text


def _notes() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in _SUMMARIES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(row["faq_id"], []).append(row["text"])
    return found


def _open_cases(services: Services, desk: Desk) -> None:
    done = desk.records.search(RecordFilter(statuses=("done",), text="案内"), limit=40).items
    records = [one for one in done if one.content.inquiry and one.content.outcome == "answered"]
    now = services.clock.now()
    for record, case in zip(records, _OPEN_CASES, strict=False):
        _reopen(desk, record, case, now)
    for record, (severity, statement, intent, cause) in zip(records[len(_OPEN_CASES) :], _COMPLAINTS, strict=False):
        _complain(desk, record, severity, statement, intent, cause)


def _reopen(desk: Desk, record: InteractionRecord, case: _Waiting, now: datetime) -> None:
    again = desk.records.reopen(record.record_id, record.revision, _WHO, approved("所管課への確認が必要になったため"))
    outcome = "callback" if case.status == "callback" else "escalated"
    content: RecordContent = replace(
        again.content, outcome=outcome, completed=False, answered_in_center=False, remaining=approved(case.remaining)
    )
    due_at = now + timedelta(hours=case.hours)
    desk.records.save(again.record_id, content, again.revision, _WHO, Step(case.status, record.operator, due_at))
    if case.status == "callback":
        # A number nobody has; it goes when the ticket is closed or a week after its time.
        contact = Contact("ミホン タロウ", "000-0000-0000")
        desk.callbacks.open(
            record.record_id, contact, case.remaining, "市民課", max(due_at, now + timedelta(minutes=30)), _WHO
        )


def _complain(desk: Desk, record: InteractionRecord, severity: Any, statement: str, intent: str, cause: Any) -> None:
    used = next((one.faq_id for one in desk.records.faq_references(record.record_id) if one.kind == "faq_used"), "")
    content = ComplaintContent(
        severity,
        approved(statement),
        approved(intent),
        root_cause=cause if cause != "faq_error" or used else "",
        linked_faq=used if cause == "faq_error" else "",
    )
    desk.complaints.receive(record.record_id, content, _WHO)
    if severity != "low":
        desk.complaints.report(record.record_id, desk.complaints.contacts[0], _WHO)
