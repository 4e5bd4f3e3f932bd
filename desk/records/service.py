"""`RecordService`: interaction records as the pages and the API use them. Every change is one transaction with its
history, its audit row and, where a figure depends on it, its event."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, select

from desk.events.log import EventLog, events_of_call
from desk.events.model import Event, Value
from desk.kpi.build import build_call
from desk.records import rows
from desk.records.booking import ReadBack, check_read_back, needs_read_back
from desk.records.changes import changed_fields, draft_distance
from desk.records.filters import Conditions, RecordFilter
from desk.records.lifecycle import CLOSED, WAITING, check_complete, check_step, check_values
from desk.records.model import FaqReference, HistoryRow, InteractionRecord, RecordContent, RecordPage, Status
from desk.records.tagging import TagRule, put_auto_tags, set_tag, tags_of
from desk.records.text_search import TextQuery, parse_query, term_line
from knowledge.domain import SynonymGroup
from knowledge.errors import Conflict, IllegalTransition, InvalidInput
from knowledge.ports import Clock, Redactor
from knowledge.privacy.redacted import RedactedText
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_record_terms, desk_records
from knowledge.text.tokens import Tokenizer

MAX_TEXT_CHARS = 8_000
MAX_FILTERS = 20
_FAQ_EVENTS = frozenset({"faq_suggested", "faq_viewed", "faq_used", "faq_unused", "faq_wrong"})
OnChange = Callable[[Connection, str, InteractionRecord], None]
"""(transaction, kind such as record.closed, the record): for webhooks."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a record goes with a save."""

    status: Status
    owner: str = ""
    due_at: datetime | None = None
    told: frozenset[str] = frozenset()
    """Items of the booking that were read back to the citizen."""


class RecordService:
    """`categories`: the city's classes of inquiry; `synonyms` gives the present groups of the FAQ; `read_back`: what has
    to be told after a booking; `faq_title`: the question of an FAQ, for the tags."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        redactor: Redactor,
        log: EventLog,
        tokenizer: Tokenizer,
        categories: frozenset[str] = frozenset(),
        synonyms: Callable[[], Sequence[SynonymGroup]] = lambda: (),
        read_back: Sequence[ReadBack] = (),
        tag_rules: Mapping[str, TagRule] | None = None,
        faq_title: Callable[[str], str] = lambda faq_id: "",
    ) -> None:
        self._db = db
        self._clock = clock
        self._redactor = redactor
        self._log = log
        self._tokenizer = tokenizer
        self._categories = categories
        self._synonyms = synonyms
        self._read_back = tuple(read_back)
        self._tag_rules = tag_rules
        self._faq_title = faq_title
        self._audit = AuditLog(clock)
        self.on_change: list[OnChange] = []

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────

    def get(self, record_id: str, who: str = "") -> InteractionRecord:
        """Raises NotFound. With `who`, the view is audited (the city looks at work in progress)."""
        if not who:
            with self._db.read() as conn:
                return rows.require(conn, record_id)
        with self._db.begin() as conn:
            record = rows.require(conn, record_id)
            self._audit.append(conn, who, "interaction.view", record_id, {"status": record.status})
            return record

    def of_call(self, call_id: str) -> InteractionRecord | None:
        with self._db.read() as conn:
            return rows.find_by_call(conn, call_id)

    def search(self, wanted: RecordFilter, offset: int = 0, limit: int = 50) -> RecordPage:
        """Newest first, deleted records left out. Raises InvalidInput for a filter that is too deep."""
        if wanted.depth() > 4 or wanted.size() > MAX_FILTERS:
            raise InvalidInput("検索条件が複雑すぎます。条件を減らしてください。")
        columns = desk_records.c
        with self._db.read() as conn:
            condition = self.conditions(conn).of(wanted) & columns.deleted_at.is_(None)
            total = conn.execute(select(func.count()).select_from(self.source()).where(condition)).scalar_one()
            page = select(desk_records).select_from(self.source()).where(condition)
            ordered = page.order_by(columns.received_at.desc(), columns.record_id.desc()).offset(offset).limit(limit)
            return RecordPage(tuple(rows.records_of(conn, conn.execute(ordered).all())), total)

    def conditions(self, conn: Connection) -> Conditions:
        return Conditions(self.parse, self._clock.now(), conn.dialect.name)

    def source(self) -> Any:
        """Records with their searchable words."""
        return desk_records.outerjoin(desk_record_terms, desk_record_terms.c.record_id == desk_records.c.record_id)

    def parse(self, text: str) -> TextQuery:
        return parse_query(text, self._tokenizer, self._synonyms())

    def history(self, record_id: str) -> list[HistoryRow]:
        with self._db.read() as conn:
            return rows.history(conn, record_id)

    def call_events(self, record_id: str) -> list[Event]:
        """Everything the log knows of the record's call."""
        with self._db.read() as conn:
            return events_of_call(conn, rows.require(conn, record_id).call_id)

    def faq_references(self, record_id: str) -> list[FaqReference]:
        """What was shown, opened and used, in order of time; written without anybody's doing."""
        found = [event for event in self.call_events(record_id) if event.type in _FAQ_EVENTS]
        return [_reference(event) for event in sorted(found, key=lambda event: (event.at, event.seq))]

    # ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def create(
        self, content: RecordContent, who: str, channel: str = "counter", direction: str = "inbound", lang: str = "ja"
    ) -> InteractionRecord:
        """A record of something that did not come through the exchange."""
        clean = self._cleaned(content)
        with self._db.begin() as conn:
            call_id = f"own-{uuid4().hex}"
            given: dict[str, Value] = {"channel": channel, "direction": direction, "lang": lang, "in_hours": True}
            self._log.append_own(conn, "call_offered", call_id, given)
            made = rows.find_by_call(conn, call_id)
            assert made is not None
            values = {"operator": who, "owner": who, "status": "after_call"}
            rows.write(conn, made.record_id, values, who, self._clock.now())
            record = self._save(conn, rows.require(conn, made.record_id), clean, None, who)
            self._tell(conn, "record.created", record)
            return record

    def save(
        self, record_id: str, content: RecordContent, base_revision: int, who: str, step: Step | None = None
    ) -> InteractionRecord:
        """Save the text and, with `step`, move the record on. A closed record must be reopened first.
        Raises NotFound, Conflict, IllegalTransition, InvalidInput."""
        clean = self._cleaned(content)
        with self._db.begin() as conn:
            record = rows.require_revision(conn, record_id, base_revision)
            if record.status in CLOSED:
                raise IllegalTransition("完了した記録です。直すときは、再開してから保存してください。")
            return self._save(conn, record, clean, step, who)

    def reopen(self, record_id: str, base_revision: int, who: str, reason: RedactedText) -> InteractionRecord:
        """Raises IllegalTransition when it is not closed, InvalidInput without a reason."""
        if not reason.strip():
            raise InvalidInput("再開の理由を入力してください。")
        with self._db.begin() as conn:
            record = rows.require_revision(conn, record_id, base_revision)
            check_step(record.status, "after_call")
            now = self._clock.now()
            rows.write(conn, record_id, {"status": "after_call", "closed_at": None}, who, now)
            rows.add_history(conn, record_id, [("status", record.status, "after_call")], who, now, reason)
            self._audit.append(conn, who, "interaction.reopen", record_id)
            return rows.require(conn, record_id)

    def assign(
        self, record_id: str, owner: str, due_at: datetime | None, base_revision: int, who: str
    ) -> InteractionRecord:
        """Give an open case to somebody (引継ぎ)."""
        with self._db.begin() as conn:
            record = rows.require_revision(conn, record_id, base_revision)
            if record.status in WAITING and (not owner or due_at is None):
                raise InvalidInput("担当者と期限を決めてください。")
            now = self._clock.now()
            rows.write(conn, record_id, {"owner": owner[:128], "due_at": due_at}, who, now)
            changes = [("owner", record.owner, owner), ("due_at", record.due_at, due_at)]
            rows.add_history(conn, record_id, [one for one in changes if one[1] != one[2]], who, now)
            return rows.require(conn, record_id)

    def reclassify(
        self, record_id: str, category: str, base_revision: int, who: str, reason: RedactedText
    ) -> InteractionRecord:
        """Change the class of a record, closed or not; the old class stays in the history."""
        check_values(RecordContent(category=category), self._categories)
        with self._db.begin() as conn:
            record = rows.require_revision(conn, record_id, base_revision)
            if not category or category == record.content.category:
                raise InvalidInput("今と違う分類を選んでください。")
            now = self._clock.now()
            rows.write(conn, record_id, {"category": category}, who, now)
            rows.add_history(conn, record_id, [("category", record.content.category, category)], who, now, reason)
            self._log.append_own(conn, "reclassified", record.call_id, {"category": category})
            return rows.require(conn, record_id)

    def delete(self, record_id: str, base_revision: int, who: str, reason: RedactedText) -> None:
        """Hide a record; it stays in the database, in the audit log and in the figures."""
        if not reason.strip():
            raise InvalidInput("削除の理由を入力してください。")
        with self._db.begin() as conn:
            rows.require_revision(conn, record_id, base_revision)
            now = self._clock.now()
            values = {"deleted_at": now, "deleted_by": who[:128], "delete_reason": reason}
            rows.write(conn, record_id, values, who, now)
            rows.add_history(conn, record_id, [("deleted", "", "1")], who, now, reason)
            self._audit.append(conn, who, "interaction.delete", record_id)

    def tag(self, record_id: str, tag: RedactedText, present: bool, who: str) -> InteractionRecord:
        """Add or remove one tag by hand."""
        with self._db.begin() as conn:
            rows.require(conn, record_id)
            set_tag(conn, record_id, tag, present)
            change = [("tag", "" if present else tag, tag if present else "")]
            rows.add_history(conn, record_id, change, who, self._clock.now())
            return rows.require(conn, record_id)

    def mark_faq(self, record_id: str, kind: str, faq_id: str, version: int, who: str) -> None:
        """One click on an FAQ: faq_viewed, faq_used, faq_unused (until the record is closed), faq_wrong."""
        with self._db.begin() as conn:
            record = rows.require(conn, record_id)
            if record.status in CLOSED:
                raise Conflict("完了した記録です。再開してから記録してください。")
            self.mark_call(conn, record.call_id, kind, faq_id, version, who)

    def mark_call(
        self,
        conn: Connection,
        call_id: str,
        kind: str,
        faq_id: str,
        version: int,
        who: str,
        sure_percent: int | None = None,
    ) -> None:
        """The same inside a transaction of the caller's; with how sure the search was, where it offered the FAQ.
        Raises InvalidInput."""
        if kind not in _FAQ_EVENTS:
            raise InvalidInput("記録できるのは、表示・閲覧・使用・取消し・誤りのどれかです。")
        known: Any = kind
        given: dict[str, Value] = {"faq_id": faq_id, "version": version}
        if sure_percent is not None:
            given["sure_percent"] = sure_percent
        self._log.append_own(conn, known, call_id, given | ({"operator": who} if who.isascii() else {}))

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _save(
        self, conn: Connection, record: InteractionRecord, content: RecordContent, step: Step | None, who: str
    ) -> InteractionRecord:
        check_values(content, self._categories)
        going = step or Step(record.status, record.owner, record.due_at)
        owner = going.owner or record.owner or who
        check_step(record.status, going.status)
        if step is not None:
            check_complete(content, going.status, owner, going.due_at)
        told = self._told(content, going)
        now = self._clock.now()
        closes = going.status in CLOSED
        values: dict[str, Any] = asdict(content)
        values |= {"status": going.status, "owner": owner, "due_at": None if closes else going.due_at}
        values["closed_at"] = now if closes else None
        if not record.operator:
            values["operator"] = who
        if step is not None:
            values["edit_distance"] = self._distance(conn, record, content)
        rows.write(conn, record.record_id, values, who, now)
        changes = changed_fields(record.content, content)
        changes += [("read_back", "", "、".join(told))] if told else []
        changes += [("status", record.status, going.status)] if record.status != going.status else []
        rows.add_history(conn, record.record_id, changes, who, now)
        self._index(conn, record, content)
        if step is not None and going.status in CLOSED | WAITING and content.outcome:
            self._emit_closing(conn, record, content, who, bool(told))
        saved = rows.require(conn, record.record_id)
        if record.status != saved.status:
            self._tell(conn, "record.closed" if closes else "record.moved", saved)
        return saved

    def _told(self, content: RecordContent, going: Step) -> list[str]:
        """What was read back, in the city's words, when a booking is closed. Raises InvalidInput for what was left out."""
        if going.status not in CLOSED or not needs_read_back(content):
            return []
        check_read_back(self._read_back, going.told)
        return [item.label for item in self._read_back]

    def _emit_closing(
        self, conn: Connection, record: InteractionRecord, content: RecordContent, who: str, told: bool
    ) -> None:
        """The figures count what the record says at this moment."""
        if content.booking and content.booking != record.content.booking:
            self._log.append_own(conn, "booking", record.call_id, {"kind": content.booking, "read_back": told})
        given: dict[str, Value] = {
            "outcome": content.outcome,
            "category": content.category,
            "answered_in_center": content.answered_in_center,
            "completed": content.completed,
        }
        self._log.append_own(
            conn, "record_closed", record.call_id, given | ({"operator": who} if who.isascii() else {})
        )

    def _distance(self, conn: Connection, record: InteractionRecord, content: RecordContent) -> float | None:
        wanted = select(desk_records.c.prefilled).where(desk_records.c.record_id == record.record_id)
        draft: str = conn.execute(wanted).scalar_one()
        if not draft:
            return record.edit_distance
        fields: Mapping[str, Any] = json.loads(draft)
        texts = {name: str(text) for name, text in fields.items() if name in rows.TEXT_FIELDS}
        return draft_distance(texts, content)

    def _index(self, conn: Connection, record: InteractionRecord, content: RecordContent) -> None:
        texts = [content.inquiry, content.answer, content.action, content.remaining]
        rows.put_terms(conn, record.record_id, term_line(texts, self._tokenizer))
        used = self._used_questions(conn, record.call_id)
        tags = tags_of([content.inquiry, content.answer, content.action], used, self._tag_rules)
        put_auto_tags(conn, record.record_id, tags)

    def _used_questions(self, conn: Connection, call_id: str) -> Iterator[str]:
        """Read from the events when the first one is asked for."""
        call = build_call(call_id, events_of_call(conn, call_id))
        for faq_id, _ in call.faqs_used:
            yield self._faq_title(faq_id)

    def _cleaned(self, content: RecordContent) -> RecordContent:
        """Redacted once more: what reaches this line may have been joined from pieces."""
        texts: dict[str, Any] = {}
        for name in rows.TEXT_FIELDS:
            text = getattr(content, name)
            if len(text) > MAX_TEXT_CHARS:
                raise InvalidInput(f"一つの欄は{MAX_TEXT_CHARS:,}文字以内にしてください。")
            texts[name] = self._redactor.redact(text).text
        texts["transfer_to"] = RedactedText(texts["transfer_to"][:200])
        return replace(content, **texts)

    def _tell(self, conn: Connection, kind: str, record: InteractionRecord) -> None:
        for listener in self.on_change:
            listener(conn, kind, record)


def _reference(event: Event) -> FaqReference:
    version = int(event.attributes.get("version", 0))
    return FaqReference(event.text("faq_id"), version, event.type, event.at, event.text("operator"))
