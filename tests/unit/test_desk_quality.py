"""The evaluation sheet: each rule on the turns that show it, the score, agreement, a city's own sheet."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.alerts.words import load_word_rules
from desk.assist.model import Segment, Voice
from desk.events.model import Event, EventType, Value
from desk.guides import load_guides
from desk.kpi.build import build_call
from desk.quality.figures import MarkCount, SheetCounts, quality_figures
from desk.quality.model import CallFacts, Mark, judge, points
from desk.quality.sheet_file import SHIPPED_SHEET, load_sheet
from desk.records.model import InteractionRecord, RecordContent, Status
from knowledge.domain import FaqEntry
from knowledge.errors import ConfigurationError
from knowledge.privacy.redacted import RedactedText

T0 = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
SHEET = load_sheet(SHIPPED_SHEET, ("みほん市マイナンバーカードコールセンター", "みほん市"), load_word_rules())
HELLO = "席：お電話ありがとうございます。みほん市マイナンバーカードコールセンターでございます。"
FAQ = FaqEntry(
    "F1", "再交付の手数料はいくらですか。", "カードが800円、電子証明書が200円です。15歳未満の方は2点お持ちください。", 3
)
MARKS: tuple[Mark, ...] = ("met", "missed", "none")


def turns(*lines: str, at_secs: Sequence[int] = (), ms: Sequence[tuple[int, int]] = ()) -> tuple[Segment, ...]:
    made = []
    for place, line in enumerate(lines):
        speaker: Voice = "operator" if line.startswith("席：") else "citizen"
        at = T0 + timedelta(seconds=at_secs[place]) if at_secs else T0
        start, end = ms[place] if ms else (0, 0)
        made.append(Segment(speaker, RedactedText(line[2:]), start, end, None, at=at))
    return tuple(made)


def event(kind: EventType, secs: int, **attributes: Value) -> Event:
    return Event(f"{kind}-{secs}", "c1", kind, T0 + timedelta(seconds=secs), attributes)


def facts(
    said: tuple[Segment, ...],
    *events: Event,
    faqs: tuple[FaqEntry, ...] = (),
    status: Status = "done",
    content: RecordContent | None = None,
) -> CallFacts:
    all_events = (event("call_offered", 0), event("answered", 0, operator="op1"), *events, event("ended", 300))
    record = InteractionRecord(
        "R1", "c1", "inquiry", T0, "phone", "inbound", "main", "ja", False, "op1", "", status, None,
        content or RecordContent(), None, 1, T0, T0, "op1", None, None,
    )  # fmt: skip
    in_order = tuple(sorted(all_events, key=lambda one: one.at))
    return CallFacts(said, in_order, build_call("c1", in_order), record, faqs)


def mark(item: str, of: CallFacts) -> tuple[Mark, int | None]:
    found = next(one for one in judge(SHEET, of) if one.item_id == item)
    return found.machine, found.place


@pytest.mark.parametrize(
    ("item", "lines", "expected"),
    [
        ("opening", (HELLO, "市：もしもし"), ("met", 0)),
        ("opening", ("席：お電話ありがとうございます。", "市：もしもし"), ("missed", 0)),
        ("opening", ("席：はい、もしもし。", "市：あの"), ("missed", None)),
        ("identity", (HELLO, "市：カードの色は何色ですか"), ("none", None)),
        ("identity", (HELLO, "市：先月申請したんですが", "席：ご本人様でいらっしゃいますか。"), ("met", 2)),
        ("identity", (HELLO, "市：まだ届かないんです", "席：もうすぐだと存じます。"), ("missed", None)),
        ("repeat", (HELLO, "市：暗証番号を忘れました", "席：暗証番号のお忘れでございますね。"), ("met", 2)),
        ("repeat", (HELLO, "市：暗証番号を忘れました", "席：窓口でどうぞ。"), ("missed", None)),
        ("repeat", (HELLO, "市：もしもし", "席：はい。"), ("none", None)),
        ("cushion", (HELLO, "席：お電話ではお答えできません。"), ("missed", None)),
        ("cushion", (HELLO, "席：申し訳ございません。お電話ではお答えできません。"), ("met", 1)),
        ("cushion", (HELLO, "席：窓口でお受け取りください。"), ("none", None)),
        ("forbidden", (HELLO, "席：そう言われましても。"), ("missed", 1)),
        ("forbidden", (HELLO, "市：そう言われても"), ("met", None)),
        ("anything_else", (HELLO, "席：ほかにご不明な点はございませんか。"), ("met", 1)),
        ("anything_else", (HELLO, "席：では失礼いたします。"), ("missed", None)),
        ("closing", (HELLO, "席：お電話ありがとうございました。"), ("met", 1)),
        ("closing", (HELLO, "市：どうも"), ("missed", None)),
    ],
)
def test_words(item: str, lines: tuple[str, ...], expected: tuple[Mark, int | None]) -> None:
    assert mark(item, facts(turns(*lines))) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("席：手数料は800円です。", ("met", 1)),
        ("席：手数料は1,000円です。", ("met", 1)),
        ("席：手数料は500円です。", ("missed", 1)),
        ("席：手数料がかかります。", ("none", None)),
        ("席：3分ほどお待ちください。", ("none", None)),
        ("席：20歳でいらっしゃいますね。", ("met", 1)),
    ],
)
def test_figures_are_those_of_the_faq_used(said: str, expected: tuple[Mark, int | None]) -> None:
    faq = FAQ if "歳" not in said else FaqEntry("F1", "年齢", "20歳以上の方です。", 3)
    assert mark("accurate", facts(turns(HELLO, said), faqs=(faq,))) == expected
    assert mark("accurate", facts(turns(HELLO, said))) == ("none", None)


def test_what_the_citizen_said_may_be_said_again() -> None:
    said = turns("市：12歳の子のカードです", "席：12歳のお子さまですね。")
    assert mark("accurate", facts(said, faqs=(FAQ,))) == ("none", None)


HOLD = (event("hold_start", 60), event("hold_end", 100))


@pytest.mark.parametrize(
    ("lines", "at_secs", "expected"),
    [
        (("席：お調べしますのでお待ちください。", "席：お待たせいたしました。"), (55, 105), ("met", 0)),
        (("席：お調べしますのでお待ちください。", "席：それでは。"), (55, 105), ("missed", 0)),
        (("席：はい。", "席：お待たせいたしました。"), (55, 105), ("missed", 1)),
        (("席：お待ちください。", "席：お待たせいたしました。"), (0, 105), ("missed", 1)),
    ],
)
def test_a_hold_is_announced_and_thanked_for(
    lines: tuple[str, ...], at_secs: tuple[int, ...], expected: tuple[Mark, int | None]
) -> None:
    said = turns(*lines, at_secs=at_secs)
    assert mark("hold_words", facts(said, *HOLD)) == expected
    assert mark("hold_words", facts(said)) == ("none", None)
    assert mark("hold_words", facts(turns(*lines), *HOLD)) == ("none", None), "it came in one piece"


@pytest.mark.parametrize(("secs", "expected"), [(120, "met"), (121, "missed")])
def test_times_of_holds_and_the_record(secs: int, expected: Mark) -> None:
    hold = (event("hold_start", 10), event("hold_end", 10 + secs))
    assert mark("hold_length", facts(turns(HELLO), *hold))[0] == expected
    closed = event("record_closed", 300 + secs + 60)
    assert mark("record", facts(turns(HELLO), closed))[0] == expected


def test_silence_counts_no_hold_and_needs_a_recogniser() -> None:
    said = turns(HELLO, "席：お待たせしました", "席：はい", at_secs=(240, 285, 290))
    assert mark("silence", facts(said))[0] == "missed"
    assert mark("silence", facts(said, event("hold_start", 242), event("hold_end", 284)))[0] == "met"
    assert mark("silence", facts(turns(HELLO, "席：はい")))[0] == "none"


def test_a_record_nobody_wrote_is_late_and_one_that_waits_for_the_city_is_not_judged() -> None:
    assert mark("record", facts(turns(HELLO), status="after_call"))[0] == "missed"
    assert mark("record", facts(turns(HELLO), status="waiting_city"))[0] == "none"


def test_talking_into_the_citizens_words_needs_times() -> None:
    lines = ("市：あの", "席：はい", "市：それで", "席：はい")
    into = [(0, 5000), (1000, 2000), (6000, 9000), (6500, 7000)]
    assert mark("talk_over", facts(turns(*lines, ms=into))) == ("missed", 1)
    assert mark("talk_over", facts(turns(*lines, ms=[*into[:3], (8500, 9500)]))) == ("met", 1), "once may happen"
    assert mark("talk_over", facts(turns(*lines))) == ("none", None)


def test_an_answer_of_the_centre_comes_from_an_faq() -> None:
    answered = RecordContent(outcome="answered", answered_in_center=True)
    assert mark("approved", facts(turns(HELLO), content=answered))[0] == "missed"
    assert (
        mark("approved", facts(turns(HELLO), event("faq_used", 50, faq_id="F1", version=3), content=answered))[0]
        == "met"
    )
    assert mark("approved", facts(turns(HELLO)))[0] == "none"


def test_the_office_a_call_is_passed_on_to_is_named() -> None:
    passed = event("transferred", 200, target="department", result="done", to="市民課")
    assert mark("office", facts(turns(HELLO, "席：市民課へおつなぎします。"), passed)) == ("met", 1)
    assert mark("office", facts(turns(HELLO, "席：担当へおつなぎします。"), passed)) == ("missed", None)
    assert mark("office", facts(turns(HELLO))) == ("none", None)


def test_a_call_handed_over_by_the_voicebot_needs_no_second_greeting() -> None:
    assert mark("opening", facts(turns("席：お待たせしました。"), event("bot_started", 0)))[0] == "none"


@given(st.lists(st.tuples(st.sampled_from(MARKS), st.integers(1, 100))))
def test_the_score_is_met_of_what_applies(marks: list[tuple[Mark, int]]) -> None:
    score = points(marks)
    applies = [one for one in marks if one[0] != "none"]
    assert (score is None) == (not applies)
    assert score == points(applies), "what does not apply weighs nothing"
    if score is not None:
        assert 0 <= score <= 100
        assert (score == 100) == all(one == "met" for one, _ in applies)
        better = points([("met" if one == "missed" else one, weight) for one, weight in marks])
        assert better is not None
        assert better >= score


def counts(*pairs: tuple[Mark, Mark | None], titles: Sequence[str] = ()) -> SheetCounts:
    """One sheet of one item that was marked this often."""
    marks = [
        MarkCount("i", titles[place] if titles else "項目", machine, person, 1, T0 + timedelta(minutes=place))
        for place, (machine, person) in enumerate(pairs)
    ]
    return SheetCounts(1, 1, 0, {}, marks)


def test_agreement_counts_only_what_a_person_marked() -> None:
    found = quality_figures(
        counts(("met", "met"), ("met", "missed"), ("missed", "missed"), ("missed", "missed"), ("met", None))
    )
    (item,) = found.items
    assert (item.judged, item.agreed, item.agreed_percent, item.kappa) == (4, 3, 75.0, 0.5)
    assert (item.applied, item.missed) == (5, 3)
    assert found.overall.judged == 4
    assert quality_figures(counts(("met", "met"))).overall.kappa is None, "one label only says nothing"


def test_the_mean_is_that_of_the_sheets_with_a_score_and_exact() -> None:
    found = quality_figures(SheetCounts(7, 4, 1, {(1, 3): 2, (3, 4): 1, (0, 0): 4}, ()))
    assert (found.scored, found.mean_points) == (3, 47.2)
    assert (found.reviewed.percent, found.corrected.percent) == (57.1, 25.0)
    empty = quality_figures(SheetCounts(0, 0, 0, {}, ()))
    assert (empty.mean_points, empty.corrected.percent, empty.items) == (None, None, ())


def test_an_item_is_called_by_its_newest_title() -> None:
    (item,) = quality_figures(counts(("met", None), ("met", None), titles=("前の題", "いまの題"))).items
    assert (item.title, item.applied) == ("いまの題", 2)


ITEM = '[items.one]\ntitle = "題"\nfull = "満点"\nweight = 2\nkind = "said"\nwords = ["台風"]\n'


def test_a_citys_own_sheet_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    shipped = load_guides(tmp_path).sheet
    (tmp_path / "quality.toml").write_text(ITEM, encoding="utf-8")
    own = load_guides(tmp_path)
    assert "quality.toml" in own.own
    assert [(one.item_id, one.weight) for one in own.sheet.items] == [("one", 2)]
    assert own.sheet.version != shipped.version
    assert judge(own.sheet, facts(turns("席：台風です")))[0].machine == "met"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ITEM.replace('"said"', '"tone"'), "one.kind"),
        (ITEM.replace("weight = 2", "weight = 0"), "one.weight"),
        (ITEM.replace("台風", "(a|aa)+$"), "one.words"),
        (ITEM + 'colour = "赤"\n', "one.colour"),
        (ITEM.replace("items.one", 'items."項目"'), "半角の英数字"),
        (ITEM.replace('kind = "said"\nwords = ["台風"]', 'kind = "unsaid"\nalerts = ["ない規則"]'), "ない規則"),
    ],
)
def test_a_broken_sheet_is_told_with_file_and_item(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "quality.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_guides(tmp_path)
    assert told in refused.value.message
    assert "quality.toml" in refused.value.message


def test_a_city_without_the_alert_a_shipped_item_rests_on_starts_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "alerts.toml").write_text('[rules."台風"]\nspeaker = "any"\nwords = ["台風"]\n', encoding="utf-8")
    sheet = load_guides(tmp_path).sheet
    found = next(one for one in judge(sheet, facts(turns(HELLO))) if one.item_id == "forbidden")
    assert found.machine == "none"
