"""Which FAQ are scored exactly: the nearest by meaning, the nearest by words, and the best by what is known of all."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import Unavailable
from knowledge.ports import VectorIndex, VectorQuery
from knowledge.search.corpus import Positions
from knowledge.search.language_index import LanguageIndex
from knowledge.search.statistics import Floats, Sparse
from knowledge.search.word_vectors import Vector

REST_SECS = 30.0
"""An engine that gave no answer is left alone so long: nobody waits for its time-out with every question."""
_log = logging.getLogger(__name__)

Where = Mapping[str, str | int | tuple[str, ...]]
Allowed = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as candidates are looked for."""

    vector: Vector
    columns: Sparse
    """Lexical weights by vocabulary number."""
    words: Floats
    """The leg of the same name, by position: what the vector index's sparse vectors would give."""
    where: Where
    allowed: Allowed | None


class Finder:
    """Asks the vector index; while that is down, what is in memory answers for it, and the service goes on."""

    def __init__(self, vectors: VectorIndex | None, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Without `vectors` everything comes from memory."""
        self._vectors = vectors
        self._monotonic = monotonic
        self._rests_until = 0.0

    def find(self, index: LanguageIndex, asked: Sequence[Asked], limit: int) -> list[Positions]:
        """For each question the positions of `limit` candidates by meaning and of `limit` by words; never raises
        Unavailable."""
        if self._vectors is not None and self._monotonic() >= self._rests_until:
            try:
                return from_vectors(index, self._vectors, asked, limit)
            except Unavailable:
                self._rests_until = self._monotonic() + REST_SECS
                _log.warning("vector index unavailable: candidates come from memory for %.0f s", REST_SECS)
        return [from_memory(index, one, limit) for one in asked]


def from_vectors(index: LanguageIndex, vectors: VectorIndex, asked: Sequence[Asked], limit: int) -> list[Positions]:
    """`limit` positions by meaning and by words from the vector index, which is asked once. Points of FAQ that have just
    been taken out are ignored."""
    vocabulary, queries, ends = index.statistics.vocabulary, [], []
    for one in asked:
        if one.vector.any():  # an engine may order what is equally far as it likes
            queries.append(VectorQuery(one.vector.tolist(), limit, one.where))
        terms = vocabulary.index_weights(one.columns.columns, one.columns.values)
        if terms:
            queries.append(VectorQuery(terms, limit, one.where))
        ends.append(len(queries))
    found = vectors.nearest(queries) if queries else []
    parts = zip(asked, [0, *ends], ends, strict=False)
    return [
        index.positions_of([i for points in found[start:end] for i in points]) if start < end else _first(one, limit)
        for one, start, end in parts
    ]


def _first(asked: Asked, limit: int) -> Positions:
    """Where nothing is known of the question: the first, like all equals."""
    return np.arange(limit) if asked.allowed is None else np.flatnonzero(asked.allowed)[:limit]


def from_memory(index: LanguageIndex, asked: Asked, limit: int) -> Positions:
    """The same by the same weights from what is in memory."""
    if not len(asked.columns.columns) and not asked.vector.any():
        return _first(asked, limit)
    meaning, words = index.mixed @ asked.vector, asked.words
    outside = None if asked.allowed is None or not asked.where else ~asked.allowed
    if outside is not None:
        meaning[outside], words = -np.inf, np.where(outside, np.float32(0), words)
    by_words = best(words, limit)
    by_meaning = best(meaning, limit) if asked.vector.any() else by_words[:0]
    return np.concatenate([by_meaning, by_words[words[by_words] > 0]])


def joined(found: Positions, known_everywhere: Floats, limit: int) -> Positions:
    """Those found and the `limit` best of all, in order of position."""
    candidate = np.zeros(len(known_everywhere), bool)
    candidate[found] = True
    candidate[best(known_everywhere, limit)] = True
    return np.flatnonzero(candidate)


def best(scores: Floats, limit: int) -> Positions:
    """Positions of the `limit` highest, in no order."""
    return np.argpartition(-scores, limit)[:limit] if limit < len(scores) else np.arange(len(scores))
