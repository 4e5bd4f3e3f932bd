"""Sparse rows of all FAQ turned round, so that a question touches only the terms it has."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.search.kept_arrays import Arrays
from knowledge.search.statistics import Floats, Sparse
from knowledge.search.vocabulary import Numbers

_OFTEN = 0.1
"""Terms in more than this share of the documents are kept as full rows: adding those up costs a third."""
_FULL_BYTES = 12_000_000
"""Room for full rows; the most frequent terms get it."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of a sparse document matrix, as three arrays of the same length."""

    columns: Numbers
    values: Floats
    documents: Numbers

    @classmethod
    def of(cls, rows: Sequence[Sparse], documents: NDArray[np.integer]) -> "Cells":
        """The row of each of these documents."""
        if not len(rows):
            return cls(np.zeros(0, np.int32), np.zeros(0, np.float32), np.zeros(0, np.int32))
        owners = np.repeat(documents.astype(np.int32), [len(r.columns) for r in rows])
        return cls(np.concatenate([r.columns for r in rows]), np.concatenate([r.values for r in rows]), owners)


class Postings:
    """Sparse document matrix, term-major; frequent terms as full rows unless `full` is False (many short documents)."""

    def __init__(self, parts: Sequence[Cells], documents: int, width: int, *, full: bool = True) -> None:
        """Documents come in order within a part and from part to part."""
        self.documents = documents
        self._wants_full = full
        sizes = np.zeros(max(1, width), np.intp)
        for part in parts:
            sizes += np.bincount(part.columns, minlength=len(sizes))
        chosen = _frequent(sizes, documents) if full else np.zeros(0, np.intp)
        self._row = np.full(len(sizes), -1, np.int32)
        self._row[chosen] = np.arange(len(chosen), dtype=np.int32)
        self._full = np.zeros((len(chosen), documents), np.float32)
        sizes[chosen] = 0
        self._starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
        self._documents = np.empty(self._starts[-1], np.int32)
        self._values = np.empty(self._starts[-1], np.float32)
        self._fill(parts)

    @classmethod
    def of_arrays(cls, arrays: Arrays, *, full: bool = True) -> "Postings":
        """What `arrays` gave."""
        made = cls.__new__(cls)
        made.documents, made._wants_full = int(arrays["count"]), full
        made._row, made._full, made._starts = arrays["row"], arrays["full"], arrays["starts"]
        made._documents, made._values = arrays["documents"], arrays["values"]
        return made

    def arrays(self) -> Arrays:
        """For a file."""
        return {
            "count": np.array(self.documents),
            "row": self._row,
            "full": self._full,
            "starts": self._starts,
            "documents": self._documents,
            "values": self._values,
        }

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
        starts = self._starts[rare]
        sizes = self._starts[rare + 1] - starts
        ends = np.cumsum(sizes)
        if len(ends) and ends[-1]:
            at = np.repeat(starts - ends + sizes, sizes)  # one term's cells behind the other's
            at += np.arange(ends[-1])
            values = self._values.take(at)
            values *= np.repeat(weights[~often], sizes)
            out += np.bincount(self._documents.take(at), values, self.documents).astype(np.float32)
        return out

    def holds(self, columns: Numbers, documents: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether each document has each term, shape [documents, columns]; a negative column is a term nobody has."""
        out = np.zeros((len(documents), len(columns)), bool)
        for n, column in enumerate(columns.tolist()):
            if not 0 <= column < len(self._row):
                continue
            row = self._row[column]
            if row >= 0:
                out[:, n] = self._full[row, documents] != 0
                continue
            having = self._documents[self._starts[column] : self._starts[column + 1]]
            if len(having):
                at = np.minimum(having.searchsorted(documents), len(having) - 1)
                out[:, n] = having[at] == documents
        return out

    def followed(
        self, moved: NDArray[np.intp], rows: Sequence[Sparse], places: NDArray[np.intp], documents: int, width: int
    ) -> "Postings":
        """The same matrix with `rows` at `places`; `moved`: where each document is now, -1 for those that are gone."""
        old, fresh = self._cells(), Cells.of(rows, places)
        now = moved[old.documents]
        kept = now >= 0
        columns = np.concatenate([old.columns[kept], fresh.columns])
        values = np.concatenate([old.values[kept], fresh.values])
        owners = np.concatenate([now[kept], fresh.documents.astype(np.intp)])
        order = np.argsort((columns.astype(np.int64) << 32) | owners, kind="stable")
        cells = Cells(columns[order], values[order], owners[order].astype(np.int32))
        return Postings([cells], documents, width, full=self._wants_full)

    def _fill(self, parts: Sequence[Cells]) -> None:
        free = self._starts[:-1].copy()
        for part in parts:
            rows = self._row[part.columns]
            often = rows >= 0
            self._full[rows[often], part.documents[often]] = part.values[often]
            columns = part.columns[~often]
            by_term = np.argsort(columns, kind="stable")
            columns, counts = columns[by_term], np.bincount(columns, minlength=len(free))
            at = (free - (np.cumsum(counts) - counts))[columns] + np.arange(len(columns))
            self._documents[at] = part.documents[~often][by_term]
            self._values[at] = part.values[~often][by_term]
            free += counts

    def _cells(self) -> Cells:
        rare = np.repeat(np.arange(len(self._row), dtype=np.int32), np.diff(self._starts))
        column_of = np.zeros(len(self._full), np.int32)
        often = np.flatnonzero(self._row >= 0).astype(np.int32)
        column_of[self._row[often]] = often
        rows, documents = np.nonzero(self._full)  # no weight is zero
        return Cells(
            np.concatenate([rare, column_of[rows]]),
            np.concatenate([self._values, self._full[rows, documents]]),
            np.concatenate([self._documents, documents.astype(np.int32)]),
        )


def _frequent(sizes: NDArray[np.intp], documents: int) -> NDArray[np.intp]:
    """Terms that are kept as full rows, the most frequent first."""
    room = _FULL_BYTES // (4 * documents)
    frequent = np.flatnonzero(sizes > _OFTEN * documents)
    return frequent[np.argsort(-sizes[frequent], kind="stable")[:room]]
