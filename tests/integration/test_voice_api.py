"""The voicebot's doors over HTTP and WebSocket: who gets in, what is written down, what happens when parts are missing."""

import asyncio
import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from api.security.permissions import Role
from knowledge.errors import ConfigurationError
from knowledge.faq.periods import period_of
from tests.fakes.open_city import NOW, open_city
from tests.fakes.voice_phones import PATIENCE_SECS, FakeAsterisk
from tests.fakes.voice_site import SILENT, SPEAKING, VoiceSite, open_voice_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VoiceSite]:
    with open_voice_site(tmp_path_factory.mktemp("site"), {**SILENT, "max_calls": 1}) as opened:
        yield opened


def browser(site: VoiceSite, **headers: str) -> websockets.connect:
    return websockets.connect(f"ws://127.0.0.1:{site.port}/v1/voice/browser", additional_headers=headers)


async def until(socket: ClientConnection, words: str) -> list[dict[str, Any]]:
    """Captions up to the one that holds these words."""
    seen: list[dict[str, Any]] = []
    async with asyncio.timeout(PATIENCE_SECS):
        async for message in socket:
            seen.append(json.loads(message))
            if words in seen[-1].get("text", ""):
                return seen
    raise AssertionError(seen)


async def send(socket: ClientConnection, **message: str) -> None:
    await socket.send(json.dumps(message))


async def test_a_typed_call_is_answered_recorded_and_counted(site: VoiceSite) -> None:
    async with browser(site) as socket:
        await until(socket, "ご用件")
        await send(socket, type="text", text="カードをなくしました。電話は090-1234-5678です")
        seen = await until(socket, "解決しましたか")
        assert any(turn.get("faq_id") == "A001" for turn in seen)
        await send(socket, type="key", key="1")
        await until(socket, "ほかに")
        await send(socket, type="end")
    phone = site.city.doors.phone
    async with asyncio.timeout(PATIENCE_SECS):
        while phone.bot.status().active_calls:  # noqa: ASYNC110 - the server's side of the hang-up
            await asyncio.sleep(0.02)
    phone.bot.drain()
    async with httpx.AsyncClient(base_url=site.url, headers=site.key(Role.CITY)) as client:
        listed = (await client.get("/v1/calls", params={"outcome": "confirmed"})).json()
        assert listed["total"] == 1
        detail = (await client.get(f"/v1/calls/{listed['calls'][0]['call_id']}")).json()
        assert (await client.get("/v1/calls/none")).status_code == 404
        assert (await client.get("/v1/calls", params={"outcome": "x"})).status_code == 422
    asked = next(turn for turn in detail["turn_list"] if turn["decision"] == "answer" and turn["who"] == "caller")
    assert (asked["faq_id"], asked["faq_version"]) == ("A001", 1)
    assert asked["candidates"][0]["faq_id"] == "A001"
    assert "090-1234-5678" not in json.dumps(detail, ensure_ascii=False)
    assert phone.events.tell() == 1
    assert phone.events.tell() == 0, "each call is told to the desk once"
    record = phone.desk.records.of_call(detail["call_id"])
    assert record is not None
    assert [one.faq_id for one in phone.desk.records.faq_references(record.record_id)] == ["A001"]
    report = site.city.services.usage.report(period_of(NOW.date(), "month"))
    assert report.searches >= 1, "the question stands in the search log"
    assert report.uses >= 1


async def test_a_crowd_gets_the_overflow_text_and_then_no_socket(site: VoiceSite) -> None:
    sockets = [await browser(site) for _ in range(4)]
    try:
        await until(sockets[-1], "混み合って")
        with pytest.raises(InvalidStatus):
            await browser(site)
    finally:
        for socket in sockets:
            await socket.close()


async def test_foreign_pages_and_callers_without_rights_stay_out(site: VoiceSite) -> None:
    with pytest.raises(InvalidStatus):
        await browser(site, origin="https://evil.example")
    with pytest.raises(InvalidStatus):
        await websockets.connect(f"ws://127.0.0.1:{site.port}/v1/voice/twilio")
    async with httpx.AsyncClient(base_url=site.url) as client:
        for path in ("/v1/calls", "/v1/calls/x", "/v1/voice/next/x"):
            assert (await client.get(path)).status_code == 401
        assert (await client.post("/v1/voice/announce", data={"call_id": str(uuid.uuid4())})).status_code == 401
        viewer = site.key(Role.VIEWER)
        assert (await client.get("/v1/calls", headers=viewer)).status_code == 403


async def test_without_telephone_the_exchange_is_told_so_and_goes_to_people(site: VoiceSite) -> None:
    async with httpx.AsyncClient(base_url=site.url, headers=site.key(Role.OPERATOR)) as client:
        reply = await client.post("/v1/voice/announce", data={"call_id": str(uuid.uuid4())})
        ready = (await client.get("/readyz")).json()
    assert reply.status_code == 503
    assert ready["status"] == "ok", "a missing voice does not make the service unready"
    assert ready["voice"]["hearing"] is False
    assert "文字による案内" in ready["voice"]["summary"]


async def test_twilio_streams_are_known_by_their_signature(tmp_path: Path) -> None:
    url = "wss://voice.example.lg.jp/v1/voice/twilio"
    twilio = {"enabled": True, "auth_token": "tw-token", "public_url": url}
    with open_voice_site(tmp_path, {**SILENT, "twilio": twilio}) as site:
        address = f"ws://127.0.0.1:{site.port}/v1/voice/twilio"
        with pytest.raises(InvalidStatus):
            await websockets.connect(address, additional_headers={"x-twilio-signature": "wrong"})
        signature = base64.b64encode(hmac.new(b"tw-token", url.encode(), hashlib.sha1).digest()).decode()
        async with websockets.connect(address, additional_headers={"x-twilio-signature": signature}) as socket:
            await socket.send(json.dumps({"event": "connected"}))
            await socket.send(json.dumps({"event": "start", "start": {"streamSid": "S1", "callSid": "C1"}}))
            await socket.send(json.dumps({"event": "stop"}))
        assert "tw-token" not in repr(site.city.services.settings)


@pytest.mark.voice
async def test_a_telephone_call_from_announcement_to_what_comes_next(tmp_path: Path) -> None:
    voice = {**SPEAKING, "hearing": {"kind": "none"}, "audiosocket": {"enabled": True, "port": 0}}
    with open_voice_site(tmp_path, voice) as site:
        phone = site.city.doors.phone
        async with asyncio.timeout(PATIENCE_SECS):
            while not phone.telephone_port:  # noqa: ASYNC110 - the server runs in a thread of its own
                await asyncio.sleep(0.05)
        caller = FakeAsterisk()
        async with httpx.AsyncClient(base_url=site.url, headers=site.key(Role.OPERATOR)) as client:
            assert (await client.post("/v1/voice/announce", data={"call_id": "no-uuid"})).status_code == 422
            announced = await client.post("/v1/voice/announce", data={"call_id": caller.call_id.upper()})
            assert announced.text == caller.call_id
            await caller.connect(phone.telephone_port)
            await caller.heard.talking()
            caller.press("0")
            async with asyncio.timeout(PATIENCE_SECS):
                await caller.heard.closed.wait()
            await caller.close()
            assert (await client.get(f"/v1/voice/next/{caller.call_id}")).text == "queue"
            assert (await client.get("/v1/voice/next/unknown")).text == "hangup"


def test_a_wrong_voice_setting_is_named_before_anything_is_served(tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigurationError, match=r"voice\.speech\.sped"),
        open_city(tmp_path, voice={"speech": {"sped": 2}}),
    ):
        pass


async def test_switched_off_it_is_off_everywhere(tmp_path: Path) -> None:
    with open_voice_site(tmp_path, {"enabled": False}) as site:
        with pytest.raises(InvalidStatus):
            await browser(site)
        async with httpx.AsyncClient(base_url=site.url) as client:
            page = (await client.get("/voice")).text
            assert "休止しています" in page
            assert "data-start" not in page
            assert "設定で止めて" in (await client.get("/readyz")).text
