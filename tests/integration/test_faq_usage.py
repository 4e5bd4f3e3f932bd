"""Use of the FAQ: the log, rankings equal to a recount, the report, gaps, and retention."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import select

from knowledge.clock import JST, FixedClock
from knowledge.domain import Channel, FaqEntry, Verdict
from knowledge.errors import InvalidInput
from knowledge.faq.csv_rows import rows_of
from knowledge.faq.gaps import Unanswered, cluster
from knowledge.faq.periods import Period, Unit, period_of
from knowledge.faq.service import FaqService
from knowledge.faq.usage import LogFilter, UsageService
from knowledge.faq.usage_log import Asked, UsageLog
from knowledge.faq.usage_reports import USED
from knowledge.privacy.redacted import approved
from knowledge.store.audit import AuditQuery, search
from knowledge.store.database import Database, open_database
from knowledge.store.usage_tables import faq_view, feedback, search_log
from tests.fakes.faq_entries import many_entries

NOON = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)  # a Wednesday, 12:00 in Japan
CHANNELS: tuple[Channel, ...] = get_args(Channel)


def _words(text: str) -> list[str]:
    return text.split("・")


class Desk:
    """A log, its reader and a clock on one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FixedClock(NOON)
        self.log = UsageLog(database, self.clock, linger_secs=0)
        self.usage = UsageService(database, self.clock, self.log, _words)
        self.faq = FaqService(database, self.clock)
        self.number = 0

    def ask(self, text: str, hits: tuple[str, ...] = (), channel: Channel = "web", **more: Any) -> str:
        self.number += 1
        log_id = f"q{self.number}"
        self.log.record_search(Asked(log_id, "answer", approved(text), channel, hits=hits, **more))
        return log_id


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    made = Desk(database)
    yield made
    made.log.close()


def test_rankings_equal_a_recount_of_the_raw_log(desk: Desk) -> None:
    rng = random.Random(7)
    entries = many_entries(12)
    category = {entry.faq_id: entry.category for entry in entries}
    desk.faq.import_rows(rows_of(entries), True, "chief")
    for _ in range(300):
        desk.clock.at = NOON + timedelta(hours=rng.randint(-24 * 20, 24 * 20))
        faq_id, channel = rng.choice(entries).faq_id, rng.choice(CHANNELS)
        log_id = desk.ask("・".join(rng.choices("甲乙丙丁", k=2)), (faq_id,), channel, category=category[faq_id])
        desk.log.record_view(faq_id, channel)
        desk.log.record_feedback(rng.choice(get_args(Verdict)), channel, log_id, faq_id)
    desk.log.flush()
    with desk.database.read() as conn:
        views = conn.execute(select(faq_view)).all()
        judged = conn.execute(select(feedback)).all()
        asked = conn.execute(select(search_log)).all()
    for unit in get_args(Unit):
        for wanted_category in ("", "申請"):
            for wanted_channel in ("", *CHANNELS):
                period = period_of(date(2026, 11, 18), unit)

                def fits(row: Any, own: str, period: Period = period, channel: str = wanted_channel,
                         wanted: str = wanted_category) -> bool:  # fmt: skip
                    day = row.at.astimezone(JST).date()
                    right = period.first <= day <= period.last and channel in ("", row.channel)
                    return right and wanted in ("", own)

                expected = {
                    "view": Counter(v.faq_id for v in views if fits(v, category[v.faq_id])),
                    "use": Counter(j.faq_id for j in judged if fits(j, category[j.faq_id]) and j.verdict in USED),
                    "word": Counter(w for a in asked if fits(a, a.category) for w in set(_words(a.text))),
                }
                for by, counts in expected.items():
                    ranked = desk.usage.ranking(by, period, wanted_category, wanted_channel, 100)  # type: ignore[arg-type]
                    assert {line.key: line.count for line in ranked} == counts
                    assert ranked == sorted(ranked, key=lambda line: (-line.count, line.key))


def test_periods_follow_the_japanese_calendar() -> None:
    assert period_of(date(2026, 11, 18), "week") == Period(date(2026, 11, 16), date(2026, 11, 22))
    assert period_of(date(2028, 2, 5), "month").last == date(2028, 2, 29)
    assert period_of(date(2026, 11, 18), "day").begins_at == datetime(2026, 11, 17, 15, tzinfo=UTC)
    assert period_of(date(2026, 11, 18), "day").ends_at == datetime(2026, 11, 18, 15, tzinfo=UTC)


def test_the_log_shows_questions_with_their_feedback(desk: Desk) -> None:
    first = desk.ask(
        "申請・方法", ("F1", "F2"), "operator", role="operator", confidence=0.8, action="answer", chosen="F1"
    )
    desk.clock.advance(timedelta(minutes=1))
    desk.ask("なぞ", action="handoff", reason="low_confidence")
    desk.log.record_feedback("used", "operator", first, "F2", who="sato")
    rows, total = desk.usage.log()
    assert total == 2
    assert [(row.text, row.zero_hit, row.chosen, row.verdicts) for row in rows] == [
        ("なぞ", True, "", ()),
        ("申請・方法", False, "F2", ("used",)),
    ]
    assert desk.usage.log(LogFilter(zero_hit_only=True))[1] == 1
    assert desk.usage.log(LogFilter(channel="operator", text="申請"))[1] == 1
    assert desk.usage.log(LogFilter(period=period_of(date(2026, 11, 17), "day")))[1] == 0
    exported = desk.usage.export_log(LogFilter(), "auditor").decode("utf-8-sig")
    assert exported.count("\r\n") == 3
    assert "2026-11-18 12:00:00" in exported
    with desk.database.read() as conn:
        assert [row.who for row in search(conn, AuditQuery(action="usage.export"))] == ["auditor"]


def test_days_are_counted_in_japan_with_the_empty_ones(desk: Desk) -> None:
    for hours, hits in ((0, ("F1",)), (11.9, ()), (12.1, ()), (48, ("F1",))):
        desk.clock.at = NOON + timedelta(hours=hours)
        desk.ask("質問", hits)
    days = desk.usage.days(LogFilter(Period(date(2026, 11, 17), date(2026, 11, 20))))
    assert [(one.day.day, one.asked, one.zero_hit) for one in days] == [(17, 0, 0), (18, 2, 1), (19, 1, 1), (20, 1, 0)]
    assert [one.asked for one in desk.usage.days(LogFilter(zero_hit_only=True))] == [1, 1]
    assert desk.usage.days(LogFilter(text="別の言葉")) == []


def test_feedback_is_on_disk_when_acknowledged(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    log = UsageLog(database, FixedClock(NOON), linger_secs=30)
    feedback_id = log.record_feedback("used", "web", "q1", "F1")
    other = open_database(tmp_path)
    with other.read() as conn:
        assert conn.execute(select(feedback.c.feedback_id)).scalars().all() == [feedback_id]
    other.close()
    log.record_view("F1", "web")
    log.close()  # does not wait for the linger, and writes what is left
    with database.read() as conn:
        assert len(conn.execute(select(faq_view)).all()) == 1
    database.close()


@pytest.mark.parametrize(("verdict", "log_id"), [("great", "q1"), ("used", "")])
def test_feedback_must_say_what_about_what(desk: Desk, verdict: str, log_id: str) -> None:
    with pytest.raises(InvalidInput):
        desk.log.record_feedback(verdict, "web", log_id)  # type: ignore[arg-type]


def test_a_row_the_database_refuses_does_not_stop_the_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    same = Asked("twice", "search", approved("x\ud800\x00"), "web")
    with desk.database.begin():  # nothing can be written, so the rows gather into one batch
        desk.log.record_search(same)
        for number in range(5):
            desk.ask(f"y{number}")
        desk.log.record_search(same)
        desk.ask("z")
    rows, total = desk.usage.log()
    assert (total, desk.log.dropped) == (7, 1)
    assert "x" in [row.text for row in rows]
    assert "usage row lost" in caplog.text


def test_the_usage_report_counts_changes_and_use(desk: Desk) -> None:
    month = period_of(date(2026, 11, 18), "month")
    desk.faq.import_rows(rows_of(many_entries(4)), True, "chief")
    record = desk.faq.get("T00000")
    desk.faq.retire(record.key, record.revision, "chief")
    desk.faq.import_file("FAQ番号,質問,回答\nT00001,新しい質問,新しい回答\n".encode(), True, "chief")
    desk.faq.import_file("FAQ番号,質問,回答,状態\nT00001,新しい質問,新しい回答,廃止\n".encode(), True, "chief")
    used = desk.ask("a・b", ("T00002",), chosen="T00002")
    desk.ask("なぞ・b")
    desk.log.record_feedback("resolved", "web", used, "T00002")
    desk.log.record_view("T00002", "web")
    report = desk.usage.report(month)
    assert (report.added, report.revised, report.retired) == (4, 1, 2)
    assert (report.searches, report.zero_hits, report.views, report.uses) == (2, 1, 1, 1)
    assert report.published == 2
    assert [line.key for line in report.unused] == ["T00003"]
    assert [line.key for line in report.zero_hit_words] == ["b", "なぞ"]
    before = desk.usage.report(period_of(date(2026, 10, 1), "month"))
    assert (before.added, before.published, before.unused) == (0, 0, ())


def test_gaps_group_what_was_not_answered(desk: Desk) -> None:
    month = period_of(date(2026, 11, 18), "month")
    for _ in range(3):
        desk.ask("ペット・保険・登録")
    desk.ask("ペット・登録", ("F9",), confidence=0.2, action="clarify")
    desk.ask("ゴミ・収集", ("F8",), confidence=0.4, action="handoff", reason="low_confidence")
    desk.ask("担当者・お願い", ("F1",), confidence=0.1, action="handoff", reason="asked_for_person")
    fine = desk.ask("更新・手続", ("F2",), confidence=0.9, action="answer")
    bad = desk.ask("写真・サイズ", ("F3",), confidence=0.9, action="answer")
    desk.log.record_feedback("resolved", "web", fine, "F2")
    desk.log.record_feedback("wrong", "web", bad, "F3")
    gaps = desk.usage.gaps(month)
    assert [(gap.count, gap.examples, dict(gap.causes)) for gap in gaps] == [
        (4, ("ペット・保険・登録", "ペット・登録"), {"zero_hit": 3, "low_confidence": 1}),
        (1, ("ゴミ・収集",), {"handed_over": 1}),
        (1, ("写真・サイズ",), {"not_resolved": 1}),
    ]
    assert gaps[0].nearest == ("F9",)
    assert gaps[0].draft == FaqEntry("", "ペット・保険・登録", "", alt_questions=("ペット・登録",), related_ids=("F9",))


def test_clusters_do_not_depend_on_chance() -> None:
    questions = [Unanswered(approved(f"甲・乙・{n}"), 1, {"zero_hit": 1}, ()) for n in range(20)]
    assert [gap.count for gap in cluster(questions, _words)] == [20]
    assert cluster(questions, _words) == cluster(questions, _words)
    assert [gap.count for gap in cluster(questions, _words, overlap=0.9)] == [1] * 20
