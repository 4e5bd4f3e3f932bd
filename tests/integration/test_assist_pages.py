"""The operator's screens over HTTP and WebSocket: from the first word to the closed record, watched and fed by others."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketTestSession

from api.security.permissions import Role
from api.web.staff.desk.assist_live_pages import how_drafts_begin
from desk.assist.model import Heard
from desk.assist.samples import load_sample_calls
from desk.assist.sessions import FLOOD_PIECES
from tests.fakes.assist_site import opened_assist_site
from tests.fakes.staff_site import Person, Site, person

START = "/staff/desk/assist"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened_assist_site(tmp_path_factory.mktemp("assist")) as made:
        made.user("hana", Role.OPERATOR)
        made.user("toru", Role.OPERATOR)
        made.user("sachi", Role.SUPERVISOR)
        made.user("eri", Role.EDITOR)
        yield made


def past_wordings(site: Site, faq_id: str) -> tuple[str, ...]:
    index = site.services.retriever.index_of()
    assert index is not None
    return tuple(index.entries[faq_id].past_wordings)


def key(site: Site, role: Role) -> dict[str, str]:
    made, _ = site.accounts.keys.create("test", f"key {role}", role)
    return {"authorization": f"Bearer {made}"}


def said(text: str, speaker: str = "citizen", **more: Any) -> str:
    return json.dumps({"speaker": speaker, "text": text, **more})


async def begin(someone: Person, **fields: str) -> str:
    """A new session through the page; its id."""
    await someone.get(START)
    await someone.submit(START, fields)
    found = re.fullmatch(rf"{START}/([0-9a-f]+)", someone.path)
    assert found, someone.path
    return found.group(1)


async def test_a_call_from_the_first_word_to_the_closed_record(site: Site) -> None:
    async with person(site) as hana:
        await hana.log_in("hana")
        session = await begin(hana)
        assist, entry = site.app.state.doors.phone.desk.assist, site.services.retriever.entry
        words = "初めてマイナンバーカードを受け取るとき、何を持って行けばいいですか。"
        assist.hear(session, Heard("citizen", words), "hana")
        assist.pin(session, entry("MH2019"), "hana")
        assist.mark(session, "MH2019", "faq_used", "hana")
        await hana.get(f"{START}/{session}")
        await hana.submit(f"{START}/{session}/finish", caller="本人")
        assert hana.path.startswith(f"{START}/records/")
        assert "通話を終えました" in hana.text
        assert "何を持って行けばいいですか" in hana.field("inquiry")
        assert "MH2019 第1版" in hana.field("answer")
        assert '<option value="交付・受取" selected>' in hana.text
        record, answer = hana.path, hana.field("answer")
        fields = {name: hana.field(name) for name in ("revision", "inquiry", "action", "remaining")}
        chosen = {"caller": "本人", "category": "交付・受取", "outcome": "answered", "answered_in_center": "1"}
        await hana.submit(record, {**fields, **chosen, "answer": answer + "追記。", "step": "done"})
        assert hana.path == START
        assert "記録を完了しました" in hana.text
        await hana.get(record)
        assert "下書きの直し" in hana.text
        assert "追記。" in hana.text


async def test_closed_records_become_evidence_that_can_be_taken_back(site: Site) -> None:
    async with person(site) as eri:
        await eri.log_in("eri")
        await eri.get("/staff/summaries")
        await eri.submit("/staff/summaries/records")
        assert "完了した応対記録を、検索の手がかりに加えました" in eri.text
        assert "何を持って行けばいいですか" in eri.text
        assert past_wordings(site, "MH2019")
        await eri.submit("/staff/summaries/records")
        assert "新しく取り入れる応対記録はありませんでした" in eri.text
        chosen = re.search(r'action="(/staff/summaries/[0-9a-f]{40})/remove"', eri.text)
        assert chosen
        await eri.submit(chosen.group(1), faq_id="nothing")
        assert eri.status == 422
        await eri.submit(chosen.group(1), faq_id="")
        assert "結び付けを外しました" in eri.text
        assert not past_wordings(site, "MH2019")
        await eri.submit(chosen.group(1), faq_id="MH2019")
        await eri.submit(f"{chosen.group(1)}/remove")
        assert "取り除きました" in eri.text
        assert "まだありません" in eri.text


async def test_a_booking_is_read_back_before_the_record_is_closed(site: Site) -> None:
    async with person(site) as hana:
        await hana.log_in("hana")
        session = await begin(hana)
        await hana.submit(f"{START}/{session}/finish", booking="new", inquiry="受け取りの予約")
        record = hana.path
        fields = {
            "revision": hana.field("revision"), "inquiry": "受け取りの予約", "category": "受取予約（新規）",
            "outcome": "booked", "booking": "new", "step": "done",
        }  # fmt: skip
        await hana.submit(record, fields, told="rb1")
        assert hana.status == 422
        assert "「受け取る場所」を伝えてください" in hana.text
        assert hana.field("inquiry") == "受け取りの予約"
        assert re.search(r'id="rb1"[^>]*checked', hana.text)
        told = re.findall(r'name="told" value="(rb\d+)"', hana.text)
        await hana.submit(record, fields, told=told)
        assert "記録を完了しました" in hana.text


async def test_callbacks_and_complaints_are_opened_from_the_record(site: Site) -> None:
    async with person(site) as hana:
        await hana.log_in("hana")
        session = await begin(hana)
        await hana.submit(f"{START}/{session}/finish", inquiry="診断書の種類を確かめてほしい")
        record = hana.path
        typed = {"callback_name": "見本花子", "callback_phone": "でんわ", "callback_due": "2026-11-21T17:00"}
        await hana.submit(f"{record}/callback", typed)
        assert hana.status == 422
        assert hana.field("callback_name") == "見本花子"
        await hana.submit(f"{record}/callback", {**typed, "callback_phone": "090-0000-1234"})
        assert "折り返し連絡票を作りました" in hana.text
        assert "1234" not in hana.text
        await hana.submit(f"{record}/complaint", severity="middle", statement="待たされた")
        assert "苦情として記録し、市へ通知しました" in hana.text
        saved = {"revision": hana.field("revision"), "inquiry": "診断書", "category": "交付・受取"}
        await hana.submit(record, {**saved, "outcome": "callback", "due_at": "2026-11-21T17:00", "step": "callback"})
        assert "折り返し待ち" in hana.text


async def test_a_session_of_somebody_else_and_one_that_is_over_lead_back_to_the_start(site: Site) -> None:
    async with person(site) as hana, person(site) as toru:
        await hana.log_in("hana")
        session = await begin(hana)
        await toru.log_in("toru")
        await toru.get(f"{START}/{session}")
        assert toru.path == START
        assert "この応対は終わっています" in toru.text
        await hana.submit(START, sample="nonsense")
        assert hana.status == 404
        await hana.submit(START, call_id="nobody")
        assert hana.status == 404


def test_the_screen_hears_what_others_do(site: Site) -> None:
    headers = key(site, Role.OPERATOR)
    client, chief = TestClient(site.app, headers=headers), TestClient(site.app, headers=key(site, Role.SUPERVISOR))
    device = TestClient(site.app, headers=key(site, Role.DEVICE))
    event = {"event_id": "w1", "call_id": "pbx-77", "type": "call_offered", "at": "2026-11-20T02:59:00Z"}
    assert device.post("/v1/pbx/events", json={"events": [event]}).status_code == 200
    unknown = device.post("/v1/assist/calls/pbx-78/segments", json={"speaker": "citizen", "text": "もしもし"})
    assert unknown.status_code == 404
    early = device.post("/v1/assist/calls/pbx-77/segments", json={"speaker": "citizen", "text": "もしもし、あの"})
    assert early.json() == {"watched": False}
    state = client.post("/v1/assist/sessions", json={"call_id": "pbx-77"}).json()
    assert [one["text"] for one in state["transcript"]] == ["もしもし、あの"]
    path = f"/v1/assist/sessions/{state['session_id']}"
    with client.websocket_connect(f"{path}/ws?from=1", headers=headers) as screen:
        with device.websocket_connect("/v1/assist/calls/pbx-77/ws") as recogniser:
            recogniser.send_text(said("初めてカードを受け取るときの持ち物は", final=False))
            assert recogniser.receive_json() == {"watched": True}
            assert screen.receive_json()["interim"]["text"] == "初めてカードを受け取るときの持ち物は"
            recogniser.send_text(said("初めてカードを受け取るときの持ち物は何ですか"))
            recogniser.receive_json()
        heard = until(screen, lambda one: bool(one["suggestions"]))
        assert heard["suggestions"][0]["faq_id"] == "MH2019"
        assert heard["suggestions"][0]["phone_reading"].startswith("ゼロゼロ")
        assert heard["suggestions"][0]["related"]
        assert client.post(f"{path}/hand", json={"up": True}).json()["hand_raised"]
        live = chief.get("/v1/assist/live").json()["sessions"]
        assert live[0]["hand_raised"]
        assert client.get("/v1/assist/live").status_code == 403
        whisper = f"/v1/assist/live/{state['session_id']}/whispers"
        assert chief.post(whisper, json={"text": "落ち着いて、番号は090-1111-2222です"}).status_code == 200
        memo = until(screen, lambda one: bool(one["memos"]))["memos"][0]
        assert memo["text"].startswith("落ち着いて")
        assert "2222" not in memo["text"]
        given = {"to": "市民課", "result": "absent"}
        assert client.post(f"{path}/transfers", json=given).status_code == 200
        assert "初めてカードを受け取るときの持ち物は何ですか" in client.get(f"{path}/packet").json()["packet"]
        client.post(f"{path}/finish")
        with pytest.raises(Exception):  # noqa: B017 - the server closes the socket
            until(screen, lambda one: False)
    record = site.app.state.doors.phone.desk.records.of_call("pbx-77")
    assert (record.content.transfer_to, record.content.transfer_result) == ("市民課", "absent")


def until(screen: WebSocketTestSession, wanted: Any) -> dict[str, Any]:
    """The first state that is as wanted; states in between may come or be skipped."""
    while True:
        state: dict[str, Any] = screen.receive_json()
        if wanted(state):
            return state


def test_a_flood_and_a_transcript_of_a_megabyte_are_absorbed(site: Site) -> None:
    headers = key(site, Role.OPERATOR)
    client = TestClient(site.app, headers=headers)
    session = client.post("/v1/assist/sessions", json={}).json()["session_id"]
    with client.websocket_connect(f"/v1/assist/sessions/{session}/ws", headers=headers) as screen:
        for number in range(400):
            screen.send_text(said(f"あ{number}", final=False))
        for _ in range(400 - FLOOD_PIECES):
            until(screen, lambda one: "送信が多すぎます" in one.get("problem", ""))
        screen.send_text("あ" * 400_000)
        assert "problem" in until(screen, lambda one: "長さ" in one.get("problem", ""))
    whole = [{"speaker": "operator", "text": "あ" * 1_900} for _ in range(180)]
    whole.insert(0, {"speaker": "citizen", "text": "初めてカードを受け取るときの持ち物は何ですか"})
    assert len(json.dumps(whole, ensure_ascii=False).encode()) > 1_000_000
    state = client.post(f"/v1/assist/sessions/{session}/transcript", json={"segments": whole}).json()
    assert "transcript_full" in state["notes"]
    assert state["suggestions"][0]["faq_id"] == "MH2019"
    assert client.get("/healthz").status_code == 200


async def test_a_supervisor_looks_on_and_whispers(site: Site) -> None:
    async with person(site) as hana, person(site) as sachi:
        await hana.log_in("hana")
        session = await begin(hana)
        assist = site.app.state.doors.phone.desk.assist
        assist.hear(session, Heard("citizen", "責任者を出してください"), "hana")
        assist.raise_hand(session, True, "hana")
        await hana.get("/staff/desk/live")
        assert hana.status == 403
        await sachi.log_in("sachi")
        await sachi.get("/staff/desk/live")
        assert sachi.text.index("手を挙げています") < sachi.text.index("</table>")
        await sachi.get(f"/staff/desk/live?to={session}")
        assert "責任者を出してください" in sachi.text
        await sachi.submit(f"/staff/desk/live/{session}", text=" ")
        assert sachi.status == 422
        await sachi.submit(f"/staff/desk/live/{session}", text="代わります")
        assert "メモを送りました" in sachi.text
        assert [memo.text for memo in assist.state(session, "hana").memos] == ["代わります"]
        fragment = await sachi.get(f"/staff/desk/live?to={session}&part=1", htmx=True)
        assert "<html" not in fragment
        await hana.submit(f"/staff/desk/assist/{session}/finish")
        await sachi.get(f"/staff/desk/live?to={session}")
        await sachi.submit(f"/staff/desk/live/{session}", text="遅い")
        assert "この応対は終わっています" in sachi.text


async def test_checklists_are_the_same_for_everybody_with_the_address(site: Site) -> None:
    async with person(site) as hana, person(site) as toru:
        await hana.log_in("hana")
        await toru.log_in("toru")
        address = "/staff/desk/checklists?who=本人&procedure=受取（初めて）&counter=市の窓口"
        first, second = await hana.get(address), await toru.get(address)
        for text in (first, second):
            assert "交付通知書（はがき）" in text
            assert "MH2019 第1版" in text
        only_one = await hana.get("/staff/desk/checklists?who=本人&procedure=受取（初めて）")
        assert "交付通知書（はがき）" in only_one, "the one counter left is chosen"
        await hana.get("/staff/desk/checklists?who=だれか&procedure=なにか")
        assert "だれが来るかを選んでください" in hana.text


async def test_the_venues_are_on_the_screen_of_a_call(site: Site) -> None:
    async with person(site) as hana:
        await hana.log_in("hana")
        await begin(hana)
        for venue in site.services.profile.venues:
            assert venue.name in hana.text
            assert venue.hours is None or venue.hours.text in hana.text
        assert "予約をお勧め" in hana.text
    client = TestClient(site.app, headers=key(site, Role.OPERATOR))
    venues = client.get("/v1/assist/venues").json()["venues"]
    assert [one["name"] for one in venues] == [one.name for one in site.services.profile.venues]


async def test_scripts_hold_nothing_but_approved_text(site: Site) -> None:
    async with person(site) as hana:
        await hana.log_in("hana")
        session = await begin(hana)
        assert "お電話ありがとうございます。みほん市" in hana.text
        complaint = site.services.retriever.entry("MH5065")
        assert complaint is not None
        assert (complaint.answer_voice or complaint.answer)[:20] in hana.text
        assert "火事・急病" not in hana.text, "its FAQ is not published here"
        assert session


@pytest.mark.parametrize("call", load_sample_calls(), ids=lambda call: call.call_id)
def test_each_sample_call_brings_up_its_answers(site: Site, call: Any) -> None:
    headers = key(site, Role.OPERATOR)
    client = TestClient(site.app, headers=headers)
    session = client.post("/v1/assist/sessions", json={}).json()["session_id"]
    shown: set[str] = set()
    with client.websocket_connect(f"/v1/assist/sessions/{session}/ws", headers=headers) as screen:
        for one in call.said:
            screen.send_text(said(one.text, one.speaker, start_ms=one.start_ms, end_ms=one.end_ms))
            state = until(screen, lambda _state: True)
            shown |= {card["faq_id"] for card in state["suggestions"]}
    assert set(call.answers) <= shown


@pytest.mark.parametrize(
    ("wanted", "begins", "shown"), [(True, "need", "on"), (True, "asked", "asked"), (False, "need", "off")]
)
def test_a_city_may_have_drafts_only_at_the_press_of_a_button(
    site: Site, monkeypatch: pytest.MonkeyPatch, wanted: bool, begins: str, shown: str
) -> None:
    llm = site.services.settings.llm.model_copy(update={"drafts_begin": begins})
    services = replace(site.services, settings=site.services.settings.model_copy(update={"llm": llm}))
    monkeypatch.setattr(services.language, "wanted", lambda _: wanted)
    assert how_drafts_begin(services) == shown
