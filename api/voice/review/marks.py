"""Marks on single turns of a call. A mark that only the FAQ can put right opens an update request to the editors."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, delete, insert, select

from api.voice.review.verdicts import FOR_EDITORS, MAX_COMMENT_CHARS, VERDICT_LABELS, Verdict
from knowledge.bootstrap import Services
from knowledge.errors import InvalidInput, NotFound, Problem
from knowledge.faq.requests import add_request
from knowledge.privacy.redacted import RedactedText
from knowledge.store.audit import AuditLog
from knowledge.store.review_tables import call_marks
from knowledge.text.normalise import clean
from voicebot.domain import Turn
from voicebot.ports import CallDetail

_NOBODY = "所管課未定"


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
        note = self._cleaned(comment)
        call_id, now = detail.call.call_id, self._services.clock.now()
        before = next((mark for mark in self.of_call(call_id) if (mark.index, mark.who) == (index, who)), None)
        with self._services.faqs.editing(who) as edit:
            request_id = before.request_id if before else ""
            if verdict in FOR_EDITORS and not request_id:
                text = self._request_text(detail, turn, verdict, note)
                department = self._department(turn.faq_id)
                request_id = add_request(edit, department, text, turn.faq_id, None).request_id
            mark = Mark(call_id, index, who, verdict, note, turn.faq_id, request_id, now)
            _replace(edit.conn, mark)
            self._audit.append(edit.conn, who, "call.mark", call_id, {"turn": index, "verdict": verdict})
        return mark

    def ask_editors(self, detail: CallDetail, verdict: Verdict, comment: str, who: str) -> str:
        """The update request for a whole call that was judged wrong (at its weakest answer); its id, "" where nothing
        was answered or only a change of the FAQ would not help."""
        answered = [t for t in detail.turns if t.who == "caller" and t.decision]
        if verdict not in FOR_EDITORS or not answered:
            return ""
        turn = min(answered, key=lambda t: (t.decision != "answer", t.confidence if t.confidence is not None else 1.0))
        with self._services.faqs.editing(who) as edit:
            text = self._request_text(detail, turn, verdict, self._cleaned(comment))
            return add_request(edit, self._department(turn.faq_id), text, turn.faq_id, None).request_id

    def _cleaned(self, comment: str) -> RedactedText:
        if len(comment) > MAX_COMMENT_CHARS:
            text = f"コメントは{MAX_COMMENT_CHARS:,}文字以内で入力してください。"
            raise InvalidInput(text, [Problem(text, column="comment")])
        return self._services.redactor.redact(clean(comment).strip()).text

    def _request_text(self, detail: CallDetail, turn: Turn, verdict: Verdict, note: str) -> RedactedText:
        """All parts are masked already; joined, they pass the redactor once more. Our own link is added after that."""
        asked = next((t.text for t in reversed(detail.turns[: turn.index + 1]) if t.who == "caller" and t.text), "")
        said = next((t.text for t in detail.turns[turn.index :] if t.who == "bot"), "")
        lines = [f"自動音声の通話の確認で「{VERDICT_LABELS[verdict]}」と判定されました。", f"質問：{asked}"]
        lines += [f"自動音声：{said}"] if said else []
        lines += [f"コメント：{note}"] if note else []
        text = self._services.redactor.redact("\n".join(lines)).text
        return RedactedText(f"{text}\n通話：/staff/calls/{detail.call.call_id}#turn-{turn.index}")

    def _department(self, faq_id: str) -> str:
        found = self._services.faqs.languages(faq_id) if faq_id else ()
        return (found[0].entry.department if found else "") or _NOBODY


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
