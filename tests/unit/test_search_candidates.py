"""Candidates from memory are those the vector index would give."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from knowledge.errors import Unavailable
from knowledge.ports import VectorQuery
from knowledge.search.candidates import REST_SECS, Asked, Finder, from_memory, from_vectors
from knowledge.search.language_index import LanguageIndex
from knowledge.search.points import faq_point_id
from knowledge.search.retriever import Retriever
from tests.fakes.search import japanese, opened

QUESTIONS = (
    "カードをなくした",
    "暗証番号を忘れてロックされた",
    "写真は何センチ",
    "引越しの手続き",
    "代わりの人に受け取ってもらう",
)


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    made = opened(tmp_path_factory.mktemp("candidates"), japanese())
    yield made
    made.close()


def _asked(retriever: Retriever, index: LanguageIndex, text: str) -> Asked:
    query = retriever.analyse_query(text)
    characters = {c: 0.2 * n for c, n in query.characters.items()}
    columns = index.statistics.query_columns({"words": query.words, "characters": characters})
    vector = index.encoder.encode([query.encoder], "query")[0]
    return Asked(vector, columns, index.corpus.lexical.scores(columns), {}, None)


@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("limit", [1, 3, 5])
def test_memory_and_engine_find_the_same(retriever: Retriever, text: str, limit: int) -> None:
    index = retriever.index_of()
    assert index is not None
    asked = _asked(retriever, index, text)
    [by_engine] = from_vectors(index, retriever._parts.vectors, [asked], limit)
    assert set(from_memory(index, asked, limit).tolist()) == set(by_engine.tolist())


def test_questions_asked_together_find_what_each_finds_alone(retriever: Retriever) -> None:
    index = retriever.index_of()
    assert index is not None
    asked = [_asked(retriever, index, text) for text in (*QUESTIONS, "☆")]
    vectors = retriever._parts.vectors
    alone = [from_vectors(index, vectors, [one], 3)[0].tolist() for one in asked]
    assert [at.tolist() for at in from_vectors(index, vectors, asked, 3)] == alone


def test_points_of_faq_that_are_gone_are_left_out(retriever: Retriever) -> None:
    index = retriever.index_of()
    assert index is not None
    entries = list(index.entries.values())
    known = [faq_point_id(entry) for entry in entries]
    found = index.positions_of([known[2], 1, known[0], 2**62])
    assert [index.corpus.keys[at] for at in found] == [entries[2].faq_id, entries[0].faq_id]
    assert index.positions_of([]).tolist() == []


def test_only_what_is_allowed_is_found_where_a_filter_leaves_out_much(retriever: Retriever) -> None:
    index = retriever.index_of()
    assert index is not None
    plain = _asked(retriever, index, QUESTIONS[0])
    allowed = np.arange(len(index.corpus)) % 3 == 0
    asked = Asked(plain.vector, plain.columns, plain.words, {"category": "紛失"}, allowed)
    found = from_memory(index, asked, 2)
    assert len(found)
    assert allowed[found].all()


def test_a_question_of_which_nothing_is_known_takes_the_first(retriever: Retriever) -> None:
    index = retriever.index_of()
    assert index is not None
    nothing = np.zeros(len(index.corpus), np.float32)
    unknown = index.statistics.query_columns({})
    asked = Asked(np.zeros(index.corpus.dim, np.float32), unknown, nothing, {}, None)
    assert from_memory(index, asked, 4).tolist() == [0, 1, 2, 3]
    [by_engine] = from_vectors(index, retriever._parts.vectors, [asked], 4)
    assert by_engine.tolist() == [0, 1, 2, 3]


def test_a_question_without_meaning_is_looked_for_by_its_words_alone(retriever: Retriever) -> None:
    index = retriever.index_of()
    assert index is not None
    plain = _asked(retriever, index, QUESTIONS[0])
    asked = Asked(np.zeros_like(plain.vector), plain.columns, plain.words, {}, None)
    [by_engine] = from_vectors(index, retriever._parts.vectors, [asked], 3)
    assert 0 < len(by_engine) <= 3
    assert (asked.words[by_engine] > 0).all()
    assert set(from_memory(index, asked, 3).tolist()) == set(by_engine.tolist())


def test_an_outage_of_the_engine_changes_nothing_and_is_not_waited_for_again_and_again(retriever: Retriever) -> None:
    index = retriever.index_of()
    assert index is not None
    asked = _asked(retriever, index, QUESTIONS[0])
    now, tries, up = [0.0], [0], [False]
    engine = retriever._parts.vectors

    class Flaky(type(engine)):  # type: ignore[misc]  # a base class of run time
        def __init__(self) -> None:
            """Owns nothing."""

        def nearest(self, queries: Sequence[VectorQuery]) -> list[list[int]]:
            tries[0] += 1
            if not up[0]:
                raise Unavailable("down")
            return engine.nearest(queries)

    finder = Finder(Flaky(), lambda: now[0])
    expected = set(from_vectors(index, engine, [asked], 3)[0].tolist())
    for _ in range(3):
        assert set(finder.find(index, [asked], 3)[0].tolist()) == expected
    assert tries == [1]
    now[0], up[0] = REST_SECS, True
    assert set(finder.find(index, [asked], 3)[0].tolist()) == expected
    assert tries == [2]
