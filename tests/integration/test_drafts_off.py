"""The language model in the house changes nothing else: same answers byte for byte, same calls with the plug out."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.replies import answer_reply, encode
from api.security.permissions import Role
from eval.cases import shipped_suite
from eval.scripted_answers import good
from eval.scripted_server import ScriptedServer, scripted_server
from knowledge.domain import Question
from tests.fakes.assist_site import opened_assist_site
from tests.fakes.staff_site import Site
from tests.integration.test_assist_pages import key, said, until

pytestmark = [
    pytest.mark.skipif(find_spec("litellm") is None, reason="the extra [llm] is not installed"),
    pytest.mark.llm,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::pydantic.warnings.PydanticDeprecatedSince20"),
]  # fmt: skip
SAMPLE = 150
_OWN = ("answer_id", "took_ms")


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with scripted_server(good) as running:
        yield running


@pytest.fixture(scope="module")
def sites(model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Site]]:
    """One without a model, one with."""
    llm = {"model": "openai/scripted", "api_base": model.url, "retries": 0, "breaker_failures": 1000}
    with ExitStack() as stack:
        without = stack.enter_context(opened_assist_site(tmp_path_factory.mktemp("without")))
        yield without, stack.enter_context(opened_assist_site(tmp_path_factory.mktemp("with"), llm))


def answers(site: Site) -> list[bytes]:
    chosen = [case for case in shipped_suite().cases if case.lang == "ja"][::7][:SAMPLE]
    assert len(chosen) == SAMPLE
    out = []
    for case in chosen:
        text = site.services.redactor.redact(case.text)
        answer = site.services.answerer.answer(Question(text.text, "web", had_personal_data=text.kinds))
        out.append(encode({name: value for name, value in answer_reply(answer).items() if name not in _OWN}))
    return out


def test_answers_are_the_same_byte_for_byte(sites: tuple[Site, Site], model: ScriptedServer) -> None:
    without, with_model = sites
    before = answers(without)
    assert answers(with_model) == before
    with_model.services.language.turn(False, "test")
    assert answers(with_model) == before
    with_model.services.language.turn(True, "test")
    model.down = True
    assert answers(with_model) == before
    model.down = False


CALL = (
    "もしもし、カードを受け取るとき、何を持って行けばよいですか。",
    "代理人が受け取る場合はどうなりますか。",
    "手数料はかかりますか。",
)
_SHOWN = ("heard", "suggestions", "advice", "advice_text", "hand_over_to", "notes")


def call(site: Site, model: ScriptedServer, drafting: bool) -> tuple[list[dict[str, Any]], list[str]]:
    """What the screen is told over the WebSocket, and how each draft ended; the plug is pulled after the first."""
    headers = key(site, Role.OPERATOR)
    told: list[dict[str, Any]] = []
    ended: list[str] = []
    with TestClient(site.app, headers=headers) as client:
        session = client.post("/v1/assist/sessions", json={}).json()["session_id"]
        path = f"/v1/assist/sessions/{session}"
        with client.websocket_connect(f"{path}/ws?from=0", headers=headers) as screen:
            for number, text in enumerate(CALL):
                model.down = number > 0
                screen.send_text(said(text, start_ms=number, end_ms=number))
                state = until(screen, lambda one, heard=number + 1: one["heard"] == heard)
                told.append({name: state[name] for name in _SHOWN if name in state})
                if drafting:
                    events = client.post(f"{path}/drafts", json={}).text.split("\n\n")
                    steps = [json.loads(one[6:])["step"] for one in events if one]
                    ended.append(" ".join(dict.fromkeys(steps)))
        told.append({"record": client.post(f"{path}/finish").json()["content"]})
    model.down = False
    return told, ended


def test_pulling_the_plug_in_a_call_changes_nothing_but_a_notice(
    sites: tuple[Site, Site], model: ScriptedServer
) -> None:
    without, with_model = sites
    plain, _ = call(without, model, drafting=False)
    drafted, ended = call(with_model, model, drafting=True)
    assert drafted == plain
    assert ended[0] == "sentence done"
    assert ended[1:] == ["verbatim notice done"] * 2
