"""The pages of records, cases, reports and the board: what each shows, what each refuses, what is written down."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from api.doors import Doors
from api.security.permissions import Role
from desk.service import Desk
from tests.fakes.desk_house import DeskHouse, content
from tests.fakes.staff_site import OFF, Site, opened_site, person

TALK = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)


def desk_of(site: Site) -> Desk:
    doors: Doors = site.app.state.doors
    return doors.phone.desk


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened_site(tmp_path_factory.mktemp("site"), faqs=3, **OFF) as opened:
        for name, role in (
            ("op1", Role.OPERATOR), ("sv1", Role.SUPERVISOR), ("shi", Role.CITY), ("kansa", Role.AUDITOR),
        ):  # fmt: skip
            opened.user(name, role)
        house = DeskHouse(desk_of(opened), opened.clock, opened.services.db)
        for number in range(8):
            house.call(f"c{number}", at=TALK + timedelta(minutes=10 * number))
        house.send("lost", "call_offered", TALK)
        house.send("lost", "abandoned", TALK + timedelta(seconds=40))
        house.send("lost", "ended", TALK + timedelta(seconds=40))
        yield opened


@pytest.fixture
def house(site: Site) -> DeskHouse:
    return DeskHouse(desk_of(site), site.clock, site.services.db, number=1_000)


def written(house: DeskHouse, call_id: str, inquiry: str = "カードの受け取りに必要な持ち物", **given: object) -> str:
    """A record with text, not yet closed; its number."""
    record = house.desk.records.of_call(call_id)
    assert record is not None
    house.desk.records.save(record.record_id, content(inquiry, **given), record.revision, "op1")
    return record.record_id


async def test_records_are_found_and_opened(site: Site, house: DeskHouse) -> None:
    record_id = written(house, "c0")
    house.desk.records.mark_faq(record_id, "faq_used", "MH2019", 3, "op1")
    async with person(site) as operator:
        await operator.log_in("op1")
        page = await operator.get("/staff/desk/records")
        assert "9件" in page
        assert record_id in page
        assert "該当するものはありません" in await operator.get("/staff/desk/records?text=洗濯機")
        assert record_id in await operator.get("/staff/desk/records?text=もちもの｜洗濯機&categories=交付・受取")
        assert record_id in await operator.get("/staff/desk/records?faq_ids=MH2019")
        either = "/staff/desk/records?match=any&text=洗濯機&statuses=after_call&first=2026-11-01"
        assert record_id in await operator.get(either)
        one = await operator.get(f"/staff/desk/records/{record_id}")
        assert "カードの受け取りに必要な持ち物" in one
        assert "回答に使った" in one
        assert "第3版" in one
        assert f'href="/staff/desk/assist/records/{record_id}"' in one


async def test_searches_are_saved_shared_and_removed(site: Site) -> None:
    async with person(site) as operator, person(site) as supervisor:
        await operator.log_in("op1")
        await operator.get("/staff/desk/records?statuses=after_call&text=持ち物")
        page = await operator.submit(
            "/staff/desk/searches", statuses="after_call", text="持ち物", name="記録待ちの持ち物", shared="1"
        )
        assert "検索条件を保存しました" in page
        assert 'value="持ち物"' in page
        await supervisor.log_in("sv1")
        page = await supervisor.get("/staff/desk/records")
        found = re.search(r"saved=([0-9a-f]+)", page)
        assert found
        assert 'value="持ち物"' in await supervisor.get(f"/staff/desk/records?saved={found[1]}")
        await supervisor.submit(f"/staff/desk/searches/{found[1]}/remove")
        assert supervisor.status == 404
        await operator.submit(f"/staff/desk/searches/{found[1]}/remove")
        assert operator.status == 200


async def test_steps_keep_their_history(site: Site, house: DeskHouse) -> None:
    record_id = written(house, "c1", "暗証番号を忘れた")
    path = f"/staff/desk/records/{record_id}"
    async with person(site) as supervisor:
        await supervisor.log_in("sv1")
        await supervisor.get(path)
        page = await supervisor.submit(f"{path}/tags", tag="暗証番号")
        assert "タグを変更しました" in page
        fields = {"revision": supervisor.field("revision")}
        page = await supervisor.submit(f"{path}/reclassify", fields, category="電子証明書", reason="用件が更新だった")
        assert "分類を変更しました" in page
        assert "用件が更新だった" in page
        page = await supervisor.submit(f"{path}/reclassify", fields, category="申請", reason="古い画面から")
        assert supervisor.status == 409
        assert "先に保存" in page
        fields = {"revision": supervisor.field("revision")}
        page = await supervisor.submit(f"{path}/assign", fields, owner="op2", due_at="2026-11-30T17:00")
        assert "2026年11月30日 17:00まで" in page
        fields = {"revision": supervisor.field("revision")}
        await supervisor.submit(f"{path}/delete", fields, reason="")
        assert supervisor.status == 422
        page = await supervisor.submit(f"{path}/delete", fields, reason="二重に記録した")
        assert "記録を削除しました" in page
        await supervisor.get(path)
        assert supervisor.status == 404


async def test_the_city_reads_and_is_seen_reading(site: Site, house: DeskHouse) -> None:
    record_id = written(house, "c2")
    async with person(site) as city:
        await city.log_in("shi")
        page = await city.get(f"/staff/desk/records/{record_id}")
        assert "削除する" not in page
        assert "担当者と期限を決める" not in page
        assert ("shi", "interaction.view") in site.audited()
        await city.submit(f"/staff/desk/records/{record_id}/tags", tag="x")
        assert city.status == 403


async def test_nothing_typed_keeps_a_name_or_a_number(site: Site) -> None:
    async with person(site) as operator:
        await operator.log_in("op1")
        await operator.get("/staff/desk/record-new")
        page = await operator.submit(
            "/staff/desk/record-new",
            category="申請",
            channel="mail",
            inquiry="山田花子です。090-1234-5678に連絡してください",
        )
        assert "【氏名】です。【電話番号】に連絡してください" in page
        await operator.submit("/staff/desk/record-new", category="申請", inquiry="")
        assert operator.status == 422


async def test_files_say_who_took_what(site: Site, house: DeskHouse) -> None:
    record_id = written(house, "c3")
    async with person(site) as supervisor:
        await supervisor.log_in("sv1")
        await supervisor.get("/staff/desk/files")
        everything = await supervisor.submit(
            "/staff/desk/files", first="2026-11-19", last="2026-11-19", rows="all", ids="1"
        )
        assert everything.splitlines()[0].lstrip("\ufeff").startswith("record_id,")
        assert len(everything.splitlines()) == 10
        found = await supervisor.submit(
            "/staff/desk/files", first="2026-11-19", last="2026-11-19", rows="found", text="持ち物"
        )
        assert record_id in found
        assert len(found.splitlines()) < 10
        await supervisor.submit("/staff/desk/files", first="2026-11-19", last="2026-11-19", unmask="1", purpose="")
        assert supervisor.status == 422
        open_cases = await supervisor.submit("/staff/desk/files/handover")
        assert record_id in open_cases
        assert ("sv1", "interaction.export") in site.audited()


async def test_a_complaint_from_what_was_said_to_what_came_of_it(site: Site, house: DeskHouse) -> None:
    record_id = written(house, "c4")
    path = f"/staff/desk/complaints/{record_id}"
    async with person(site) as operator, person(site) as city:
        await operator.log_in("op1")
        assert "苦情として記録し、市へ通知する" in await operator.get(path)
        page = await operator.submit(path, severity="high", statement="山田太郎です。何度も待たされた")
        assert "苦情として記録し、市へ通知しました" in page
        assert "【氏名】です。何度も待たされた" in page
        fields = {
            "revision": operator.field("revision"), "severity": "high", "statement": "何度も待たされた", "intent": "早く",
            "response": "おわびした", "result": "納得された", "root_cause": "none", "state": "closed",
        }  # fmt: skip
        await operator.submit(path, fields)
        assert operator.status == 409
        page = await operator.submit(f"{path}/report", to="広聴相談課")
        assert "広聴相談課へ報告しました" in page
        fields["revision"] = operator.field("revision")
        page = await operator.submit(path, fields)
        assert "対応完了" in page
        await city.log_in("shi")
        page = await city.get("/staff/desk/complaints")
        assert "苦情の受付" in page
        notice = re.search(r"/staff/desk/notices/([0-9a-f]+)/seen", page)
        assert notice
        page = await city.submit(f"/staff/desk/notices/{notice[1]}/seen")
        assert "通知を確認済みにしました" in page
        assert "おわびした" in await city.get(path)


async def test_a_number_is_shown_with_a_reason_and_then_gone(site: Site, house: DeskHouse) -> None:
    record_id = written(house, "c5")
    async with person(site) as operator, person(site) as auditor:
        await operator.log_in("op1")
        await operator.get(f"/staff/desk/callbacks/new?record_id={record_id}")
        fields = {"record_id": record_id, "name": "ヤマダ", "phone": "090-1234-5678", "due_at": "2026-11-21T10:00"}
        await operator.submit("/staff/desk/callbacks/new", {**fields, "phone": "1234-5678-9012"})
        assert operator.status == 422
        page = await operator.submit("/staff/desk/callbacks/new", fields, content="折り返す", department="市民課")
        assert "折り返し連絡票を作りました" in page
        assert "090-1234-5678" not in page
        path = operator.path
        await operator.submit(f"{path}/contact", purpose="")
        assert operator.status == 422
        assert "090-1234-5678" in await operator.submit(f"{path}/contact", purpose="callback")
        assert "090-1234-5678" not in await operator.get(path)
        await auditor.log_in("kansa")
        await auditor.get(path)
        await auditor.submit(f"{path}/contact", purpose="audit")
        assert auditor.status == 403
        await operator.submit(f"{path}/tried")
        page = await operator.submit(f"{path}/close")
        assert "に消去しました" in page
        page = await operator.get("/staff/desk/callbacks")
        assert "<strong>0件</strong>" in page
        assert "消去の記録" in page


async def test_from_a_rate_of_the_month_to_the_record_of_a_call(site: Site, house: DeskHouse) -> None:
    async with person(site) as city:
        await city.log_in("shi")
        page = await city.get("/staff/desk/reports/monthly?day=2026-11-19")
        assert "一次回答率" in page
        assert '<svg class="volumes"' in page
        assert "次の期間" not in page, "December has not begun"
        assert "次の期間" in await city.get("/staff/desk/reports/monthly?day=2026-10-19")
        assert "次の月" not in await city.get("/staff/desk/availability?day=2026-11-19")
        page = await city.get("/staff/desk/reports/monthly?day=2026-11-19")
        link = re.search(r'href="(/staff/desk/figures/first_answer_rate[^"]*)"', page)
        assert link
        page = await city.get(link[1].replace("&amp;", "&"))
        assert "センターで回答した件数 ÷ 回答を要した応答件数" in page
        record = re.search(r'href="(/staff/desk/records/R[0-9]+)"', page)
        assert record
        assert "応対記録" in await city.get(record[1])
        cell = "/staff/desk/figures/inbound?first=2026-11-01&last=2026-11-30&hour=11&weekday=3"
        assert "木曜日・11時台" in await city.get(cell)
        for kind in ("daily", "weekly", "yearly"):
            await city.get(f"/staff/desk/reports/{kind}?day=2026-11-19")
            assert city.status == 200
        await city.get("/staff/desk/reports/monthly/file?day=2026-11-19&form=csv")
        assert city.headers["content-type"].startswith("text/csv")
        await city.get("/staff/desk/figures/nonsense?first=2026-11-01&last=2026-11-30")
        assert city.status == 404
        assert "原因" in await city.get("/staff/desk/improvement?day=2026-11-19")


async def test_an_issued_report_is_made_again_and_compared(site: Site) -> None:
    async with person(site) as supervisor:
        await supervisor.log_in("sv1")
        await supervisor.get("/staff/desk/reports/daily?day=2026-11-19")
        page = await supervisor.submit("/staff/desk/reports/daily/issue", day="2026-11-19")
        assert "提出したときと同じ内容です" in page
        assert "作り直して比べる" in await supervisor.get("/staff/desk/reports")


async def test_the_draft_for_the_monthly_meeting_is_a_word_file(site: Site) -> None:
    async with person(site) as city, person(site) as operator:
        await city.log_in("shi")
        assert "定例会の資料" in await city.get("/staff/desk/reports")
        await city.get("/staff/desk/meeting-material?day=2026-11-01")
        assert city.status == 200
        assert "docx" in city.headers["content-disposition"]
        await operator.log_in("op1")
        await operator.get("/staff/desk/meeting-material")
        assert operator.status == 403


async def test_the_board_shows_the_centre_now(site: Site, house: DeskHouse) -> None:
    now = site.clock.now()
    house.send("now1", "call_offered", now - timedelta(seconds=200))
    house.send("now1", "answered", now - timedelta(seconds=190), operator="op7")
    house.send("now1", "hold_start", now - timedelta(seconds=30))
    house.send("now2", "call_offered", now - timedelta(seconds=75))
    house.send("now2", "queue_entered", now - timedelta(seconds=70))
    async with person(site) as supervisor, person(site) as operator:
        await supervisor.log_in("sv1")
        page = await supervisor.get("/staff/desk/board")
        assert 'hx-trigger="every 2s"' in page
        assert "保留 1人" in page
        assert "1:10" in page
        assert "every 2s" not in await supervisor.get("/staff/desk/board?stop=1")
        part = await supervisor.get("/staff/desk/board/now", htmx=True)
        assert "<html" not in part
        assert "op7" in part
        await operator.log_in("op1")
        await operator.get("/staff/desk/board")
        assert operator.status == 403


async def test_any_days_are_shown_beside_any_others(site: Site) -> None:
    async with person(site) as city, person(site) as operator:
        await city.log_in("shi")
        index = await city.get("/staff/desk/reports")
        assert "前後を比べる" in index
        query = "first=2026-11-10&last=2026-11-20&before_first=2026-10-01&before_last=2026-10-20"
        page = await city.get(f"/staff/desk/period-report?{query}&procedures_before=10&procedures_now=20")
        assert "前後の比較（入電）" in page
        assert "前：2026-10-01〜2026-10-20" in page
        assert "比べられない（件数不足）" in page
        assert "提出した記録を残す" not in page
        # What a form sends whose second pair was left empty.
        page = await city.get("/staff/desk/period-report?first=2026-11-10&last=2026-11-20&before_first=&before_last=")
        assert "前：2026-10-30〜2026-11-09" in page
        await city.get(f"/staff/desk/period-report/file?{query}&form=csv")
        assert city.status == 200
        page = await city.get("/staff/desk/period-report?first=2025-04-01&last=2026-04-02")
        assert city.status == 422
        assert "1年度" in page
        await city.get("/staff/desk/period-report?first=2026-11-10&last=2026-11-20&before_first=2026-10-01")
        assert city.status == 422
        await operator.log_in("op1")
        await operator.get(f"/staff/desk/period-report?{query}")
        assert operator.status == 403


async def test_reports_made_by_the_clock_are_listed_and_compared(site: Site, house: DeskHouse) -> None:
    house.desk.kept.make_due(9)
    async with person(site) as city:
        await city.log_in("shi")
        page = await city.get("/staff/desk/reports")
        assert "自動で作った報告書" in page
        link = re.search(r'href="(/staff/desk/kept-reports/[0-9a-f]+)"', page)
        assert link
        page = await city.get(link[1])
        assert "作ったときの記録からは、同じ内容になります" in page
        assert "いま作っても、内容は変わりません" in page
        await city.get(f"{link[1]}/file?form=csv")
        assert city.headers["content-type"].startswith("text/csv")
