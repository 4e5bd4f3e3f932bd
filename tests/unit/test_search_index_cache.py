"""The built index on disk: the same bit by bit, never that of other FAQ or of another program."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.domain import FaqEntry
from knowledge.search import index_cache, state_builder
from knowledge.search.encoder import StaticEncoder
from knowledge.search.language_index import LanguageIndex
from knowledge.search.retriever import Retriever
from tests.fakes.search import faqs, opened, told, without_wordings

QUESTIONS = ("カードを無くしました", "暗証番号がわからない", "家族が代わりに受け取る", "lost my card")


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How many FAQ each index that was built from its FAQ has."""
    seen: list[str] = []
    build = LanguageIndex.build.__func__  # type: ignore[attr-defined]

    def noted(cls: type[LanguageIndex], entries: dict[str, FaqEntry], *others: object) -> LanguageIndex:
        seen.append(next(iter(entries.values())).lang)
        made: LanguageIndex = build(cls, entries, *others)
        return made

    monkeypatch.setattr(LanguageIndex, "build", classmethod(noted))
    return seen


def index(retriever: Retriever, lang: str = "ja") -> LanguageIndex:
    found = retriever.index_of(lang)
    assert found is not None
    return found


def answers(retriever: Retriever) -> list[object]:
    return [told(retriever, q) for q in QUESTIONS]


@pytest.mark.parametrize("entries", [faqs(), without_wordings(faqs()), faqs()[:1]], ids=["wordings", "bare", "one"])
def test_a_start_takes_the_index_as_it_was_built(tmp_path: Path, built: list[str], entries: list[FaqEntry]) -> None:
    first = opened(tmp_path, entries)
    before, said, langs = first.index_of("ja"), answers(first), sorted(set(built))
    first.close()
    assert langs == sorted({e.lang for e in entries})
    built.clear()
    again = opened(tmp_path, entries)
    assert built == []
    assert answers(again) == said
    assert before is not None
    old, new = before.arrays(), index(again).arrays()
    assert old.keys() == new.keys()
    for name, array in old.items():
        assert array.dtype == new[name].dtype
        np.testing.assert_array_equal(array, new[name], name)
    np.testing.assert_array_equal(before.corpus.meanings, index(again).corpus.meanings)
    np.testing.assert_array_equal(before.corpus.wording_matrix, index(again).corpus.wording_matrix)
    assert before.repair.__dict__ == index(again).repair.__dict__
    again.close()


def test_edits_after_such_a_start_give_what_building_anew_gives(tmp_path: Path, built: list[str]) -> None:
    opened(tmp_path / "kept", faqs()).close()
    changed = [replace(e, question=e.question + "窓口の場合") if e.faq_id == "A03" else e for e in faqs()]
    retriever, fresh = opened(tmp_path / "kept", changed), opened(tmp_path / "fresh", changed)
    assert answers(retriever) == answers(fresh)
    retriever.close()
    fresh.close()
    assert built.count("ja") == 3
    assert built.count("en") == 2


def test_a_trained_encoder_has_an_index_of_its_own(tmp_path: Path, built: list[str]) -> None:
    retriever = opened(tmp_path, faqs())
    retriever.train()
    said = answers(retriever)
    retriever.close()
    built.clear()
    again = opened(tmp_path, faqs())
    assert built == []
    assert answers(again) == said
    again.close()


def test_vectors_that_are_gone_make_the_index_useless(tmp_path: Path, built: list[str]) -> None:
    retriever = opened(tmp_path, faqs())
    said = answers(retriever)
    retriever.close()
    (tmp_path / "encoded.npz").unlink()
    built.clear()
    again = opened(tmp_path, faqs())
    assert built == ["ja"]
    assert answers(again) == said
    again.close()


def test_another_program_builds_its_own(tmp_path: Path, built: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    opened(tmp_path, faqs()).close()
    built.clear()
    monkeypatch.setattr(index_cache, "_program", lambda: b"with other weights")
    opened(tmp_path, faqs()).close()
    assert sorted(built) == ["en", "ja"]


def test_an_index_that_has_drifted_is_not_kept(tmp_path: Path) -> None:
    retriever = opened(tmp_path, faqs())
    path = tmp_path / "built.npz"
    cache = index_cache.IndexCache(path)
    path.unlink()
    cache.keep(lambda: "mark", replace(index(retriever), drift=1))
    assert not path.exists()
    cache.keep(lambda: "mark", index(retriever))
    assert path.exists()
    retriever.close()


def test_a_mark_tells_parts_apart() -> None:
    assert index_cache.mark_of(("ab", "c")) != index_cache.mark_of(("a", "bc"))
    assert index_cache.mark_of(("ab",)) == index_cache.mark_of((b"ab",))


def test_an_encoder_that_has_learnt_nothing_is_kept_bit_by_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    retriever = opened(tmp_path, faqs())
    before = index(retriever).encoder
    retriever.close()
    monkeypatch.setattr(state_builder, "untrained_encoder", None)  # whoever makes one anew fails
    again = opened(tmp_path, faqs())
    after = index(again).encoder
    assert isinstance(before, StaticEncoder)
    assert isinstance(after, StaticEncoder)
    assert (after.identity, after.total, after.index) == (before.identity, before.total, before.index)
    assert after.table.dtype == before.table.dtype
    np.testing.assert_array_equal(after.table, before.table)
    again.close()


@pytest.mark.parametrize("keep", [0, 100, -1])
def test_a_damaged_untrained_encoder_is_made_anew(tmp_path: Path, keep: int) -> None:
    retriever = opened(tmp_path, faqs())
    said = answers(retriever)
    retriever.close()
    path = tmp_path / "untrained.npz"
    whole = path.read_bytes()
    path.write_bytes(whole[:keep])
    again = opened(tmp_path, faqs())
    assert answers(again) == said
    again.close()
    assert path.read_bytes() == whole


def test_a_disk_without_room_costs_time_and_nothing_else(tmp_path: Path) -> None:
    opened(tmp_path, faqs()).close()
    for name in ("built.npz", "built.en.npz", "untrained.npz"):
        (tmp_path / name).unlink()
        (tmp_path / f"{name}.new").mkdir()  # where it would be written
    retriever = opened(tmp_path, faqs())
    assert told(retriever, QUESTIONS[0])
    retriever.close()
    assert not (tmp_path / "built.npz").exists()
