"""The rules that call a supervisor: virtual time, any order of events, words that only look like it, a city's own words."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.alerts.judge import call_signals, queue_signals, said_rules
from desk.alerts.model import (
    COMPLAINT_LIKE,
    LONG_CALL,
    LONG_HOLD,
    LOW_CONFIDENCE,
    MEASURED,
    PERSONAL_NUMBER,
    SILENCE,
    WAITING,
    Signal,
    measured_text,
    uncovered,
)
from desk.alerts.words import load_word_rules, rules_met
from desk.events.model import Event, EventType
from knowledge.errors import ConfigurationError
from knowledge.settings import AlertSettings

START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
LIMITS = AlertSettings()
OFF = AlertSettings(long_call_secs=0, long_hold_secs=0, silence_secs=0, waiting_secs=0, low_confidence_percent=0)
REARM = timedelta(seconds=LIMITS.rearm_secs)
SHIPPED = load_word_rules()


def at(secs: float) -> datetime:
    return START + timedelta(seconds=secs)


def events(*told: tuple[float, EventType] | tuple[float, EventType, dict[str, int]]) -> list[Event]:
    numbers = count()
    return [
        Event(f"e{next(numbers)}", "c1", kind, at(secs), dict(more[0]) if more else {}) for secs, kind, *more in told
    ]


def met(found: Sequence[Signal]) -> list[tuple[str, float]]:
    return [(one.rule, (one.at - START).total_seconds()) for one in found]


# ── times ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_long_call_is_told_at_the_instant_it_becomes_one() -> None:
    told = events((0, "call_offered"), (10, "answered"))
    assert met(call_signals(told, [], at(1209), LIMITS)) == []
    assert met(call_signals(told, [], at(1210), LIMITS)) == [(LONG_CALL, 1210)]
    ended = [*told, Event("x", "c1", "ended", at(1209))]
    assert met(call_signals(ended, [], at(5000), LIMITS)) == []


def test_each_long_hold_is_told_and_short_ones_are_not() -> None:
    told = events(
        (0, "answered"), (10, "hold_start"), (100, "hold_end"), (200, "hold_start"), (330, "hold_end"), (900, "hold_start")
    )  # fmt: skip
    assert met(call_signals(told, [], at(1000), LIMITS)) == [(LONG_HOLD, 320)]
    assert met(call_signals(told, [], at(1020), LIMITS)) == [(LONG_HOLD, 320), (LONG_HOLD, 1020)]


def test_silence_needs_a_recogniser_and_does_not_count_holds() -> None:
    told = events((0, "answered"), (30, "hold_start"), (110, "hold_end"))
    heard = [at(5), at(20)]
    assert met(call_signals(told, heard, at(169), LIMITS)) == []
    assert met(call_signals(told, heard, at(170), LIMITS)) == [(SILENCE, 170)]
    assert met(call_signals(told, [*heard, at(150)], at(170), LIMITS)) == []
    assert met(call_signals(told, [at(5)] * 4, at(500), LIMITS)) == [], "a transcript sent in one piece"
    assert met(call_signals([*told, Event("x", "c1", "ended", at(160))], heard, at(500), LIMITS)) == []


def test_an_answer_the_search_was_not_sure_of_is_told_when_it_is_used() -> None:
    told = events(
        (0, "answered"), (9, "faq_viewed", {"sure_percent": 12}), (10, "faq_used", {"sure_percent": 39}),
        (20, "faq_used", {"sure_percent": 40}), (30, "faq_used"),
    )  # fmt: skip
    (found,) = call_signals(told, [], at(60), LIMITS)
    assert (found.rule, found.at, found.amount) == (LOW_CONFIDENCE, at(10), 39)


def test_the_queue_is_told_with_how_many_wait() -> None:
    def caller(name: str, since: float, *more: EventType) -> tuple[str, list[Event]]:
        kinds: list[tuple[float, EventType]] = [(since, "call_offered"), (since, "queue_entered")]
        made = events(*kinds, *((since + 30, kind) for kind in more))
        return name, [Event(f"{name}{one.event_id}", name, one.type, one.at, one.attributes) for one in made]

    calls = [caller("a", 0), caller("b", 20), caller("c", 0, "answered"), caller("d", 0, "abandoned")]
    assert queue_signals(calls, at(59), LIMITS) == []
    assert met(found := queue_signals(calls, at(65), LIMITS)) == [(WAITING, 60)]
    assert found[0].amount == 2
    assert queue_signals(calls, at(65), OFF) == []


def test_every_measured_rule_can_be_switched_off() -> None:
    told = events((0, "answered"), (10, "hold_start"), (500, "hold_end"), (600, "faq_used", {"sure_percent": 1}))
    assert len({one.rule for one in call_signals(told, [at(1), at(2)], at(9000), LIMITS)}) == 4
    assert call_signals(told, [at(1), at(2)], at(9000), OFF) == []


# ── once per call and rule ────────────────────────────────────────────────────────────────────────────────────────

KINDS: list[EventType] = ["answered", "hold_start", "hold_end", "faq_used", "ended"]
told_events = st.lists(
    st.tuples(st.integers(0, 4000), st.sampled_from(KINDS)), min_size=1, max_size=12, unique=True
).map(lambda pairs: events(*((secs, kind, {"sure_percent": 5}) for secs, kind in pairs)))


@given(told=told_events, order=st.randoms(use_true_random=False), looks=st.integers(1, 6))
def test_no_order_of_events_tells_twice_or_loses_one(told: list[Event], order: object, looks: int) -> None:
    """However the log comes in and however often it is looked at: every signal of the whole story is told by an alert
    of its rule within the re-arm time, and no two alerts of a rule are nearer than that."""
    shuffled = list(told)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    end = at(9000)
    whole = call_signals(told, [], end, LIMITS)
    assert set(call_signals(shuffled, [], end, LIMITS)) == set(whole)
    raised: list[tuple[str, datetime]] = []
    step = max(1, len(shuffled) // looks)
    for upto in [*range(step, len(shuffled), step), len(shuffled), len(shuffled)]:
        fresh = uncovered(call_signals(shuffled[:upto], [], end, LIMITS), raised, REARM)
        raised += [(one.rule, one.at) for one in fresh]
    assert uncovered(call_signals(shuffled, [], end, LIMITS), raised, REARM) == []
    for one in whole:
        assert any(rule == one.rule and abs(when - one.at) < REARM for rule, when in raised)
    for rule in {rule for rule, _ in raised}:
        times = sorted(when for one, when in raised if one == rule)
        assert all(b - a >= REARM for a, b in pairwise(times))


def test_a_rule_is_told_again_only_after_the_rearm_time() -> None:
    said = [Signal("カスハラ", at(secs), place) for place, secs in enumerate((0, 300, 599, 600, 700))]
    assert [one.place for one in uncovered(said, [], REARM)] == [0, 3]
    assert [one.place for one in uncovered(said, [("強い苦情", at(0))], REARM)] == [0, 3], "another rule stands alone"


# ── words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("speaker", "text", "rules"),
    [
        ("citizen", "おい、ぶっ殺すぞ", {"カスハラ"}),
        ("operator", "おい、ぶっ殺すぞ", set()),
        ("citizen", "責任者に代わってください", {"上司に代わって"}),
        ("citizen", "夫に代わって受け取れますか", set()),
        ("citizen", "苦情ではないのですが", set()),
        ("citizen", "番号は【個人番号】です", {PERSONAL_NUMBER}),
        ("operator", "番号は【個人番号】ですね", {PERSONAL_NUMBER}),
        ("operator", "暗証番号を教えてください", {"NGワード"}),
        ("operator", "暗証番号は教えないでください", set()),
    ],
)
def test_who_says_what_decides(speaker: str, text: str, rules: set[str]) -> None:
    assert set(rules_met(speaker, text, SHIPPED)) == rules


def test_the_model_is_asked_only_where_no_words_are_met() -> None:
    def odds(text: str) -> float:
        return 0.73

    def met(speaker: str, text: str, limit: int = 50) -> list[tuple[str, int]]:
        return said_rules(speaker, text, SHIPPED, odds, limit)

    assert met("citizen", "もう信用できません") == [(COMPLAINT_LIKE, 73)]
    assert met("citizen", "責任者を出せ") == [("上司に代わって", 0)]
    assert met("operator", "もう信用できません") == []
    assert met("citizen", "もう信用できません", 74) == met("citizen", "もう信用できません", 0) == []


def test_the_shipped_rules_are_the_ones_a_centre_expects() -> None:
    assert list(SHIPPED) == ["カスハラ", "強い苦情", "上司に代わって", "NGワード"]
    assert not set(SHIPPED) & set(MEASURED)


def test_a_citys_own_words_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    own = tmp_path / "alerts.toml"
    own.write_text('[rules."議員"]\nspeaker = "any"\nwords = ["市議"]\n', encoding="utf-8")
    rules = load_word_rules(own)
    assert rules_met("operator", "市議の方ですか", rules) == ["議員"]
    assert rules_met("citizen", "ぶっ殺すぞ", rules) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('# 市\n[rules."a"]\nspeaker = "citizen"\nwords = ["("]\n', "alerts.toml 2行目 の a.words"),
        ('[rules."a"]\nspeaker = "bot"\nwords = ["x"]\n', "a.speaker"),
        ('[rules."a"]\nwords = ["x"]\n', "a.speaker"),
        ('[rules."a"]\nspeaker = "any"\nwords = ["x*"]\n', "どんな文にも当たる"),
        ('[rules."沈黙"]\nspeaker = "any"\nwords = ["x"]\n', "設定（alerts）"),
        ('[rule."a"]\n', '[rules."名前"]'),
    ],
)
def test_a_broken_file_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "alerts.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_word_rules(tmp_path / "alerts.toml")
    assert told in refused.value.message


def test_what_was_measured_is_said_in_words() -> None:
    assert measured_text(LONG_CALL, 1200) == "20分00秒"
    assert measured_text(SILENCE, 45) == "45秒"
    assert measured_text(WAITING, 3) == "3人"
    assert measured_text(LOW_CONFIDENCE, 12) == "確信度12％"
    assert measured_text("カスハラ", 0) == ""
