"""Evaluation sheets on a real database: every call once, a supervisor's word beside the machine's, who may see what."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import fmean

import pytest

from api.housekeeping import tend_desk
from api.security.permissions import Role
from desk.assist.model import Heard
from desk.quality.model import CallFacts, Finding, Item, Sheet
from desk.quality.rows import SheetFilter
from desk.quality.service import MARKED_FOR, WRITING_TIME, Quality, QualityParts, Said
from desk.records.service import Step
from desk.reports.service import report_file
from desk.service import open_desk
from knowledge.domain import FaqEntry
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.privacy.redacted import RedactedText
from knowledge.privacy.redactor import RuleRedactor
from knowledge.store import audit
from knowledge.store.database import Database
from tests.fakes.desk_house import DeskHouse, content, open_house
from tests.fakes.staff_site import OFF, Site, opened_site, person
from tests.integration.test_desk_pages import desk_of

ALL = SheetFilter()
TALK = (
    Heard("operator", "お電話ありがとうございます。みほん市マイナンバーカードコールセンターでございます。", 0, 4000),
    Heard("citizen", "暗証番号を忘れました。電話は090-1234-5678です。", 4500, 8000),
    Heard("operator", "暗証番号のお忘れでございますね。窓口で設定し直していただきます。", 8500, 12000),
    Heard("operator", "お電話ありがとうございました。", 20000, 21000),
)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> DeskHouse:
    return open_house(database, tmp_path)


def talked(house: DeskHouse, call_id: str = "c1", operator: str = "op1", lang: str = "ja") -> str:
    """A call with a transcript that is over; the number of its record, which nobody has written yet."""
    house.send(call_id, "call_offered", line="main", lang=lang)
    house.send(call_id, "answered", operator=operator)
    for piece in TALK:
        house.desk.assist.hear_call(call_id, piece)
        house.clock.advance(timedelta(seconds=5))
    house.send(call_id, "ended")
    record = house.desk.records.of_call(call_id)
    assert record is not None
    return record.record_id


def closed(house: DeskHouse, call_id: str = "c1", operator: str = "op1") -> str:
    record_id = talked(house, call_id, operator)
    record = house.desk.records.get(record_id)
    house.desk.records.save(record_id, content(), record.revision, operator, Step("done"))
    return record_id


def marked(house: DeskHouse, call_id: str = "c1", operator: str = "op1") -> str:
    record_id = closed(house, call_id, operator)
    assert house.desk.quality.mark_due() == 1
    return record_id


def test_every_call_with_words_gets_one_sheet_when_its_record_is_written(house: DeskHouse) -> None:
    quality = house.desk.quality
    house.call("silent")
    record_id = talked(house)
    assert quality.mark_due() == 0, "the record is not written yet"
    revision = house.desk.records.get(record_id).revision
    house.desk.records.save(record_id, content(), revision, "op1", Step("done"))
    assert (quality.mark_due(), quality.mark_due()) == (1, 0)
    (sheet,) = quality.find(ALL, 10)
    marks = {one.item_id: one.machine for one in sheet.marks}
    assert (marks["opening"], marks["repeat"], marks["anything_else"], marks["approved"]) == (
        "met",
        "met",
        "missed",
        "missed",
    )
    assert (sheet.record_id, sheet.operator, sheet.version) == (record_id, "op1", quality.sheet.version)
    assert sheet.points == sheet.machine_points is not None


def test_a_record_nobody_writes_keeps_no_call_from_its_sheet(house: DeskHouse) -> None:
    record_id = talked(house)
    house.clock.advance(WRITING_TIME + timedelta(seconds=1))
    assert house.desk.quality.mark_due() == 1
    sheet = house.desk.quality.of_record(record_id)
    assert sheet is not None
    assert {one.item_id: one.machine for one in sheet.marks}["record"] == "missed"


def test_a_call_that_cannot_be_marked_keeps_no_other_from_its_sheet(
    house: DeskHouse, caplog: pytest.LogCaptureFixture
) -> None:
    broken, fine = talked(house, "c1"), talked(house, "c2")
    for number in range(30):
        house.send("c2", "faq_used", faq_id=f"MH{number:04d}", version=1)
    for record_id in (broken, fine):
        house.desk.records.save(record_id, content(), house.desk.records.get(record_id).revision, "op1", Step("done"))

    def entry(faq_id: str) -> FaqEntry | None:
        return None

    def rule(facts: CallFacts) -> Finding:
        if facts.record.record_id == broken:
            raise ValueError
        return Finding("met", detail="、".join(faq_id for faq_id, _ in facts.call.faqs_used))

    sheet = Sheet((Item("one", "題", "満点", 1, rule),), "v1")
    quality = Quality(QualityParts(house.db, house.clock, RuleRedactor(), sheet, entry))
    assert quality.mark_due() == 1
    assert [one.record_id for one in quality.find(ALL, 10)] == [fine]
    assert broken in caplog.text


def test_calls_in_other_languages_and_old_ones_get_none(house: DeskHouse) -> None:
    talked(house, "en", lang="en")
    closed(house)
    house.clock.advance(MARKED_FOR + timedelta(days=1))
    assert house.desk.quality.mark_due() == 0


def test_the_database_adds_up_what_the_sheets_say(house: DeskHouse) -> None:
    quality = house.desk.quality
    ids = [marked(house, f"c{number}", f"op{number % 2}") for number in range(4)]
    version = quality.sheet.version
    quality.review(ids[0], {"opening": Said("missed", "早口"), "repeat": Said("met")}, version, "sv1")
    quality.review(ids[1], {"opening": Said("met")}, version, "sv1")
    gone = house.desk.records.get(marked(house, "gone"))
    house.desk.records.delete(gone.record_id, gone.revision, "sv1", RedactedText("重複"))
    for chosen in (ALL, SheetFilter(operator="op0"), SheetFilter(reviewed=True), SheetFilter(missed="opening")):
        sheets, found = quality.find(chosen, 10), quality.figures(chosen)
        assert sheets
        assert found.calls == len(sheets)
        scores = [one.points for one in sheets if one.points is not None]
        assert found.scored == len(scores)
        assert found.mean_points == pytest.approx(fmean(scores), abs=0.1)
        reviewed = [one for one in sheets if one.reviewed_at is not None]
        changed = [one for one in reviewed if any(mark.person not in (None, mark.machine) for mark in one.marks)]
        assert (found.reviewed.hits, found.corrected.hits) == (len(reviewed), len(changed))
        for item in found.items:
            marks = [mark for one in sheets for mark in one.marks if mark.item_id == item.item_id]
            assert item.applied == sum(mark.mark != "none" for mark in marks)
            assert item.missed == sum(mark.mark == "missed" for mark in marks)
            assert item.judged == sum(mark.person is not None for mark in marks)
    whole = quality.figures(ALL)
    assert (whole.calls, whole.reviewed.hits, whole.corrected.hits) == (4, 2, 1)
    assert quality.figures(SheetFilter(operator="nobody")).mean_points is None


def test_the_monthly_report_and_the_meeting_say_what_the_page_says(house: DeskHouse) -> None:
    quality, reports, day = house.desk.quality, house.desk.reports, house.clock.today()
    ids = [marked(house, f"c{number}") for number in range(3)]
    quality.review(ids[0], {"opening": Said("missed", "早口")}, quality.sheet.version, "sv1")
    quality.review(ids[1], {"opening": Said("met")}, quality.sheet.version, "sv1")
    report = reports.make("monthly", day)
    (found,) = [table for table in report.tables if table.title == "対応品質"]
    mean = quality.figures(ALL).mean_points
    assert mean is not None
    assert [row[:5] for row in found.rows] == [
        ("採点した応対", 3, "件", 3, 0),
        ("得点の平均", mean, "点", 3, None),
        ("責任者が確認した割合", 66.7, "％", 3, None),
        ("うち直した割合", 50.0, "％", 2, None),
    ]
    assert found.rows[3][5] == "9.5〜90.5"
    assert found.live, "a review must not change the fingerprint of an issued report"
    assert f"得点の平均,{mean},点,3," in report_file(report, "csv").decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(reports.meeting(day, lambda period: []))) as package:
        told = re.sub(r"<[^>]+>", " ", package.read("word/document.xml").decode())
    assert re.search(rf"対応品質.+得点の平均\s+{mean}\s+点\s+3\s", told)


def test_a_supervisor_corrects_with_a_reason_and_both_marks_stay(house: DeskHouse) -> None:
    quality, record_id = house.desk.quality, marked(house)
    version = quality.sheet.version
    with pytest.raises(InvalidInput, match="理由"):
        quality.review(record_id, {"opening": Said("missed")}, version, "sv1")
    with pytest.raises(Conflict):
        quality.review(record_id, {"opening": Said("met")}, "old", "sv1")
    with pytest.raises(NotFound):
        quality.review("R9", {}, version, "sv1")
    said = {"opening": Said("missed", "早口。折り返しは090-1234-5678"), "repeat": Said("met")}
    sheet = quality.review(record_id, said, version, "sv1")
    opening = sheet.marks[0]
    assert (opening.machine, opening.person, opening.mark) == ("met", "missed", "missed")
    assert "090-1234-5678" not in opening.reason
    assert sheet.points is not None
    assert sheet.machine_points is not None
    assert sheet.points < sheet.machine_points
    assert sheet.reviewed_by == "sv1"
    with house.db.read() as conn:
        (row,) = audit.search(conn, audit.AuditQuery(action="quality.review"))
        assert audit.verify(conn) is None
    assert row.who == "sv1"
    assert "早口" not in row.detail


def test_who_did_not_see_the_machines_marks_is_not_told_them_by_a_question_for_a_reason(house: DeskHouse) -> None:
    quality, record_id = house.desk.quality, marked(house)
    version = quality.sheet.version
    sheet = quality.review(record_id, {"opening": Said("missed")}, version, "sv1", blind=True)
    assert sheet.marks[0].person == "missed"
    quality.review(record_id, {"opening": Said("missed"), "repeat": Said("met")}, version, "sv1")
    with pytest.raises(InvalidInput, match="理由"):
        quality.review(record_id, {"repeat": Said("missed")}, version, "sv1", blind=True)


def test_a_new_sheet_marks_again_only_when_asked_and_keeps_what_a_person_said(house: DeskHouse, tmp_path: Path) -> None:
    record_id = marked(house)
    house.desk.quality.review(record_id, {"opening": Said("missed", "早口")}, house.desk.quality.sheet.version, "sv1")
    item = '[items.{0}]\ntitle = "題"\nfull = "満点"\nweight = 1\nkind = "said"\nwords = ["設定"]\n'
    (tmp_path / "quality.toml").write_text(item.format("opening") + item.format("new"), encoding="utf-8")
    quality = open_desk(house.desk.parts).quality
    assert quality.mark_due() == 0
    again = quality.mark_again(record_id, "sv1")
    assert [(one.item_id, one.machine, one.person) for one in again.marks] == [
        ("opening", "met", "missed"), ("new", "met", None),
    ]  # fmt: skip
    assert again.version == quality.sheet.version != house.desk.quality.sheet.version
    assert again.reviewed_by == "sv1"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened_site(tmp_path_factory.mktemp("quality"), faqs=1, **OFF) as opened:
        for name, role in (
            ("op1", Role.OPERATOR), ("op2", Role.OPERATOR), ("sv1", Role.SUPERVISOR), ("shi", Role.CITY),
            ("hen", Role.EDITOR),
        ):  # fmt: skip
            opened.user(name, role)
        yield opened


async def test_the_pages_and_who_may_see_them(site: Site) -> None:
    house = DeskHouse(desk_of(site), site.clock, site.services.db)
    mine, other = closed(house, "c1", "op1"), closed(house, "c2", "op2")
    tend_desk(site.app.state.doors, False)
    async with person(site) as someone:
        await someone.log_in("sv1")
        page = await someone.get("/staff/desk/quality")
        assert mine in page
        assert other in page
        await someone.get(f"/staff/desk/quality/{mine}?blind=1")
        assert 'class="chip' not in someone.text
        await someone.get(f"/staff/desk/quality/{mine}")
        assert "暗証番号のお忘れでございますね" in someone.text
        version = someone.field("version")
        fields = {"version": version, "mark-opening": "missed", "rest": "1"}
        await someone.submit(f"/staff/desk/quality/{mine}", fields)
        assert someone.status == 422
        assert "「はじめのあいさつと名乗り」を直す理由" in someone.text
        await someone.submit(f"/staff/desk/quality/{mine}", {**fields, "reason-opening": "早口だった"})
        assert "採点を保存しました。" in someone.text
        page = await someone.get("/staff/desk/quality?reviewed=yes")
        assert mine in page
        assert other not in page
        assert "93.3％（14／15件）" in page
        await someone.get("/staff/desk/quality-agreement-file")
        assert someone.text.splitlines()[-1].startswith("全項目,")
        assert ",15,14,93.3," in someone.text.splitlines()[-1]
        await someone.get("/staff/desk/quality-file?missed=opening")
        assert {line.split(",")[0] for line in someone.text.splitlines()[1:]} == {mine}
        assert "早口だった" in someone.text
        assert "忘れました" not in someone.text
    async with person(site) as someone:
        await someone.log_in("op1")
        page = await someone.get("/staff/desk/quality?operator=op2")
        assert mine in page
        assert other not in page
        await someone.get(f"/staff/desk/quality/{other}")
        assert someone.status == 404
        await someone.get(f"/staff/desk/quality/{mine}")
        assert "早口だった" in someone.text
        assert 'type="radio"' not in someone.text
        await someone.submit(f"/staff/desk/quality/{mine}", {"version": version})
        assert someone.status == 403
        await someone.get("/staff/desk/quality-file")
        assert someone.status == 403
    async with person(site) as someone:
        await someone.log_in("shi")
        assert other in await someone.get("/staff/desk/quality")
    async with person(site) as someone:
        await someone.log_in("hen")
        await someone.get("/staff/desk/quality")
        assert someone.status == 403
