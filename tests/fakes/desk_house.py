"""A desk on a test's database with a clock that stands still and messages of a small exchange."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from desk.records.model import RecordContent
from desk.service import Desk, DeskParts, open_desk
from knowledge.clock import FixedClock
from knowledge.domain import Answer, FaqEntry, Hit, Question, SynonymGroup
from knowledge.errors import Unavailable
from knowledge.ports import Answering
from knowledge.privacy.redacted import RedactedText
from knowledge.privacy.redactor import RuleRedactor
from knowledge.profile import load_profile
from knowledge.store.database import Database
from knowledge.text.tokens import Tokenizer

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
GROUPS = (SynonymGroup("マイナンバーカード", ("マイナカード", "個人番号カード")),)


@cache
def tokenizer() -> Tokenizer:
    return Tokenizer()


class ByWords:
    """Answers with every FAQ one of whose words occurs in the question, in the order of the table."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.down = False
        self.table = {
            "MH2019": ("持ち物", "交付・受取"),
            "MH2031": ("代理", "交付・受取"),
            "MH3035": ("暗証番号", "電子証明書"),
            "MH4001": ("なくし", "紛失・暗証番号・記載変更・返納"),
        }

    def answer(self, question: Question) -> Answer:
        if self.down:
            raise Unavailable("検索を準備しています。")
        self.asked.append(question)
        hits = []
        for place, (faq_id, (word, category)) in enumerate(self.table.items()):
            if word in question.text:
                entry = FaqEntry(faq_id, f"{word}の質問", f"{word}の答えです。続きです。", 3, category=category)
                hits.append(Hit(entry, 1.0, 0.9 - place / 10))
        return Answer("answer" if hits else "handoff", 0.9, "a", candidates=tuple(hits[:3]))


@dataclass
class DeskHouse:
    desk: Desk
    clock: FixedClock
    db: Database
    number: int = 0

    def send(self, call_id: str, kind: str, /, at: datetime | None = None, **attributes: Any) -> None:
        self.number += 1
        when = (at or self.clock.at).isoformat()
        event_id = f"t-{call_id}-{self.number}"
        message = {"event_id": event_id, "call_id": call_id, "type": kind, "at": when, "attributes": attributes}
        receipt = self.desk.log.append([message], "test")
        assert receipt.refused == ()

    def call(self, call_id: str = "c1", operator: str = "op1", at: datetime | None = None) -> str:
        """A call that was answered and has ended; the id of its record."""
        start = at or self.clock.at
        self.send(call_id, "call_offered", start, line="main")
        self.send(call_id, "answered", start + timedelta(seconds=8), operator=operator)
        self.send(call_id, "ended", start + timedelta(seconds=188))
        record = self.desk.records.of_call(call_id)
        assert record is not None
        return record.record_id


def open_house(db: Database, folder: Path, city: str = "mihon", answering: Answering | None = None) -> DeskHouse:
    clock = FixedClock(NOW)
    profile = load_profile(city)
    parts = DeskParts(
        db, clock, RuleRedactor(), profile, tokenizer(), folder, lambda: GROUPS, answering=answering or ByWords()
    )
    return DeskHouse(open_desk(parts), clock, db)


def content(inquiry: str = "カードの受け取りに必要な持ち物", **given: Any) -> RecordContent:
    values: dict[str, Any] = {"category": "交付・受取", "outcome": "answered", "completed": True} | given
    return RecordContent(
        inquiry=RedactedText(inquiry), answer=RedactedText("通知書と本人確認書類"), answered_in_center=True, **values
    )
