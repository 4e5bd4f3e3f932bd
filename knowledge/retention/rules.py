"""Every table that can hold words people said or wrote, with what deletes them; and for every other table why
nothing does. A test holds this list to the schema: a new table, or a new column of text, has to be thought of here."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from knowledge.clock import JST
from knowledge.retention.sweep import NO_TEXT, Sweep
from knowledge.store import desk_tables as desk
from knowledge.store.faq_tables import update_request
from knowledge.store.ingest_tables import call_summaries
from knowledge.store.review_tables import audit_items, audit_samples, audit_verdicts, call_marks
from knowledge.store.usage_tables import faq_view, feedback, search_log
from knowledge.store.voice_tables import voice_calls, voice_turns

_RECORD_TEXTS = dict.fromkeys(("inquiry", "answer", "action", "remaining", "prefilled", "delete_reason"), NO_TEXT)
_COMPLAINT_TEXTS = {
    **dict.fromkeys(("statement", "intent", "background", "response", "result"), NO_TEXT),
    "affected": "[]",
}
_COMMENT = {"comment": NO_TEXT}


def searches_due(before: datetime) -> ColumnElement[bool]:
    return search_log.c.day < before.astimezone(JST).date()


def calls_due(before: datetime) -> ColumnElement[bool]:
    return voice_calls.c.started_at < before


def transcripts_due(before: datetime) -> ColumnElement[bool]:
    """Pieces without a time came in whole: they are as old as the record of their call. What a complaint that is still
    being dealt with rests on stays."""
    said, records = desk.desk_transcripts.c, desk.desk_records.c
    complaints = desk.desk_complaints.c
    fresh = select(records.call_id).where(records.received_at >= before)
    disputed = select(records.call_id).join(
        desk.desk_complaints,
        and_(complaints.record_id == records.record_id, complaints.state != "closed"),
    )
    old = or_(said.heard_at < before, and_(said.heard_at.is_(None), said.call_id.not_in(fresh)))
    return and_(old, said.call_id.not_in(disputed))


def records_due(before: datetime) -> ColumnElement[bool]:
    """Nothing that somebody still waits for."""
    columns = desk.desk_records.c
    complaints = desk.desk_complaints.c
    disputed = select(complaints.record_id).where(complaints.state != "closed")
    done = columns.status.not_in(("waiting_city", "callback"))
    return and_(columns.received_at < before, done, columns.record_id.not_in(disputed))


def _of_record(column: ColumnElement[str], before: datetime) -> ColumnElement[bool]:
    return column.in_(select(desk.desk_records.c.record_id).where(records_due(before)))


def _of_sample(channel: str, before: datetime) -> ColumnElement[bool]:
    mine = select(audit_samples.c.sample_id).where(audit_samples.c.channel == channel)
    return and_(audit_items.c.sample_id.in_(mine), audit_items.c.day < before.astimezone(JST).date())


def _verdicts(channel: str, before: datetime) -> ColumnElement[bool]:
    columns = audit_items.c
    verdict = audit_verdicts.c
    item = select(columns.sample_id).where(
        _of_sample(channel, before), columns.sample_id == verdict.sample_id, columns.call_id == verdict.call_id
    )
    return item.exists()


def _comments(channel: str) -> tuple[Sweep, ...]:
    """What reviewers wrote about a call or a conversation goes with it; the verdicts are figures and stay."""
    return (
        Sweep(audit_items, lambda before: _of_sample(channel, before), _COMMENT),
        Sweep(audit_verdicts, lambda before: _verdicts(channel, before), _COMMENT),
    )


def _of_call(column: ColumnElement[str], before: datetime) -> ColumnElement[bool]:
    return column.in_(select(voice_calls.c.call_id).where(calls_due(before)))


def _old_alerts(before: datetime) -> ColumnElement[bool]:
    old = select(desk.desk_alerts.c.alert_id).where(desk.desk_alerts.c.raised_at < before)
    return desk.desk_alert_steps.c.alert_id.in_(old)


def _old_incidents(before: datetime) -> ColumnElement[bool]:
    return and_(desk.desk_incidents.c.state == "closed", desk.desk_incidents.c.updated_at < before)


def _old_incident_notes(before: datetime) -> ColumnElement[bool]:
    old = select(desk.desk_incidents.c.incident_id).where(_old_incidents(before))
    return desk.desk_incident_notes.c.incident_id.in_(old)


def _old_sheets(before: datetime) -> ColumnElement[bool]:
    old = select(desk.desk_quality_sheets.c.record_id).where(desk.desk_quality_sheets.c.received_at < before)
    return desk.desk_quality_marks.c.record_id.in_(old)


SWEEPS: Mapping[str, tuple[Sweep, ...]] = {
    "searches": (
        *_comments("web"),
        Sweep(search_log, searches_due),
        Sweep(faq_view, lambda before: faq_view.c.day < before.astimezone(JST).date()),
        Sweep(feedback, lambda before: feedback.c.day < before.astimezone(JST).date()),
    ),
    "bot_calls": (
        *_comments("voice"),
        Sweep(call_marks, lambda before: _of_call(call_marks.c.call_id, before)),
        Sweep(voice_turns, lambda before: _of_call(voice_turns.c.call_id, before)),
        Sweep(voice_calls, calls_due),
    ),
    "transcripts": (Sweep(desk.desk_transcripts, transcripts_due),),
    "alerts": (
        Sweep(desk.desk_alert_steps, _old_alerts),
        Sweep(desk.desk_alerts, lambda before: desk.desk_alerts.c.raised_at < before),
    ),
    "quality": (
        Sweep(desk.desk_quality_marks, _old_sheets),
        Sweep(desk.desk_quality_sheets, lambda before: desk.desk_quality_sheets.c.received_at < before),
    ),
    "records": (
        Sweep(desk.desk_record_terms, lambda before: _of_record(desk.desk_record_terms.c.record_id, before)),
        Sweep(desk.desk_record_history, lambda before: _of_record(desk.desk_record_history.c.record_id, before)),
        Sweep(
            desk.desk_complaints,
            lambda before: _of_record(desk.desk_complaints.c.record_id, before),
            _COMPLAINT_TEXTS,
        ),
        Sweep(
            desk.desk_callbacks,
            lambda before: _of_record(desk.desk_callbacks.c.record_id, before),
            {"content": NO_TEXT},
        ),
        Sweep(desk.desk_records, records_due, _RECORD_TEXTS),
    ),
    "event_notes": (Sweep(desk.desk_event_notes, lambda before: desk.desk_event_notes.c.received_at < before),),
    "incidents": (
        Sweep(desk.desk_incident_notes, _old_incident_notes),
        Sweep(desk.desk_incidents, _old_incidents),
    ),
    "requests": (
        Sweep(
            update_request, lambda before: update_request.c.closed_at < before, dict.fromkeys(("text", "note"), NO_TEXT)
        ),
    ),
    "summaries": (Sweep(call_summaries, lambda before: call_summaries.c.ingested_at < before),),
    "messages": (
        Sweep(
            desk.desk_deliveries,
            lambda before: and_(desk.desk_deliveries.c.next_at.is_(None), desk.desk_deliveries.c.created_at < before),
        ),
    ),
}
"""In the order they are carried out; what hangs on another row comes before it."""

_APPROVED = "承認した、または承認を待つ案内の文。市民の言葉ではなく、版として残す"
_MANUALS = "センターの手引き。市民の言葉ではなく、応対で従った版を確かめられるように残す"
_STAFF = "職員のアカウントと操作に要るもの。市民の言葉を含まない"
_SIGN_IN = "ログインに要るもの。期限が切れるか、使うか、アカウントを消すと消える"
_FIGURES = "数と決まった語だけ。市民の言葉を含まない"
KEPT_BECAUSE: Mapping[str, str] = {
    "faq": _APPROVED,
    "faq_version": _APPROVED,
    "generated_wordings": _APPROVED,
    "voice_wordings": _APPROVED,
    "manuals": _MANUALS,
    "manual_versions": _MANUALS,
    "ingest_changes": "市の資料の文。取り入れるか見送ると消える",
    "audit_log": "番号・件数・状態だけを書く、消せない記録。人の書いた文を含まない",
    "meta": "製品の内部の値（鍵、版、件数）。人の書いた文を含まない",
    "eval_run": _FIGURES,
    "desk_events": "すべての数値の元になる通話の記録。時刻・番号・決まった語と、伏せ字にした転送先・分類・手で数える項目の名前だけで、話した言葉を含まない",
    "desk_kept_reports": "提出した報告書の控え。数値だけ",
    "desk_webhooks": "送り先と種類だけ",
    "desk_saved_searches": "職員が名前を付けて残した検索の条件（伏せ字）。持ち主が消すまで使う",
    "desk_planned_stops": "計画停止の理由（職員の文）。稼働率の根拠として残す",
    "desk_notices": "番号と、知らせる先の部署名だけ",
    "ingest_sources": "読み込んだファイルの名前だけ",
    "synonym_group": _APPROVED,
    "synonym_term": _APPROVED,
    "term_rule": _APPROVED,
    "ingest_passages": _FIGURES,
    "audit_samples": "抜き取りの期間と件数、割り当てた職員だけ。判定の割合の根拠として残す",
    "desk_record_tags": "応対記録に付けた、決まった分類の名前だけ。集計に使う",
    "desk_report_issues": "提出した報告書の期間と指紋、提出した人だけ",
    "desk_service_runs": "サーバーが動いていた時刻だけ。稼働率の根拠として残す",
    "llm_usage": _FIGURES,
    "users": _STAFF,
    "api_keys": _STAFF,
    "sessions": _SIGN_IN,
    "setup_links": _SIGN_IN,
    "recovery_codes": _SIGN_IN,
    "login_failures": _SIGN_IN,
}
"""Tables that no period here empties, and why (read by people who ask: Japanese)."""
