"""The search as LlamaIndex sees it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.domain import SearchQuery, SearchResult
from knowledge.privacy.redactor import RuleRedactor
from knowledge.search.llamaindex import FaqRetriever
from knowledge.search.retriever import Retriever
from tests.fakes.search import asked, japanese, opened


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    entries = [
        replace(e, visibility="operator", url="https://www.example.lg.jp/") if e.faq_id == "A06" else e
        for e in japanese()
    ]
    retriever = opened(tmp_path_factory.mktemp("city"), entries)
    yield retriever
    retriever.close()


def test_nodes_are_the_hits(city: Retriever) -> None:
    found = FaqRetriever(city, RuleRedactor(), limit=3).retrieve("カードを作り直す手数料")
    assert [n.node.metadata["faq_id"] for n in found] == asked(
        city, "カードを作り直す手数料", channel="operator", limit=3
    )
    best = found[0]
    assert best.node.node_id == "A06/ja/1"
    assert best.node.get_content() == "再発行には千円の手数料がかかります。"
    assert best.node.metadata["evidence"] == "手引き"
    assert best.node.metadata["version"] == 1
    assert best.node.metadata["url"] == "https://www.example.lg.jp/"
    assert 0 < best.node.metadata["confidence"] < 1
    assert best.score == max(n.score for n in found)


def test_channel_and_language_hold_here_too(city: Retriever) -> None:
    public = FaqRetriever(city, RuleRedactor(), limit=20, channel="web").retrieve("カードを作り直す手数料")
    assert "A06" not in {n.node.metadata["faq_id"] for n in public}
    assert FaqRetriever(city, RuleRedactor(), lang="en").retrieve("card") == []


async def test_works_from_asynchronous_code(city: Retriever) -> None:
    found = await FaqRetriever(city, RuleRedactor(), limit=1).aretrieve("写真のサイズ")
    assert [n.node.metadata["faq_id"] for n in found] == ["A12"]


def test_personal_data_do_not_reach_the_search(city: Retriever) -> None:
    class Spy:
        asked = ""

        def search(self, query: SearchQuery) -> SearchResult:
            Spy.asked = query.text
            return city.search(query)

    FaqRetriever(Spy(), RuleRedactor(), limit=1).retrieve("電話は090-1234-5678です。カードを無くしました")  # type: ignore[arg-type]
    assert "090" not in Spy.asked
    assert "カードを無くしました" in Spy.asked


def test_import_stays_lazy() -> None:
    source = Path(__file__).resolve().parents[2] / "knowledge"
    users = [p for p in source.rglob("*.py") if "llama_index" in p.read_text(encoding="utf-8")]
    assert [p.name for p in users] == ["llamaindex.py"]
