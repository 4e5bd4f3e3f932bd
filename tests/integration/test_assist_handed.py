"""A call the voicebot hands over reaches the operator with what was heard: masked, audited, and no other call does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api.security.permissions import Role
from desk.events.log import events_of_call
from knowledge.errors import Conflict
from knowledge.privacy.redacted import approved
from knowledge.store.desk_tables import desk_transcripts
from knowledge.store.tables import audit_log
from tests.fakes import bot_calls
from tests.fakes.assist_site import opened_assist_site
from tests.fakes.staff_site import Site, person
from voicebot.domain import Outcome, Packet, Via

START = "/staff/desk/assist"
NEED = "初めてマイナンバーカードを受け取るとき、何を持って行けばいいですか"
SAID = (
    ("bot", "ご用件をお話しください。"),
    ("caller", f"{NEED}。電話は 【電話番号】 です"),
    ("caller", "人と話したいです"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened_assist_site(tmp_path_factory.mktemp("handed")) as made:
        made.user("hana", Role.OPERATOR)
        made.user("toru", Role.OPERATOR)
        yield made


def hand_over(
    site: Site, call_id: str, minutes_ago: float = 1, outcome: Outcome = "handed_over", via: Via = "audiosocket"
) -> None:
    call, turns = bot_calls.handed_over(call_id, site.services.clock.now() - timedelta(minutes=minutes_ago))
    lines: Any = tuple((who, approved(text)) for who, text in SAID)
    packet = Packet("asked_for_person", approved(NEED), transcript=lines, answered=(("MH2019", 1),))
    bot_calls.store(site.services.db, [(replace(call, via=via, outcome=outcome, packet=packet), turns)])


def assist(site: Site) -> Any:
    return site.app.state.doors.phone.desk.assist


def events(site: Site, call_id: str) -> list[str]:
    with site.services.db.read() as conn:
        return [one.type for one in events_of_call(conn, call_id)]


def views(site: Site, call_id: str) -> list[str]:
    rows = select(audit_log.c.who).where(audit_log.c.action == "call.handed.view", audit_log.c.target == call_id)
    with site.services.db.read() as conn:
        return list(conn.execute(rows).scalars())


async def test_the_operator_reads_what_the_bot_heard(site: Site) -> None:
    hand_over(site, "V-handed-1")
    async with person(site) as hana:
        await hana.log_in("hana")
        await hana.get(START)
        assert "自動音声から引き継いだ通話" in hana.text
        assert NEED[:20] in hana.text
        await hana.submit(START, {"call_id": "V-handed-1"})
        assert "自動音声からの引継ぎ" in hana.text
        assert NEED in hana.text
        assert "担当者を希望" in hana.text
        assert "MH2019 第1版" in hana.text
        session = hana.path.rsplit("/", 1)[1]
        state = assist(site).state(session, "hana")
        assert [(one.speaker, one.handed) for one in state.transcript] == [
            ("bot", True), ("citizen", True), ("citizen", True),
        ]  # fmt: skip
        assert "【電話番号】" in state.transcript[1].text
        assert state.suggestions[0].faq_id == "MH2019", "the suggestions start from the need"
        assert views(site, "V-handed-1") == ["hana"]
        assert "answered" in events(site, "V-handed-1"), "no exchange has said who took it"
        await hana.get(START)
        assert "自動音声から引き継いだ通話" not in hana.text, "it is taken"
        await hana.get(f"{START}/{session}")
        await hana.submit(f"{START}/{session}/finish", caller="本人")
        assert "何を持って行けばいいですか" in hana.field("inquiry")
        assert "ended" in events(site, "V-handed-1"), "no exchange will say that it ended"
    with site.services.db.read() as conn:
        kept = select(desk_transcripts.c.idx).where(desk_transcripts.c.call_id == "V-handed-1")
        assert conn.execute(kept).all() == [], "what the bot heard is kept once, with the bot's call"


def test_the_exchange_that_names_the_call_brings_it_to_the_screen(site: Site) -> None:
    hand_over(site, "V-handed-2")
    device, _ = site.accounts.keys.create("pbx", "exchange", Role.DEVICE)
    operator, _ = site.accounts.keys.create("hana", "screen", Role.OPERATOR)
    at = site.services.clock.now().isoformat()
    event = {
        "event_id": "e-2", "call_id": "V-handed-2", "type": "answered", "at": at, "attributes": {"operator": "hana"},
    }  # fmt: skip
    with TestClient(site.app) as client:
        client.headers["authorization"] = f"Bearer {operator}"
        waiting = client.get("/v1/assist/handed").json()["calls"]
        assert [one["call_id"] for one in waiting] == ["V-handed-2"]
        assert waiting[0]["need"] == NEED
        assert "said" not in waiting[0], "the lines themselves only when the call is opened"
        sent = client.post("/v1/pbx/events", json={"events": [event]}, headers={"authorization": f"Bearer {device}"})
        assert sent.json()["accepted"] == 1
        assert client.get("/v1/assist/handed").json()["calls"] == [], "somebody answered"
        opened = client.post("/v1/assist/sessions", json={"call_id": "V-handed-2"}).json()
        assert opened["handed"]["need"] == NEED
        assert opened["transcript"][0]["speaker"] == "bot"
        with client.websocket_connect(f"/v1/assist/sessions/{opened['session_id']}/ws") as screen:
            first = screen.receive_json()
        assert [one["handed"] for one in first["segments"]] == [True, True, True], "at once, before anybody speaks"
        assert first["suggestions"][0]["faq_id"] == "MH2019"
        assert events(site, "V-handed-2").count("answered") == 1
        client.post(f"/v1/assist/sessions/{opened['session_id']}/finish")
        assert "ended" not in events(site, "V-handed-2"), "the exchange says when it ends"
        client.headers["authorization"] = f"Bearer {device}"
        assert client.get("/v1/assist/handed").status_code == 403


@pytest.mark.parametrize(
    ("outcome", "via", "minutes_ago", "listed", "opened"),
    [
        ("confirmed", "audiosocket", 1, False, False),
        ("abandoned", "audiosocket", 1, False, False),
        ("handed_over", "browser", 1, False, False),
        ("handed_over", "twilio", 1, True, True),
        ("handed_over", "audiosocket", 30, False, True),
        ("handed_over", "audiosocket", 60 * 13, False, False),
        ("callback", "audiosocket", 1, False, True),
    ],
)
def test_only_calls_that_went_on_to_a_person_are_shown(
    site: Site, outcome: Outcome, via: Via, minutes_ago: float, listed: bool, opened: bool
) -> None:
    call_id = f"V-{outcome}-{via}-{minutes_ago}"
    hand_over(site, call_id, minutes_ago, outcome, via)
    desk = site.app.state.doors.phone.desk
    assert (call_id in [one.call_id for one in desk.assist.waiting()]) is listed
    found = desk.parts.handed.find(call_id)
    assert (found is not None) is opened
    if found:
        assert found.calls_back is (outcome == "callback")
    try:
        state = desk.assist.start(call_id, "toru")
    except Conflict:  # a call that ended without a person is closed
        assert not opened
    else:
        assert bool(state.transcript) is opened
    assert bool(views(site, call_id)) is opened
