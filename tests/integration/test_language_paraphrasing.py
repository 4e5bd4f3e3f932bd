"""Generated wordings: only what the FAQ holds, tried before they stay, found by the next search, removable."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.security.permissions import Role
from eval.cases import Case
from eval.paraphrases import try_wordings
from eval.past_wordings import GainBench
from knowledge.clock import FixedClock
from knowledge.domain import FaqEntry, SearchQuery
from knowledge.errors import NoLanguageModel, NotFound
from knowledge.language.paraphrasing import Paraphraser
from knowledge.privacy.redacted import RedactedText
from knowledge.privacy.redactor import RuleRedactor
from tests.fakes import search, small_city
from tests.fakes.language import FakeWire, language_service
from tests.fakes.staff_site import Site, opened_site, person

FEE = FaqEntry(
    "A06", "カードの再発行の手数料はいくらですか。", "再発行には1,000円の手数料がかかります。", status="published"
)
CLOCK = FixedClock(datetime(2026, 11, 27, tzinfo=UTC))


def paraphraser(folder: Path, text: str) -> Paraphraser:
    return Paraphraser(language_service(folder, CLOCK, FakeWire(text)), RuleRedactor())


def test_only_what_adds_nothing_to_the_faq(tmp_path: Path) -> None:
    written = {
        "questions": [
            "カード作り直すといくら取られるの", "1,000円かかるって本当？", "2,000円かかるって本当？", "電話は090-1234-5678です",
            "カードの再発行の手数料はいくらですか。", "https://evil.example/ を見て", "短", 7,
        ]
    }  # fmt: skip
    made = paraphraser(tmp_path, json.dumps(written, ensure_ascii=False)).of(FEE)
    assert made.wordings == ("カード作り直すといくら取られるの", "1,000円かかるって本当？")
    assert "paraphrase" in made.made_by


@pytest.mark.parametrize("bad", ["nothing", '{"questions": ', '{"other": []}', "[1]"])
def test_what_cannot_be_read_is_said(tmp_path: Path, bad: str) -> None:
    with pytest.raises(NoLanguageModel):
        paraphraser(tmp_path, bad).of(FEE)


def _case(text: str, faq_id: str) -> Case:
    return Case.model_validate(
        {
            "id": "C9001", "text": text, "channel": "spoken", "lang": "ja", "answerable": True, "expected": "answer",
            "gold": [{"faq_id": faq_id, "grade": 2}], "reason": "", "department": "", "must": [], "must_not": [],
            "risk": "low", "also_ok": [], "split": "test", "tags": [],
        }
    )  # fmt: skip


def test_wordings_that_mislead_may_not_stay() -> None:
    bench = GainBench(small_city.tokenizer(), search.words(), RuleRedactor(), train=False)
    entries = [
        FaqEntry("AA0001", "カードを紛失したとき", "一時停止の電話をしてください。", version=1, status="published"),
        FaqEntry("AA0002", "手数料はいくらですか", "再発行には手数料がかかります。", version=1, status="published"),
        FaqEntry("AA0003", "窓口の時間", "平日にあいています。", version=1, status="published"),
        FaqEntry("AA0004", "写真の大きさ", "縦4.5センチです。", version=1, status="published"),
    ]
    cases = [_case("紛失したカード", "AA0001")]
    good = try_wordings(entries, {"AA0001": [RedactedText("カードを落とした")]}, cases, bench)
    bad = try_wordings(entries, {"AA0002": [RedactedText("紛失したカード")]}, cases, bench)
    assert good.may_stay
    assert not bad.may_stay


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opened_site(tmp_path, faqs=6) as made:
        made.user("editor", Role.EDITOR)
        yield made


async def test_the_next_search_finds_by_them_and_an_editor_takes_them_out(site: Site) -> None:
    services = site.services
    faq_id = services.faqs.list_faqs(limit=1).items[0].entry.faq_id
    odd = RedactedText("ぴかぴかの板をもらう話")
    assert services.generated.keep({faq_id: [odd]}, "openai/x paraphrase 0123", "system") == 1
    found = services.retriever.search(SearchQuery(odd, 1)).hits
    assert found[0].entry.faq_id == faq_id
    async with person(site) as someone:
        await someone.log_in("editor")
        await someone.get(f"/staff/faqs/{faq_id}/ja")
        assert odd in someone.text
        (kept,) = services.generated.of(faq_id)
        await someone.submit(f"/staff/faqs/{faq_id}/ja/wordings/remove", wording=kept.wording_id)
        assert "言い換えを削除しました" in someone.text
    assert services.generated.of(faq_id) == []
    assert services.generated.keep({faq_id: [odd]}, "openai/x paraphrase 0123", "system") == 0, "it does not come back"
    with pytest.raises(NotFound):
        services.generated.remove(faq_id, kept.wording_id, "editor")
