"""Analysed FAQ lie in a file: what is read back is what was put in, also for who began to read before it was replaced."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from knowledge.domain import FaqEntry
from knowledge.search.analysis import SPACES, Analyst, EntryFeatures
from knowledge.search.feature_cache import FeatureCache
from knowledge.search.kept_rows import Spool
from knowledge.search.packing import encoder_features, pack, renumbered, unpack
from knowledge.search.vocabulary import Numbers
from tests.fakes.search import japanese, tokenizer


def same(one: EntryFeatures, other: EntryFeatures) -> bool:
    return bool(pack(one).tolist() == pack(other).tolist())


def filled(path: Path, entries: list[FaqEntry]) -> tuple[FeatureCache, dict[str, EntryFeatures]]:
    cache = FeatureCache(path, "one dictionary")
    features = {e.faq_id: Analyst(tokenizer(), cache.vocabulary).features(e) for e in entries}
    for name, found in features.items():
        cache.add(name, found)
    return cache, features


def test_what_was_added_is_read_before_and_after_it_is_kept(tmp_path: Path) -> None:
    cache, features = filled(tmp_path / "features.npz", japanese())
    assert all(same(cache.items[name], found) for name, found in features.items())
    cache.keep(features)
    assert all(same(cache.items[name], found) for name, found in features.items())
    again = FeatureCache(tmp_path / "features.npz", "one dictionary")
    again.load()
    assert set(again.items) == set(features)
    assert all(same(again.items[name], found) for name, found in features.items())
    word = features["A05"].question.words.terms
    assert again.vocabulary.names(word) == cache.vocabulary.names(word)


def test_who_still_reads_what_is_no_longer_kept_can_go_on(tmp_path: Path) -> None:
    cache, features = filled(tmp_path / "features.npz", japanese())
    cache.keep(features)
    reader = cache.items
    cache.keep(["A05"])
    assert set(cache.items) == {"A05"}
    assert all(same(reader[name], found) for name, found in features.items())
    with pytest.raises(KeyError):
        cache.items["A01"]


def test_one_wrong_bit_and_the_file_counts_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "features.npz"
    cache, features = filled(path, japanese())
    cache.keep(features)
    numbers = pack(features["A05"]).tobytes()
    data = bytearray(path.read_bytes())
    data[data.find(numbers) + len(numbers) // 2] ^= 0x10
    path.write_bytes(bytes(data))
    again = FeatureCache(path, "one dictionary")
    again.load()
    assert not len(again.items)


def test_a_copy_elsewhere_never_writes_here(tmp_path: Path) -> None:
    cache, features = filled(tmp_path / "features.npz", japanese())
    cache.keep(features)
    before = (tmp_path / "features.npz").read_bytes()
    (tmp_path / "aside").mkdir()
    beside = cache.beside(tmp_path / "aside" / "features.npz")
    beside.add("new", features["A01"])
    beside.keep(["new", "A05"])
    assert "new" not in cache.items
    assert same(beside.items["new"], features["A01"])
    assert (tmp_path / "features.npz").read_bytes() == before


def test_a_spool_leaves_no_file_behind(tmp_path: Path) -> None:
    spool = Spool(tmp_path, np.dtype(np.int32))
    first = spool.add(np.arange(5, dtype=np.int32))
    second = spool.add(np.arange(7, 9, dtype=np.int32))
    assert spool.numbers.read(*first).tolist() == [0, 1, 2, 3, 4]
    assert spool.numbers.read(*second).tolist() == [7, 8]
    with pytest.raises(OSError, match="shorter"):
        spool.numbers.read(5, 9)
    assert list(tmp_path.iterdir()) == []


def test_under_other_numbers_the_names_stay_the_same(tmp_path: Path) -> None:
    cache, features = filled(tmp_path / "features.npz", japanese())
    search, learning = cache.vocabulary, cache.vocabulary.learning
    # Every number moves to another one, and the two vocabularies differ in how.
    moved_search = np.roll(np.arange(len(search), dtype=np.int32), 3)
    moved_learning = np.roll(np.arange(len(learning), dtype=np.int32), 5)
    for found in features.values():
        moved = unpack(renumbered(pack(found), moved_search, moved_learning))
        assert pack(moved).size == pack(found).size
        assert moved.question_length == found.question_length
        for field in ("question", "answer", "alternatives_field"):
            for space in SPACES:
                mine, theirs = getattr(getattr(found, field), space), getattr(getattr(moved, field), space)
                assert moved_search[mine.terms].tolist() == theirs.terms.tolist()
                assert mine.counts.tolist() == theirs.counts.tolist()
        for name in ("read_words", "readings"):
            assert moved_search[getattr(found, name)].tolist() == getattr(moved, name).tolist()
        for name in ("question_utterance", "question_encoder", "answer_encoder"):
            assert moved_learning[getattr(found, name)].tolist() == getattr(moved, name).tolist()
        for one, other in zip(found.sentences_encoder, moved.sentences_encoder, strict=True):
            assert moved_learning[one].tolist() == other.tolist()
        for said, again in zip(found.alternatives, moved.alternatives, strict=True):
            assert moved_learning[said.encoder].tolist() == again.encoder.tolist()
            assert moved_search[said.sound_shape].tolist() == again.sound_shape.tolist()
            assert moved_learning[said.utterance].tolist() == again.utterance.tolist()


def test_encoder_features_are_read_without_the_rest(tmp_path: Path) -> None:
    cache, features = filled(tmp_path / "features.npz", japanese())
    for name, found in features.items():
        both = [*found.question_encoder.tolist(), *found.answer_encoder.tolist()]
        assert cache.items.encoder_features(name).tolist() == both


@pytest.mark.parametrize("change", [lambda p: p[:2], lambda p: p[:-1], lambda p: np.append(p, p[:1])])
def test_a_row_of_another_length_is_refused(change: Callable[[Numbers], Numbers], tmp_path: Path) -> None:
    _, features = filled(tmp_path / "features.npz", japanese())
    broken = change(pack(features["A05"]))
    nothing = np.zeros(0, np.int32)
    for read in (unpack, encoder_features, lambda row: renumbered(row, nothing, nothing)):
        with pytest.raises(ValueError, match="packed features"):
            read(broken)
