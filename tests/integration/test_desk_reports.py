"""Reports on a real database: a month of 久留米, sums that agree, the same bytes again, drill-down."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from desk.kpi.compare import reduction
from desk.reports.comparison import VERDICTS, Procedures
from desk.reports.drilling import target_of
from desk.reports.edition import as_written_by
from desk.reports.model import Cell, Report, Table
from desk.reports.periods import ReportKind, days_of, fiscal_year, free_period, months_of, report_period
from desk.reports.seats import average_handle_secs, seat_plan, seat_table
from desk.reports.service import fingerprint, report_file
from desk.simulator.pbx import CentreModel
from desk.simulator.scenario import batches, simulated_month
from knowledge.errors import InvalidInput, NotFound
from knowledge.faq.periods import Period
from knowledge.profile import load_profile
from knowledge.retention.keeper import Kind, Retention
from knowledge.retention.rules import SWEEPS
from knowledge.store.database import Database, open_database
from knowledge.store.desk_tables import desk_kept_reports, desk_report_issues
from tests.fakes.desk_house import DeskHouse, open_house

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskHouse]:
    """久留米's November, read only by the tests that share it."""
    folder = tmp_path_factory.mktemp("kurume")
    db = open_database(folder)
    house = open_house(db, folder, "kurume")
    house.clock.at = datetime(2026, 12, 5, 1, tzinfo=UTC)
    model = CentreModel(seats=6, bot_share=0.2)
    faqs = {"必要な書類・持ち物": ["MH1001", "MH1002"], "マイナンバーカード": ["MH1001"]}
    for batch in batches(simulated_month(load_profile("kurume"), 2026, 11, 7, model, faqs)):
        house.desk.log.append(batch, "pbx")
    yield house
    db.close()


def table(report: Report, title: str) -> Table:
    return next(one for one in report.tables if one.title.startswith(title))


def figure(report: Report, label: str) -> Cell:
    return next(row[1] for row in table(report, "業務実績").rows if row[0] == label)


def test_every_item_the_tenders_name_is_there(month: DeskHouse) -> None:
    report = month.desk.reports.make("monthly", NOVEMBER.first)
    labels = {row[0] for row in table(report, "業務実績").rows}
    assert {
        "入電件数",
        "応答件数",
        "応答率",
        "一次完了率",
        "一次回答率",
        "平均応答時間",
        "平均通話時間",
        "平均処理時間",
        "FAQ使用回数",
        "正答自己解決率",
        "完結率",
        "放棄呼率",
    } <= labels
    titles = [one.title for one in report.tables]
    for wanted in ("時間別", "問い合わせ別", "FAQ使用回数", "苦情", "予約の受付", "区分別", "応答率の監視"):
        assert any(wanted in title for title in titles)
    assert all(
        any(str(row[0]) in note for note in table(report, "業務実績").notes) for row in table(report, "業務実績").rows
    )


def test_tables_agree_with_each_other(month: DeskHouse) -> None:
    report = month.desk.reports.make("monthly", NOVEMBER.first)
    inbound, answered = figure(report, "入電件数"), figure(report, "応答件数")
    assert table(report, "日別").rows[-1][1] == inbound
    assert sum(int(str(row[1])) for row in table(report, "日別").rows[:-1]) == inbound
    assert table(report, "時間別").rows[-1][-1] == inbound
    assert table(report, "問い合わせ別").rows[-1][1] == answered
    assert table(report, "区分別").rows[-1][1] == answered
    assert table(report, "FAQ使用回数").rows[-1][2] == figure(report, "FAQ使用回数")


def test_the_three_way_split_of_kurume(month: DeskHouse) -> None:
    rows = table(month.desk.reports.make("monthly", NOVEMBER.first), "区分別").rows
    assert [row[0] for row in rows] == ["予約", "カードに関する問合せ", "その他", "合計"]
    percents = [row[2] for row in rows[:3]]
    assert isinstance(percents[0], float)
    assert 55 < percents[0] < 70  # the city counted 62 % in its November


def test_days_weeks_and_months_sum(month: DeskHouse) -> None:
    reports = month.desk.reports
    whole = figure(reports.make("monthly", NOVEMBER.first), "入電件数")
    days = [figure(reports.make("daily", day), "入電件数") for day in days_of(NOVEMBER)]
    assert sum(int(str(day)) for day in days) == whole
    year = reports.make("yearly", NOVEMBER.first)
    assert figure(year, "入電件数") == whole
    assert next(row[1] for row in table(year, "月別").rows if row[0] == "2026年11月") == whole


def test_the_same_bytes_again(month: DeskHouse) -> None:
    reports = month.desk.reports
    for form in ("csv", "xlsx"):
        first = reports.file("monthly", NOVEMBER.first, form)
        month.clock.advance(timedelta(hours=5))
        assert reports.file("monthly", NOVEMBER.last, form) == first


def test_csv_and_excel_show_the_same(month: DeskHouse) -> None:
    reports = month.desk.reports
    report = reports.make("monthly", NOVEMBER.first)
    book = load_workbook(io.BytesIO(reports.file("monthly", NOVEMBER.first, "xlsx")))
    assert len(book.worksheets) == len(report.tables)
    sheet = book.worksheets[0]
    assert sheet.cell(5, 1).value == "入電件数"
    assert sheet.cell(5, 2).value == figure(report, "入電件数")
    assert sheet.page_setup.orientation == "landscape"
    lines = list(csv.reader(io.StringIO(reports.file("monthly", NOVEMBER.first, "csv").decode("utf-8-sig"))))
    assert ["入電件数", str(figure(report, "入電件数"))] == lines[5][:2]


def test_drill_down_reaches_the_records(month: DeskHouse) -> None:
    numbers = month.desk.numbers
    fcr = numbers.figures(NOVEMBER)["fcr"]
    behind = numbers.drill(NOVEMBER, "fcr", "numerator")
    assert {call.call_id for call, _ in behind} == set(fcr.numerator)
    assert all(record_id.startswith("R") for _, record_id in behind)
    assert [call.offered_at for call, _ in behind] == sorted((call.offered_at for call, _ in behind), reverse=True)
    record = month.desk.records.get(behind[0][1])
    assert record.content.completed
    with pytest.raises(NotFound):
        numbers.drill(NOVEMBER, "nonsense")


def test_every_row_leads_to_as_many_calls_as_it_counts(month: DeskHouse) -> None:
    report = month.desk.reports.make("monthly", NOVEMBER.first)
    followed = set()
    for one in report.tables:
        counts = [name for name in ("件数", "応答件数", "使用回数") if name in one.header]
        for key, row in zip(one.drill, one.rows, strict=False):
            target = target_of(one, key)
            if target is None or not counts or one.drill_by == "figure":
                continue
            behind = month.desk.numbers.drill(NOVEMBER, target[0], narrow=target[1])
            assert len(behind) == row[one.header.index(counts[0])], (one.title, key)
            followed.add(one.title)
    assert followed == {
        "区分別の件数", "問い合わせ別（分類別）の件数", "経路別の件数", "言語別の件数", "FAQ使用回数", "オペレーターの稼働",
    }  # fmt: skip


def test_parts_by_channel_language_group_and_operator_sum_to_their_figure(month: DeskHouse) -> None:
    report = month.desk.reports.make("monthly", NOVEMBER.first)
    for title, whole in (
        ("経路別", "受付件数（全経路）"),
        ("言語別", "受付件数（全経路）"),
        ("区分別", "応答件数"),
        ("オペレーターの稼働", "応答件数"),
        ("回線別・月別の通話時間", "入電件数"),
    ):
        found = table(report, title)
        place = next(at for at, name in enumerate(found.header) if name.endswith("件数"))
        assert sum(int(row[place] or 0) for row in found.rows if row[0] != "合計") == figure(report, whole)


def test_minutes_by_line_and_month_are_those_of_the_whole(month: DeskHouse) -> None:
    report = month.desk.reports.make_between(Period(date(2026, 10, 1), NOVEMBER.last))
    lines = table(report, "回線別・月別の通話時間")
    assert {row[0] for row in lines.rows} <= {"2026年10月", "2026年11月", "合計"}
    total = lines.rows[-1]
    assert total[4] == pytest.approx(float(figure(report, "通話時間の合計") or 0) / 60, abs=0.06)
    assert sum(float(row[4] or 0) for row in lines.rows[:-1]) == pytest.approx(float(total[4] or 0), abs=0.3)
    assert all(row[1] for row in lines.rows[:-1]), "a line without a number is named too"
    daily = month.desk.reports.make("daily", NOVEMBER.first)
    assert all(one.title != "回線別・月別の通話時間" for one in daily.tables)


def test_languages_are_named(month: DeskHouse) -> None:
    names = {row[0] for row in table(month.desk.reports.make("monthly", NOVEMBER.first), "言語別").rows}
    assert "日本語" in names
    assert not names & {"ja", "en"}


def test_the_report_says_that_the_exchange_sends_no_status(database: Database, tmp_path: Path) -> None:
    house = open_house(database, tmp_path)
    house.call("c1", "op1")
    day = house.clock.today()
    seats = table(house.desk.reports.make("daily", day), "オペレーターの稼働")
    assert seats.rows == (("op1", 1, None, None, None, None, None),)
    assert "status_interval" in seats.notes[0]
    hour = timedelta(hours=1)
    for state, begins in (("ready", 3), ("away", 2), ("talking", 1)):
        at = house.clock.at - begins * hour
        house.send("", "status_interval", at, operator="op2", state=state, until=(at + hour).isoformat())
    seats = table(house.desk.reports.make("daily", day), "オペレーターの稼働")
    assert seats.rows[1] == ("op2", 0, 3.0, 1.0, 1.0, 66.7, 50.0)
    assert seats.rows[0][2] is None
    assert "op1" in seats.notes[0]


def test_dashboard_and_report_are_one_number(month: DeskHouse) -> None:
    report = month.desk.reports.make("monthly", NOVEMBER.first)
    assert month.desk.numbers.figures(NOVEMBER)["answer_rate"].value == figure(report, "応答率")
    assert month.desk.numbers.watch(NOVEMBER.last).month.value == figure(report, "応答率")


def test_an_issued_report_comes_out_the_same_after_later_calls(database: Database, tmp_path: Path) -> None:
    house = open_house(database, tmp_path)
    for number in range(3):
        house.call(f"c{number}")
    issue = house.desk.reports.issue("daily", house.clock.today(), "sv1")
    house.call("late")
    stored, again = house.desk.reports.again(issue.issue_id)
    assert fingerprint(again) == stored.sha256
    assert figure(again, "入電件数") == 3
    assert figure(house.desk.reports.make("daily", house.clock.today()), "入電件数") == 4
    assert [one.issue_id for one in house.desk.reports.issues()] == [issue.issue_id]


ISSUED_BY_VERSION_4 = {
    "daily": "15e93b7dbf991befb0bb0b7f40430bbf719d17313c17d49f97d792362b6b5263",
    "weekly": "c22908030f97db2f1922a864ed0ad1870b5904fe97b427ee64040927c8e554bc",
    "monthly": "25ff1991d9218f2ce11405d926f984237db3285cb00fb8670c931f707b63a20c",
    "yearly": "2da994eb5c4fbfe8f09703c3a309427e8aa7e554a8fa8c593b62f954bc74b705",
}
"""Fingerprints of these three calls as the version of the query before this one printed them (with % and 他の回線)."""


@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly", "yearly"])
def test_a_report_issued_before_the_writing_changed_is_still_verified(
    database: Database, tmp_path: Path, kind: ReportKind
) -> None:
    house = open_house(database, tmp_path)
    for number in range(3):
        house.call(f"c{number}")
    issue = house.desk.reports.issue(kind, house.clock.today(), "sv1")
    assert issue.sha256 != ISSUED_BY_VERSION_4[kind]
    with database.begin() as conn:
        conn.execute(update(desk_report_issues).values(query_version="4", sha256=ISSUED_BY_VERSION_4[kind]))
    stored, again = house.desk.reports.again(issue.issue_id)
    assert fingerprint(again) == stored.sha256 == ISSUED_BY_VERSION_4[kind]
    assert "集計の版 4" in again.footer


def test_a_report_kept_before_the_writing_changed_is_unchanged(database: Database, tmp_path: Path) -> None:
    house = open_house(database, tmp_path)
    for number in range(3):
        house.call(f"c{number}")
    house.clock.advance(timedelta(days=1))
    house.desk.kept.make_due(9)
    kept = next(one for one in house.desk.kept.all() if one.kind == "daily")
    with database.begin() as conn:
        chosen = update(desk_kept_reports).where(desk_kept_reports.c.report_id == kept.report_id)
        conn.execute(chosen.values(query_version="4", sha256=ISSUED_BY_VERSION_4["daily"]))
    checked = house.desk.kept.check(kept.report_id)
    assert (checked.same, checked.changed) == (True, False)


def test_a_unit_that_a_city_chose_stays_in_a_report_of_an_earlier_version() -> None:
    own = Table("手で数えた件数", ("項目", "合計", "単位"), (("達成度", 3, "％"),))
    report = Report("daily", "みほん市", "日報", NOVEMBER.first, NOVEMBER.first, 1, "5", (own,))
    assert as_written_by("4", report).tables == (own,)


@pytest.mark.parametrize("kind", ["daily", "monthly", "yearly"])
def test_people_read_one_sign_for_percent(month: DeskHouse, kind: ReportKind) -> None:
    report = month.desk.reports.make(kind, NOVEMBER.first)
    assert "％" in {row[2] for row in table(report, "業務実績").rows}
    assert "%" not in report_file(report, "csv").decode("utf-8-sig")


def test_messages_that_are_past_their_time_change_no_issued_report(database: Database, tmp_path: Path) -> None:
    house = open_house(database, tmp_path)
    house.call("c1")
    house.desk.log.append([{"type": "x"}], "pbx")
    issue = house.desk.reports.issue("monthly", house.clock.today(), "sv1")
    assert len(table(house.desk.reports.again(issue.issue_id)[1], "受け取った記録の不備").rows) == 1
    house.clock.advance(timedelta(days=2000))
    kinds = [Kind("event_notes", "retention.event_notes_days", 1825, SWEEPS["event_notes"])]
    assert Retention(database, house.clock, kinds).run() == 1
    stored, again = house.desk.reports.again(issue.issue_id)
    assert fingerprint(again) == stored.sha256
    found = table(again, "受け取った記録の不備")
    assert found.rows == ()
    assert any("保存期間を過ぎて消した分" in note for note in found.notes)


def test_reports_that_are_due(database: Database, tmp_path: Path) -> None:
    house = open_house(database, tmp_path)
    today = house.clock.today()
    assert house.desk.reports.due(today) == [], "nothing is asked for of a time before the first call"
    house.call("first", at=datetime(2026, 10, 30, 1, tzinfo=UTC))
    assert "yearly" not in {kind for kind, _ in house.desk.reports.due(today)}
    due = house.desk.reports.due(today)
    assert ("monthly", date(2026, 10, 1)) in due
    assert ("weekly", date(2026, 11, 9)) in due
    house.desk.reports.issue("monthly", date(2026, 10, 15), "sv1")
    assert "monthly" not in {kind for kind, _ in house.desk.reports.due(today)}


def test_seats_from_own_numbers(month: DeskHouse) -> None:
    counted = month.desk.numbers.count(NOVEMBER)
    open_days = sum(month.desk.numbers.open_days(NOVEMBER).values())
    plan = seat_plan(counted.calls, open_days, 0.8, 20)
    assert plan[10].seats >= plan[16].seats
    assert len(seat_table(plan, 0.8, 20).rows) == len(plan)
    assert average_handle_secs(counted.calls) == pytest.approx(
        month.desk.numbers.figures(NOVEMBER)["aht"].value, abs=0.06
    )
    with pytest.raises(InvalidInput):
        seat_plan([], open_days, 0.8, 20)


def test_fiscal_year_and_weeks() -> None:
    assert fiscal_year(date(2027, 3, 31)) == Period(date(2026, 4, 1), date(2027, 3, 31))
    assert fiscal_year(date(2026, 4, 1)).first == date(2026, 4, 1)
    assert report_period("weekly", date(2026, 11, 22)).first == date(2026, 11, 16)
    months = list(months_of(fiscal_year(date(2026, 4, 1))))
    assert len(months) == 12
    assert sum((one.last - one.first).days + 1 for one in months) == 365


def test_a_report_of_nothing_is_a_report(database: Database, tmp_path: Path) -> None:
    house = open_house(database, tmp_path)
    report = house.desk.reports.make("monthly", house.clock.today())
    assert figure(report, "入電件数") == 0
    assert figure(report, "応答率") is None
    assert house.desk.reports.file("monthly", house.clock.today(), "xlsx")
    with pytest.raises(InvalidInput):
        house.desk.reports.make("monthly", date(2100, 1, 1))


def test_a_free_period_counts_as_the_month_does(month: DeskHouse) -> None:
    reports = month.desk.reports
    free, whole = reports.make_between(NOVEMBER), reports.make("monthly", NOVEMBER.first)
    assert table(free, "業務実績").rows[0][:4] == table(whole, "業務実績").rows[0][:4]
    assert "期間報告" in free.title
    first, second = Period(NOVEMBER.first, date(2026, 11, 15)), Period(date(2026, 11, 16), NOVEMBER.last)
    halves = [figure(reports.make_between(half), "入電件数") for half in (first, second)]
    assert sum(int(str(half)) for half in halves) == figure(whole, "入電件数")
    assert report_file(free, "csv") == report_file(reports.make_between(NOVEMBER), "csv")
    with pytest.raises(InvalidInput, match="1年度"):
        free_period(date(2026, 4, 1), date(2027, 4, 2))
    assert free_period(date(2027, 4, 1), date(2028, 3, 31)).last == date(2028, 3, 31)
    with pytest.raises(InvalidInput):
        free_period(date(2026, 4, 2), date(2026, 4, 1))


def test_before_and_after_are_said_with_n_interval_and_verdict(month: DeskHouse) -> None:
    first, second = Period(NOVEMBER.first, date(2026, 11, 14)), Period(date(2026, 11, 15), NOVEMBER.last)
    report = month.desk.reports.make_between(second, first, Procedures(500, 1000))
    rows = {row[0]: row for row in table(report, "前後の比較（入電）").rows}
    before, now = (
        figure(month.desk.reports.make_between(first), "入電件数"),
        figure(report, "入電件数"),
    )
    assert (rows["入電件数"][1], rows["入電件数"][3]) == (before, now)
    daily = rows["1営業日あたりの入電件数"]
    assert all((daily[2], daily[4]))
    assert daily[-1] in VERDICTS.values()
    plain = rows["入電削減率（％）"][3]
    assert plain == reduction(int(str(before)), int(str(now))).plain
    assert rows["交付・更新1件あたりの入電削減率（％）"][4] == 1000
    solved = table(report, "前後の比較（自己解決率").rows
    assert len(solved) == len(table(report, "自己解決率（経路別）").rows)
    phone = next(row for row in solved if "完結率" in str(row[0]))
    assert all((phone[2], phone[5], phone[8]))
    page = next(row for row in solved if "公開ページ　自己" in str(row[0]))
    assert (page[2], page[-1]) == (0, VERDICTS["too_little"])
    lines = report_file(report, "csv").decode("utf-8-sig")
    assert "■前後の比較（入電）" in lines
    assert "差は示されていない" in lines or "減った" in lines or "増えた" in lines


def test_a_log_that_begins_inside_the_period_before_counts_no_empty_days(month: DeskHouse) -> None:
    october_too = month.desk.reports.make_between(NOVEMBER, Period(date(2026, 10, 1), date(2026, 10, 31)))
    daily = next(row for row in table(october_too, "前後の比較（入電）").rows if "1営業日" in str(row[0]))
    assert daily[1:3] == (None, 0)
    assert daily[-1] == VERDICTS["too_little"]


def test_what_could_not_be_counted_stands_in_the_report(database: Database, tmp_path: Path) -> None:
    house = open_house(database, tmp_path, "kurume")
    at = "2026-11-20T10:00:00+09:00"
    offered = {"event_id": "e1", "call_id": "c1", "type": "call_offered", "at": at}
    same = {**offered, "at": "2026-11-20T10:05:00+09:00"}
    unknown = [{**offered, "event_id": f"e{number}", "type": "x"} for number in (2, 3)]
    no_faq = {**offered, "event_id": "e4", "type": "faq_used"}
    early = {**offered, "event_id": "e5", "type": "ended", "at": "2026-11-20T09:00:00+09:00"}
    ahead = {**offered, "event_id": "e6", "call_id": "c2", "at": "2026-11-30T10:00:00+09:00"}
    messages = [offered, offered, *unknown, no_faq, early, ahead]
    house.desk.log.append(messages, "pbx")
    house.desk.log.append([same], "pbx")
    found = table(house.desk.reports.make("monthly", NOVEMBER.first), "受け取った記録の不備")
    assert [(row[0], row[2], row[3]) for row in found.rows] == [
        ("数えなかった", "type", 2),
        ("数えなかった", "", 1),
        ("数えなかった", "faq_id", 1),
        ("直して数えた", "", 1),
        ("二度は数えなかった", "", 1),
    ]
    assert found.live, "a late message must not change the fingerprint of an issued report"
    assert "補って数えた通話は1件" in found.notes[-1]
    october = house.desk.reports.make("monthly", date(2026, 10, 1))
    assert table(october, "受け取った記録の不備").rows == ()
