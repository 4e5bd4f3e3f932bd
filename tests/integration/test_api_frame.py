"""What every route shares: error shapes, headers, logs, metrics, health, and the schema."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import pytest
from argon2 import PasswordHasher

from api.app import create_app
from api.logs import configure_logs
from api.security.permissions import Role
from tests.fakes.open_city import City, open_city


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with open_city(tmp_path_factory.mktemp("city")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nope", 404), ("GET", "/v1/nope", 404), ("PUT", "/v1/search", 405), ("GET", "/v1/faqs", 401),
     ("DELETE", "/healthz", 405), ("GET", "/static/nope.css", 404), ("GET", "/static/../app.py", 404)],
)  # fmt: skip
async def test_refusals_are_problem_json(city: City, method: str, path: str, status: int) -> None:
    async with city.client() as client:
        reply = await client.request(method, path)
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert set(reply.json()) >= {"title", "status", "detail"}
    assert reply.headers["x-content-type-options"] == "nosniff"
    if status == 405:
        assert reply.headers["allow"]


async def test_browsers_get_a_page(city: City) -> None:
    async with city.client(accept="text/html") as client:
        reply = await client.get("/nope")
    assert (reply.status_code, reply.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "見つかりません" in reply.text


async def test_unforeseen_errors_say_nothing_about_themselves(
    city: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("内部の秘密")

    monkeypatch.setattr(city.services.retriever, "ready", broken)
    async with city.client() as client:
        reply = await client.get("/readyz")
    assert reply.status_code == 500
    assert "秘密" not in reply.text
    assert reply.headers["content-security-policy"]
    assert "unexpected error" in caplog.text


async def test_health_and_metrics(city: City) -> None:
    async with city.client() as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert (await client.get("/readyz")).json()["checks"] == {"database": True, "index": True}
        await client.post("/v1/answers", json={"query": "カードをなくしました", "channel": "web"})
        page = (await client.get("/metrics")).text
    assert 'madoguchi_answers_total{action="answer",channel="web",lang="ja"}' in page
    assert 'route="/v1/answers",status="200"' in page
    assert "madoguchi_faqs 8.0" in page


async def test_access_log_has_no_text_of_the_caller(city: City) -> None:
    lines: list[bytes] = []
    app = create_app(city.services, lines.append, PasswordHasher(1, 8, 1))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as client:
        await client.get("/", params={"q": "ひみつの質問"})
        await client.get("/ひみつの場所")
        await client.request("ひみつ".encode().hex().upper(), "/healthz")
        await client.get("/healthz")
    assert [orjson.loads(line)["route"] for line in lines] == ["/", ""]
    assert not any("ひみつ" in line.decode() or "%E3" in line.decode() for line in lines)


async def test_logs_are_json_and_redacted(city: City, capfd: pytest.CaptureFixture[str]) -> None:
    import logging

    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    try:
        configure_logs(city.services.redactor, "INFO")
        logging.getLogger("some.library").warning("連絡先は 090-1234-5678 です")
    finally:
        root.handlers[:], root.level = before
    line = orjson.loads(capfd.readouterr().err.strip().splitlines()[-1])
    assert line["level"] == "warning"
    assert "5678" not in line["event"]


async def test_schema_describes_the_contract(city: City) -> None:
    async with city.client() as client:
        schema = (await client.get("/openapi.json")).json()
    for path in ("/v1/search", "/v1/answers", "/v1/feedback", "/v1/faqs", "/v1/faqs/import", "/v1/synonyms"):
        assert path in schema["paths"]
    answers = schema["paths"]["/v1/answers"]["post"]
    assert set(answers["requestBody"]["content"]["application/json"]["schema"]["properties"]) == {
        "query", "channel", "lang", "conversation_id",
    }  # fmt: skip
    assert {"200", "413", "415", "422"} <= set(answers["responses"])
    assert "ProblemReply" in schema["components"]["schemas"]


async def test_oversized_upload(tmp_path: Path) -> None:
    with open_city(tmp_path, server={"max_body_bytes": 2000}) as city:
        async with city.client(Role.EDITOR) as editor:
            reply = await editor.post("/v1/faqs/import", files={"file": ("a.csv", b"x" * 5000)})
    assert (reply.status_code, reply.headers["content-type"]) == (413, "application/problem+json")
