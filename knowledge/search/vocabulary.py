"""Numbers for strings: what search compares are arrays of numbers, a tenth of the memory and time of strings."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]


class Vocabulary:
    """A string keeps its number for as long as the process lives. Thread-safe; only grows."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names: list[str] = list(names)
        self._ids = array("I", map(_index_id, self._names))
        self._number = {name: i for i, name in enumerate(self._names)}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._names)

    def number(self, name: str) -> int:
        """Number of `name`, a new one when it was never seen."""
        found = self._number.get(name)
        return self._add(name) if found is None else found

    def find(self, name: str) -> int | None:
        """Number of `name`, None when it was never seen."""
        return self._number.get(name)

    def numbers(self, names: Sequence[str]) -> Numbers:
        get = self._number.get
        found = [get(name, -1) for name in names]
        if -1 in found:
            found = [self.number(name) for name in names]
        return np.array(found, np.int32)

    def names(self, numbers: Numbers) -> list[str]:
        names = self._names
        return [names[n] for n in numbers.tolist()]

    def index_weights(self, numbers: Numbers, values: NDArray[np.float32]) -> dict[int, float]:
        """Weights by 32-bit ids that depend on the strings alone, so that points outlive a restart."""
        out: dict[int, float] = {}
        for number, value in zip(numbers.tolist(), values.tolist(), strict=True):
            name_id = self._ids[number]
            out[name_id] = out.get(name_id, 0.0) + value
        return out

    def index_terms(self, weights: Mapping[int, float]) -> dict[int, float]:
        """Like `index_weights`, for a question's weights by number."""
        out: dict[int, float] = {}
        ids = self._ids
        for number, weight in weights.items():
            name_id = ids[number]
            out[name_id] = out.get(name_id, 0.0) + weight
        return out

    def all_names(self) -> list[str]:
        """Every string by its number."""
        return list(self._names)

    def _add(self, name: str) -> int:
        with self._lock:
            found = self._number.get(name)
            if found is None:
                found = len(self._names)
                # Before the number is known to others: they may ask for its name at once.
                self._names.append(name)
                self._ids.append(_index_id(name))
                self._number[name] = found
            return found


def _index_id(name: str) -> int:
    return crc32(name.encode("utf-8", "surrogatepass"))
