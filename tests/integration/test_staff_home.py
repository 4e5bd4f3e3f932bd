"""The start page shows what waits at the desk, each role its own part; an address that does not exist keeps the menu."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from api.doors import Doors
from api.security.permissions import Role
from desk.callbacks.vault import Contact
from tests.fakes.desk_house import DeskHouse
from tests.fakes.staff_site import Site, opened_site, person


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened_site(tmp_path_factory.mktemp("site"), faqs=3, second_factor_roles=()) as opened:
        for name, role in (
            ("op1", Role.OPERATOR), ("sv1", Role.SUPERVISOR), ("shi", Role.CITY), ("hen", Role.EDITOR),
        ):  # fmt: skip
            opened.user(name, role)
        doors: Doors = opened.app.state.doors
        house = DeskHouse(doors.phone.desk, opened.clock, opened.services.db)
        yesterday = opened.clock.at - timedelta(days=1)
        first = house.call("c1", "op1", yesterday)
        for number, operator in ((2, "op1"), (3, "op2")):
            house.call(f"c{number}", operator, yesterday)
        desk, soon = doors.phone.desk, opened.clock.at + timedelta(minutes=5)
        desk.callbacks.open(first, Contact("ヤマダ", "0312345678"), "持ち物", "市民課", soon, "op1")
        desk.records.assign(first, "op1", soon, desk.records.get(first).revision, "sv1")
        with opened.services.db.begin() as conn:
            desk.notices.send(conn, "answer_rate.warning", "2026-11-20", ["課長", "係長"])
            desk.notices.send(conn, "complaint.received", first, ["課長"])
        opened.clock.advance(timedelta(minutes=10))
        yield opened


async def tasks(site: Site, name: str) -> dict[str, tuple[int, str, bool]]:
    """By label: how many, where it leads, whether it presses."""
    async with person(site) as someone:
        await someone.log_in(name)
        page = await someone.get("/staff")
        found = re.findall(
            r'<li class="(task[^"]*)">\s*<a href="([^"]+)"><span class="task-label">([^<]+)</span>'
            r'<span class="task-count"><strong>(\d+)',
            page,
        )
        for _, path, label, _ in found:
            await someone.get(html.unescape(path).split("#")[0])
            assert someone.status == 200, label
    return {label: (int(count), html.unescape(path), "urgent" in mark) for mark, path, label, count in found}


async def test_an_operator_sees_what_is_late_and_their_own_records(site: Site) -> None:
    found = await tasks(site, "op1")
    assert found["期限を過ぎた折り返し"] == (1, "/staff/desk/callbacks", True)
    assert found["期限を過ぎた応対"] == (1, "/staff/desk/records?overdue=1", True)
    assert found["確認前の応対記録"] == (2, "/staff/desk/assist", False)
    assert "応答率の通知" not in found


async def test_a_supervisor_sees_everybodys_records_and_the_notices(site: Site) -> None:
    found = await tasks(site, "sv1")
    assert found["確認前の応対記録"] == (3, "/staff/desk/records?statuses=after_call", False)
    assert found["応答率の通知"] == (2, "/staff/desk/complaints", True)
    assert found["苦情の通知"] == (1, "/staff/desk/complaints", True)


async def test_the_city_sees_notices_and_an_editor_nothing_of_the_desk(site: Site) -> None:
    city, editor = await tasks(site, "shi"), await tasks(site, "hen")
    assert city["応答率の通知"][0] == 2
    assert "確認前の応対記録" not in city
    assert not {"期限を過ぎた折り返し", "期限を過ぎた応対", "応答率の通知"} & set(editor)
    assert editor["確認前の応対要約"] == (0, "/staff/summaries", False)


async def test_an_unknown_address_shows_the_staff_page_with_the_menu_to_those_who_are_in(site: Site) -> None:
    async with person(site) as operator, person(site) as stranger:
        await operator.log_in("op1")
        page = await operator.get("/staff/nothing/here")
        assert operator.status == 404
        assert "メインメニュー" in page
        assert "ホームへ戻る" in page
        await operator.get("/staff/desk/notices/x/seen")
        assert operator.status == 405
        assert "メインメニュー" in operator.text
        outside = await operator.get("/nothing")
        assert operator.status == 404
        assert "メインメニュー" not in outside
        assert "メインメニュー" not in await stranger.get("/staff/nothing/here")
        assert stranger.status == 404
