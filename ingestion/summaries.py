"""Call summaries as evidence: they help to find the FAQ that solved such a call, and are never shown to a citizen."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from ingestion.model import FileReport, IngestServices
from knowledge.domain import SearchQuery
from knowledge.errors import InvalidInput, NotFound, Problem
from knowledge.faq.csv_decode import decode
from knowledge.privacy.redacted import RedactedText
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_events, desk_records
from knowledge.store.ingest_tables import call_summaries
from knowledge.text.normalise import clean

_TEXT_COLUMNS = ("text", "summary", "要約", "応対要約", "用件")
_FAQ_COLUMNS = ("faq_id", "FAQ番号")
MAX_SUMMARIES = 200_000
MAX_CHARS = 2_000
_PROPOSE_AT = 0.5
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Summary:
    """One summary as it stands in a file; not redacted yet."""

    row: int
    text: str
    faq_id: str = ""

    def __repr__(self) -> str:
        return f"Summary(row={self.row}, {self.faq_id or 'unlinked'})"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A summary and the FAQ it is linked to: proposed by search until somebody confirms or drops it."""

    summary_id: str
    text: RedactedText
    faq_id: str
    confidence: float


def is_summary_csv(data: bytes) -> bool:
    """A table of summaries has a text column and no answers."""
    header = _header(data)
    return any(name in header for name in _TEXT_COLUMNS) and not {"answer", "回答", "question", "質問"} & set(header)


def read_summaries(data: bytes, suffix: str) -> list[Summary]:
    """CSV or JSON lines. Raises NotReadable, InvalidInput with every bad line."""
    text = decode(data)[0]
    found = list(_from_json_lines(text) if suffix == ".jsonl" else _from_csv(text))
    if len(found) > MAX_SUMMARIES:
        raise InvalidInput(f"一度に取り込めるのは{MAX_SUMMARIES:,}件までです。")
    return found


def store_summaries(services: IngestServices, key: str, name: str, summaries: Sequence[Summary]) -> FileReport:
    """Redact, link, store; a summary that is there already is not counted again. Given FAQ numbers must exist."""
    known = {entry.faq_id for entry in services.faqs.published()}
    problems: list[str] = []
    rows: dict[str, dict[str, Any]] = {}
    for one in summaries:
        if one.faq_id and one.faq_id not in known:
            problems.append(
                f"{one.row}行目：FAQ番号「{services.redactor.redact(one.faq_id[:40]).text}」は公開されていません。"
            )
            continue
        text = services.redactor.redact(clean(one.text).strip()).text
        rows.setdefault(_summary_id(text), _row(services, text, one.faq_id, key))
    fresh = _unknown(services.db, rows)
    if fresh:
        with services.db.begin() as conn:
            for start in range(0, len(fresh), _CHUNK):
                conn.execute(insert(call_summaries), fresh[start : start + _CHUNK])
    states = [row["state"] for row in fresh]
    if "confirmed" in states:
        services.retriever.refresh()
    return FileReport(
        name=name,
        kind="summaries",
        status="new" if fresh else "unchanged",
        unchanged=len(rows) - len(fresh),
        linked=states.count("confirmed"),
        proposed=states.count("proposed"),
        unlinked=states.count("unlinked"),
        problems=tuple(problems),
    )


def take_closed_records(services: IngestServices, since: datetime) -> int:
    """Records closed since then in which exactly one FAQ was used become confirmed evidence; returns how many are new.
    Older ones would come back the day after their time was over."""
    events, records = desk_events.c, desk_records.c
    wanted = select(records.call_id, records.inquiry).where(
        records.status == "done", records.deleted_at.is_(None), records.inquiry != "", records.closed_at >= since
    )
    used: dict[str, set[str]] = {}
    with services.db.read() as conn:
        inquiries = [(row.call_id, row.inquiry) for row in conn.execute(wanted)]
        marks = select(events.call_id, events.faq_id, events.type).where(events.type.in_(("faq_used", "faq_unused")))
        for row in conn.execute(marks.order_by(events.seq)):
            chosen = used.setdefault(row.call_id, set())
            (chosen.add if row.type == "faq_used" else chosen.discard)(row.faq_id)
    found = [
        Summary(place, text, next(iter(used[call_id])))
        for place, (call_id, text) in enumerate(inquiries, start=1)
        if len(used.get(call_id, ())) == 1
    ]
    return store_summaries(services, "records", "応対記録", found).linked


def proposals(db: Database, limit: int = 200) -> list[Proposal]:
    """Most certain first."""
    columns = call_summaries.c
    return _listed(db, "proposed", columns.confidence.desc(), limit)


def confirmed(db: Database, limit: int = 50) -> list[Proposal]:
    """What search uses, newest first."""
    return _listed(db, "confirmed", call_summaries.c.ingested_at.desc(), limit)


def _listed(db: Database, state: str, order: Any, limit: int) -> list[Proposal]:
    columns = call_summaries.c
    wanted = select(call_summaries).where(columns.state == state).order_by(order, columns.summary_id).limit(limit)
    with db.read() as conn:
        rows = conn.execute(wanted).all()
        return [Proposal(row.summary_id, RedactedText(row.text), row.faq_id, row.confidence or 1.0) for row in rows]


def decide(services: IngestServices, summary_id: str, faq_id: str) -> None:
    """Confirm the link of a summary to `faq_id`; empty takes it back. Search follows. Raises NotFound."""
    values = {"state": "confirmed", "faq_id": faq_id} if faq_id else {"state": "unlinked", "faq_id": ""}
    mine = call_summaries.c.summary_id == summary_id
    with services.db.begin() as conn:
        changed = conn.execute(update(call_summaries).where(mine).values(values | {"linked_by": "person"}))
        if changed.rowcount == 0:
            raise NotFound("この要約は見つかりません。")
    services.retriever.refresh()


def forget(services: IngestServices, summary_ids: Sequence[str] = (), source: str = "") -> int:
    """Delete these summaries, or all that came from one file name's key; search forgets them too. How many are gone."""
    columns = call_summaries.c
    chosen = columns.source_key == source if source else columns.summary_id.in_(summary_ids)
    with services.db.begin() as conn:
        gone: int = conn.execute(delete(call_summaries).where(chosen)).rowcount
    services.retriever.refresh()
    return gone


def counts(db: Database) -> dict[str, int]:
    """How many summaries there are in each state."""
    columns = call_summaries.c
    with db.read() as conn:
        rows = conn.execute(select(columns.state, func.count()).group_by(columns.state).order_by(columns.state))
        return {row[0]: row[1] for row in rows}


def _row(services: IngestServices, text: RedactedText, faq_id: str, key: str) -> dict[str, Any]:
    row: dict[str, Any] = {"summary_id": _summary_id(text), "text": text, "source_key": key}
    row |= {"ingested_at": services.clock.now(), "faq_id": faq_id, "confidence": None}
    if faq_id:
        return row | {"state": "confirmed", "linked_by": "given"}
    hits = services.retriever.search(SearchQuery(text, limit=1)).hits
    if hits and hits[0].confidence >= _PROPOSE_AT:
        best = hits[0]
        return row | {
            "state": "proposed",
            "linked_by": "match",
            "faq_id": best.entry.faq_id,
            "confidence": best.confidence,
        }
    return row | {"state": "unlinked", "linked_by": ""}


def _unknown(db: Database, rows: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    ids, known = list(rows), set[str]()
    with db.read() as conn:
        for start in range(0, len(ids), _CHUNK):
            wanted = select(call_summaries.c.summary_id).where(
                call_summaries.c.summary_id.in_(ids[start : start + _CHUNK])
            )
            known.update(conn.execute(wanted).scalars())
    return [row for summary_id, row in rows.items() if summary_id not in known]


def _from_json_lines(text: str) -> Iterable[Summary]:
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            value = None
        if not isinstance(value, dict):
            problems.append(Problem("1行に一つの JSON オブジェクトを書いてください。", number))
            continue
        yield from _checked(number, _first(value, _TEXT_COLUMNS), _first(value, _FAQ_COLUMNS), problems)
    _refuse(problems)


def _from_csv(text: str) -> Iterable[Summary]:
    problems: list[Problem] = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        yield from _checked(number, _first(row, _TEXT_COLUMNS), _first(row, _FAQ_COLUMNS), problems)
    _refuse(problems)


def _checked(number: int, text: str, faq_id: str, problems: list[Problem]) -> Iterable[Summary]:
    if not text.strip():
        problems.append(Problem("要約の文がありません。", number, "text"))
    elif len(text) > MAX_CHARS:
        problems.append(Problem(f"要約は{MAX_CHARS:,}文字以内にしてください。", number, "text"))
    else:
        yield Summary(number, text, faq_id.strip())


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InvalidInput(f"要約のファイルに{len(problems)}件の問題があります。", problems)


def _first(row: dict[str, Any], names: Sequence[str]) -> str:
    return next((value for name in names if isinstance(value := row.get(name), str) and value), "")


def _header(data: bytes) -> list[str]:
    lines = decode(data)[0].splitlines()
    return next(csv.reader(lines[:1]), []) if lines else []


def _summary_id(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:40]
