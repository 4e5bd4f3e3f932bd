"""Analysed FAQ lie in a file: what is read back is what was put in, also for who began to read before it was replaced."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.domain import FaqEntry
from knowledge.search.analysis import Analyst, EntryFeatures
from knowledge.search.feature_cache import FeatureCache
from knowledge.search.kept_rows import Spool
from knowledge.search.packing import pack
from tests.fakes.search import japanese, tokenizer


def same(one: EntryFeatures, other: EntryFeatures) -> bool:
    return pack(one).tolist() == pack(other).tolist()


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
