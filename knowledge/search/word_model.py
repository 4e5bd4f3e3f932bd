"""Which FAQ do these very words belong to? A sparse softmax over words, characters and sounds, one class an FAQ.

Complements the encoder, which generalises but blurs: on held-out questions of the sample city the first hit rises from
.91 to .93 with it. Adagrad, two passes, a few seconds; kept as float16.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge.search.prototypes import MAX_FAQS
from knowledge.search.word_vectors import Vector

if TYPE_CHECKING:
    import scipy.sparse as sp

MIN_COUNT = 4
WORDINGS_PER_FAQ = 3
"""Below this there is nothing to learn from."""
MAX_FEATURES = 40_000
MAX_CELLS = 60_000_000
"""Features x FAQ kept at most (120 MB); a city with many FAQ keeps its most frequent features."""
SINGLE_PRECISION_UP_TO = 16_000_000
"""Cells; a small model is read twice as fast in single precision, a large one stays as it is kept."""
SCALE = 8.0
LEARNING_RATE = 0.1
PASSES = 2
BATCH = 256


@dataclass(frozen=True)
class WordModel:
    """`weights` has shape [features, FAQ]; columns are FAQ `keys` as they were when `prints` were their fingerprints."""

    keys: tuple[str, ...]
    prints: tuple[str, ...]
    features: tuple[str, ...]
    idf: Vector
    weights: NDArray[np.float16] | NDArray[np.float32]
    _index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {name: i for i, name in enumerate(self.features)})

    def widen(self) -> None:
        """Read faster from now on, unless it is large. Logits stay the same. Safe beside readers."""
        if self.weights.size <= SINGLE_PRECISION_UP_TO:
            object.__setattr__(self, "weights", self.weights.astype(np.float32, copy=False))

    def logits(self, features: Collection[str]) -> Vector:
        """One logit per column."""
        get = self._index.get
        known = [i for f in features if (i := get(f)) is not None]
        if not known:
            return np.zeros(len(self.keys), np.float32)
        weights = self.idf[known]
        length = float(np.linalg.norm(weights)) or 1.0
        out: Vector = (weights * np.float32(SCALE / length)) @ self.weights[known].astype(np.float32, copy=False)
        return out

    def columns(self, keys: Sequence[str], prints: Sequence[str]) -> NDArray[np.intp]:
        """Column of each FAQ, -1 for one that is new or has changed since training."""
        at = {pair: i for i, pair in enumerate(zip(self.keys, self.prints, strict=True))}
        return np.array([at.get(pair, -1) for pair in zip(keys, prints, strict=True)], np.intp)


def train_word_model(
    keys: Sequence[str], prints: Sequence[str], texts: Sequence[tuple[int, Collection[str]]]
) -> WordModel | None:
    """Fit on (FAQ position, features) pairs. None when there are fewer than three texts per FAQ, or too many FAQ."""
    k = len(keys)
    if not 2 <= k <= MAX_FAQS or len(texts) < WORDINGS_PER_FAQ * k:
        return None
    counts = Counter(f for _, features in texts for f in features)
    room = min(MAX_FEATURES, MAX_CELLS // k)
    names = [f for f, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n >= MIN_COUNT][:room]
    idf = np.log(np.array([len(texts) / counts[f] for f in names], np.float32)) if names else np.zeros(0, np.float32)
    x = _unit_rows([features for _, features in texts], {f: i for i, f in enumerate(names)}, idf)
    weights = _fit(x, np.array([owner for owner, _ in texts], np.int64), k)
    return WordModel(tuple(keys), tuple(prints), tuple(names), idf, weights.astype(np.float16))


def _unit_rows(bags: Sequence[Collection[str]], index: dict[str, int], idf: Vector) -> "sp.csr_matrix[np.float32]":
    import scipy.sparse as sp

    indptr, columns, values = [0], [], []
    for bag in bags:
        known = sorted(index[f] for f in bag if f in index)
        weights = idf[known]
        columns.extend(known)
        values.extend((weights / (float(np.linalg.norm(weights)) or 1.0)).tolist())
        indptr.append(len(columns))
    data = np.array(values, np.float32), np.array(columns, np.int32), np.array(indptr)
    return sp.csr_matrix(data, shape=(len(bags), len(index)))


def _fit(x: "sp.csr_matrix[np.float32]", owner: NDArray[np.int64], k: int) -> NDArray[np.float32]:
    weights = np.zeros((x.shape[1], k), np.float32)
    history = np.full(weights.shape, 1e-6, np.float32)
    rng = np.random.default_rng(0)
    for _ in range(PASSES):
        for rows in np.array_split(rng.permutation(len(owner)), max(1, len(owner) // BATCH)):
            batch = x[rows] * np.float32(SCALE)
            logits = batch @ weights
            p = np.exp(logits - logits.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            p[np.arange(len(rows)), owner[rows]] -= 1
            touched = np.unique(batch.indices)
            gradient = (batch.T @ p)[touched] / np.float32(len(rows))
            history[touched] += gradient * gradient
            weights[touched] -= np.float32(LEARNING_RATE) * gradient / np.sqrt(history[touched])
    return weights
