"""Missing FAQ from calls: closed records without an FAQ and calls the voicebot handed over count beside the search log, once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desk.records.service import Step
from knowledge.faq.gaps import Gap
from knowledge.faq.periods import period_of
from knowledge.faq.usage import UsageService
from knowledge.faq.usage_log import Asked, UsageLog
from knowledge.privacy.redacted import RedactedText, approved
from knowledge.store.database import Database
from tests.fakes import bot_calls
from tests.fakes.desk_house import DeskHouse, content, open_house
from voicebot.domain import Outcome, Packet

PET = "ペットの登録はどこですか"


class Centre:
    """A desk, the search log and the gap list on one database."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.house: DeskHouse = open_house(database, folder)
        self.log = UsageLog(database, self.house.clock, linger_secs=0)
        self.usage = UsageService(database, self.house.clock, self.log, lambda text: [text])

    def gaps(self) -> list[Gap]:
        return self.usage.gaps(period_of(self.house.clock.today(), "month"))

    def found(self) -> dict[str, dict[str, int]]:
        return {
            str(gap.examples[0]): {str(source): count for source, count in gap.sources.items()} for gap in self.gaps()
        }

    def record(self, call_id: str, inquiry: str = PET, *marks: str, close: bool = True, **given: str) -> None:
        record_id = self.house.call(call_id)
        with self.house.db.begin() as conn:
            for kind in marks:
                self.house.desk.records.mark_call(conn, call_id, kind, "MH2019", 1, "op1")
        record = self.house.desk.records.get(record_id)
        step = Step("done") if close else None
        self.house.desk.records.save(record_id, content(inquiry, **given), record.revision, "op1", step)

    def bot_call(
        self, call_id: str, reason: str, outcome: Outcome = "handed_over", need: str = PET, log: str = ""
    ) -> None:
        call, turns = bot_calls.handed_over(call_id, self.house.clock.now(), reason)
        packet = Packet("unresolved", approved(need))
        turns = [replace(turns[0], answer_id=log)]
        bot_calls.store(self.house.db, [(replace(call, outcome=outcome, packet=packet), turns)])


@pytest.fixture
def centre(database: Database, tmp_path: Path) -> Iterator[Centre]:
    made = Centre(database, tmp_path)
    yield made
    made.log.close()


def test_a_closed_record_without_an_faq_is_a_gap_with_its_source(centre: Centre) -> None:
    centre.record("c1")
    centre.record("c2", PET)
    centre.record("c3", "受け取りの持ち物", "faq_viewed", "faq_used")
    centre.record("c4", "取り消した用件", "faq_used", "faq_unused")
    [first, second] = centre.gaps()
    assert (first.examples, first.count, first.causes, first.sources) == (
        (PET,), 2, {"no_faq_used": 2}, {"record": 2},
    )  # fmt: skip
    assert second.examples == ("取り消した用件",)


@pytest.mark.parametrize(
    ("close", "given"),
    [
        (False, {}),
        (True, {"outcome": "wrong_number"}),
        (True, {"outcome": "referred"}),
        (True, {"booking": "cancel", "outcome": "booked"}),
    ],
)
def test_what_asks_nothing_or_is_not_closed_is_no_gap(centre: Centre, close: bool, given: dict[str, str]) -> None:
    centre.record("c1", PET, close=close, **given)
    assert centre.gaps() == []


def test_a_record_keeps_personal_data_out_of_the_list(centre: Centre) -> None:
    centre.record("c1", "電話は 090-1234-5678 です。ペットの登録は")
    assert "090-1234-5678" not in centre.gaps()[0].examples[0]


def test_a_call_handed_over_for_lack_of_an_answer_is_a_gap(centre: Centre) -> None:
    centre.bot_call("V1", "unresolved")
    centre.bot_call("V2", "low_confidence", "callback")
    centre.bot_call("V3", "asked_for_person")
    centre.bot_call("V4", "complaint")
    centre.bot_call("V5", "unresolved", "confirmed")
    [gap] = centre.gaps()
    assert (gap.count, gap.causes, gap.sources) == (2, {"handed_over": 2}, {"voice": 2})


def test_one_call_counts_once(centre: Centre) -> None:
    asked = Asked("q1", "answer", RedactedText(PET), "voice", action="handoff", reason="low_confidence", hits=("F1",))
    centre.log.record_search(asked)
    centre.bot_call("V1", "low_confidence", log="q1")
    centre.record("V1", "ペットの登録を知りたい")
    assert centre.found() == {PET: {"voice": 1}}
    assert centre.gaps()[0].nearest == ("F1",)
    centre.record("c2")
    assert centre.found() == {PET: {"voice": 1, "record": 1}}
