"""Days in addresses and forms of staff pages: written as offices write them, and told apart from what is no day."""

from collections.abc import Iterator

import pytest

from api.security.permissions import Role
from tests.fakes.staff_site import OFF, Site, opened_site, person

PAGES = (
    "/staff/search-log?since={}", "/staff/calls?since={}", "/staff/call-samples?since={}", "/staff/audit?since={}",
    "/staff/rankings?unit=day&day={}", "/staff/desk/records?first={}", "/staff/desk/quality?first={}", "/staff/desk/alerts?first={}",
    "/staff/desk/complaints?first={}", "/staff/desk/reports/monthly?day={}", "/staff/desk/files?first={}",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened_site(tmp_path_factory.mktemp("days"), faqs=1, **OFF) as made:
        made.user("kanri", Role.ADMIN)
        yield made


FORMS = (
    ("/staff/search-log", "/staff/search-log/export", ("since", "until")),
    ("/staff/calls", "/staff/calls/export", ("since", "until")),
    ("/staff/call-samples", "/staff/call-samples", ("since", "until")),
    ("/staff/desk/files", "/staff/desk/files", ("first", "last")),
    ("/staff/desk/reports/daily", "/staff/desk/reports/daily/issue", ("day",)),
)


async def test_a_day_in_an_address(site: Site) -> None:
    async with person(site) as someone:
        await someone.log_in("kanri")
        for page in PAGES:
            for written in ("2026-11-01", "R8.11.1", "令和8年11月1日"):
                assert 'value="2026-11-01"' in await someone.get(page.format(written)), (page, written)
            await someone.get(page.format(""))
            assert someone.status == 200, "an emptied field is no mistake"
            for wrong, told in (
                ("soon", "日付「soon」を読み取れません"),
                ("2026-02-30", "暦にありません"),
                ("1926-01-01", "2000年から"),
            ):
                assert told in await someone.get(page.format(wrong)), (page, wrong)
                assert someone.status == 422


async def test_nothing_else_is_written_out_than_the_days_asked_for(site: Site) -> None:
    async with person(site) as someone:
        await someone.log_in("kanri")
        for page, form, fields in FORMS:
            for name in fields:
                await someone.get(page)
                days = dict.fromkeys(fields, "2026-11-01") | {name: "きのう"}
                assert "日付「きのう」を読み取れません" in await someone.submit(form, days), (form, name)
                assert someone.status == 422


async def test_a_moment_that_is_none_is_said_beside_its_field(site: Site) -> None:
    async with person(site) as someone:
        await someone.log_in("kanri")
        await someone.get("/staff/desk/availability")
        stop = {"begins_at": "あした", "ends_at": "2026-11-26T01:00", "reason": "入替え"}
        assert "日時を選び直してください" in await someone.submit("/staff/desk/availability/stops", stop)
        assert someone.status == 422


async def test_a_report_is_not_issued_without_a_day(site: Site) -> None:
    async with person(site) as someone:
        await someone.log_in("kanri")
        await someone.get("/staff/desk/reports/daily")
        assert "報告する日を確認してください" in await someone.submit("/staff/desk/reports/daily/issue", day="")
        assert someone.status == 422
