"""Everything scored exactly in memory: term-major postings, soft matching, coverage, encoder matrices, neighbours.

A corpus is immutable; `Corpus.updated` returns a new one, so that readers never wait for a writer.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass, field, replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from knowledge.search.fusion import Spread
from knowledge.search.postings import Postings
from knowledge.search.statistics import Floats, Sparse
from knowledge.search.vocabulary import Numbers
from knowledge.search.word_vectors import Matrix, Vector, WordVectors

SOFT_FLOOR = 0.4
"""Cosine below which two words do not count as similar (measured: .4-.5)."""
NEIGHBOURS = 10
CLOSEST = 64
"""How many wordings count as close to a question; weights and calibration were fitted with this."""
_COPIED_UP_TO = 256
"""Wordings: so many are copied together and compared in one go, more are compared where they lie."""
_ROWS_AT_ONCE = 2048
_FILLED_UP = 1.5
"""Places for wordings, as a multiple of their number, up to which FAQ with fewer ones are filled up."""
_CELLS_AT_ONCE = 2_000_000
"""Cosines looked at together when neighbours are sought; each takes 16 bytes then."""
_CACHE_BYTES = 48_000_000
"""Each of the two caches of arrays by word; about 1500 words for 5,000 FAQ."""

Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Row:
    """One FAQ ready to be placed. `lexical`, `sounds` and `wordings` are over the vocabulary's numbers, `soft`
    and `coverage` over those of the word table."""

    lexical: Sparse
    sounds: Sparse
    soft: Sparse
    coverage: Sparse
    question_vector: Vector
    answer_vector: Vector
    question_length: int
    wordings: tuple[Sparse, ...] = ()
    """Unit-length sound shapes of the FAQ's other wordings."""
    wording_vectors: Matrix = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    """Their encoded meanings, in the same order."""


class WordTable:
    """Numbers and chiVe unit vectors of the words soft matching knows; grows when a new word comes."""

    def __init__(self, vectors: WordVectors) -> None:
        self.vectors = vectors
        self.index: dict[str, int] = {}
        self._rows: list[Vector] = []
        self._matrix: Matrix = np.zeros((0, vectors.dim), np.float32)
        self._lock = Lock()

    def numbers(self, words: Sequence[str]) -> Numbers:
        found = [self.index.get(word, -1) for word in words]
        if -1 in found:
            found = [self._number(word) for word in words]
        return np.array(found, np.int32)

    def _number(self, word: str) -> int:
        with self._lock:
            found = self.index.get(word)
            if found is None:
                found = len(self._rows)
                vector = self.vectors.get(word)
                self._rows.append(np.zeros(self.vectors.dim, np.float32) if vector is None else vector)
                self.index[word] = found
            return found

    def matrix(self) -> Matrix:
        """Unit vectors by word number, shape [words, dim]."""
        with self._lock:
            if len(self._matrix) < len(self._rows):
                self._matrix = np.concatenate([self._matrix, np.stack(self._rows[len(self._matrix) :])])
                self._rows = list(self._matrix)  # views: the vectors themselves are kept once
            return self._matrix


class WordField:
    """Words of one field, document-major, for maximum-similarity operations. Empty rows hold one zero entry."""

    def __init__(self, rows: Sequence[Sparse]) -> None:
        filler = Sparse(np.zeros(1, np.int32), np.zeros(1, np.float32))
        filled = [r if len(r.columns) else filler for r in rows]
        self.empty = np.array([not len(r.columns) for r in rows], bool)
        sizes = np.array([len(r.columns) for r in filled], np.intp)
        self.starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
        self.ids = np.concatenate([r.columns for r in filled])
        self.values = np.concatenate([r.values for r in filled])
        self.mass = np.add.reduceat(self.values, self.starts) + np.float32(1e-6)


class Wordings:
    """Sound shapes of all FAQ's wordings. Where most have about as many, the first of every FAQ come first, then the
    second of every FAQ and so on: the closest is then found without a walk from FAQ to FAQ."""

    def __init__(self, shapes: Sequence[Sequence[Sparse]], columns: int) -> None:
        counts = [len(each) for each in shapes]
        self._most = max(counts) if max(counts) * len(shapes) <= _FILLED_UP * sum(counts) else 0
        nothing = Sparse(np.zeros(0, np.int32), np.zeros(0, np.float32))
        if self._most:
            in_turn = [each[n] if n < len(each) else nothing for n in range(self._most) for each in shapes]
        else:
            in_turn = [shape for each in shapes for shape in each or [nothing]]
        self._starts = np.cumsum([0, *(max(1, n) for n in counts[:-1])])
        self._postings = Postings(in_turn, columns, full=False)

    def closest(self, shape: Sparse) -> Floats:
        """Cosine with each FAQ's closest wording, 0 where there is none."""
        scores = self._postings.scores(shape)  # never below 0
        if self._most:
            closest: Floats = scores.reshape(self._most, -1).max(axis=0)
            return closest
        return np.maximum.reduceat(scores, self._starts)


class _Cache:
    """Arrays by word, all of one size, the oldest leave first; races only cost a second computation."""

    def __init__(self, array_size: int) -> None:
        self._items: OrderedDict[str, Floats] = OrderedDict()
        self._room = max(64, _CACHE_BYTES // (4 * array_size + 100))

    def get(self, word: str) -> Floats | None:
        return self._items.get(word)

    def put(self, word: str, value: Floats) -> Floats:
        self._items[word] = value
        if len(self._items) > self._room:
            try:
                self._items.popitem(last=False)
            except KeyError:  # another thread emptied it meanwhile
                return value
        return value


@dataclass
class Corpus:
    """All FAQ of one language; never empty. Position i is the same FAQ in every array."""

    keys: list[str]
    rows: list[Row]
    words: WordTable
    columns: int
    previous: InitVar[Corpus | None] = None

    def __post_init__(self, previous: Corpus | None) -> None:
        self.position = {k: i for i, k in enumerate(self.keys)}
        self.lexical = Postings([r.lexical for r in self.rows], self.columns)
        self.sounds = Postings([r.sounds for r in self.rows], self.columns)
        counts = np.array([len(r.wordings) for r in self.rows], np.intp)
        self._wording_counts = counts
        self._with_wordings = np.flatnonzero(counts)
        self._wording_ends = np.cumsum(counts)
        self._wording_starts = (self._wording_ends - counts)[self._with_wordings]
        self._wordings = Wordings([r.wordings for r in self.rows], self.columns) if counts.any() else None
        self._word_matrix = self.words.matrix()
        self._soft = WordField([r.soft for r in self.rows])
        self._coverage = WordField([r.coverage for r in self.rows])
        self.meanings = np.stack([*(r.question_vector for r in self.rows), *(r.answer_vector for r in self.rows)])
        self.question_matrix, self.answer_matrix = self.meanings[: len(self.rows)], self.meanings[len(self.rows) :]
        filled = [r.wording_vectors for r in self.rows if len(r.wording_vectors)]
        self._wording_matrix = np.concatenate(filled) if filled else np.zeros((0, self.dim), np.float32)
        self.question_mean, self.question_spread = _moments(self.question_matrix)
        self.answer_mean, self.answer_spread = _moments(self.answer_matrix)
        self.neighbour_ids, self.neighbour_weights, hub = self._find_neighbours(previous)
        self.hub = hub
        self.prior_hub = _z(hub)
        self.prior_length = _z(np.log(1 + np.array([r.question_length for r in self.rows], np.float32)))
        self._similar = _Cache(len(self._word_matrix))
        self._soft_scores = _Cache(len(self.keys))
        self.rows = [self._in_place(at, row) for at, row in enumerate(self.rows)]

    @property
    def dim(self) -> int:
        return int(self.question_matrix.shape[1])

    def _in_place(self, at: int, row: Row) -> Row:
        """The same row with views of this corpus's matrices: vectors are kept once."""
        end = self._wording_ends[at]
        return replace(
            row,
            question_vector=self.question_matrix[at],
            answer_vector=self.answer_matrix[at],
            wording_vectors=self._wording_matrix[end - len(row.wordings) : end],
        )

    def updated(self, changed: Mapping[str, Row], removed: Sequence[str], columns: int) -> Corpus | None:
        """A new corpus with these rows replaced, added or taken out; None when nothing is left."""
        rows = dict(zip(self.keys, self.rows, strict=True))
        rows.update(changed)
        for key in removed:
            rows.pop(key, None)
        if not rows:
            return None
        keys = sorted(rows)
        return Corpus(keys, [rows[k] for k in keys], self.words, columns, self)

    def _find_neighbours(self, previous: Corpus | None) -> tuple[NDArray[np.intp], Floats, Floats]:
        """Reuses the neighbours of rows that did not change, unless one of them is gone or much has changed."""
        both: Matrix = (self.question_matrix + self.answer_matrix) * np.float32(0.5)
        everything = np.arange(len(self.keys))
        if previous is None or len(previous) <= NEIGHBOURS or len(self) <= NEIGHBOURS:
            return _neighbours(both, everything)
        same = [
            old if (old := previous.position.get(k)) is not None and previous.rows[old] is row else -1
            for k, row in zip(self.keys, self.rows, strict=True)
        ]
        moved = np.array([self.position.get(k, -1) for k in previous.keys])
        reusable = np.array([old >= 0 and bool((moved[previous.neighbour_ids[old]] >= 0).all()) for old in same])
        fresh = everything[~reusable]
        if len(fresh) > len(self) // 4:
            return _neighbours(both, everything)
        kept = np.array(same)[reusable]
        ids = np.zeros((len(self), NEIGHBOURS), np.intp)
        weights, hub = np.zeros((len(self), NEIGHBOURS), np.float32), np.zeros(len(self), np.float32)
        ids[reusable] = moved[previous.neighbour_ids[kept]]
        weights[reusable], hub[reusable] = previous.neighbour_weights[kept], previous.hub[kept]
        if len(fresh):
            ids[fresh], weights[fresh], hub[fresh] = _neighbours(both, fresh)
        return ids, weights, hub

    def __len__(self) -> int:
        return len(self.keys)

    def soft(self, words: Mapping[str, float], idf: Mapping[str, float]) -> Floats:
        """Soft BM25 over answers: sum over t of weight x idf x max over u of similarity^2 x saturation."""
        total = np.zeros(len(self.keys), np.float32)
        for word, weight in words.items():
            total += np.float32(weight * idf[word]) * self._soft_of(word)
        return total

    def coverage(self, words: Mapping[str, float]) -> Floats:
        """Share of the FAQ question's idf mass that some query word covers, shape [documents], in [0, 1]."""
        if not words:
            return np.zeros(len(self.keys), np.float32)
        best = np.maximum.reduce([self._similarity(w) for w in words])
        questions = self._coverage
        covered = np.add.reduceat(np.maximum(best, 0)[questions.ids] * questions.values, questions.starts)
        return (covered / questions.mass).astype(np.float32)

    def meaning_everywhere(self, query: Vector) -> tuple[Floats, Floats]:
        """Cosines with the questions and the answers of all FAQ."""
        both: Floats = self.meanings @ query
        return both[: len(self)], both[len(self) :]

    def meaning(self, query: Vector, positions: Positions) -> tuple[Floats, Floats]:
        """Cosines with the questions and the answers of the given positions."""
        return self.question_matrix[positions] @ query, self.answer_matrix[positions] @ query

    def meaning_spreads(self, queries: Matrix) -> list[tuple[Spread, Spread]]:
        """Exact spread of both cosines over all FAQ for each query, in closed form from the moments."""
        exact, out = queries.astype(np.float64), []
        for mean, spread in ((self.question_mean, self.question_spread), (self.answer_mean, self.answer_spread)):
            variances = ((exact @ spread) * exact).sum(axis=1).tolist()
            pairs = zip((exact @ mean).tolist(), variances, strict=True)
            out.append([Spread(middle, math.sqrt(max(0.0, variance))) for middle, variance in pairs])
        return list(zip(*out, strict=True))

    def closest_wordings(self, query: Vector, positions: Positions) -> Floats:
        """Cosine with the closest wording of each of the positions, 0 unless that wording is among the CLOSEST of all
        that were compared."""
        out = np.zeros(len(positions), np.float32)
        filled = np.flatnonzero(self._wording_counts[positions])
        if len(filled):
            counts, ends = self._wording_counts[positions[filled]], self._wording_ends[positions[filled]]
            together = self._compared(query, ends - counts, ends)
            lowest = np.partition(together, -CLOSEST)[-CLOSEST] if len(together) > CLOSEST else together.min()
            out[filled] = np.maximum.reduceat(together, np.cumsum(counts) - counts)
            out[out < lowest] = 0
        return np.maximum(out, 0)

    def _compared(self, query: Vector, starts: Positions, ends: Positions) -> Floats:
        """Cosines with the wordings in these ranges, one range after the other."""
        ranges = list(zip(starts.tolist(), ends.tolist(), strict=True))
        matrix, total = self._wording_matrix, sum(end - start for start, end in ranges)
        if total <= _COPIED_UP_TO:
            return np.concatenate([matrix[start:end] for start, end in ranges]) @ query
        out, at = np.empty(total, np.float32), 0
        for start, end in ranges:
            np.dot(matrix[start:end], query, out=out[at : at + end - start])
            at += end - start
        return out

    def mean_wordings(self) -> Matrix:
        """Middle of each FAQ's wordings, zero where there are none, shape [documents, dim]."""
        out = np.zeros((len(self), self.dim), np.float32)
        if len(self._with_wordings):
            sums = np.add.reduceat(self._wording_matrix, self._wording_starts, axis=0)
            out[self._with_wordings] = sums / self._wording_counts[self._with_wordings, None].astype(np.float32)
        return out

    @property
    def has_wordings(self) -> bool:
        return self._wordings is not None

    def closest_wording(self, shape: Sparse) -> Floats:
        """Cosine of the question's sound shape with each FAQ's closest wording, 0 where there is none."""
        return np.zeros(len(self.keys), np.float32) if self._wordings is None else self._wordings.closest(shape)

    def known(self, word: str) -> bool:
        return word in self.words.index

    def _soft_of(self, word: str) -> Floats:
        cached = self._soft_scores.get(word)
        if cached is not None:
            return cached
        similarity = self._similarity(word)
        gain = np.where(similarity >= SOFT_FLOOR, similarity, 0) ** 2
        scores = np.maximum.reduceat(gain[self._soft.ids] * self._soft.values, self._soft.starts)
        scores[self._soft.empty] = 0
        return self._soft_scores.put(word, scores.astype(np.float32))

    def _similarity(self, word: str) -> Floats:
        """Cosine of the word with every corpus word; 1 with itself."""
        cached = self._similar.get(word)
        if cached is not None:
            return cached
        vector = self.words.vectors.get(word)
        known = np.zeros(self.words.vectors.dim, np.float32) if vector is None else vector
        similarity: Floats = self._word_matrix @ known
        own = self.words.index.get(word)
        if own is not None and own < len(similarity):
            similarity[own] = 1.0
        return self._similar.put(word, similarity)


def _moments(matrix: Matrix) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and covariance of the rows, so that mean and variance of any dot product are exact."""
    mean = matrix.mean(axis=0, dtype=np.float64)
    spread = np.zeros((len(mean), len(mean)))
    for start in range(0, len(matrix), _ROWS_AT_ONCE):
        centred = matrix[start : start + _ROWS_AT_ONCE] - mean
        spread += centred.T @ centred
    return mean, spread / len(matrix)


def _neighbours(both: Matrix, wanted: NDArray[np.intp]) -> tuple[NDArray[np.intp], Floats, Floats]:
    """Nearest rows of each wanted row by cosine, their normalised weights, and the mean cosine (hubness)."""
    n, k = len(both), min(NEIGHBOURS, len(both) - 1)
    ids = np.zeros((len(wanted), max(k, 0)), np.intp)
    cosines = np.zeros((len(wanted), max(k, 0)), np.float32)
    if k <= 0:
        return ids, cosines, np.zeros(len(wanted), np.float32)
    at_once = min(1024, max(1, _CELLS_AT_ONCE // n))
    for start in range(0, len(wanted), at_once):
        rows = wanted[start : start + at_once]
        away = both[rows] @ both.T
        np.negative(away, out=away)
        away[np.arange(len(rows)), rows] = np.inf
        top = np.argpartition(away, k - 1, axis=1)[:, :k] if k < n - 1 else np.argsort(away, axis=1)[:, :k]
        ids[start : start + len(rows)] = top
        cosines[start : start + len(rows)] = -np.take_along_axis(away, top, 1)
    positive = np.maximum(cosines, 1e-6)
    return ids, positive / positive.sum(axis=1, keepdims=True), cosines.mean(axis=1)


def _z(values: Floats) -> Floats:
    deviation = float(values.std())
    z: Floats = (values - values.mean()) / deviation if deviation > 1e-9 else np.zeros_like(values)
    return z
