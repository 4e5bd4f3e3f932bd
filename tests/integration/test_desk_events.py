"""The event log on a real database: a month of traffic, repeats, disorder, personal data in ids."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from desk.events.log import EventLog, read_events
from desk.events.notes import Noted, notes_between
from desk.kpi.build import build_calls
from desk.simulator.scenario import batches, simulated_month
from desk.simulator.traffic import volumes
from knowledge.clock import FixedClock
from knowledge.faq.periods import Period, period_of
from knowledge.privacy.redactor import RuleRedactor
from knowledge.profile import is_open, japanese_holidays, load_profile
from knowledge.store.database import Database

NOW = datetime(2026, 12, 20, 3, 0, tzinfo=UTC)


def open_log(db: Database, city: str = "matsusaka") -> EventLog:
    profile, holidays = load_profile(city), japanese_holidays()
    return EventLog(db, FixedClock(NOW), RuleRedactor(), lambda at: is_open(profile, at, holidays))


def calls_in(db: Database, period: Period) -> list[Any]:
    with db.read() as conn:
        calls = build_calls(read_events(conn, period))
    return [call for call in calls if period.first <= call.day <= period.last]


def message(number: int, kind: str, at: str, call_id: str = "c1", **attributes: Any) -> dict[str, Any]:
    return {"event_id": f"e{number}", "call_id": call_id, "type": kind, "at": at, "attributes": attributes}


def test_a_month_arrives_whole_in_any_order_and_twice(database: Database) -> None:
    log = open_log(database)
    messages = simulated_month(load_profile("matsusaka"), 2026, 11, seed=3)
    shuffled = [*messages, *messages[:500]]
    random.Random(4).shuffle(shuffled)
    receipts = [log.append(batch, "pbx") for batch in batches(shuffled)]
    assert sum(receipt.accepted for receipt in receipts) == len(messages)
    assert sum(receipt.duplicates for receipt in receipts) == 500
    calls = calls_in(database, Period(datetime(2026, 11, 1).date(), datetime(2026, 11, 30).date()))
    assert len(calls) == len({one["call_id"] for one in messages})
    in_hours = [call for call in calls if call.disposition != "out_of_hours"]
    assert len(in_hours) == sum(volumes(load_profile("matsusaka"), 11).values()) == 700


def test_what_is_refused_is_noted_and_the_rest_taken(database: Database) -> None:
    log = open_log(database)
    receipt = log.append(
        [message(1, "call_offered", "2026-11-20T10:00:00+09:00"), {"type": "x"}, 5, message(2, "ended", "soon")], "pbx"
    )
    assert (receipt.accepted, [note.index for note in receipt.refused]) == (1, [1, 2, 3])
    with database.read() as conn:
        noted = notes_between(conn, NOW, NOW.replace(hour=4))
    assert noted == [Noted("bad_time", "at", 1), Noted("not_an_object", "", 1), Noted("unknown_type", "type", 1)]


def test_the_same_id_with_other_content_does_not_replace(database: Database) -> None:
    log = open_log(database)
    log.append([message(1, "call_offered", "2026-11-20T10:00:00+09:00")], "pbx")
    log.append([message(1, "ended", "2026-11-20T10:05:00+09:00")], "pbx")
    with database.read() as conn:
        assert notes_between(conn, NOW, NOW.replace(hour=4)) == [Noted("id_conflict", "", 1)]
    (call,) = calls_in(database, period_of(datetime(2026, 11, 20).date(), "day"))
    assert call.ended_at is None


def test_opening_hours_are_stamped_on_arrival(database: Database) -> None:
    log = open_log(database)
    log.append([message(1, "call_offered", "2026-11-20T18:00:00+09:00")], "pbx")
    (call,) = calls_in(database, period_of(datetime(2026, 11, 20).date(), "day"))
    assert call.in_hours is False


def test_a_call_over_midnight_belongs_to_its_first_day_only(database: Database) -> None:
    log = open_log(database)
    log.append(
        [
            message(1, "call_offered", "2026-11-30T23:58:00+09:00"),
            message(2, "answered", "2026-11-30T23:59:00+09:00", operator="op1"),
            message(3, "ended", "2026-12-01T00:10:00+09:00"),
        ],
        "pbx",
    )
    (call,) = calls_in(database, period_of(datetime(2026, 11, 30).date(), "month"))
    assert call.times.talk_secs == 660
    assert calls_in(database, period_of(datetime(2026, 12, 1).date(), "month")) == []


def test_a_number_as_call_id_is_replaced_by_one_pseudonym(database: Database) -> None:
    log = open_log(database)
    for number, kind in enumerate(("call_offered", "ended"), start=1):
        log.append([message(number, kind, "2026-11-20T10:00:00+09:00", call_id="090-1234-5678")], "pbx")
    (call,) = calls_in(database, period_of(datetime(2026, 11, 20).date(), "day"))
    assert call.call_id.startswith("p-")
    with database.read() as conn:
        assert "1234-5678" not in repr(conn.execute(text("SELECT * FROM desk_events")).all())


def test_labels_are_redacted(database: Database) -> None:
    log = open_log(database)
    at = "2026-11-20T10:00:00+09:00"
    log.append([message(1, "transferred", at, target="other", to="090-1234-5678の山田太郎様")], "pbx")
    (call,) = calls_in(database, period_of(datetime(2026, 11, 20).date(), "day"))
    assert "1234" not in call.transfers[0].to


def test_the_log_cannot_be_rewritten(database: Database) -> None:
    open_log(database).append([message(1, "call_offered", "2026-11-20T10:00:00+09:00")], "pbx")
    for statement in ("DELETE FROM desk_events", "UPDATE desk_events SET type = 'ended'"):
        with pytest.raises(DatabaseError, match="append-only"), database.begin() as conn:
            conn.execute(text(statement))
