"""`Quality`: every call with an operator's words gets a sheet marked by rules; a supervisor agrees or corrects."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from desk.assist import transcripts
from desk.assist.model import Segment
from desk.events.log import events_of_call
from desk.events.model import in_order
from desk.kpi.build import build_call
from desk.quality import rows
from desk.quality.counting import figures_of
from desk.quality.figures import QualityFigures
from desk.quality.model import CallFacts, ItemMark, Mark, ScoredCall, Sheet, judge
from desk.quality.rows import SheetFilter
from desk.records import rows as record_rows
from desk.records.model import InteractionRecord
from knowledge.domain import FaqEntry
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.ports import Clock, Redactor
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database

MARKED_FOR = timedelta(days=30)
"""A call older than that gets no sheet any more (retention keeps sheets for longer)."""
WRITING_TIME = timedelta(hours=1)
"""How long a record may be unwritten before its call is marked all the same."""
A_ROUND = 20
MAX_REASON_CHARS = 500
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QualityParts:
    db: Database
    clock: Clock
    redactor: Redactor
    sheet: Sheet
    faq_entry: Callable[[str], FaqEntry | None]


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of one item. `mark` None: nothing."""

    mark: Mark | None
    reason: str = ""


class Quality:
    """Thread-safe. `mark_due` is called again and again by the running server."""

    def __init__(self, parts: QualityParts) -> None:
        self._parts = parts
        self._db, self._clock = parts.db, parts.clock
        self._audit = AuditLog(parts.clock)

    @property
    def sheet(self) -> Sheet:
        return self._parts.sheet

    def mark_due(self) -> int:
        """One round: a sheet for each call that is due, once. How many were made."""
        now = self._clock.now()
        with self._db.read() as conn:
            found = rows.due(conn, now - MARKED_FOR, now - WRITING_TIME, A_ROUND)
        return sum(self._mark_new(record_id) for record_id in found)

    def mark_again(self, record_id: str, who: str) -> ScoredCall:
        """With the sheet as it is today; what a person said of an item that is still there stays. Raises NotFound, Conflict."""
        with self._db.begin() as conn:
            old = self._require(conn, record_id)
            record = record_rows.require(conn, record_id)
            if not transcripts.of_call(conn, record.call_id):
                raise Conflict("文字起こしが保存期間を過ぎて消えているため、採点し直せません。")
            self._mark(conn, record, {one.item_id: one for one in old.marks})
            self._audit.append(
                conn, who, "quality.mark_again", record_id, {"from": old.version, "to": self.sheet.version}
            )
            return self._require(conn, record_id)

    def review(
        self, record_id: str, said: Mapping[str, Said], version: str, who: str, blind: bool = False
    ) -> ScoredCall:
        """A supervisor's marks. A new one that differs from the machine's needs a reason, but where a first review was made
        `blind`: without knowing the machine's. `version`: of the sheet on the screen. Raises NotFound, InvalidInput, Conflict."""
        with self._db.begin() as conn:
            known = self._require(conn, record_id)
            record_rows.require(conn, record_id)
            if known.version != version:
                raise Conflict("この応対は、いま別の評価表で採点し直されました。開き直して確かめてください。")
            given = [(one, said[one.item_id]) for one in known.marks if one.item_id in said]
            _check(given, blind and known.reviewed_at is None)
            redact = self._parts.redactor.redact
            kept = [(one.item_id, what.mark, redact(what.reason.strip()).text) for one, what in given]
            rows.review(conn, record_id, kept, who, self._clock.now())
            changed = {
                one.item_id: f"{one.mark}>{what.mark or one.machine}" for one, what in given if what.mark != one.person
            }
            detail: dict[str, str | int | None] = {"call_id": known.call_id, "blind": int(blind), **changed}
            self._audit.append(conn, who, "quality.review", record_id, detail)
            return self._require(conn, record_id)

    def of_record(self, record_id: str) -> ScoredCall | None:
        with self._db.read() as conn:
            return rows.get(conn, record_id)

    def transcript(self, call_id: str) -> Sequence[Segment]:
        with self._db.read() as conn:
            return transcripts.of_call(conn, call_id)

    def find(self, chosen: SheetFilter, limit: int) -> list[ScoredCall]:
        """The newest first."""
        with self._db.read() as conn:
            return rows.find(conn, chosen, limit)

    def figures(self, chosen: SheetFilter) -> QualityFigures:
        with self._db.read() as conn:
            return figures_of(conn, chosen)

    def _mark_new(self, record_id: str) -> bool:
        """A call that cannot be marked keeps no other from its sheet."""
        try:
            with self._db.begin() as conn:
                if rows.get(conn, record_id) is not None:
                    return False
                self._mark(conn, record_rows.require(conn, record_id), {})
        except Exception:
            _log.exception("call of record %s could not be marked and is tried again", record_id)
            return False
        return True

    def _require(self, conn: Connection, record_id: str) -> ScoredCall:
        found = rows.get(conn, record_id)
        if found is None:
            raise NotFound("この応対の評価表は見つかりません。")
        return found

    def _mark(self, conn: Connection, record: InteractionRecord, old: Mapping[str, ItemMark]) -> None:
        marks = judge(self.sheet, self._facts(conn, record))
        kept = [
            replace(one, person=old[one.item_id].person, reason=old[one.item_id].reason) if one.item_id in old else one
            for one in marks
        ]
        rows.put(conn, record, self.sheet.version, kept, self._clock.now())

    def _facts(self, conn: Connection, record: InteractionRecord) -> CallFacts:
        events = events_of_call(conn, record.call_id)
        call = build_call(record.call_id, events)
        used = [(self._parts.faq_entry(faq_id), version) for faq_id, version in call.faqs_used]
        faqs = tuple(entry for entry, version in used if entry is not None and entry.version == version)
        turns = transcripts.of_call(conn, record.call_id)
        return CallFacts(turns, tuple(sorted(events, key=in_order)), call, record, faqs)


def _check(given: Sequence[tuple[ItemMark, Said]], blind: bool) -> None:
    for one, what in given:
        if len(what.reason) > MAX_REASON_CHARS:
            raise InvalidInput(f"理由は{MAX_REASON_CHARS}文字以内で入力してください。")
        corrects = what.mark not in (None, one.machine, one.person)
        if corrects and not blind and not what.reason.strip():
            raise InvalidInput(f"「{one.title}」を直す理由を入力してください。")
