"""Numbers for strings: what search compares are arrays of numbers, a tenth of the memory and time of strings."""

from collections.abc import Iterable, Sequence
from threading import RLock
from typing import Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]


class Vocabulary:
    """A string keeps its number for as long as the process lives. Thread-safe; only grows."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names: list[str] = list(names)
        self._number = {name: i for i, name in enumerate(self._names)}
        self._index_ids: NDArray[np.int64] = np.zeros(0, np.int64)
        """By number, as far as they were asked for; -1 for all others."""
        self._packed = b""
        self._lock = RLock()

    @classmethod
    def unpacked_later(cls, packed: bytes) -> Self:
        """What `packed` gave; the strings are taken apart when the first one is asked for."""
        made = cls()
        made._packed = packed
        return made

    def packed(self) -> bytes:
        """All strings by their number, for a file."""
        with self._lock:
            if self._packed:
                return self._packed
        return "\n".join(self._names).encode("utf-8")

    def __len__(self) -> int:
        self._unpack()
        return len(self._names)

    def number(self, name: str) -> int:
        """Number of `name`, a new one when it was never seen."""
        self._unpack()
        found = self._number.get(name)
        return self._add(name) if found is None else found

    def found(self, names: Iterable[str]) -> Numbers:
        """Numbers of these names, -1 for those that were never seen."""
        self._unpack()
        get = self._number.get
        return np.array([get(name, -1) for name in names], np.int32)

    def numbers(self, names: Sequence[str]) -> Numbers:
        """Numbers of these names, new ones for those that were never seen."""
        self._unpack()
        found: list[int | None] = list(map(self._number.get, names))
        if None in found:
            found = [self._add(name) if n is None else n for n, name in zip(found, names, strict=True)]
        return np.array(found, np.int32)

    def names(self, numbers: Numbers) -> list[str]:
        self._unpack()
        names = self._names
        return [names[n] for n in numbers.tolist()]

    def index_weights(self, numbers: Numbers, values: NDArray[np.float32]) -> dict[int, float]:
        """Weights by 32-bit ids that depend on the strings alone, so that points outlive a restart; in the order of the
        ids, as the vector index wants them."""
        ids = self._index_ids_of(numbers)
        order = ids.argsort(kind="stable")
        found, weights = ids[order].tolist(), values[order].tolist()
        out = dict(zip(found, weights, strict=True))
        if len(out) == len(found):
            return out
        out = dict.fromkeys(found, 0.0)  # two strings with the same id
        for name_id, value in zip(found, weights, strict=True):
            out[name_id] += value
        return out

    def _index_ids_of(self, numbers: Numbers) -> NDArray[np.int64]:
        known = self._index_ids
        if len(known) < len(self):
            # Another thread may do the same: what one of them forgets is only worked out again.
            more = np.full(len(self) - len(known), -1, np.int64)
            known = self._index_ids = np.concatenate([known, more])
        found = known[numbers]
        missing = numbers[found < 0]
        if len(missing):
            known[missing] = [_index_id(name) for name in self.names(missing)]
            found = known[numbers]
        return found

    def _unpack(self) -> None:
        if not self._packed:
            return
        with self._lock:
            if self._packed:
                self._names = self._packed.decode("utf-8").split("\n")
                self._number = {name: i for i, name in enumerate(self._names)}
                self._packed = b""

    def _add(self, name: str) -> int:
        with self._lock:
            found = self._number.get(name)
            if found is None:
                found = len(self._names)
                # Before the number is known to others: they may ask for its name at once.
                self._names.append(name)
                self._number[name] = found
            return found


class SearchVocabulary(Vocabulary):
    """What questions are compared by. `learning` numbers the features only encoders and learning read: two thirds of all
    strings, which a server that just answers never unpacks."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        super().__init__(names)
        self.learning = Vocabulary()


def _index_id(name: str) -> int:
    return crc32(name.encode("utf-8", "surrogatepass"))
