"""The desk over HTTP on the real application: rights, the feed, a record's life, reports, assist over WebSocket."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.routes.desk import desk_routers
from api.security.permissions import Role
from desk.service import Desk, DeskParts, open_desk
from knowledge.faq.records import SOURCE_LANG
from tests.fakes.open_city import NOW, City, open_city
from tests.fakes.route_walk import walk_routes


@dataclass(frozen=True)
class DeskCity:
    city: City
    desk: Desk

    async def call(self, role: Role, method: str, path: str, status: int = 200, **given: Any) -> Any:
        async with self.city.client(role) as client:
            answer = await client.request(method, path, **given)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.headers.get("content-type", "").startswith("application/json") else answer

    def key(self, role: Role) -> dict[str, str]:
        key, _ = self.city.doors.accounts.keys.create("test", f"k {role}", role)
        return {"authorization": f"Bearer {key}"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskCity]:
    with open_city(tmp_path_factory.mktemp("desk-api")) as city:
        services = city.services
        desk = open_desk(
            DeskParts(
                services.db,
                services.clock,
                services.redactor,
                services.profile,
                services.tokenizer,
                services.folder.root,
                services.faqs.synonyms,
                answering=services.answerer,
            )
        )
        present = {getattr(route, "path", "") for route in city.app.routes}
        for router in desk_routers(desk, lambda faq_id: services.retriever.entry(faq_id, SOURCE_LANG, "operator")):
            if not {getattr(route, "path", "") for route in router.routes} <= present:
                city.app.include_router(router)
        yield DeskCity(city, desk)


def event(number: int, kind: str, call_id: str, secs: int = 0, **attributes: Any) -> dict[str, Any]:
    at = (NOW - timedelta(hours=1) + timedelta(seconds=secs)).isoformat()
    return {"event_id": f"{call_id}-{number}", "call_id": call_id, "type": kind, "at": at, "attributes": attributes}


async def feed(house: DeskCity, call_id: str) -> dict[str, Any]:
    """A call that was answered and has ended; its record."""
    events = [
        event(1, "call_offered", call_id, 0, line="main"),
        event(2, "answered", call_id, 6, operator="op1"),
        event(3, "ended", call_id, 200),
    ]
    await house.call(Role.DEVICE, "POST", "/v1/pbx/events", json={"events": events})
    found = await house.call(Role.OPERATOR, "POST", "/v1/interactions/search", json={"wanted": {}, "limit": 200})
    return next(one for one in found["items"] if one["call_id"] == call_id)


CONTENT = {
    "category": "交付・受取",
    "inquiry": "受け取りの持ち物を知りたい",
    "answer": "通知書など",
    "outcome": "answered",
    "answered_in_center": True,
    "completed": True,
}


async def test_no_role_gets_in_where_the_table_keeps_it_out(house: DeskCity) -> None:
    defects = await walk_routes(house.city.app, house.city.doors.accounts)
    assert [defect for defect in defects if any(word in defect for word in ("/v1/interactions", "/v1/pbx"))] == []
    assert [defect for defect in defects if any(word in defect for word in ("/v1/reports", "/v1/assist"))] == []
    assert [defect for defect in defects if any(word in defect for word in ("callbacks", "complaints"))] == []


async def test_the_feed_takes_what_is_good_and_names_what_is_not(house: DeskCity) -> None:
    good = event(1, "call_offered", "f1")
    given = {"events": [good, good, {"type": "?"}]}
    receipt = await house.call(Role.DEVICE, "POST", "/v1/pbx/events", json=given)
    assert (receipt["accepted"], receipt["duplicates"]) == (1, 1)
    assert receipt["refused"] == [{"index": 2, "reason": "unknown_type", "field": "type"}]
    await house.call(Role.DEVICE, "POST", "/v1/pbx/events", 422, content=b"{")
    await house.call(Role.DEVICE, "POST", "/v1/pbx/events", 422, json=[])
    await house.call(Role.DEVICE, "POST", "/v1/pbx/events", 413, content=b" " * (5 * 1024 * 1024))
    for role in (Role.VIEWER, Role.OPERATOR, Role.SUPERVISOR):
        await house.call(role, "POST", "/v1/pbx/events", 403, json={"events": []})
    await house.call(Role.DEVICE, "GET", "/v1/interactions", 403)


async def test_a_record_from_the_call_to_the_report(house: DeskCity) -> None:
    record = await feed(house, "r1")
    path = f"/v1/interactions/{record['record_id']}"
    mark = {"faq_id": "A005", "version": 1, "kind": "faq_used"}
    await house.call(Role.OPERATOR, "POST", f"{path}/faqs", 204, json=mark)
    body = {"content": CONTENT, "revision": record["revision"], "status": "done"}
    saved = await house.call(Role.OPERATOR, "PUT", path, json=body)
    assert (saved["status"], saved["inquiry"]) == ("done", CONTENT["inquiry"])
    await house.call(Role.OPERATOR, "PUT", path, 409, json=body)
    references = await house.call(Role.CITY, "GET", f"{path}/faqs")
    assert [one["kind"] for one in references["references"]] == ["faq_used"]
    await house.call(Role.OPERATOR, "GET", "/v1/reports/kept", 403)
    assert await house.call(Role.CITY, "GET", "/v1/reports/kept") == {"reports": []}
    await house.call(Role.CITY, "GET", "/v1/reports/kept/nonsense", 404)
    days = {"first": "2026-11-01", "last": "2026-11-30"}
    found = await house.call(Role.CITY, "GET", "/v1/reports/figures", params=days)
    fcr = next(one for one in found["figures"] if one["kpi_id"] == "fcr")
    assert fcr["numerator"] >= 1
    assert "÷" in fcr["formula"]
    drill = {**days, "part": "numerator"}
    calls = await house.call(Role.CITY, "GET", "/v1/reports/figures/fcr/calls", params=drill)
    assert record["record_id"] in {one["record_id"] for one in calls["calls"]}
    seen = await house.call(Role.CITY, "GET", path)
    assert seen["call_id"] == "r1"


async def test_a_booking_is_completed_only_with_every_item_told(house: DeskCity) -> None:
    record = await feed(house, "r9")
    path = f"/v1/interactions/{record['record_id']}"
    items = (await house.call(Role.OPERATOR, "GET", "/v1/assist/booking/read-back"))["items"]
    told = [one["item_id"] for one in items]
    booked = {**CONTENT, "booking": "new", "outcome": "booked"}
    body = {"content": booked, "revision": record["revision"], "status": "done", "told": told[1:]}
    refused = await house.call(Role.OPERATOR, "PUT", path, 422, json=body)
    assert items[0]["label"] in refused.text
    assert (await house.call(Role.OPERATOR, "PUT", path, json={**body, "told": told}))["status"] == "done"


async def test_rights_differ_by_role(house: DeskCity) -> None:
    record = await feed(house, "r2")
    path = f"/v1/interactions/{record['record_id']}"
    params = {"revision": record["revision"], "reason": "重複"}
    await house.call(Role.OPERATOR, "DELETE", path, 403, params=params)
    days = {"first": "2026-11-01", "last": "2026-11-30"}
    await house.call(Role.OPERATOR, "GET", "/v1/interactions/export", 403, params=days)
    answer = await house.call(Role.CITY, "GET", "/v1/interactions/export", params=days)
    assert int(answer.headers["x-row-count"]) == len(answer.text.strip().splitlines()) - 1
    await house.call(
        Role.ADMIN, "GET", "/v1/interactions/export", 403, params={**days, "unmask": True, "purpose": "audit"}
    )
    await house.call(Role.SUPERVISOR, "DELETE", path, 204, params=params)
    await house.call(Role.OPERATOR, "GET", path, 404)


async def test_callbacks_and_complaints(house: DeskCity) -> None:
    record = await feed(house, "r3")
    due = (NOW + timedelta(hours=3)).isoformat()
    body = {"record_id": record["record_id"], "name": "見本花子", "phone": "090-0000-1234", "due_at": due}
    ticket = await house.call(Role.OPERATOR, "POST", "/v1/callbacks", 201, json=body)
    assert "090" not in json.dumps(ticket)
    listed = await house.call(Role.CITY, "GET", "/v1/callbacks")
    assert "1234" not in json.dumps(listed)
    contact = await house.call(Role.CITY, "POST", f"/v1/callbacks/{ticket['ticket_id']}/contact")
    assert contact == {"name": "見本花子", "phone": "090-0000-1234"}
    await house.call(Role.AUDITOR, "POST", f"/v1/callbacks/{ticket['ticket_id']}/contact", 403)
    await house.call(Role.OPERATOR, "POST", f"/v1/callbacks/{ticket['ticket_id']}/close")
    await house.call(Role.CITY, "POST", f"/v1/callbacks/{ticket['ticket_id']}/contact", 404)
    complaint = {"severity": "middle", "statement": "待ち時間が長い"}
    made = await house.call(Role.OPERATOR, "POST", f"/v1/complaints/{record['record_id']}", 201, json=complaint)
    assert made["state"] == "received"
    notices = await house.call(Role.CITY, "GET", "/v1/notices")
    assert record["record_id"] in {one["record_id"] for one in notices["notices"]}


async def test_reports_as_json_and_files(house: DeskCity) -> None:
    await feed(house, "r4")
    report = await house.call(Role.CITY, "GET", "/v1/reports/monthly", params={"day": "2026-11-20"})
    assert report["tables"][0]["rows"][0][0] == "入電件数"
    for form in ("csv", "xlsx"):
        params = {"day": "2026-11-20", "form": form}
        first = await house.call(Role.CITY, "GET", "/v1/reports/monthly/file", params=params)
        again = await house.call(Role.CITY, "GET", "/v1/reports/monthly/file", params=params)
        assert first.content == again.content
    days = {"first": "2026-11-01", "last": "2026-11-20"}
    report = await house.call(Role.CITY, "GET", "/v1/reports/period", params=days)
    assert (report["kind"], report["first"]) == ("period", "2026-11-01")
    await house.call(Role.CITY, "GET", "/v1/reports/period", 422, params=days | {"last": "2027-11-02"})
    await house.call(Role.OPERATOR, "GET", "/v1/reports/period/file", 403, params=days)
    await house.call(Role.OPERATOR, "GET", "/v1/reports/monthly", 403, params={"day": "2026-11-20"})
    await house.call(Role.CITY, "GET", "/v1/reports/hourly", 422, params={"day": "2026-11-20"})
    issue = await house.call(Role.CITY, "POST", "/v1/reports/daily/issue", 201, params={"day": "2026-11-20"})
    checked = await house.call(Role.CITY, "GET", f"/v1/reports/issues/{issue['issue_id']}")
    assert checked["same"] is True
    watch = await house.call(Role.CITY, "GET", "/v1/reports/answer-rate")
    assert watch["level"] in ("ok", "warning", "alert")


async def test_saved_searches_and_bad_filters(house: DeskCity) -> None:
    body = {"name": "持ち物", "wanted": {"text": "持ち物", "statuses": ["done"]}}
    async with house.city.client(Role.OPERATOR) as client:
        assert (await client.post("/v1/interaction-searches", json=body)).status_code == 201
        assert (await client.post("/v1/interaction-searches", json=body)).status_code == 409
        names = [one["name"] for one in (await client.get("/v1/interaction-searches")).json()["searches"]]
    assert names == ["持ち物"]
    refused: tuple[dict[str, Any], ...] = (
        {"nonsense": 1},
        {"first": "soon"},
        {"any_of": 5},
        {"any_of": [{"any_of": [{"any_of": [{}, {"any_of": [{}]}]}]}]},
    )
    for wanted in refused:
        await house.call(Role.OPERATOR, "POST", "/v1/interactions/search", 422, json={"wanted": wanted})


async def test_webhooks_belong_to_administrators(house: DeskCity) -> None:
    body = {"url": "http://127.0.0.1:9/hook", "kinds": ["record.closed"]}
    await house.call(Role.SUPERVISOR, "POST", "/v1/webhooks", 403, json=body)
    made = await house.call(Role.ADMIN, "POST", "/v1/webhooks", 201, json=body)
    assert "secret" not in json.dumps(await house.call(Role.ADMIN, "GET", "/v1/webhooks"))
    await house.call(Role.ADMIN, "DELETE", f"/v1/webhooks/{made['hook_id']}", 204)


def test_the_assist_over_a_socket(house: DeskCity) -> None:
    headers = house.key(Role.OPERATOR)
    client = TestClient(house.city.app, headers=headers)
    session = client.post("/v1/assist/sessions", json={}).json()
    with client.websocket_connect(f"/v1/assist/sessions/{session['session_id']}/ws", headers=headers) as socket:
        socket.send_text(json.dumps({"speaker": "citizen", "text": "カードの受け取りに必要なものは何ですか"}))
        state = socket.receive_json()
        assert state["suggestions"][0]["faq_id"] == "A005"
        for bad in ("{", "[]", json.dumps({"speaker": "dog", "text": "x"}), "あ" * 20_000):
            socket.send_text(bad)
            assert "problem" in socket.receive_json()
    path = f"/v1/assist/sessions/{session['session_id']}"
    assert client.post(f"{path}/marks", json={"faq_id": "A005", "kind": "faq_used"}).status_code == 200
    assert client.post(f"{path}/pins", json={"faq_id": "A001"}).json()["suggestions"][0]["faq_id"] == "A001"
    assert client.post(f"{path}/pins", json={"faq_id": "ない"}).status_code == 404
    draft = client.post(f"{path}/finish").json()
    assert draft["content"]["category"] == "交付・受取"
    assert "交付通知書" in draft["content"]["answer"]
    assert client.get(path).status_code == 404


async def test_guides(house: DeskCity) -> None:
    found = await house.call(Role.OPERATOR, "GET", "/v1/assist/checklists")
    # None of the shipped lists rests on an FAQ of this small city, so none may be shown.
    assert found["choices"]["who"] == []
    items = (await house.call(Role.OPERATOR, "GET", "/v1/assist/booking/read-back"))["items"]
    ticked = [one["item_id"] for one in items]
    await house.call(Role.OPERATOR, "POST", "/v1/assist/booking/read-back", json={"ticked": ticked})
    await house.call(Role.OPERATOR, "POST", "/v1/assist/booking/read-back", 422, json={"ticked": ticked[1:]})
