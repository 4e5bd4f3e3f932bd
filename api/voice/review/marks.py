"""Marks on single turns of a call. A mark that only the FAQ can put right opens an update request to the editors."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, delete, insert, select

from api.voice.review.editor_requests import add_to, finding_of_turn, redacted_comment
from api.voice.review.verdicts import FOR_EDITORS, Verdict
from knowledge.bootstrap import Services
from knowledge.errors import NotFound
from knowledge.privacy.redacted import RedactedText
from knowledge.store.audit import AuditLog
from knowledge.store.review_tables import call_marks
from voicebot.ports import CallDetail


@dataclass(frozen=True, slots=True)
class Mark:
    """What one person thinks of one turn."""

    call_id: str
    index: int
    who: str
    verdict: Verdict
    comment: RedactedText
    faq_id: str
    request_id: str
    at: datetime


class Marks:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._audit = AuditLog(services.clock)

    def of_call(self, call_id: str) -> list[Mark]:
        """In the order of the turns."""
        wanted = select(call_marks).where(call_marks.c.call_id == call_id)
        with self._services.db.read() as conn:
            found = conn.execute(wanted.order_by(call_marks.c.idx, call_marks.c.at)).mappings()
            return [
                Mark(
                    row["call_id"],
                    row["idx"],
                    row["who"],
                    cast(Verdict, row["verdict"]),
                    RedactedText(row["comment"]),
                    row["faq_id"],
                    row["request_id"],
                    row["at"],
                )
                for row in found
            ]

    def put(self, detail: CallDetail, index: int, verdict: Verdict, comment: str, who: str) -> Mark:
        """Judge a turn, or judge it anew. Raises NotFound, InvalidInput."""
        turn = next((turn for turn in detail.turns if turn.index == index), None)
        if turn is None:
            raise NotFound("この発話は記録にありません。")
        note = redacted_comment(self._services, comment)
        call_id, now = detail.call.call_id, self._services.clock.now()
        before = next((mark for mark in self.of_call(call_id) if (mark.index, mark.who) == (index, who)), None)
        with self._services.faqs.editing(who) as edit:
            request_id = before.request_id if before else ""
            if verdict in FOR_EDITORS and not request_id:
                request_id = add_to(edit, self._services, finding_of_turn(detail, turn), verdict, note)
            mark = Mark(call_id, index, who, verdict, note, turn.faq_id, request_id, now)
            _replace(edit.conn, mark)
            self._audit.append(edit.conn, who, "call.mark", call_id, {"turn": index, "verdict": verdict})
        return mark


def _replace(conn: Connection, mark: Mark) -> None:
    columns = call_marks.c
    here = (columns.call_id == mark.call_id) & (columns.idx == mark.index) & (columns.who == mark.who)
    conn.execute(delete(call_marks).where(here))
    conn.execute(
        insert(call_marks).values(
            call_id=mark.call_id,
            idx=mark.index,
            who=mark.who,
            verdict=mark.verdict,
            comment=mark.comment,
            faq_id=mark.faq_id,
            request_id=mark.request_id,
            at=mark.at,
        )
    )
