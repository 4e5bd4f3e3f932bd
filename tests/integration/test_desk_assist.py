"""Assist sessions on a real database: from the first word to the confirmed record."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from desk.assist.model import Heard
from desk.assist.service import MAX_SESSION_CHARS
from desk.assist.sessions import FLOOD_PIECES
from desk.events.log import read_events
from desk.kpi.build import build_calls
from desk.records.service import Step
from knowledge.domain import FaqEntry
from knowledge.errors import Conflict, InvalidInput, NotFound, TooMany
from knowledge.faq.periods import period_of
from knowledge.privacy.redacted import RedactedText
from knowledge.store.database import Database
from tests.fakes.desk_house import ByWords, DeskHouse, open_house


@pytest.fixture
def answering() -> ByWords:
    return ByWords()


@pytest.fixture
def house(database: Database, tmp_path: Path, answering: ByWords) -> DeskHouse:
    return open_house(database, tmp_path, answering=answering)


def citizen(words: str, final: bool = True) -> Heard:
    return Heard("citizen", words, final=final)


def test_from_the_first_word_to_the_confirmed_record(house: DeskHouse) -> None:
    assist = house.desk.assist
    state = assist.start("", "op1")
    state = assist.hear(state.session_id, citizen("カードの受け取りの持ち物を教えてください"), "op1")
    assert [one.faq_id for one in state.suggestions] == ["MH2019"]
    state = assist.mark(state.session_id, "MH2019", "faq_viewed", "op1")
    state = assist.mark(state.session_id, "MH2019", "faq_used", "op1")
    assert state.suggestions[0].mark == "used"
    prefill = assist.finish(state.session_id, "op1")
    assert prefill.content.category == "交付・受取"
    assert "持ち物の答えです。" in prefill.content.answer
    assert prefill.content.outcome == "answered"
    record = house.desk.records.save(prefill.record_id, prefill.content, prefill.revision, "op1", Step("done"))
    assert (record.status, record.edit_distance) == ("done", 0.0)
    kinds = [one.kind for one in house.desk.records.faq_references(record.record_id)]
    assert kinds == ["faq_suggested", "faq_viewed", "faq_used"]
    with house.db.read() as conn:
        (call,) = build_calls(read_events(conn, period_of(house.clock.today(), "day")))
    assert call.faqs_used == (("MH2019", 3),)
    assert call.closing is not None
    assert call.closing.completed
    with pytest.raises(Conflict):
        assist.start(call.call_id, "op1")


def test_changes_of_the_draft_are_measured(house: DeskHouse) -> None:
    assist = house.desk.assist
    state = assist.start("", "op1")
    state = assist.hear(state.session_id, citizen("暗証番号を忘れました。どうすればいいですか。"), "op1")
    assist.mark(state.session_id, "MH3035", "faq_used", "op1")
    prefill = assist.finish(state.session_id, "op1")
    changed = replace(prefill.content, inquiry=RedactedText("暗証番号を忘れた件"))
    record = house.desk.records.save(prefill.record_id, changed, prefill.revision, "op1", Step("done"))
    assert record.edit_distance is not None
    assert 0 < record.edit_distance < 1


def test_nothing_personal_is_kept_of_what_was_said(house: DeskHouse, answering: ByWords) -> None:
    assist = house.desk.assist
    state = assist.start("", "op1")
    words = "暗証番号の件で、電話は090-1234-5678、番号は123456789012です"
    state = assist.hear(state.session_id, citizen(words), "op1")
    seen: list[str] = [state.transcript[0].text, *(question.text for question in answering.asked)]
    with house.db.read() as conn:
        seen.append(repr(conn.execute(text("SELECT * FROM desk_transcripts")).all()))
    prefill = assist.finish(state.session_id, "op1")
    seen.append(prefill.content.inquiry)
    for one in seen:
        assert "5678" not in one
        assert "123456789012" not in one
    assert answering.asked[0].had_personal_data


def test_interim_words_change_nothing(house: DeskHouse, answering: ByWords) -> None:
    assist = house.desk.assist
    state = assist.start("", "op1")
    assert assist.hear(state.session_id, citizen("カードをなくし", final=False), "op1").transcript == ()
    assert answering.asked == []


def test_short_words_are_read_with_those_before_and_nods_are_not_asked(house: DeskHouse, answering: ByWords) -> None:
    assist = house.desk.assist
    session = assist.start("", "op1").session_id
    assist.hear(session, citizen("代理人がカードを受け取れますか"), "op1")
    assist.hear(session, citizen("はい"), "op1")
    assert len(answering.asked) == 1
    assist.hear(session, citizen("持ち物は"), "op1")
    assert "代理" in answering.asked[-1].text or "はい" in answering.asked[-1].text
    assist.hear(session, Heard("operator", "持ち物は三つです"), "op1")
    assert len(answering.asked) == 2


def test_only_what_an_approved_answer_may_serve_is_a_need(house: DeskHouse) -> None:
    assist = house.desk.assist
    session = assist.start("", "op1").session_id

    def needs(words: str) -> tuple[int, str]:
        state = assist.hear(session, citizen(words), "op1")
        return state.needs, state.need or ""

    assert needs("もしもし、よろしいでしょうか") == (0, "")
    assert needs("代理人がカードを受け取れますか") == (1, "代理人がカードを受け取れますか")
    assert needs("はい") == (1, "代理人がカードを受け取れますか")
    assert needs("市長の対応に納得がいきません") == (1, "代理人がカードを受け取れますか")
    assert needs("暗証番号も忘れました") == (2, "暗証番号も忘れました")


def test_suggestions_hold_their_places_and_used_ones_stay(house: DeskHouse) -> None:
    assist = house.desk.assist
    session = assist.start("", "op1").session_id
    state = assist.hear(session, citizen("代理人の持ち物と暗証番号について"), "op1")
    assert [one.faq_id for one in state.suggestions] == ["MH2019", "MH2031", "MH3035"]
    assist.mark(session, "MH2031", "faq_used", "op1")
    state = assist.hear(session, citizen("財布ごとカードをなくしました"), "op1")
    assert [one.faq_id for one in state.suggestions] == ["MH4001", "MH2031"]
    assist.mark(session, "MH4001", "faq_wrong", "op1")
    state = assist.hear(session, citizen("やっぱりなくしたカードのこと"), "op1")
    assert [one.faq_id for one in state.suggestions] == ["MH2031"]


def test_an_faq_found_by_hand_comes_first(house: DeskHouse) -> None:
    assist = house.desk.assist
    session = assist.start("", "op1").session_id
    assist.hear(session, citizen("持ち物は何ですか教えて"), "op1")
    state = assist.pin(session, FaqEntry("MH9", "質問", "答え", 2), "op1")
    assert [(one.faq_id, one.mark) for one in state.suggestions] == [("MH9", "opened"), ("MH2019", "")]
    with pytest.raises(NotFound):
        assist.mark(session, "MH7777", "faq_used", "op1")


def test_search_that_is_down_is_said_and_the_rest_goes_on(house: DeskHouse, answering: ByWords) -> None:
    assist = house.desk.assist
    session = assist.start("", "op1").session_id
    answering.down = True
    state = assist.hear(session, citizen("持ち物は何ですか教えて"), "op1")
    assert state.notes == ("search_unavailable",)
    assert len(state.transcript) == 1
    assert assist.finish(session, "op1").content.inquiry


def test_floods_and_endless_talk_are_bounded(house: DeskHouse) -> None:
    assist = house.desk.assist
    session = assist.start("", "op1").session_id
    with pytest.raises(InvalidInput):
        assist.hear(session, citizen("あ" * 1_000_000), "op1")
    for _ in range(FLOOD_PIECES):
        assist.hear(session, citizen("うん", final=False), "op1")
    with pytest.raises(TooMany):
        assist.hear(session, citizen("うん", final=False), "op1")
    assert assist.state(session, "op1").notes == ("flood",)
    house.clock.advance(timedelta(seconds=11))
    for _ in range(MAX_SESSION_CHARS // 2_000 + 2):
        house.clock.advance(timedelta(seconds=1))
        state = assist.hear(session, Heard("operator", "あ" * 2_000), "op1")
    assert "transcript_full" in state.notes
    assert sum(len(one.text) for one in state.transcript) <= MAX_SESSION_CHARS


def test_a_session_belongs_to_its_operator_and_survives_a_new_start(house: DeskHouse) -> None:
    assist = house.desk.assist
    record_id = house.call("c7")
    state = assist.start("c7", "op1")
    assert state.record_id == record_id
    assist.hear(state.session_id, citizen("持ち物は何ですか教えて"), "op1")
    with pytest.raises(NotFound):
        assist.state(state.session_id, "op2")
    again = assist.start("c7", "op1")
    assert [one.text for one in again.transcript] == ["持ち物は何ですか教えて"]


def test_forgotten_sessions_do_not_pile_up(house: DeskHouse) -> None:
    for number in range(5):
        house.call(f"c{number}")
        house.desk.assist.start(f"c{number}", "op1")
    house.clock.advance(timedelta(hours=3))
    house.call("c9")
    house.desk.assist.start("c9", "op1")
    assert house.desk.assist.open_sessions() == 1


def test_a_look_that_arrives_late_takes_no_use_back(house: DeskHouse) -> None:
    assist = house.desk.assist
    session = assist.start("", "op1").session_id
    assist.hear(session, citizen("カードの受け取りの持ち物を教えてください"), "op1")
    assist.mark(session, "MH2019", "faq_used", "op1")
    state = assist.mark(session, "MH2019", "faq_viewed", "op1")
    assert [one.faq_id for one in state.used] == ["MH2019"]
    assert state.suggestions[0].mark == "used"
    assert assist.mark(session, "MH2019", "faq_unused", "op1").used == ()


def test_a_card_that_left_while_it_was_read_can_still_be_used(house: DeskHouse) -> None:
    assist = house.desk.assist
    session = assist.start("", "op1").session_id
    assist.hear(session, citizen("代理人が行くときの決まりを教えてください"), "op1")
    later = citizen("暗証番号と持ち物、それから財布ごとカードをなくしました")
    assist.hear(session, later, "op1")
    assist.mark(session, "MH2019", "faq_used", "op1")
    assist.mark(session, "MH3035", "faq_viewed", "op1")
    state = assist.hear(session, citizen("カードをなくした件を先にお願いします"), "op1")
    gone = {"MH2019", "MH2031", "MH3035", "MH4001"} - {one.faq_id for one in state.suggestions}
    assert gone
    for faq_id in gone:
        state = assist.mark(session, faq_id, "faq_used", "op1")
        assert faq_id in {one.faq_id for one in state.used}
    with pytest.raises(NotFound):
        assist.mark(session, "MH9999", "faq_used", "op1")
