"""Sparse rows of all FAQ turned round, so that a question touches only the terms it has."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.search.statistics import Floats, Sparse

_OFTEN = 0.1
"""Terms in more than this share of the documents are kept as full rows: adding those up costs a third."""
_FULL_BYTES = 12_000_000
"""Room for full rows; the most frequent terms get it."""


class Postings:
    """Sparse document matrix, term-major; frequent terms as full rows unless `full` is False (many short documents)."""

    def __init__(self, rows: Sequence[Sparse], width: int, *, full: bool = True) -> None:
        columns = np.concatenate([r.columns for r in rows])
        values = np.concatenate([r.values for r in rows])
        documents = np.repeat(np.arange(len(rows), dtype=np.int32), [len(r.columns) for r in rows])
        sizes = np.bincount(columns, minlength=max(1, width))
        self.documents = len(rows)
        self._row, self._full = _full_rows(columns, values, documents, sizes, len(rows), full)
        rare = self._row[columns] < 0
        columns, values, documents = columns[rare], values[rare], documents[rare]
        by_term = np.argsort(columns, kind="stable")
        self._starts = np.concatenate([[0], np.cumsum(np.where(self._row < 0, sizes, 0))]).astype(np.intp)
        self._documents = documents[by_term]
        self._values = values[by_term]

    def scores(self, query: Sparse) -> Floats:
        """Dot product of the query with every document, shape [documents]."""
        columns, weights = query.columns, query.values
        known = columns < len(self._row)
        if not known.all():
            columns, weights = columns[known], weights[known]
        rows = self._row[columns]
        often = rows >= 0
        out: Floats = weights[often] @ self._full[rows[often]]
        rare = columns[~often]
        starts, ends = self._starts[rare], self._starts[rare + 1]
        pieces = [slice(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        if pieces:
            found = np.concatenate([self._documents[piece] for piece in pieces])
            values = np.concatenate([self._values[piece] for piece in pieces])
            values *= np.repeat(weights[~often], ends - starts)
            out += np.bincount(found, values, self.documents).astype(np.float32)
        return out


def _full_rows(
    columns: NDArray[np.int32],
    values: Floats,
    documents: NDArray[np.int32],
    sizes: NDArray[np.intp],
    count: int,
    wanted: bool,
) -> tuple[NDArray[np.int32], Floats]:
    """Row number by term, -1 for terms that are not frequent, and the rows."""
    room = _FULL_BYTES // (4 * count) if wanted else 0
    frequent = np.flatnonzero(sizes > _OFTEN * count)
    chosen = frequent[np.argsort(-sizes[frequent], kind="stable")[:room]]
    row_of = np.full(len(sizes), -1, np.int32)
    row_of[chosen] = np.arange(len(chosen), dtype=np.int32)
    rows = np.zeros((len(chosen), count), np.float32)
    inside = row_of[columns] >= 0
    rows[row_of[columns[inside]], documents[inside]] = values[inside]
    return row_of, rows
