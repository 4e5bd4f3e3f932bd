"""Words of one field of all FAQ, document-major, for maximum-similarity operations."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.search.kept_arrays import Arrays
from knowledge.search.statistics import Floats, Sparse
from knowledge.search.vocabulary import Numbers

_FILLER = Sparse(np.zeros(1, np.int32), np.zeros(1, np.float32))


class WordField:
    """Row i are the words of document i; empty rows hold one zero entry."""

    def __init__(self, sizes: NDArray[np.intp], ids: Numbers, values: Floats, empty: NDArray[np.bool_]) -> None:
        self.sizes, self.ids, self.values, self.empty = sizes, ids, values, empty
        self.starts = (np.cumsum(sizes) - sizes).astype(np.intp)
        self.mass = np.add.reduceat(values, self.starts) + np.float32(1e-6)

    @classmethod
    def of(cls, rows: Sequence[Sparse]) -> "WordField":
        filled = [r if len(r.columns) else _FILLER for r in rows]
        return cls(
            np.array([len(r.columns) for r in filled], np.intp),
            np.concatenate([r.columns for r in filled]),
            np.concatenate([r.values for r in filled]),
            np.array([not len(r.columns) for r in rows], bool),
        )

    @classmethod
    def of_arrays(cls, arrays: Arrays) -> "WordField":
        """What `arrays` gave."""
        return cls(arrays["sizes"], arrays["ids"], arrays["values"], arrays["empty"])

    def arrays(self) -> Arrays:
        """For a file."""
        return {"sizes": self.sizes, "ids": self.ids, "values": self.values, "empty": self.empty}

    @classmethod
    def joined(cls, parts: Sequence["WordField"]) -> "WordField":
        return cls(
            np.concatenate([p.sizes for p in parts]),
            np.concatenate([p.ids for p in parts]),
            np.concatenate([p.values for p in parts]),
            np.concatenate([p.empty for p in parts]),
        )

    def picked(self, documents: NDArray[np.intp]) -> "WordField":
        """These documents, in this order."""
        sizes = self.sizes[documents]
        ends = np.cumsum(sizes)
        at = np.arange(int(ends[-1])) + np.repeat(self.starts[documents] - (ends - sizes), sizes)
        return WordField(sizes, self.ids[at], self.values[at], self.empty[documents])
