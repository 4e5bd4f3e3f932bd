"""POST /v1/search, /v1/answers and /v1/feedback: the contract other systems rely on, and every kind of bad input."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.security.permissions import Role
from knowledge.store.usage_tables import feedback, search_log
from tests.fakes.open_city import City, open_city

LOST = "カードをなくしました"
HIT = {"faq_id", "version", "question", "answer", "category", "score", "confidence", "matched"}
ANSWER = {"action", "confidence", "answer", "clarify", "handoff", "candidates", "answer_id", "took_ms"}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with open_city(tmp_path_factory.mktemp("city")) as opened:
        yield opened


async def post(city: City, path: str, role: Role | None = None, **request: Any) -> httpx.Response:
    async with city.client(role) as client:
        return await client.post(path, **request)


async def test_search_finds_the_right_faq_first(city: City) -> None:
    reply = await post(city, "/v1/search", json={"query": LOST, "limit": 3})
    assert reply.status_code == 200
    content = reply.json()
    assert set(content) == {"hits", "query_id", "took_ms"}
    assert 0 < len(content["hits"]) <= 3
    assert content["hits"][0]["faq_id"] == "A001"
    assert set(content["hits"][0]) >= HIT
    assert all(0 <= hit["confidence"] <= 1 for hit in content["hits"])


async def test_search_takes_null_for_what_a_caller_does_not_know(city: City) -> None:
    body = {"query": "カードを無くしました", "limit": 50, "category": None, "lang": None}
    said = await post(city, "/v1/search", json={"query": "カードを無くしました", "limit": 50})
    reply = await post(city, "/v1/search", json=body)
    assert reply.status_code == 200
    assert [h["faq_id"] for h in reply.json()["hits"]] == [h["faq_id"] for h in said.json()["hits"]]


async def test_search_within_a_category(city: City) -> None:
    reply = await post(city, "/v1/search", json={"query": LOST, "category": "申請"})
    assert {hit["category"] for hit in reply.json()["hits"]} <= {"申請"}


async def test_answer_is_the_approved_text_verbatim(city: City) -> None:
    reply = await post(city, "/v1/answers", json={"query": LOST, "channel": "web"})
    assert reply.status_code == 200
    content = reply.json()
    assert set(content) >= ANSWER
    assert content["action"] == "answer"
    assert content["answer"]["faq_id"] == "A001"
    assert content["answer"]["text"] == "すぐに 0120-95-0178 へ電話して、カードの機能を止めてください。"
    assert content["answer"]["citations"][0]["version"] == 1
    assert len(content["candidates"]) <= 3


async def test_language_is_found_from_the_question(city: City) -> None:
    reply = await post(city, "/v1/answers", json={"query": "I lost my card, what should I do?", "channel": "web"})
    content = reply.json()
    assert content["lang"] == "en"
    assert content["candidates"][0]["answer"].startswith("Call 0120-95-0178")


async def test_hand_over_names_a_phone(tmp_path: Path) -> None:
    with open_city(tmp_path, answer={"answer_at": 1.0, "clarify_at": 4.0}) as careful:
        content = (await post(careful, "/v1/answers", json={"query": LOST, "channel": "web"})).json()
    assert content["action"] == "handoff"
    assert content["handoff"]["phone"] == careful.services.profile.centre.phone
    assert content["answer"] is None


@pytest.mark.parametrize(("role", "shown"), [(None, False), (Role.OPERATOR, True)])
async def test_operator_faq_is_for_staff_only(city: City, role: Role | None, shown: bool) -> None:
    asked = {"query": "職員用の確認手順", "channel": "operator"}
    hits = (await post(city, "/v1/search", role, json=asked)).json()["hits"]
    assert ("A007" in {hit["faq_id"] for hit in hits}) is shown
    answer = (await post(city, "/v1/answers", role, json=asked)).json()
    assert ("A007" in {hit["faq_id"] for hit in answer["candidates"]}) is shown


async def test_personal_data_reaches_neither_answer_nor_log(city: City) -> None:
    secret = "090-1234-5678"
    reply = await post(
        city, "/v1/answers", json={"query": f"電話は{secret}です。カードをなくしました", "channel": "web"}
    )
    assert secret not in reply.text
    city.services.usage_log.flush()
    with city.services.db.read() as conn:
        texts = conn.execute(select(search_log.c.text)).scalars().all()
    assert any("電話番号" in text for text in texts)
    assert not any("5678" in text for text in texts)


async def test_feedback_is_stored_with_the_question(city: City) -> None:
    answer = (await post(city, "/v1/answers", Role.OPERATOR, json={"query": LOST})).json()
    given = {"answer_id": answer["answer_id"], "faq_id": "A001", "verdict": "used"}
    reply = await post(city, "/v1/feedback", Role.OPERATOR, json=given)
    assert reply.status_code == 201
    city.services.usage_log.flush()
    with city.services.db.read() as conn:
        row = conn.execute(select(feedback).where(feedback.c.feedback_id == reply.json()["feedback_id"])).one()
        asked = conn.execute(select(search_log).where(search_log.c.log_id == row.log_id)).one()
    assert (row.verdict, row.faq_id, asked.chosen) == ("used", "A001", "A001")


@pytest.mark.parametrize("named", [{"answer_id": "0" * 32}, {"query_id": "none"}, {"faq_id": "ZZ999"}])
async def test_feedback_about_nothing_known_is_not_found(city: City, named: dict[str, str]) -> None:
    reply = await post(city, "/v1/feedback", Role.OPERATOR, json={**named, "verdict": "used"})
    assert reply.status_code == 404
    assert reply.headers["content-type"].startswith("application/problem+json")
    with city.services.db.read() as conn:
        assert (
            conn.execute(select(feedback).where(feedback.c.verdict == "used", feedback.c.faq_id == "ZZ999")).all() == []
        )


async def test_feedback_errors_look_like_all_others(city: City) -> None:
    for wrong in (
        {"answer_id": "x", "verdict": "?"},
        {"verdict": "used"},
        {"answer_id": "x", "verdict": "used", "more": 1},
    ):
        reply = await post(city, "/v1/feedback", Role.OPERATOR, json=wrong)
        assert reply.status_code == 422
        assert reply.headers["content-type"].startswith("application/problem+json")
        assert reply.json()["problems"]


async def test_null_language_is_the_default(city: City) -> None:
    assert (await post(city, "/v1/search", json={"query": LOST, "lang": None})).json()["hits"]


async def test_an_answer_says_when_it_was_approved(city: City) -> None:
    answer = (await post(city, "/v1/answers", json={"query": LOST})).json()["answer"]
    assert date.fromisoformat(answer["citations"][0]["approved_on"]).year >= 2026


async def test_feedback_needs_a_login_and_a_subject(city: City) -> None:
    assert (await post(city, "/v1/feedback", json={"answer_id": "x", "verdict": "used"})).status_code == 401
    assert (await post(city, "/v1/feedback", Role.OPERATOR, json={"verdict": "used"})).status_code == 422
    assert (await post(city, "/v1/feedback", Role.OPERATOR, json={"answer_id": "x", "verdict": "?"})).status_code == 422


@pytest.mark.parametrize("path", ["/v1/search", "/v1/answers"])
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 422),
        (b"\x00\xff\xfe\x80", "application/json", 422),
        (b'{"query": "\\ud800"}', "application/json", 422),
        (b'{"query": ""}', "application/json", 422),
        ('{"query": "　\u200b\u202e "}'.encode(), "application/json", 422),
        (b'{"query": 5}', "application/json", 422),
        (b"[]", "application/json", 422),
        (b"{}", "application/json", 422),
        (b'{"query": "a", "lang": "xx"}', "application/json", 422),
        (b'{"query": "a", "channel": "fax"}', "application/json", 422),
        (b'{"query": "' + b"a" * 4001 + b'"}', "application/json", 422),
        (b'{"query": "' + b"a" * 100_000 + b'"}', "application/json", 413),
        (b"query=a", "application/x-www-form-urlencoded", 415),
        (b'{"query": "a"}', "text/plain", 415),
        (b'{"query": "a"}', "", 415),
    ],
)
async def test_bad_input_is_refused_in_words(
    city: City, path: str, body: bytes, content_type: str, status: int
) -> None:
    headers = {"content-type": content_type} if content_type else {}
    reply = await post(city, path, content=body, headers=headers)
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["detail"]


@pytest.mark.parametrize("limit", [0, -1, 101, 10**30, "5", 1.5, None])
async def test_limit_out_of_range(city: City, limit: object) -> None:
    reply = await post(city, "/v1/search", json={"query": LOST, "limit": limit})
    assert reply.status_code == 422
    assert reply.json()["problems"][0]["column"] == "limit"


@pytest.mark.parametrize(
    "query",
    [
        "a" * 4000,
        "カ" * 4000,
        "'; DROP TABLE faq; --",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "\u202eドーカ\u202c",
        "👨‍👩‍👧" * 100,
        "\x00\x01\x02なくした",
    ],
)
async def test_strange_questions_are_answered_calmly(city: City, query: str) -> None:
    for path in ("/v1/search", "/v1/answers"):
        reply = await post(city, path, json={"query": query, "channel": "web"})
        assert reply.status_code == 200, reply.text


async def test_public_service_switched_off(tmp_path: Path) -> None:
    with open_city(tmp_path, public={"enabled": False}) as closed:
        for path in ("/v1/search", "/v1/answers"):
            assert (await post(closed, path, json={"query": LOST})).status_code == 401
            assert (await post(closed, path, Role.VIEWER, json={"query": LOST})).status_code == 200
        async with closed.client() as client:
            assert (await client.get("/")).status_code == 401
            assert (await client.get("/healthz")).status_code == 200
