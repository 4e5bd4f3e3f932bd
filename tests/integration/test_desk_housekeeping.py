"""What the server does for the desk by itself: the alarm of 応答率 and the messages to other systems."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from api.doors import Doors
from api.housekeeping import tend_desk
from tests.fakes.desk_house import DeskHouse
from tests.fakes.staff_site import opened_site
from tests.integration.test_desk_pages import TALK, desk_of


def test_lost_calls_reach_the_city_and_other_systems(tmp_path: Path) -> None:
    sent: list[tuple[str, bytes]] = []

    def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        sent.append((url, body))
        return 200

    with opened_site(tmp_path, faqs=1) as site:
        doors: Doors = site.app.state.doors
        desk = desk_of(site)
        desk.webhooks.add("https://example.jp/hook", ["answer_rate.alert"], "kanri")
        tend_desk(doors, True, post)
        assert sent == []
        house = DeskHouse(desk, site.clock, site.services.db)
        for number in range(5):
            house.send(f"lost{number}", "call_offered", TALK)
            house.send(f"lost{number}", "abandoned", TALK + timedelta(seconds=90))
        tend_desk(doors, False, post)
        assert sent == []
        tend_desk(doors, True, post)
        tend_desk(doors, True, post)
        assert [url for url, _ in sent] == ["https://example.jp/hook"]
        assert b"answer_rate.alert" in sent[0][1]
        assert [notice.kind for notice in desk.notices.waiting()] == ["answer_rate.alert"]


def test_a_running_server_makes_the_report_that_is_due(tmp_path: Path) -> None:
    with opened_site(tmp_path, faqs=1) as site:
        doors: Doors = site.app.state.doors
        desk = desk_of(site)
        DeskHouse(desk, site.clock, site.services.db).call(at=TALK)
        tend_desk(doors, False)
        assert desk.kept.all() == []
        for _ in range(3):
            tend_desk(doors, True)
        assert [(one.kind, one.first) for one in desk.kept.all()] == [("daily", TALK.date())]
