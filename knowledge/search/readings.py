"""How the words of all FAQ are read, counted by number, so that one changed FAQ changes only its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.search.analysis import EntryFeatures, names_of
from knowledge.search.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Readings:
    """Pairs of word and reading, each once and in order, and in how many FAQ they stand."""

    pairs: NDArray[np.int64]
    """The word's number in the upper half, the reading's in the lower."""
    counts: NDArray[np.intp]

    @classmethod
    def of(cls, features: Iterable[EntryFeatures]) -> Readings:
        pairs = [(f.read_words.astype(np.int64) << 32) | f.readings for f in features]
        return cls(*np.unique(np.concatenate([np.zeros(0, np.int64), *pairs]), return_counts=True))

    def joined(self, others: Readings) -> Readings:
        return self._with(others.pairs, others.counts)

    def without(self, features: Iterable[EntryFeatures]) -> Readings:
        gone = Readings.of(features)
        return self._with(gone.pairs, -gone.counts)

    def in_words(self, vocabulary: Vocabulary) -> list[tuple[str, str, int]]:
        """Word, reading and how many FAQ have them; the more frequent first, equally frequent ones in order."""
        words = names_of((self.pairs >> 32).astype(np.int32), vocabulary)
        readings = names_of((self.pairs & 0xFFFFFFFF).astype(np.int32), vocabulary)
        ordered = sorted(zip((-self.counts).tolist(), words, readings, strict=True))
        return [(word, reading, -less) for less, word, reading in ordered]

    def _with(self, pairs: NDArray[np.int64], counts: NDArray[np.intp]) -> Readings:
        both, at = np.unique(np.concatenate([self.pairs, pairs]), return_inverse=True)
        summed = np.bincount(at, np.concatenate([self.counts, counts]), len(both)).astype(np.intp)
        return Readings(both[summed > 0], summed[summed > 0])
