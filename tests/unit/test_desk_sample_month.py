"""The demonstration's month: marked, over by now, the same again, and never counted twice."""

from datetime import UTC, datetime, timedelta

from desk.events.parse import Parsed, parse_event
from desk.kpi.build import build_calls
from desk.kpi.call import SAMPLE_LINE
from desk.simulator.sample_month import DAYS, sample_messages
from knowledge.profile import load_profile

NOW = datetime(2026, 11, 12, 5, 0, tzinfo=UTC)
FAQS = {"申請": ["MH1001"], "交付・受取": ["MH2001"]}


def test_calls_of_the_last_month_are_whole_marked_and_in_the_past() -> None:
    messages = sample_messages(load_profile("mihon"), NOW, None, FAQS)
    parsed = [parse_event(message, NOW) for message in messages]
    events = [one.event for one in parsed if isinstance(one, Parsed)]
    assert len(events) == len(messages)
    calls = build_calls(events)
    assert len(calls) > 1_000
    assert {call.line for call in calls} == {SAMPLE_LINE}
    assert all(NOW - timedelta(days=DAYS) <= call.offered_at <= NOW for call in calls)
    assert all(event.at <= NOW for event in events)
    assert not any(call.disposition == "open" for call in calls)


def test_the_same_again_and_only_what_is_new() -> None:
    profile = load_profile("mihon")
    whole = sample_messages(profile, NOW, None, FAQS)
    assert whole == sample_messages(profile, NOW, None, FAQS)
    yesterday = NOW - timedelta(days=1)
    first = {one["call_id"] for one in sample_messages(profile, yesterday, None, FAQS)}
    rest = {one["call_id"] for one in sample_messages(profile, NOW, yesterday, FAQS)}
    assert rest
    assert not first & rest


def test_ids_are_not_taken_for_personal_numbers() -> None:
    from knowledge.privacy.redactor import RuleRedactor

    messages = sample_messages(load_profile("mihon"), NOW, NOW - timedelta(days=2), FAQS)
    assert not any(RuleRedactor().redact(f"{one['call_id']} {one['event_id']}").spans for one in messages[:50])
