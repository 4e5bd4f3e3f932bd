"""Figures: parts sum to wholes, every call counts once, whatever the PBX sends."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.events.model import Event
from desk.kpi.build import build_call, build_calls
from desk.kpi.call import DISPOSITIONS, Call
from desk.kpi.compare import reduction
from desk.kpi.figure import percent, wilson
from desk.kpi.figures import all_figures
from desk.kpi.rules import KpiRules
from desk.kpi.self_service import bot_figures, bot_rates, bot_topics
from desk.kpi.topics import by_category, by_group, by_hour_and_weekday, faq_uses
from desk.kpi.volumes import offered_in_service
from desk.kpi.workforce import workloads
from tests.fakes.desk_calls import START, answered_call, build_input, event, messy_events

RULES = KpiRules()


def figures(calls: list[Call], rules: KpiRules = RULES) -> dict[str, float | None]:
    return {figure.kpi_id: figure.value for figure in all_figures(calls, rules)}


@given(messy_events())
def test_every_call_comes_out_once(events: list[Event]) -> None:
    calls = build_calls(events)
    assert Counter(call.call_id for call in calls) == Counter({one.call_id for one in events})


@given(messy_events(), st.randoms(use_true_random=False))
def test_order_of_arrival_and_repeats_change_nothing(events: list[Event], rng: random.Random) -> None:
    shuffled = [*events, *events]
    rng.shuffle(shuffled)
    assert build_calls(shuffled) == build_calls(events)


@given(messy_events())
def test_parts_sum_to_wholes(events: list[Event]) -> None:
    calls = build_calls(events)
    found = {figure.kpi_id: figure for figure in all_figures(calls, RULES)}
    parts = [found[name] for name in DISPOSITIONS]
    assert sum(part.n for part in parts) == found["inbound"].n
    assert found["offered"].n == found["inbound"].n - found["out_of_hours"].n
    ids = [call_id for part in parts for call_id in part.numerator]
    assert Counter(ids) == Counter(found["inbound"].numerator)
    assert sum(by_hour_and_weekday(calls).values()) == found["inbound"].n
    assert sum(share.number for share in by_category(calls)) == found["answered"].n
    assert sum(share.number for share in by_group(calls, {"申請": "予約"}, ["予約", "その他"])) == found["answered"].n
    assert sum(share.number for share in faq_uses(calls)) == found["faq_uses"].n


@given(messy_events(), st.integers(0, 60))
def test_rates_lie_between_0_and_100_and_rest_on_their_denominator(events: list[Event], short_secs: int) -> None:
    for figure in all_figures(build_calls(events), KpiRules(short_abandon_secs=short_secs)):
        assert figure.formula
        assert figure.n >= 0
        if figure.unit == "%":
            assert set(figure.numerator) <= set(figure.denominator)
            assert figure.value is None or 0 <= figure.value <= 100
        elif figure.value is not None:
            assert figure.value >= 0


@given(messy_events())
def test_answered_abandoned_overflowed_and_waiting_are_all_of_the_staffed_calls(events: list[Event]) -> None:
    found = {figure.kpi_id: figure for figure in all_figures(build_calls(events), RULES)}
    base = found["answer_rate"].denominator
    parts = [*found["answered"].numerator, *found["abandoned"].numerator]
    parts += [*found["overflowed"].numerator, *found["open"].numerator]
    assert Counter(parts) == Counter(base)


@given(messy_events())
def test_days_of_a_period_sum_to_the_period(events: list[Event]) -> None:
    calls = build_calls(events)
    by_day = Counter(call.day for call in calls)
    whole = figures(calls)
    for name in ("inbound", "answered", "faq_uses"):
        parts = [figures([call for call in calls if call.day == day])[name] or 0 for day in by_day]
        assert sum(parts) == whole[name]


@given(messy_events())
def test_handling_time_is_the_sum_of_its_parts(events: list[Event]) -> None:
    for call in build_calls(events):
        times = call.times
        if call.disposition == "answered" and call.ended_at and times.talk_secs is not None:
            assert times.talk_secs >= 0
            assert times.hold_secs >= 0


def test_average_times_of_known_calls() -> None:
    calls = build_calls(build_input([answered_call("a", 0, 4, 100, 20), answered_call("b", 500, 8, 201, 41)]))
    found = figures(calls)
    assert (found["asa"], found["att"], found["acw"], found["aht"]) == (6.0, 150.5, 30.5, 181.0)


def test_holds_are_not_talk_and_an_open_hold_ends_with_the_call() -> None:
    events = answered_call("a", 0, 5, 100)
    events += [event("a", "hold_start", 20), event("a", "hold_end", 40), event("a", "hold_start", 95)]
    call = build_call("a", events)
    assert (call.times.talk_secs, call.times.hold_secs) == (70.0, 30.0)
    assert "hold_left_open" in call.anomalies


def test_answered_beats_abandoned_and_says_so() -> None:
    call = build_call("a", [*answered_call("a"), event("a", "abandoned", 3)])
    assert call.disposition == "answered"
    assert "answered_and_abandoned" in call.anomalies


def test_a_call_without_its_first_event_is_still_a_call() -> None:
    call = build_call("a", answered_call("a")[2:])
    assert call.disposition == "answered"
    assert "offered_missing" in call.anomalies


def test_a_clock_going_backwards_gives_no_negative_time() -> None:
    call = build_call("a", [event("a", "call_offered", 100), event("a", "answered", 50), event("a", "ended", 20)])
    assert call.times.wait_secs == 0
    assert call.times.talk_secs == 0
    assert "clock_backwards" in call.anomalies


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC), date(2026, 3, 31)),
        (datetime(2026, 3, 31, 15, 0, 0, tzinfo=UTC), date(2026, 4, 1)),
        (datetime(2026, 12, 31, 15, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_call_belongs_to_the_japanese_day_it_began(at: datetime, day: date) -> None:
    call = build_call("a", [Event("e", "a", "call_offered", at), Event("f", "a", "ended", at + timedelta(minutes=9))])
    assert call.day == day


def test_fcr_and_first_answer_are_different_things() -> None:
    closed = {
        "a": ("answered", True, True),
        "b": ("answered", True, False),
        "c": ("callback", False, False),
        "d": ("booked", True, True),
    }
    calls = []
    for call_id, (outcome, inside, completed) in closed.items():
        extra = event(call_id, "record_closed", 300, outcome=outcome, answered_in_center=inside, completed=completed)
        calls.append(build_call(call_id, [*answered_call(call_id), extra]))
    found = {figure.kpi_id: figure for figure in all_figures(calls, RULES)}
    assert found["fcr"].numerator == ("a", "d")
    assert found["first_answer_rate"].numerator == ("a", "b")
    assert found["first_answer_rate"].denominator == ("a", "b", "c")


def test_one_call_escalates_once() -> None:
    events = [
        *answered_call("a"),
        event("a", "transferred", 50, target="supervisor"),
        event("a", "transferred", 60, target="department"),
        event("a", "record_closed", 300, outcome="callback"),
    ]
    found = figures([build_call("a", events)])
    assert (found["escalation_rate"], found["to_supervisor"], found["to_department"]) == (100.0, 1.0, 1.0)


def test_silence_is_not_solved() -> None:
    calls = []
    for place, (outcome, grade) in enumerate(
        [("confirmed", "correct"), ("confirmed", "wrong"), ("completed", "correct"), ("abandoned", "")]
    ):
        events = [event(f"c{place}", "call_offered", 0), event(f"c{place}", "bot_ended", 60, outcome=outcome)]
        if grade:
            events.append(event(f"c{place}", "answer_audited", 900, grade=grade))
        calls.append(build_call(f"c{place}", events))
    found = {figure.kpi_id: figure for figure in all_figures(calls, RULES)}
    assert found["containment"].value == 75.0
    assert found["confirmed_self_resolution"].value == 50.0
    assert (found["correct_self_resolution"].value, found["correct_self_resolution"].n) == (33.3, 3)
    assert found["correct_self_resolution"].interval is not None


def test_used_again_after_undo_counts_once() -> None:
    events = [
        *answered_call("a"),
        event("a", "faq_used", 20, 1, faq_id="F1", version=3),
        event("a", "faq_unused", 21, 2, faq_id="F1"),
        event("a", "faq_used", 22, 3, faq_id="F1", version=3),
        event("a", "faq_viewed", 23, 4, faq_id="F2"),
    ]
    assert build_call("a", events).faqs_used == (("F1", 3),)


def test_reclassification_after_closing_wins() -> None:
    events = [
        *answered_call("a"),
        event("a", "record_closed", 200, outcome="answered", category="申請"),
        event("a", "reclassified", 9000, category="電子証明書"),
    ]
    assert build_call("a", events).category == "電子証明書"


def test_a_call_of_the_night_is_not_a_lost_call() -> None:
    call = build_call("a", [event("a", "call_offered", 0, in_hours=False), event("a", "ended", 20)])
    assert call.disposition == "out_of_hours"
    assert offered_in_service([call]) == []


def test_short_abandons_can_be_left_out() -> None:
    lost = [event("b", "call_offered", 0), event("b", "abandoned", 4), event("b", "ended", 4)]
    calls = build_calls(build_input([answered_call("a"), lost]))
    assert figures(calls)["answer_rate"] == 50.0
    assert figures(calls, KpiRules(short_abandon_secs=5))["answer_rate"] == 100.0


@given(st.integers(0, 500), st.integers(1, 500))
def test_interval_holds_the_rate(hits: int, n: int) -> None:
    low, high = wilson(min(hits, n), n)
    value = percent(min(hits, n), n)
    assert value is not None
    assert 0 <= low <= value <= high <= 100


def test_states_of_an_operator_do_not_overlap() -> None:
    def interval(start: int, end: int, state: str) -> Event:
        until = (START + timedelta(seconds=end)).isoformat()
        at = START + timedelta(seconds=start)
        return Event(f"s{start}", "", "status_interval", at, {"operator": "op1", "state": state, "until": until})

    events = [interval(0, 1000, "ready"), interval(600, 1200, "talking"), interval(1200, 1500, "away")]
    (load,) = workloads(events, START, START + timedelta(seconds=1400))
    assert (load.present_secs, load.busy_secs, load.ready_secs) == (1400.0, 600.0, 600.0)
    assert (load.utilisation, load.occupancy) == (85.7, 50.0)


def test_reduction_takes_the_renewal_wave_out() -> None:
    assert reduction(1000, 1000, 100, 200).per_procedure == 50.0
    assert reduction(1000, 900).plain == 10.0
    assert reduction(0, 5).plain is None


def bot_call(name: str, outcome: str, grade: str = "", faq_id: str = "", channel: str = "phone", **ended: Any) -> Call:
    events = [event(name, "call_offered", 0, channel=channel), event(name, "bot_ended", 60, outcome=outcome, **ended)]
    if faq_id:
        events.insert(1, event(name, "faq_used", 20, faq_id=faq_id, version=1))
    if grade:
        events.append(event(name, "answer_audited", 900, grade=grade))
    return build_call(name, events)


def test_rates_of_the_voicebot_by_hand() -> None:
    calls = [bot_call(f"c{n}", "completed", "correct" if n == 0 else "") for n in range(3)]
    calls += [bot_call(f"s{n}", "confirmed", "correct" if n < 4 else "wrong") for n in range(5)]
    calls += [bot_call(f"h{n}", "handed_over") for n in range(2)]
    calls += [bot_call("o", "handed_over", in_scope=False), bot_call("w", "confirmed", channel="web")]
    found = {figure.kpi_id: (len(figure.numerator), figure.n) for figure in bot_rates(calls)}
    assert found["bot_calls"] == (12, 12)
    assert found["bot_out_of_scope"] == (1, 1)
    assert found["containment"] == (9, 11)
    assert found["confirmed_self_resolution"] == (6, 11)
    assert found["correct_self_resolution"] == (4, 6)
    assert found["bot_wrong"] == (1, 6)
    phones = {figure.kpi_id: figure.n for figure in bot_figures(calls)}
    assert phones["bot_calls"] == 11, "the reports count telephone calls"


def test_topics_of_the_voicebot_add_up() -> None:
    calls = [
        bot_call("a", "confirmed", "wrong", "F1"), bot_call("b", "completed", "", "F1"), bot_call("c", "abandoned", "", "F2"),
        bot_call("d", "handed_over"), bot_call("e", "handed_over", channel="web"),
    ]  # fmt: skip
    lines = bot_topics(calls, lambda call: {"F1": "更新"}.get(call.faqs_used[0][0], "他") if call.faqs_used else "なし")
    assert [(line.topic, line.number) for line in lines] == [("なし", 2), ("更新", 2), ("他", 1)]
    assert sum(line.number for line in lines) == len(calls)
    renewal = lines[1]
    assert (renewal.contained, renewal.confirmed, renewal.wrong, renewal.audited) == (2, 1, 1, 1)
    assert lines[0].handed_over == 2
