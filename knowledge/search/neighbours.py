"""The nearest FAQ of every FAQ: bare FAQ lend each other a part of their score."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.search.statistics import Floats
from knowledge.search.word_vectors import Matrix

NEIGHBOURS = 10
_ROWS = 2048
_CELLS_AT_ONCE = 2_000_000
"""Cosines looked at together; each takes 16 bytes then."""
EXACT_UP_TO = 20_000
"""Beyond this, comparing everything with everything takes minutes: an FAQ is then compared with those near the same
places only."""
_PLACES_NEAR = 12
"""Places whose FAQ an FAQ is compared with; there are as many places as FAQ stand near each."""


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
        if len(vectors) > EXACT_UP_TO:
            return cls(*_nearest_by_place(vectors))
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
    k = max(0, min(NEIGHBOURS, len(both) - 1))
    ids, cosines = np.zeros((len(wanted), k), np.intp), np.zeros((len(wanted), k), np.float32)
    if not k:
        return ids, cosines, np.zeros(len(wanted), np.float32)
    at_once = min(1024, max(1, _CELLS_AT_ONCE // len(both)))
    for start in range(0, len(wanted), at_once):
        rows = wanted[start : start + at_once]
        end = start + len(rows)
        ids[start:end], cosines[start:end] = _best(both[rows] @ both.T, rows, k)
    return ids, *_shared(cosines)


def _nearest_by_place(both: Matrix) -> tuple[NDArray[np.intp], Floats, Floats]:
    """The same for all rows, as far as they lie near the same places; every so-manieth row is one."""
    places = both[:: math.isqrt(len(both))]
    places = places / np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-9)
    at = np.concatenate([(both[s : s + _ROWS] @ places.T).argmax(axis=1) for s in range(0, len(both), _ROWS)])
    near = np.argsort(-(places @ places.T), axis=1, kind="stable")
    members = [np.flatnonzero(at == place) for place in range(len(places))]
    ids = np.zeros((len(both), NEIGHBOURS), np.intp)
    cosines = np.zeros((len(both), NEIGHBOURS), np.float32)
    for place, all_rows in enumerate(members):
        others = _enough([members[other] for other in near[place].tolist()])
        theirs, at_once = both[others], max(1, _CELLS_AT_ONCE // len(others))
        for start in range(0, len(all_rows), at_once):
            rows = all_rows[start : start + at_once]
            found, cosines[rows] = _best(both[rows] @ theirs.T, others.searchsorted(rows), NEIGHBOURS)
            ids[rows] = others[found]
    return ids, *_shared(cosines)


def _enough(members: list[NDArray[np.intp]]) -> NDArray[np.intp]:
    """Those of the nearest places, of more where these are almost empty; in order."""
    chosen = _PLACES_NEAR
    while sum(map(len, members[:chosen])) <= NEIGHBOURS:
        chosen *= 2
    return np.sort(np.concatenate(members[:chosen]))


def _best(cosines: Floats, own: NDArray[np.intp], k: int) -> tuple[NDArray[np.intp], Floats]:
    """Columns and values of the `k` highest of each row, without its `own` column; the cosines are changed."""
    n, away = cosines.shape[1], np.negative(cosines, out=cosines)
    away[np.arange(len(own)), own] = np.inf
    top = np.argpartition(away, k - 1, axis=1)[:, :k] if k < n - 1 else np.argsort(away, axis=1)[:, :k]
    return top, -np.take_along_axis(away, top, 1)


def _shared(cosines: Floats) -> tuple[Floats, Floats]:
    positive = np.maximum(cosines, 1e-6)
    return positive / positive.sum(axis=1, keepdims=True), cosines.mean(axis=1)
