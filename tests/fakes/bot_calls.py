"""Recorded calls of the voicebot, as reviewers find them: solved, completed, handed over, abandoned, cut off."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from knowledge.privacy.redacted import approved
from knowledge.store.database import Database
from voicebot.domain import Call, Candidate, Outcome, Packet, Turn
from voicebot.record import CallRecords

CANDIDATES = (
    Candidate("A001", 1, "マイナンバーカードをなくしたときはどうすればよいですか。", 0.91, 0.93),
    Candidate("A002", 1, "暗証番号を忘れたときはどうすればよいですか。", 0.4, 0.05),
)


def answered(
    call_id: str, at: datetime, outcome: Outcome = "confirmed", confidence: float = 0.93
) -> tuple[Call, list[Turn]]:
    """A call with one question and one approved answer, interrupted half-way."""
    turns = [
        Turn(0, at, "bot", "question", approved("ご用件をお話しください。"), approved("ご用件をお話しください。")),
        Turn(
            1, at + timedelta(seconds=4), "caller", "question", approved("カードをなくしました 【電話番号】"),
            asr_confidence=0.88, decision="answer", reason="confident", faq_id="A001", faq_version=1, answer_id="a1",
            confidence=confidence, candidates=CANDIDATES, stages_ms={"asr": 640.0, "answer": 4.0},
        ),
        Turn(
            2, at + timedelta(seconds=5), "bot", "resolved", approved("すぐにカードの機能を止めてください。"),
            approved("すぐにカードの"), barged_in=True, decision="answer", faq_id="A001", faq_version=1,
            stages_ms={"first_audio": 90.0},
        ),
        Turn(3, at + timedelta(seconds=9), "caller", "resolved", key="1"),
    ]  # fmt: skip
    call = Call(call_id, "audiosocket", at, at + timedelta(seconds=65), outcome, "closing", turns=4, answered=1)
    return replace(call, reason="goodbye" if outcome == "confirmed" else "caller"), turns


def handed_over(call_id: str, at: datetime, reason: str = "asked_for_person") -> tuple[Call, list[Turn]]:
    text = approved("担当者につないでください")
    turns = [Turn(0, at, "caller", "question", text, decision="handoff", reason=reason, asr_confidence=0.5)]
    packet = Packet("asked_for_person", text, "市民課", "00-0000-1200")
    return Call(call_id, "browser", at, at + timedelta(seconds=20), "handed_over", "closing", reason=reason, turns=1,
                packet=packet), turns  # fmt: skip


def store(database: Database, calls: Sequence[tuple[Call, list[Turn]]]) -> None:
    records = CallRecords(database)
    for call, turns in calls:
        records.open(replace(call, outcome="open", ended_at=None))
        for turn in turns:
            records.turn(call.call_id, turn)
        records.close(call)
    records.stop()
