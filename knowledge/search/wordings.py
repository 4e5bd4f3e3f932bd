"""Sound shapes of all FAQ's wordings, and the closest of each FAQ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.search.kept_arrays import Arrays
from knowledge.search.postings import Cells, Postings
from knowledge.search.statistics import Floats, Sparse

_FILLED_UP = 1.5
"""Places for wordings, as a multiple of their number, up to which FAQ with fewer ones are filled up."""


class _Places:
    """Where each wording lies. Where most FAQ have about as many, the first of every FAQ come first, then the second of
    every FAQ and so on: the closest is then found without a walk from FAQ to FAQ."""

    def __init__(self, counts: NDArray[np.intp]) -> None:
        most = int(counts.max())
        self.turns = most if most * len(counts) <= _FILLED_UP * int(counts.sum()) else 0
        room = np.maximum(counts, 1)
        self.starts = np.cumsum(room) - room
        self.total = self.turns * len(counts) if self.turns else int(room.sum())
        owner = np.repeat(np.arange(len(counts)), counts)
        turn = np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner]
        self.of: NDArray[np.intp] = turn * len(counts) + owner if self.turns else self.starts[owner] + turn
        """By wording, one FAQ's behind the other's."""


class Wordings:
    """Immutable; wordings are numbered in the order of their FAQ."""

    def __init__(self, postings: Postings, places: _Places) -> None:
        self._postings = postings
        self._places = places

    @classmethod
    def of(cls, parts: Sequence[Cells], counts: NDArray[np.intp], columns: int) -> Wordings:
        """The documents of `parts` are wordings; `counts`: how many each FAQ has, some at least."""
        places = _Places(counts)
        placed = [Cells(p.columns, p.values, places.of[p.documents].astype(np.int32)) for p in parts]
        return cls(Postings(placed, places.total, columns, full=False), places)

    @classmethod
    def of_arrays(cls, arrays: Arrays, counts: NDArray[np.intp]) -> Wordings:
        """What `arrays` gave of wordings of these FAQ."""
        return cls(Postings.of_arrays(arrays, full=False), _Places(counts))

    def arrays(self) -> Arrays:
        """For a file."""
        return self._postings.arrays()

    def followed(
        self, was: NDArray[np.intp], rows: Sequence[Sparse], counts: NDArray[np.intp], columns: int
    ) -> Wordings:
        """What they are after a change: wording i was `was[i]` before, -1 for the next one of `rows`."""
        places = _Places(counts)
        moved = np.full(self._places.total, -1, np.intp)
        moved[self._places.of[was[was >= 0]]] = places.of[was >= 0]
        return Wordings(self._postings.followed(moved, rows, places.of[was < 0], places.total, columns), places)

    def closest(self, shape: Sparse) -> Floats:
        """Cosine with each FAQ's closest wording, 0 where there is none."""
        scores = self._postings.scores(shape)  # never below 0
        if self._places.turns:
            closest: Floats = scores.reshape(self._places.turns, -1).max(axis=0)
            return closest
        return np.maximum.reduceat(scores, self._places.starts)
