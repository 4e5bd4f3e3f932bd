"""The nearest FAQ of every FAQ: bare FAQ lend each other a part of their score."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.search.statistics import Floats
from knowledge.search.word_vectors import Matrix

NEIGHBOURS = 10
_CELLS_AT_ONCE = 2_000_000
"""Cosines looked at together; each takes 16 bytes then."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """By position: the nearest others, their normalised weights, and the mean cosine with them (hubness)."""

    ids: NDArray[np.intp]
    weights: Floats
    hub: Floats

    @classmethod
    def none(cls, count: int) -> "Neighbours":
        """Where nobody asks for them."""
        return cls(np.zeros((count, 0), np.intp), np.zeros((count, 0), np.float32), np.zeros(count, np.float32))

    @classmethod
    def among(cls, vectors: Matrix) -> "Neighbours":
        return cls(*_nearest(vectors, np.arange(len(vectors))))

    def followed(self, vectors: Matrix, moved: NDArray[np.intp], kept: NDArray[np.intp]) -> "Neighbours":
        """Those of `vectors`, of which position i was `kept[i]` before, -1 for what is new or changed; `moved` says where
        each is now, -1 for those that are gone. Reused unless one of them is gone or much has changed."""
        if self.ids.shape[1] < NEIGHBOURS or len(vectors) <= NEIGHBOURS:
            return Neighbours.among(vectors)
        reusable = kept >= 0
        reusable[reusable] = (moved[self.ids[kept[reusable]]] >= 0).all(axis=1)
        fresh = np.flatnonzero(~reusable)
        if len(fresh) > len(vectors) // 4:
            return Neighbours.among(vectors)
        made = Neighbours(
            np.zeros((len(vectors), NEIGHBOURS), np.intp),
            np.zeros((len(vectors), NEIGHBOURS), np.float32),
            np.zeros(len(vectors), np.float32),
        )
        old = kept[reusable]
        made.ids[reusable] = moved[self.ids[old]]
        made.weights[reusable], made.hub[reusable] = self.weights[old], self.hub[old]
        if len(fresh):
            made.ids[fresh], made.weights[fresh], made.hub[fresh] = _nearest(vectors, fresh)
        return made


def _nearest(both: Matrix, wanted: NDArray[np.intp]) -> tuple[NDArray[np.intp], Floats, Floats]:
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
