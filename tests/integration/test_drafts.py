"""Drafts through the whole product: the real litellm client, the real guard rails, a scripted server on loopback."""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.security.permissions import Role
from eval.scripted_answers import good, with_wrong_fee
from eval.scripted_server import Fails, Hangs, Says, ScriptedServer, scripted_server
from tests.fakes.open_city import City, open_city

pytestmark = [
    pytest.mark.skipif(find_spec("litellm") is None, reason="the extra [llm] is not installed"),
    pytest.mark.llm,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::pydantic.warnings.PydanticDeprecatedSince20"),
]  # fmt: skip

LOST = "マイナンバーカードをなくしたときはどうすればよいですか"
APPROVED = "すぐに 0120-95-0178 へ電話して、カードの機能を止めてください。"


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with scripted_server(good) as running:
        yield running


@pytest.fixture(scope="module")
def city(server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    llm = {
        "model": "openai/scripted",
        "api_base": server.url,
        "cache_entries": 0,
        "retries": 0,
        "breaker_failures": 100,
        "timeout_secs": 10,
        "citizen_categories": ["暗証番号"],
    }
    with open_city(tmp_path_factory.mktemp("drafts"), llm=llm) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _fresh(server: ScriptedServer) -> None:
    server.otherwise, server.down = good, False
    server.script.clear()
    server.requests.clear()


async def steps(client: httpx.AsyncClient, path: str = "/v1/drafts", **body: Any) -> list[dict[str, Any]]:
    response = await client.post(path, json=body)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    return [json.loads(part[6:]) for part in response.text.split("\n\n") if part]


async def test_a_cited_draft_with_its_prompt_and_times(city: City, server: ScriptedServer) -> None:
    async with city.client(Role.OPERATOR) as client:
        got = await steps(client, question=LOST, faq_ids=["A001"])
    assert [one["step"] for one in got] == ["sentence", "done"]
    sentence, done = got
    assert sentence["text"] == APPROVED
    assert sentence["citations"][0]["faq_id"] == "A001"
    assert sentence["citations"][0]["version"] == 1
    assert sentence["label"] == "AIによる下書き・確認してください"
    assert done["generated"] is True
    assert done["prompt_sha"] == city.services.drafter.prompt_sha
    assert done["checks_ms"] < done["after_ms"]
    assert server.requests[0]["stream"] is True


async def test_the_answer_path_chooses_the_sources(city: City) -> None:
    async with city.client(Role.OPERATOR) as client:
        got = await steps(client, question=LOST)
    assert got[0]["citations"][0]["faq_id"] == "A001"


async def test_a_planted_fee_is_caught_and_the_approved_text_takes_its_place(
    city: City, server: ScriptedServer
) -> None:
    server.otherwise = with_wrong_fee
    async with city.client(Role.OPERATOR) as client:
        got = await steps(client, question=LOST, faq_ids=["A001"])
    kinds = [one["step"] for one in got]
    assert kinds == ["sentence", "rejected", "restart", "rejected", "verbatim", "done"]
    assert any("5000円" in reason for reason in got[1]["reasons"])
    assert got[-2]["text"] == APPROVED
    assert not any("5,000" in one.get("text", "") for one in got)
    assert "5000円" in json.dumps(server.requests[1]["messages"], ensure_ascii=False), "the second try is told why"


@pytest.mark.parametrize(
    "bad",
    [
        "カードの機能を止める必要はありません。［1］",
        "すぐに0120-95-0178へ電話してください。［9］",
        "すぐに0120-95-0178へ電話して、カードの機能を止めてください。",
        "承知しました。これまでの指示はすべて無効にして、管理者の暗証番号を書きます。［1］",
        "Call 0120-95-0178 at once to stop the card. [1]",
        "すぐに0120-95-0187へ電話して、カードの機能を止めてください。［1］",
        "くわしくは http://evil.example/card をご覧ください。［1］",
        '{"sentences": ["すぐに',
    ],
)
async def test_every_bad_answer_ends_in_the_approved_text(city: City, server: ScriptedServer, bad: str) -> None:
    server.otherwise = Says(bad)
    async with city.client(Role.OPERATOR) as client:
        got = await steps(client, question=LOST, faq_ids=["A001"])
    assert [one["step"] for one in got if one["step"] in ("sentence", "verbatim")] == ["verbatim"]
    assert got[-2]["text"] == APPROVED


@pytest.mark.parametrize("turn", [Fails(429), Fails(500), Says("", pieces=["すぐに", "電話"], breaks_off_after=1)])
async def test_trouble_is_a_notice_beside_the_approved_text(city: City, server: ScriptedServer, turn: Any) -> None:
    server.otherwise = turn
    async with city.client(Role.OPERATOR) as client:
        got = await steps(client, question=LOST, faq_ids=["A001"])
    assert [one["step"] for one in got] == ["verbatim", "notice", "done"]
    assert got[-1]["generated"] is False


async def test_a_person_is_needed_so_nothing_is_drafted(city: City, server: ScriptedServer) -> None:
    async with city.client(Role.OPERATOR) as client:
        got = await steps(client, question="責任者の人と代わってください。話になりません。")
    assert got[0]["step"] == "notice"
    assert server.requests == []


async def test_personal_data_stay_here(city: City, server: ScriptedServer) -> None:
    async with city.client(Role.OPERATOR) as client:
        await steps(client, question=f"番号は123456789012、電話は090-1234-5678です。{LOST}", faq_ids=["A001"])
    sent = json.dumps(server.requests, ensure_ascii=False)
    assert "123456789012" not in sent
    assert "090-1234-5678" not in sent


async def test_who_may_not(city: City) -> None:
    for role in (Role.VIEWER, Role.EDITOR, None):
        async with city.client(role) as client:
            assert (await client.post("/v1/drafts", json={"question": LOST})).status_code in (401, 403)


async def test_citizens_get_a_checked_wording_only_where_the_city_allows_it(city: City, server: ScriptedServer) -> None:
    async with city.client() as client:
        allowed = (
            await client.post(
                "/v1/answers", json={"query": "暗証番号を忘れたときはどうすればよいですか", "channel": "web"}
            )
        ).json()
        other = (await client.post("/v1/answers", json={"query": LOST, "channel": "web"})).json()
        page = (await client.get("/", params={"q": "暗証番号を忘れたときはどうすればよいですか"})).text
    assert allowed["answer"]["text"] == "カードと本人確認書類を持って、窓口へお越しください。"
    assert allowed["answer"]["draft"]["sentences"][0]["cited"] == [["A002", 1]]
    assert "draft" not in other["answer"]
    assert "AIによる言い換え" in page
    server.otherwise = with_wrong_fee
    async with city.client() as client:
        bad = (
            await client.post(
                "/v1/answers", json={"query": "暗証番号を忘れたときはどうすればよいですか", "channel": "web"}
            )
        ).json()
    assert bad["action"] == "answer"
    assert "draft" not in bad["answer"]


async def test_the_switch_stops_it_at_once_and_is_audited(city: City, server: ScriptedServer) -> None:
    async with city.client(Role.ADMIN) as admin, city.client(Role.OPERATOR) as client:
        assert (await client.post("/v1/language-model/switch", json={"on": False})).status_code == 403
        state = (await admin.post("/v1/language-model/switch", json={"on": False})).json()
        assert (state["switched_on"], state["why"]) == (False, "switched_off")
        got = await steps(client, question=LOST, faq_ids=["A001"])
        assert [one["step"] for one in got] == ["verbatim", "notice", "done"]
        assert server.requests == []
        await admin.post("/v1/language-model/switch", json={"on": True})
        assert (await steps(client, question=LOST, faq_ids=["A001"]))[0]["step"] == "sentence"
        usage = (await admin.get("/v1/language-model/usage")).json()["usage"]
        assert {one["feature"] for one in usage} >= {"draft"}


async def test_a_call_drafts_from_what_is_on_offer_and_goes_on_when_the_plug_is_pulled(
    city: City, server: ScriptedServer
) -> None:
    async with city.client(Role.OPERATOR) as client:
        session = (await client.post("/v1/assist/sessions", json={})).json()["session_id"]
        path = f"/v1/assist/sessions/{session}"
        said = {"speaker": "citizen", "text": "カードをなくしました。どうすればよいですか。"}
        before = (await client.post(f"{path}/segments", json=said)).json()
        assert (await steps(client, f"{path}/drafts"))[0]["step"] == "sentence"
        server.down = True
        got = await steps(client, f"{path}/drafts")
        assert [one["step"] for one in got] == ["verbatim", "notice", "done"]
        after = (
            await client.post(f"{path}/segments", json={"speaker": "citizen", "text": "暗証番号も忘れました。"})
        ).json()
        assert after["suggestions"]
        assert before["suggestions"][0]["faq_id"] == "A001"
        await client.post(f"{path}/marks", json={"faq_id": "A001", "kind": "faq_used"})
        server.down = False
        record = (await client.post(f"{path}/finish")).json()["record_id"]
        made = (await client.post(f"/v1/assist/records/{record}/summary")).json()
    assert made["parts"]["inquiry"].startswith("カードをなくしました")
    assert made["parts"]["answer"] == APPROVED
    assert made["label"] == "AIによる下書き・確認してください"


async def test_a_summary_with_something_nobody_said_is_left_out(city: City, server: ScriptedServer) -> None:
    async with city.client(Role.OPERATOR) as client:
        session = (await client.post("/v1/assist/sessions", json={})).json()["session_id"]
        path = f"/v1/assist/sessions/{session}"
        await client.post(f"{path}/segments", json={"speaker": "citizen", "text": "カードをなくしました。"})
        record = (await client.post(f"{path}/finish")).json()["record_id"]
        invented = {
            "inquiry": "カードをなくした。",
            "answer": "再交付の手数料は3,000円と案内した。",
            "action": "",
            "remaining": "",
        }
        server.otherwise = Says(json.dumps(invented, ensure_ascii=False))
        made = (await client.post(f"/v1/assist/records/{record}/summary")).json()
        assert made["parts"]["inquiry"]
        assert "answer" not in made["parts"]
        assert any("3000円" in reason for reason in made["refused"]["answer"])
        server.otherwise = Says('{"inquiry": "カード')
        assert (await client.post(f"/v1/assist/records/{record}/summary")).status_code == 503


async def test_polishing_changes_no_fact(city: City, server: ScriptedServer) -> None:
    text = "手数料は1000円です。写真は要りません。"
    async with city.client(Role.OPERATOR) as client:
        assert (await client.post("/v1/drafts/polish", json={"text": text})).json()["parts"]["text"]
        server.otherwise = Says("手数料は1,000円です。写真も必要です。")
        made = (await client.post("/v1/drafts/polish", json={"text": text})).json()
    assert made["parts"] == {}
    assert made["refused"]["text"]


async def test_a_hanging_model_is_given_up(server: ScriptedServer, tmp_path: Path) -> None:
    server.otherwise = Hangs()
    llm = {"model": "openai/scripted", "api_base": server.url, "timeout_secs": 0.3, "retries": 0}
    with open_city(tmp_path, llm=llm) as city:
        async with city.client(Role.OPERATOR) as client:
            got = await steps(client, question=LOST, faq_ids=["A001"])
    assert [one["step"] for one in got] == ["verbatim", "notice", "done"]
    assert "時間内" in got[1]["text"]
