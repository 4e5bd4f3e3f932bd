"""通訳 and machine translation drafts on the staff pages and over the interface, with a scripted model behind them."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from api.security.permissions import Role
from knowledge.language.interpreting import Interpreter
from knowledge.language.translating import Translator
from tests.fakes.language import FakeWire, language_service
from tests.fakes.staff_site import ORIGIN, Site, opened_site, person
from tests.integration.test_language_translating import GLOSSARY


class Scripted:
    """Puts a scripted model behind the running product."""

    def __init__(self, site: Site, folder: Path) -> None:
        self._site, self._folder = site, folder

    def says(self, *answers: str) -> FakeWire:
        fake = FakeWire(otherwise=answers[-1], script=list(answers[:-1]))
        self._folder = self._folder / "next"
        language = language_service(self._folder, self._site.clock, fake)
        services = self._site.services
        object.__setattr__(services, "language", language)
        object.__setattr__(services, "interpreter", Interpreter(language, GLOSSARY, services.redactor))
        object.__setattr__(services, "translator", Translator(language, GLOSSARY, services.redactor))
        return fake


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opened_site(tmp_path / "site", faqs=3) as made:
        made.user("operator", Role.OPERATOR)
        made.user("editor", Role.EDITOR)
        yield made


@pytest.fixture
def model(site: Site, tmp_path: Path) -> Scripted:
    return Scripted(site, tmp_path / "llm")


async def test_without_a_model_the_page_says_so(site: Site) -> None:
    async with person(site) as someone:
        await someone.log_in("operator")
        await someone.get("/staff/interpreting")
        assert someone.status == 200
        assert "言語モデルは設定されていません" in someone.text


async def test_a_turn_shows_both_texts_and_what_to_check(site: Site, model: Scripted) -> None:
    fake = model.says("The fee is 100 yen.")
    async with person(site) as someone:
        await someone.log_in("operator")
        await someone.get("/staff/interpreting")
        await someone.submit(
            "/staff/interpreting", lang="en", speaker="operator", text="手数料は1,000円です。電話は090-1234-5678です。"
        )
        assert someone.status == 200
        assert "The fee is 100 yen." in someone.text
        assert "訳を確かめてください" in someone.text
    assert "090-1234-5678" not in "".join(str(m.text) for ask in fake.asked for m in ask.messages)


async def test_a_missing_language_is_said(site: Site, model: Scripted) -> None:
    model.says("x")
    async with person(site) as someone:
        await someone.log_in("operator")
        await someone.get("/staff/interpreting")
        await someone.submit("/staff/interpreting", lang="xx", speaker="citizen", text="hello")
        assert someone.status == 422
        assert "相手の言語を選んでください" in someone.text
        assert "hello" in someone.text, "what was typed is still there"


async def test_over_the_interface(site: Site, model: Scripted) -> None:
    model.says("Where is the counter?")
    key, _ = site.accounts.keys.create("system", "desk", Role.OPERATOR)
    headers = {"authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url=ORIGIN, headers=headers) as client:
        good = await client.post("/v1/interpreting", json={"text": "窓口はどこですか", "source": "ja", "target": "en"})
        bad = await client.post("/v1/interpreting", json={"text": "窓口はどこですか", "source": "en", "target": "zh"})
    assert good.status_code == 200
    assert (good.json()["original"], good.json()["translation"]) == ("窓口はどこですか", "Where is the counter?")
    assert bad.status_code == 422


def test_turn_by_turn_over_a_websocket(site: Site, model: Scripted) -> None:
    fake = model.says("Where is the counter?", "手数料はいくらですか")
    key, _ = site.accounts.keys.create("system", "desk", Role.OPERATOR)
    client = TestClient(site.app, base_url=ORIGIN, headers={"authorization": f"Bearer {key}"})
    with client.websocket_connect("/v1/interpreting") as call:
        call.send_json({"text": "窓口はどこですか。電話は090-1234-5678です", "source": "ja", "target": "en"})
        first = call.receive_json()
        call.send_text("{")
        broken = call.receive_json()
        call.send_json({"text": "How much is the fee?", "source": "en", "target": "zh"})
        refused = call.receive_json()
        call.send_json({"text": "How much is the fee?", "source": "en", "target": "ja"})
        last = call.receive_json()
    assert first["translation"] == "Where is the counter?"
    assert first["original"].startswith("窓口はどこですか")
    assert "090-1234-5678" not in first["original"]
    assert first["took_ms"] >= 0
    assert broken == {"problem": "形式が正しくありません。"}
    assert refused == {"problem": "通訳できる言語の組み合わせではありません。"}
    assert (last["original"], last["translation"]) == ("How much is the fee?", "手数料はいくらですか")
    assert len(fake.asked) == 2


async def test_a_machine_translation_fills_the_form_and_saves_nothing(site: Site, model: Scripted) -> None:
    faq_id = site.services.faqs.list_faqs(limit=1).items[0].entry.faq_id
    model.says(json.dumps({"question": "A question in English?", "answer": "An answer written in English."}))
    async with person(site) as someone:
        await someone.log_in("editor")
        await someone.get(f"/staff/faqs/new?source={faq_id}&lang=en")
        assert "機械翻訳の下書きを入れる" in someone.text
        await someone.submit("/staff/faqs/new/machine", faq_id=faq_id, lang="en")
        assert someone.status == 200
        assert "機械翻訳の下書きです" in someone.text
        assert "An answer written in English." in someone.text
    assert {item.entry.lang for item in site.services.faqs.list_faqs(limit=50).items} == {"ja"}
