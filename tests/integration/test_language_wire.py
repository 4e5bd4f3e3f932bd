"""The real litellm client against the scripted server: every way an endpoint can behave."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from eval.scripted_server import Disconnects, Fails, Hangs, Raw, Redirects, Says, ScriptedServer, scripted_server
from knowledge.errors import ConfigurationError
from knowledge.language.framing import Message
from knowledge.language.wire import Ask, WireError
from knowledge.privacy.redacted import approved
from knowledge.settings import LlmSettings

pytestmark = [
    pytest.mark.skipif(find_spec("litellm") is None, reason="the extra [llm] is not installed"),
    pytest.mark.llm,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::pydantic.warnings.PydanticDeprecatedSince20"),
]  # fmt: skip

from knowledge.language.litellm_wire import LiteLlmWire, endpoint_of  # noqa: E402  after the skip

ASK = Ask((Message("system", approved("規則")), Message("user", approved("質問"))), 200, 0.0, "text")
SECS = 20.0


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        yield running


_open: list[LiteLlmWire] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _open:
        _open.pop().close()


def wire(server: ScriptedServer, **given: object) -> LiteLlmWire:
    made = LiteLlmWire(LlmSettings.model_validate({"model": "openai/scripted", "api_base": server.url, **given}))
    _open.append(made)
    return made


def kind_of(server: ScriptedServer, secs: float = SECS) -> tuple[str, int | None]:
    with pytest.raises(WireError) as caught:
        wire(server).send(ASK, secs)
    return caught.value.kind, caught.value.status


def test_a_whole_answer_with_its_counts_and_what_was_sent(server: ScriptedServer) -> None:
    server.otherwise = Says("必要です。")
    written = wire(server, api_key="k-1").send(ASK, SECS)
    assert (written.text, written.input_tokens, written.output_tokens) == ("必要です。", 100, 5)
    (body,) = server.requests
    assert body["messages"] == [{"role": "system", "content": "規則"}, {"role": "user", "content": "質問"}]
    assert (body["temperature"], body["max_tokens"]) == (0.0, 200)
    assert not {"tools", "functions"} & set(body)
    assert server.headers[0]["Authorization"] == "Bearer k-1"


def test_a_stream_piece_by_piece_with_the_count_at_the_end(server: ScriptedServer) -> None:
    server.otherwise = Says("", pieces=["写真は", "必要", "です。"])
    pieces = list(wire(server).stream(ASK, SECS))
    assert [p.text for p in pieces if p.text] == ["写真は", "必要", "です。"]
    assert max(p.input_tokens for p in pieces) == 100


@pytest.mark.parametrize(
    ("turn", "kind", "status"),
    [
        (Fails(429, "7"), "rate_limited", 429),
        (Fails(500), "server", 500),
        (Fails(503), "server", 503),
        (Fails(401), "refused", 401),
        (Fails(400), "refused", 400),
        (Disconnects(), "disconnected", None),
        (Raw(b'{"choices": [{"message": {"content": "\xe5\xbf'), "malformed", None),
        (Raw(b"<html>proxy</html>"), "malformed", None),
        (Says(""), "malformed", None),
    ],
)
def test_what_goes_wrong_has_a_kind(server: ScriptedServer, turn: Says, kind: str, status: int | None) -> None:
    server.otherwise = turn
    found = kind_of(server)
    assert found[0] == kind
    assert status is None or found[1] == status
    assert len(server.requests) <= 1, "litellm must not retry by itself"


def test_retry_after_is_read(server: ScriptedServer) -> None:
    server.otherwise = Fails(429, "7")
    with pytest.raises(WireError) as caught:
        wire(server).send(ASK, SECS)
    assert caught.value.retry_after_secs == 7.0


def test_a_hanging_endpoint_times_out(server: ScriptedServer) -> None:
    server.otherwise = Hangs()
    assert kind_of(server, 0.3)[0] == "timeout"


def test_a_stream_that_breaks_off_says_so_after_its_pieces(server: ScriptedServer) -> None:
    server.otherwise = Says("", pieces=["写真は", "必要", "です。"], breaks_off_after=2)
    got: list[str] = []
    with pytest.raises(WireError) as caught:
        got.extend(p.text for p in wire(server).stream(ASK, SECS))
    assert caught.value.kind == "disconnected"


def test_a_redirect_leads_nowhere(server: ScriptedServer) -> None:
    with scripted_server(Says("盗み聞き")) as other:
        server.otherwise = Redirects(f"{other.url}/chat/completions")
        with pytest.raises(WireError):
            wire(server).send(ASK, SECS)
        assert other.paths == []


def test_a_proxy_of_the_environment_is_not_used(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted_server(Says("盗み聞き")) as other:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{other.port}")
        assert wire(server).send(ASK, SECS).text == "はい。"
        assert other.paths == []


def test_azure_and_bedrock_speak_to_the_configured_place_only(server: ScriptedServer) -> None:
    base = f"http://127.0.0.1:{server.port}"
    azure = wire(server, model="azure/city", api_base=base, api_version="2024-10-21", api_key="k")
    assert azure.send(ASK, SECS).text == "はい。"
    name = "bedrock/anthropic.claude-3-haiku-20240307-v1:0"
    bedrock = wire(server, model=name, api_base=base, region="ap-northeast-1", api_key="k")
    assert bedrock.send(ASK, SECS).text == "はい。"
    assert server.paths[0].startswith("/openai/deployments/city/chat/completions")
    assert "converse" in server.paths[1]


def test_a_key_from_a_file(server: ScriptedServer, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k-2\n")
    wire(server, api_key_file=tmp_path / "key").send(ASK, SECS)
    assert server.headers[0]["Authorization"] == "Bearer k-2"
    with pytest.raises(ConfigurationError):
        wire(server, api_key_file=tmp_path / "none")


@pytest.mark.parametrize("model", ["gpt-4o", "anthropic/claude", "openai/", "ollama/qwen"])
def test_other_providers_are_refused(model: str) -> None:
    with pytest.raises(ConfigurationError):
        endpoint_of(LlmSettings(model=model, api_base="http://127.0.0.1:1/v1"))


def test_no_address_no_model() -> None:
    with pytest.raises(ConfigurationError):
        endpoint_of(LlmSettings(model="openai/x"))
    with pytest.raises(ConfigurationError):
        endpoint_of(LlmSettings(model="bedrock/x", region="ap-northeast-1"))
    listed = LlmSettings(
        model="bedrock/x",
        region="ap-northeast-1",
        allowed_endpoints=("bedrock-runtime.ap-northeast-1.amazonaws.com:443",),
    )
    assert endpoint_of(listed).scheme == "https"
