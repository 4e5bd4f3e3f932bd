"""The built index of one language on disk: what a start would otherwise work out again from every FAQ. A cache by content:
made from other FAQ, another vocabulary or by another version of the program, it counts as missing."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from knowledge.search.cache import UNREADABLE, write_spare
from knowledge.search.kept_arrays import kept_arrays
from knowledge.search.language_index import LanguageIndex

_MADE_BY = (
    "corpus", "encoder", "language_index", "neighbours", "placing", "postings", "readings", "statistics", "word_field",
    "wordings",
)  # fmt: skip
"""Modules that decide what an index or an encoder that has learnt nothing holds."""


class IndexCache:
    """One writer at a time. Keeps only what was built from scratch: an index that followed changes has statistics of an
    earlier day, and a start has always taken fresh ones."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._on_disk: Callable[[], LanguageIndex | None] = lambda: None
        """Not held: an index that was replaced would stay in memory."""

    def read(self, mark: str, index_of: Callable[[Mapping[str, NDArray[Any]]], LanguageIndex]) -> LanguageIndex | None:
        """The index with this mark, made by `index_of` from its arrays; None where it is missing or damaged."""
        try:
            with kept_arrays(self._path) as data:
                if str(data["mark"]) != mark:
                    return None
                index = index_of(dict(data))
        except UNREADABLE:
            return None
        self._on_disk = ref(index)
        return index

    def keep(self, mark: Callable[[], str], index: LanguageIndex) -> None:
        if index.drift or index is self._on_disk():
            return
        if write_spare(self._path, {"mark": np.array(mark()), **index.arrays()}):
            self._on_disk = ref(index)


def mark_of(parts: Iterable[str | bytes]) -> str:
    """Of an index made from these."""
    digest = blake2b(_program(), digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()


@cache
def _program() -> bytes:
    """The program itself: whoever changes how an index is built need not think of old files."""
    here = Path(__file__).parent
    return b"".join((here / f"{name}.py").read_bytes() for name in _MADE_BY)
