"""A search that keeps to the matter of one FAQ: only its kin are found, with the scores they have among all."""

from collections.abc import Iterator

import pytest

from knowledge.domain import SearchQuery
from knowledge.privacy.redacted import approved
from knowledge.search.retriever import Retriever
from tests.fakes import small_city

ASKED = approved("写真はいりますか")


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    with small_city.opened(tmp_path_factory.mktemp("near")) as made:
        yield made


def found(retriever: Retriever, near: str = "", without: str = "") -> dict[str, float]:
    hits = retriever.search(SearchQuery(ASKED, small_city.SIZE, near=near, without=without)).hits
    return {hit.entry.faq_id: hit.score for hit in hits}


def close(scores: dict[str, float]) -> object:
    """What is compared with the closest wordings depends a little on who else is a candidate."""
    return pytest.approx(scores, abs=0.5)


def test_only_the_kin(retriever: Retriever) -> None:
    everything, near = found(retriever), found(retriever, near="MH1021")
    entry = retriever.japanese()["MH1021"]
    assert {"MH1021", *entry.related_ids} & set(retriever.japanese()) <= set(near)
    assert len(near) < len(everything)
    assert near == close({faq_id: everything[faq_id] for faq_id in near})


def test_one_may_be_left_out(retriever: Retriever) -> None:
    everything = found(retriever)
    best = next(iter(everything))
    rest = {faq_id: score for faq_id, score in everything.items() if faq_id != best}
    assert found(retriever, without=best) == close(rest)
    assert best not in found(retriever, near=best, without=best)


def test_near_an_faq_there_is_not_is_everywhere(retriever: Retriever) -> None:
    assert found(retriever, near="GONE") == found(retriever)
