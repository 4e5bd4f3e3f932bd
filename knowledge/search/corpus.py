"""Everything scored exactly in memory: term-major postings, soft matching, coverage, encoder matrices, neighbours.

A corpus is immutable; `Corpus.updated` returns a new one, so that readers never wait for a writer.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.search import kept_arrays
from knowledge.search.fusion import Spread
from knowledge.search.kept_arrays import Arrays
from knowledge.search.neighbours import Neighbours
from knowledge.search.postings import Cells, Postings
from knowledge.search.statistics import Floats, Sparse
from knowledge.search.vocabulary import Numbers
from knowledge.search.word_field import WordField
from knowledge.search.word_vectors import Matrix, Vector, WordVectors
from knowledge.search.wordings import Wordings

SOFT_FLOOR = 0.4
"""Cosine below which two words do not count as similar (measured: .4-.5)."""
CLOSEST = 64
"""How many wordings count as close to a question; weights and calibration were fitted with this."""
_COPIED_UP_TO = 256
"""Wordings: so many are copied together and compared in one go, more are compared where they lie."""
_ROWS_AT_ONCE = 2048
_CACHE_BYTES = 48_000_000
"""Each of the two caches of arrays by word; about 1500 words for 5,000 FAQ."""

Positions = NDArray[np.intp]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One FAQ on its way into a corpus. `lexical`, `sounds` and `wordings` are over the vocabulary's numbers, `soft`
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

    @classmethod
    def of_arrays(cls, arrays: Arrays, vectors: WordVectors) -> WordTable:
        """What `arrays` gave."""
        made = cls(vectors)
        made._matrix = arrays["vectors"]
        made._rows = list(made._matrix)
        names = arrays["names"].tobytes().decode("utf-8").split("\n") if made._rows else []
        made.index = {word: n for n, word in enumerate(names)}
        return made

    def arrays(self) -> Arrays:
        """For a file; words that come meanwhile are left out."""
        vectors = self.matrix()
        names = "\n".join(list(self.index)[: len(vectors)])
        return {"vectors": vectors, "names": np.frombuffer(names.encode("utf-8"), np.uint8)}

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


class _Placed:
    """Rows of FAQ as they come, in arrays: one object a row would take as much memory again."""

    def __init__(self, count: int, dim: int) -> None:
        self.meanings = np.zeros((2 * count, dim), np.float32)
        self.question_lengths = np.zeros(count, np.float32)
        self.counts = np.zeros(count, np.intp)
        """Wordings by position."""
        self.lexical: list[Cells] = []
        self.sounds: list[Cells] = []
        self.shapes: list[Cells] = []
        self.soft: list[WordField] = []
        self.coverage: list[WordField] = []
        self.wordings: list[Matrix] = []
        self._filled = 0

    def add(self, rows: Sequence[Row]) -> None:
        start, end, count = self._filled, self._filled + len(rows), len(self.counts)
        self.meanings[start:end] = [r.question_vector for r in rows]
        self.meanings[count + start : count + end] = [r.answer_vector for r in rows]
        self.question_lengths[start:end] = [r.question_length for r in rows]
        self.lexical.append(Cells.of([r.lexical for r in rows], np.arange(start, end)))
        self.sounds.append(Cells.of([r.sounds for r in rows], np.arange(start, end)))
        self.soft.append(WordField.of([r.soft for r in rows]))
        self.coverage.append(WordField.of([r.coverage for r in rows]))
        said, first = [w for r in rows for w in r.wordings], int(self.counts[:start].sum())
        self.shapes.append(Cells.of(said, np.arange(first, first + len(said))))
        self.counts[start:end] = [len(r.wordings) for r in rows]
        self.wordings += [r.wording_vectors for r in rows if len(r.wording_vectors)]
        self._filled = end


@dataclass
class Corpus:
    """All FAQ of one language; never empty. Position i is the same FAQ in every array."""

    keys: list[str]
    words: WordTable
    lexical: Postings
    sounds: Postings
    shapes: Wordings | None
    """Sound shapes; None where nobody has wordings."""
    soft_words: WordField
    coverage_words: WordField
    meanings: Matrix
    """Questions, then answers."""
    wording_matrix: Matrix
    wording_counts: NDArray[np.intp]
    question_lengths: Floats
    neighbours: Neighbours

    def __post_init__(self) -> None:
        count = len(self.keys)
        self.position = {k: i for i, k in enumerate(self.keys)}
        self.question_matrix, self.answer_matrix = self.meanings[:count], self.meanings[count:]
        self._with_wordings = np.flatnonzero(self.wording_counts)
        self._wording_ends = np.cumsum(self.wording_counts)
        self._wording_starts = (self._wording_ends - self.wording_counts)[self._with_wordings]
        self._word_matrix = self.words.matrix()
        self.question_mean, self.question_spread = _moments(self.question_matrix)
        self.answer_mean, self.answer_spread = _moments(self.answer_matrix)
        self.neighbour_ids, self.neighbour_weights = self.neighbours.ids, self.neighbours.weights
        self.prior_hub = _z(self.neighbours.hub)
        self.prior_length = _z(np.log(1 + self.question_lengths))
        self._similar = _Cache(len(self._word_matrix))
        self._soft_scores = _Cache(count)

    @classmethod
    def of(
        cls,
        keys: Sequence[str],
        rows: Iterable[Sequence[Row]],
        words: WordTable,
        columns: int,
        dim: int,
        lends: bool = True,
    ) -> Corpus:
        """`rows`: of all keys in order, some at a time. `lends`: whether FAQ lend each other a part of their score."""
        placed = _Placed(len(keys), dim)
        for part in rows:
            placed.add(part)
        return cls(
            keys=list(keys),
            words=words,
            lexical=Postings(_taken(placed.lexical), len(keys), columns),
            sounds=Postings(_taken(placed.sounds), len(keys), columns),
            shapes=Wordings.of(_taken(placed.shapes), placed.counts, columns) if placed.counts.any() else None,
            soft_words=WordField.joined(_taken(placed.soft)),
            coverage_words=WordField.joined(_taken(placed.coverage)),
            meanings=placed.meanings,
            wording_matrix=_stacked(_taken(placed.wordings), dim),
            wording_counts=placed.counts,
            question_lengths=placed.question_lengths,
            neighbours=Neighbours.among(_middle(placed.meanings)) if lends else Neighbours.none(len(keys)),
        )

    @classmethod
    def of_arrays(
        cls,
        arrays: Mapping[str, NDArray[Any]],
        keys: Sequence[str],
        vectors: WordVectors,
        encoded: tuple[Matrix, Matrix],
    ) -> Corpus:
        """What `arrays` gave of these FAQ. `encoded`: their questions and answers, and their wordings."""
        counts, shapes = arrays["wording_counts"], kept_arrays.of("shapes", arrays)
        return cls(
            keys=list(keys),
            words=WordTable.of_arrays(kept_arrays.of("words", arrays), vectors),
            lexical=Postings.of_arrays(kept_arrays.of("lexical", arrays)),
            sounds=Postings.of_arrays(kept_arrays.of("sounds", arrays)),
            shapes=Wordings.of_arrays(shapes, counts) if shapes else None,
            soft_words=WordField.of_arrays(kept_arrays.of("soft", arrays)),
            coverage_words=WordField.of_arrays(kept_arrays.of("coverage", arrays)),
            meanings=encoded[0],
            wording_matrix=encoded[1],
            wording_counts=counts,
            question_lengths=arrays["question_lengths"],
            neighbours=Neighbours(arrays["neighbours"], arrays["neighbour_weights"], arrays["hub"]),
        )

    def arrays(self) -> Arrays:
        """For a file: everything but the meanings, which are kept beside it."""
        return {
            **kept_arrays.under("words", self.words.arrays()),
            **kept_arrays.under("lexical", self.lexical.arrays()),
            **kept_arrays.under("sounds", self.sounds.arrays()),
            **(kept_arrays.under("shapes", self.shapes.arrays()) if self.shapes else {}),
            **kept_arrays.under("soft", self.soft_words.arrays()),
            **kept_arrays.under("coverage", self.coverage_words.arrays()),
            "wording_counts": self.wording_counts,
            "question_lengths": self.question_lengths,
            "neighbours": self.neighbours.ids,
            "neighbour_weights": self.neighbours.weights,
            "hub": self.neighbours.hub,
        }

    @property
    def dim(self) -> int:
        return int(self.meanings.shape[1])

    def updated(
        self, changed: Mapping[str, Row], removed: Sequence[str], columns: int, lends: bool = True
    ) -> Corpus | None:
        """A new corpus with these rows replaced, added or taken out; None when nothing is left."""
        keys = sorted({*self.keys, *changed}.difference(removed))
        if not keys:
            return None
        rows = [changed[k] for k in keys if k in changed]
        kept = np.array([-1 if k in changed else self.position[k] for k in keys], np.intp)
        fresh, stays = np.flatnonzero(kept < 0), np.flatnonzero(kept >= 0)
        moved = np.full(len(self), -1, np.intp)
        moved[kept[stays]] = stays
        place = {k: i for i, k in enumerate(keys)}
        there = np.array([place.get(k, -1) for k in self.keys], np.intp)
        placed = _Placed(len(rows), self.dim)
        if rows:
            placed.add(rows)
        counts = _merged(self.wording_counts, kept, placed.counts)
        meanings = np.concatenate(
            [
                _merged(self.question_matrix, kept, placed.meanings[: len(rows)]),
                _merged(self.answer_matrix, kept, placed.meanings[len(rows) :]),
            ]
        )
        shapes, wording_matrix = self._wordings_updated(rows, kept, counts, columns)
        return Corpus(
            keys=keys,
            words=self.words,
            lexical=self.lexical.followed(moved, [r.lexical for r in rows], fresh, len(keys), columns),
            sounds=self.sounds.followed(moved, [r.sounds for r in rows], fresh, len(keys), columns),
            shapes=shapes,
            soft_words=_picked(self.soft_words, placed.soft, kept),
            coverage_words=_picked(self.coverage_words, placed.coverage, kept),
            meanings=meanings,
            wording_matrix=wording_matrix,
            wording_counts=counts,
            question_lengths=_merged(self.question_lengths, kept, placed.question_lengths),
            neighbours=self.neighbours.followed(_middle(meanings), there, kept)
            if lends
            else Neighbours.none(len(keys)),
        )

    def _wordings_updated(
        self, rows: Sequence[Row], kept: NDArray[np.intp], counts: NDArray[np.intp], columns: int
    ) -> tuple[Wordings | None, Matrix]:
        """Sound shapes and vectors of the wordings: those of kept FAQ where they are now, and those of `rows`."""
        owner = np.repeat(np.arange(len(counts)), counts)
        old_starts = np.concatenate([self._wording_ends - self.wording_counts, [0]])
        inside = np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner]
        was = np.where(kept[owner] >= 0, old_starts[kept[owner]] + inside, -1)
        vectors = _stacked([r.wording_vectors for r in rows if len(r.wording_vectors)], self.dim)
        matrix = _merged(self.wording_matrix, was, vectors)
        shapes = [w for r in rows for w in r.wordings]
        if not len(owner):
            return None, matrix
        if self.shapes is None:
            return Wordings.of([Cells.of(shapes, np.flatnonzero(was < 0))], counts, columns), matrix
        return self.shapes.followed(was, shapes, counts, columns), matrix

    def wordings_of(self, at: int) -> Matrix:
        """Encoded meanings of the FAQ's other wordings."""
        end = self._wording_ends[at]
        return self.wording_matrix[end - self.wording_counts[at] : end]

    def encoded(self, at: int) -> Matrix:
        """What the encoder made of question, answer and wordings."""
        return np.vstack([self.question_matrix[at], self.answer_matrix[at], self.wordings_of(at)])

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
        questions = self.coverage_words
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
        filled = np.flatnonzero(self.wording_counts[positions])
        if len(filled):
            counts, ends = self.wording_counts[positions[filled]], self._wording_ends[positions[filled]]
            together = self._compared(query, ends - counts, ends)
            lowest = np.partition(together, -CLOSEST)[-CLOSEST] if len(together) > CLOSEST else together.min()
            out[filled] = np.maximum.reduceat(together, np.cumsum(counts) - counts)
            out[out < lowest] = 0
        return np.maximum(out, 0)

    def _compared(self, query: Vector, starts: Positions, ends: Positions) -> Floats:
        """Cosines with the wordings in these ranges, one range after the other."""
        ranges = list(zip(starts.tolist(), ends.tolist(), strict=True))
        matrix, total = self.wording_matrix, sum(end - start for start, end in ranges)
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
            sums = np.add.reduceat(self.wording_matrix, self._wording_starts, axis=0)
            out[self._with_wordings] = sums / self.wording_counts[self._with_wordings, None].astype(np.float32)
        return out

    @property
    def has_wordings(self) -> bool:
        return self.shapes is not None

    def closest_wording(self, shape: Sparse) -> Floats:
        """Cosine of the question's sound shape with each FAQ's closest wording, 0 where there is none."""
        return np.zeros(len(self.keys), np.float32) if self.shapes is None else self.shapes.closest(shape)

    def known(self, word: str) -> bool:
        return word in self.words.index

    def _soft_of(self, word: str) -> Floats:
        cached = self._soft_scores.get(word)
        if cached is not None:
            return cached
        similarity = self._similarity(word)
        gain = np.where(similarity >= SOFT_FLOOR, similarity, 0) ** 2
        scores = np.maximum.reduceat(gain[self.soft_words.ids] * self.soft_words.values, self.soft_words.starts)
        scores[self.soft_words.empty] = 0
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


def _middle(meanings: Matrix) -> Matrix:
    """Between question and answer."""
    count = len(meanings) // 2
    both: Matrix = (meanings[:count] + meanings[count:]) * np.float32(0.5)
    return both


def _merged(old: Any, kept: NDArray[np.intp], fresh: Any) -> Any:
    """Row `kept[i]` of `old` at i, and where that is -1 the next one of `fresh`."""
    out = np.empty((len(kept), *old.shape[1:]), old.dtype)
    out[kept >= 0] = old[kept[kept >= 0]]
    out[kept < 0] = fresh
    return out


def _picked(old: WordField, fresh: Sequence[WordField], kept: NDArray[np.intp]) -> WordField:
    places = kept.copy()
    places[kept < 0] = len(old.sizes) + np.arange(int((kept < 0).sum()))
    return WordField.joined([old, *fresh]).picked(places)


def _stacked(parts: Sequence[Matrix], dim: int) -> Matrix:
    return np.concatenate(parts) if parts else np.zeros((0, dim), np.float32)


def _taken(parts: list[T]) -> list[T]:
    """The parts, and nobody holds them any more but the caller."""
    out = parts[:]
    parts.clear()
    return out


def _z(values: Floats) -> Floats:
    deviation = float(values.std())
    z: Floats = (values - values.mean()) / deviation if deviation > 1e-9 else np.zeros_like(values)
    return z
