"""Alerts to supervisors on a real database: raised beside the call, once, also after a restart; what was done is kept."""

from datetime import timedelta
from pathlib import Path

import pytest

from api.security.permissions import Role
from desk.alerts.model import LONG_CALL, LOW_CONFIDENCE, PERSONAL_NUMBER, WAITING, Alert
from desk.alerts.rows import AlertFilter
from desk.alerts.service import STALE
from desk.assist.model import Heard
from desk.reports.alerts import alert_figures
from knowledge.domain import FaqEntry
from knowledge.errors import InvalidInput, NotFound, Unavailable
from knowledge.faq.periods import period_of
from knowledge.store.audit import verify
from knowledge.store.database import Database
from tests.fakes.desk_house import DeskHouse, open_house
from tests.fakes.staff_site import OFF, opened_site, person
from tests.integration.test_desk_pages import desk_of

THREAT = "おい、ぶっ殺すぞ"


@pytest.fixture
def house(database: Database, tmp_path: Path) -> DeskHouse:
    return open_house(database, tmp_path)


def begin(house: DeskHouse, call_id: str = "c1") -> str:
    """A call on the phone with the assist open; the session."""
    house.send(call_id, "call_offered", line="main")
    house.send(call_id, "answered", operator="op1")
    return house.desk.assist.start(call_id, "op1").session_id


def say(house: DeskHouse, session: str, words: str, speaker: str = "citizen") -> None:
    house.desk.assist.hear(session, Heard(speaker, words), "op1")  # type: ignore[arg-type]


def rules(found: list[Alert]) -> list[str]:
    return sorted(one.rule for one in found)


def test_what_is_said_calls_a_supervisor_once(house: DeskHouse) -> None:
    session = begin(house)
    say(house, session, "カードの持ち物を教えてください")
    assert house.desk.alerts.look() == []
    say(house, session, THREAT)
    (found,) = house.desk.alerts.look()
    assert (found.rule, found.call_id, found.operator, found.place) == ("カスハラ", "c1", "op1", 1)
    assert found.said is not None
    assert found.record_id == house.desk.assist.live()[0].record_id
    say(house, session, THREAT)
    assert house.desk.alerts.look() == []
    house.clock.advance(timedelta(minutes=10))
    say(house, session, THREAT)
    assert rules(house.desk.alerts.look()) == ["カスハラ"], "the re-arm time is over"


def test_a_recogniser_without_a_screen_is_followed_too(house: DeskHouse) -> None:
    house.send("c9", "call_offered", line="main")
    house.send("c9", "answered", operator="op2")
    house.desk.assist.hear_call("c9", Heard("citizen", "責任者に代わってください", 100, 900))
    (found,) = house.desk.alerts.look()
    assert (found.rule, found.operator) == ("上司に代わって", "op2")


def test_a_personal_number_is_told_and_stands_nowhere(house: DeskHouse) -> None:
    session = begin(house)
    say(house, session, "マイナンバーは123456789012です")
    (found,) = house.desk.alerts.look()
    assert found.rule == PERSONAL_NUMBER
    assert "123456789012" not in repr(found)


def test_time_alone_calls_a_supervisor(house: DeskHouse) -> None:
    begin(house)
    house.desk.alerts.look()
    house.clock.advance(timedelta(minutes=20))
    (found,) = house.desk.alerts.look()
    assert (found.rule, found.measured) == (LONG_CALL, "20分00秒")
    house.clock.advance(timedelta(minutes=20))
    assert house.desk.alerts.look() == []


def test_the_queue_is_told_as_one_thing(house: DeskHouse) -> None:
    for number in range(4):
        house.send(f"w{number}", "call_offered", line="main")
        house.send(f"w{number}", "queue_entered")
    house.desk.alerts.look()
    house.clock.advance(timedelta(seconds=61))
    (found,) = house.desk.alerts.look()
    assert (found.rule, found.call_id, found.measured) == (WAITING, "", "4人")


def test_an_unsure_answer_is_told_when_it_is_used(house: DeskHouse) -> None:
    session = begin(house)
    say(house, session, "代理人の持ち物は何ですか。暗証番号をなくしたときの話です")
    house.desk.assist.mark(session, "MH2019", "faq_used", "op1")
    assert house.desk.alerts.look() == []
    house.desk.assist.pin(session, FaqEntry("K1", "q", "a", 1), "op1")
    with house.db.begin() as conn:
        house.desk.records.mark_call(conn, "c1", "faq_used", "MH4001", 1, "op1", 30)
    (found,) = house.desk.alerts.look()
    assert (found.rule, found.measured) == (LOW_CONFIDENCE, "確信度30％")


def test_a_restart_tells_nothing_twice_and_loses_nothing(house: DeskHouse, tmp_path: Path) -> None:
    session = begin(house)
    say(house, session, THREAT)
    assert rules(house.desk.alerts.look()) == ["カスハラ"]
    say(house, session, "責任者を出せ")
    again = open_house(house.db, tmp_path)
    again.clock.at = house.clock.at
    assert rules(again.desk.alerts.look()) == ["上司に代わって"]
    assert again.desk.alerts.look() == []


def test_a_round_that_fails_is_made_up_for_and_no_call_notices(
    house: DeskHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = begin(house)
    house.desk.alerts.look()
    with monkeypatch.context() as broken:
        broken.setattr("desk.alerts.rows.add", lambda *given: (_ for _ in ()).throw(Unavailable("混み合っています。")))
        say(house, session, THREAT)
        with pytest.raises(Unavailable):
            house.desk.alerts.look()
    assert rules(house.desk.alerts.look()) == ["カスハラ"]


def test_a_log_that_comes_in_late_calls_nobody(house: DeskHouse) -> None:
    long_ago = house.clock.at - STALE - timedelta(hours=1)
    house.send("old", "call_offered", long_ago, line="main")
    house.send("old", "answered", long_ago, operator="op1")
    house.send("old", "hold_start", long_ago)
    house.send("old", "hold_end", long_ago + timedelta(minutes=9))
    house.send("old", "ended", long_ago + timedelta(minutes=40))
    assert house.desk.alerts.look() == []


def test_what_a_supervisor_does_is_kept(house: DeskHouse) -> None:
    alerts = house.desk.alerts
    session = begin(house)
    say(house, session, THREAT)
    (found,) = alerts.look()
    told: list[int] = []
    stop = alerts.watch(lambda: told.append(1))
    alerts.step(found.alert_id, "snoozed", "sv1")
    assert alerts.open_now() == []
    house.clock.advance(timedelta(minutes=5))
    assert [one.alert_id for one in alerts.open_now()] == [found.alert_id]
    alerts.step(found.alert_id, "acknowledged", "sv1")
    alerts.step(found.alert_id, "acknowledged", "sv2")
    done = alerts.step(found.alert_id, "handled", "sv2", "電話を代わった。相手は090-1234-5678")
    stop()
    assert len(told) == 4
    assert (done.acknowledged_by, done.outcome, done.settled_by) == ("sv1", "handled", "sv2")
    assert alerts.open_now() == []
    ((_, steps),) = alerts.of_call("c1")
    assert [one.kind for one in steps] == ["snoozed", "acknowledged", "acknowledged", "handled"]
    assert "5678" not in steps[-1].note
    with house.db.read() as conn:
        assert verify(conn) is None
    with pytest.raises(NotFound):
        alerts.step("0" * 32, "acknowledged", "sv1")
    with pytest.raises(InvalidInput):
        alerts.step(found.alert_id, "correct", "sv1", "長" * 501)


def test_precision_counts_what_was_judged(house: DeskHouse) -> None:
    for number, outcome in enumerate(("correct", "handled", "wrong", "")):
        session = begin(house, f"c{number}")
        say(house, session, THREAT)
        (found,) = house.desk.alerts.look()
        house.clock.advance(timedelta(seconds=20))
        if outcome:
            house.desk.alerts.step(found.alert_id, outcome, "sv1")  # type: ignore[arg-type]
    period = period_of(house.clock.today(), "day")
    with house.db.read() as conn:
        (figures,) = alert_figures(conn, period)
    assert (figures.rule, figures.raised, figures.precision.hits, figures.precision.n) == ("カスハラ", 4, 2, 3)
    assert figures.seen_secs == 20
    table = next(one for one in house.desk.reports.make("daily", house.clock.today()).tables if "知らせ" in one.title)
    assert table.rows[0][:4] == ("カスハラ", 4, 3, 2)
    wrong = house.desk.alerts.find(
        AlertFilter(rule="カスハラ", outcome="wrong", operator="op1", since=period.begins_at)
    )
    assert [one.call_id for one in wrong] == ["c2"]
    assert house.desk.alerts.find(AlertFilter(until=period.begins_at)) == []


def test_other_systems_hear_of_it_without_what_was_said(house: DeskHouse) -> None:
    house.desk.webhooks.add("https://example.jp/hook", ["alert.raised"], "kanri")
    session = begin(house)
    say(house, session, THREAT)
    house.desk.alerts.look()
    sent: list[bytes] = []

    def post(url: str, body: bytes, headers: object) -> int:
        sent.append(body)
        return 200

    house.desk.webhooks.deliver_due(post)
    assert len(sent) == 1
    assert "カスハラ".encode() in sent[0]
    assert "殺".encode() not in sent[0]


async def test_the_pages_without_a_script(tmp_path: Path) -> None:
    with opened_site(tmp_path, faqs=1, **OFF) as site:
        site.user("sv1", Role.SUPERVISOR)
        house = DeskHouse(desk_of(site), site.clock, site.services.db)
        say(house, begin(house, "c10"), THREAT)
        (alert,) = house.desk.alerts.look()
        async with person(site) as someone:
            await someone.log_in("sv1")
            assert "責任者への自動の知らせで" in someone.text
            await someone.get("/staff/desk/live")
            assert alert.alert_id in someone.text
            await someone.submit(f"/staff/desk/alerts/{alert.alert_id}", step="correct", back="live")
            assert someone.path == "/staff/desk/live"
            assert alert.alert_id not in someone.text
            await someone.submit(f"/staff/desk/alerts/{alert.alert_id}", step="explode")
            assert someone.status == 422
            await someone.get("/staff/desk/alerts")
            assert "100.0％（1／1件）" in someone.text
            await someone.get("/staff/desk/alert-file?rule=カスハラ&result=correct")
            lines = someone.text.splitlines()
            assert lines[0].startswith("\ufeff起きた時刻,知らせた時刻,規則")
            assert [line.split(",")[6] for line in lines[1:]] == ["c10"]
            assert "殺" not in someone.text
