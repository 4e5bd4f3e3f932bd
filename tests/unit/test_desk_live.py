"""The centre now, from the log alone: states of operators, who waits, and what a lost event may not do."""

from datetime import timedelta

from hypothesis import given, settings

from desk.events.model import Event
from desk.kpi.live import moment
from tests.fakes.desk_calls import START, answered_call, event, messy_events

AT = START + timedelta(minutes=10)


def status(operator: str, state: str, at_secs: float, until_secs: float, number: int = 0) -> Event:
    until = (START + timedelta(seconds=until_secs)).isoformat()
    return event("", "status_interval", at_secs, number, operator=operator, state=state, until=until)


def test_each_state_of_a_call_is_seen_with_its_beginning() -> None:
    call = [
        event("c", "call_offered", 0), event("c", "answered", 10, operator="op1"), event("c", "hold_start", 60),
        event("c", "hold_end", 90), event("c", "ended", 200), event("c", "acw_end", 260),
    ]  # fmt: skip
    seen = {}
    for secs in (30, 70, 120, 220, 300):
        found = moment(call, START + timedelta(seconds=secs)).operators[0]
        seen[secs] = (found.state, (found.since - START).total_seconds())
    assert seen == {
        30: ("talking", 10), 70: ("hold", 60), 120: ("talking", 90), 220: ("after_call", 200), 300: ("ready", 260)
    }  # fmt: skip


def test_a_break_lasts_until_its_end_and_then_the_seat_is_free() -> None:
    away = [*answered_call("c", talk=50, wrap=10), status("op1", "away", 300, 900)]
    assert moment(away, START + timedelta(seconds=400)).operators[0].state == "away"
    after = moment(away, START + timedelta(seconds=1_000)).operators[0]
    assert (after.state, after.since) == ("ready", START + timedelta(seconds=900))
    gone = [*away, status("op1", "offline", 900, 901, 1)]
    assert moment(gone, START + timedelta(seconds=1_000)).operators[0].state == "offline"


def test_who_waits_and_for_how_long() -> None:
    events = [
        event("a", "call_offered", 300), event("a", "queue_entered", 310),
        event("b", "call_offered", 400), event("b", "abandoned", 450),
        event("night", "call_offered", 500, in_hours=False),
        event("bot", "call_offered", 500), event("bot", "bot_started", 505),
        event("out", "call_offered", 500, direction="outbound"),
    ]  # fmt: skip
    found = moment(events, AT)
    assert [one.call_id for one in found.waiting] == ["a"]
    assert found.longest_wait_secs == 290


def test_a_lost_end_does_not_last_for_ever() -> None:
    events = [event("a", "call_offered", 0), event("b", "call_offered", 0), event("b", "answered", 5, operator="op1")]
    later = moment(events, START + timedelta(hours=4))
    assert later.waiting == ()
    assert later.operators[0].state == "ready"
    # … nor does somebody sit there all night.
    assert moment(events, START + timedelta(hours=12)).operators[0].state == "offline"


@given(messy_events())
@settings(max_examples=100, deadline=None)
def test_every_operator_is_in_one_state_and_nothing_is_in_the_future(events: list[Event]) -> None:
    found = moment([*events, *events], AT)
    assert len({one.operator for one in found.operators}) == len(found.operators)
    assert all(one.since <= AT for one in found.operators)
    assert all(one.since <= AT for one in found.waiting)
    assert sum(found.number(state) for state in ("talking", "hold", "after_call", "ready", "away", "offline")) == len(
        found.operators
    )


def test_a_board_without_states_from_the_exchange_says_so() -> None:
    assert not moment(answered_call("c1"), AT).status_told
    assert moment([*answered_call("c1"), status("op1", "away", 0, 300)], AT).status_told
