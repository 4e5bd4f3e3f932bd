"""Results remembered: the same as found, never longer than the view they came from, and no text in the key."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from eval.lab import FixedFaqs
from knowledge.domain import SearchQuery, SearchResult, SynonymGroup
from knowledge.privacy.redacted import RedactedText
from knowledge.search import result_cache
from knowledge.search.result_cache import ResultCache
from knowledge.search.retriever import Retriever
from tests.fakes.search import faqs, japanese, opened, without_wordings

DAY = date(2026, 11, 27)
LOST = SearchQuery(RedactedText("カードをなくした"), 3, channel="web")


@pytest.fixture
def source() -> FixedFaqs:
    return FixedFaqs(japanese())


@pytest.fixture
def retriever(source: FixedFaqs, tmp_path: Path) -> Iterator[Retriever]:
    made = opened(tmp_path, source)
    yield made
    made.close()


def _without_times(result: SearchResult) -> SearchResult:
    return replace(result, took_ms=0.0)


def test_asked_again_the_same_comes_back(retriever: Retriever) -> None:
    first, second = retriever.search(LOST), retriever.search(LOST)
    assert first.hits
    assert _without_times(first) == _without_times(second)


@pytest.mark.parametrize("wordings", [True, False])
def test_what_is_found_for_many_at_once_is_what_each_finds_alone(wordings: bool, tmp_path: Path) -> None:
    entries = faqs() if wordings else without_wordings(faqs())
    queries = [
        LOST,
        replace(LOST, text=RedactedText("暗証番号がわからない"), channel="operator"),
        replace(LOST, text=RedactedText("I forgot my PIN"), lang="en"),
        replace(LOST, category="紛失"),
        replace(LOST, text=RedactedText("☆")),
        replace(LOST, text=RedactedText(" ")),
        replace(LOST, lang="xx"),
        LOST,
    ]
    together, alone = opened(tmp_path / "together", entries), opened(tmp_path / "alone", entries)
    together.prepare(queries)
    for query in queries:
        before = len(together._current().results)
        found, expected = together.search(query), alone.search(query)
        assert len(together._current().results) == before
        assert [h.entry for h in found.hits] == [h.entry for h in expected.hits]
        assert [h.score for h in found.hits] == pytest.approx([h.score for h in expected.hits], abs=1e-6)
        assert found.evidence == pytest.approx(dict(expected.evidence), abs=1e-6)
        assert found.unknown_terms == expected.unknown_terms
    together.close()
    alone.close()


def test_a_changed_faq_is_found_as_it_is_now(retriever: Retriever, source: FixedFaqs) -> None:
    best = retriever.search(LOST).hits[0].entry
    source.entries = [replace(e, answer="新しい回答です。") if e.key == best.key else e for e in source.entries]
    retriever.refresh()
    assert retriever.search(LOST).hits[0].entry.answer == "新しい回答です。"


def test_other_synonyms_do_not_see_what_was_found_before(retriever: Retriever) -> None:
    query = SearchQuery(RedactedText("ぴかぴか"), 3)
    before = retriever.search(query)
    after = retriever.with_synonyms([SynonymGroup("紛失", ("ぴかぴか",))]).search(query)
    assert after.hits[0].score != before.hits[0].score
    assert _without_times(retriever.search(query)) == _without_times(before)


@pytest.mark.parametrize(
    "other",
    [
        replace(LOST, text=RedactedText("カードを無くした")),
        replace(LOST, limit=2),
        replace(LOST, category="紛失"),
        replace(LOST, lang="en"),
        replace(LOST, channel="operator"),
    ],
)
def test_whatever_a_result_depends_on_is_in_the_mark(other: SearchQuery) -> None:
    cache = ResultCache()
    assert cache.mark(other, DAY) != cache.mark(LOST, DAY)
    assert cache.mark(LOST, DAY) != cache.mark(LOST, date(2026, 11, 28))
    assert cache.mark(LOST, DAY) == cache.mark(replace(LOST), DAY)


def test_the_mark_does_not_tell_the_question() -> None:
    one, another = ResultCache(), ResultCache()
    assert one.mark(LOST, DAY) != another.mark(LOST, DAY)
    assert len(one.mark(LOST, DAY)) == 16


def test_what_was_not_asked_for_longest_leaves_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_cache, "KEPT", 2)
    cache, marks = ResultCache(), [b"a", b"b", b"c"]
    cache.put(marks[0], SearchResult(()))
    cache.put(marks[1], SearchResult(()))
    assert cache.get(marks[0]) is not None
    cache.put(marks[2], SearchResult(()))
    assert cache.get(marks[1]) is None
    assert cache.get(marks[0]) is not None
    assert len(cache) == 2
