"""Messages from outside become events or a reason; nothing makes the parser raise."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.events.model import EVENT_TYPES
from desk.events.notes import REASON_LABELS, REFUSALS, RefusalReason, RepairReason, RepeatReason
from desk.events.parse import Parsed, Refused, parse_event
from desk.events.shapes import SHAPES

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "event_id": "e1",
    "call_id": "c1",
    "type": "call_offered",
    "at": "2026-11-20T11:59:00+09:00",
    "attributes": {"line": "main", "channel": "phone"},
}
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=5),
    max_leaves=12,
)


def test_every_type_has_a_shape() -> None:
    assert set(SHAPES) == set(EVENT_TYPES)


def test_every_reason_is_said_in_words() -> None:
    reasons = {one for kind in (RefusalReason, RepairReason, RepeatReason) for one in get_args(kind)}
    assert set(REASON_LABELS) == reasons > REFUSALS


def test_a_good_message_becomes_an_event_in_utc() -> None:
    parsed = parse_event(GOOD, NOW)
    assert isinstance(parsed, Parsed)
    assert parsed.event.at == datetime(2026, 11, 20, 2, 59, tzinfo=UTC)
    assert parsed.repairs == ()


def test_a_callers_number_is_not_kept() -> None:
    message = GOOD | {"attributes": {"caller_number": "09012345678", "line": "main"}, "from": "09012345678"}
    parsed = parse_event(message, NOW)
    assert isinstance(parsed, Parsed)
    assert "090" not in repr(parsed)


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"type": "exploded"}, "unknown_type", "type"),
        ({"type": []}, "unknown_type", "type"),
        ({"event_id": ""}, "bad_id", "event_id"),
        ({"call_id": "あ"}, "bad_id", "call_id"),
        ({"call_id": "x" * 65}, "bad_id", "call_id"),
        ({"at": "2026-11-20T11:59:00"}, "bad_time", "at"),
        ({"at": 5}, "bad_time", "at"),
        ({"at": "0001-01-01T00:00:00+09:00"}, "bad_time", "at"),
        ({"attributes": []}, "bad_attributes", "attributes"),
        ({"attributes": {"channel": "smoke"}}, "bad_value", "channel"),
        ({"attributes": {"in_hours": "yes"}}, "bad_value", "in_hours"),
        ({"type": "faq_used"}, "missing", "faq_id"),
        ({"type": "faq_used", "attributes": {"faq_id": "MH1", "version": True}}, "bad_value", "version"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], reason: RefusalReason, field: str) -> None:
    assert parse_event(GOOD | change, NOW) == Refused(reason, field)


def test_a_clock_that_runs_ahead_does_not_lose_the_call() -> None:
    parsed = parse_event(GOOD | {"at": "2030-01-01T00:00:00+09:00"}, NOW)
    assert isinstance(parsed, Parsed)
    assert parsed.event.at == NOW
    assert parsed.repairs == ("clock_ahead",)


def test_a_few_minutes_ahead_are_believed() -> None:
    parsed = parse_event(GOOD | {"at": (NOW + timedelta(minutes=4)).isoformat()}, NOW)
    assert isinstance(parsed, Parsed)
    assert parsed.repairs == ()


@given(_json)
def test_no_value_makes_it_raise(value: object) -> None:
    assert isinstance(parse_event(value, NOW), Refused)


@given(st.fixed_dictionaries(dict.fromkeys(GOOD, _json)))
def test_no_field_makes_it_raise(message: dict[str, Any]) -> None:
    assert isinstance(parse_event(message, NOW), Parsed | Refused)


@given(st.sampled_from(EVENT_TYPES), st.dictionaries(st.sampled_from(["version", "until", "faq_id", "to"]), _json))
def test_no_attribute_makes_it_raise(kind: str, attributes: dict[str, Any]) -> None:
    assert isinstance(parse_event(GOOD | {"type": kind, "attributes": attributes}, NOW), Parsed | Refused)
