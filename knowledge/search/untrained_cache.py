"""The encoder that has learnt nothing yet, on disk: counting in how many FAQ every feature stands means reading them all."""

from pathlib import Path

import numpy as np

from knowledge.search.cache import UNREADABLE, write_spare
from knowledge.search.encoder import StaticEncoder
from knowledge.search.kept_arrays import kept_arrays
from knowledge.search.word_vectors import WordVectors


class UntrainedCache:
    """One writer at a time. In single precision, unlike a trained one, so that not a bit differs from one made anew."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, mark: str, words: WordVectors) -> StaticEncoder | None:
        """The encoder with this mark; None where it is missing or damaged."""
        try:
            with kept_arrays(self._path) as data:
                if str(data["mark"]) != mark:
                    return None
                text = data["names"].tobytes().decode("utf-8")
                index = {name: row for row, name in enumerate(text.split("\n") if text else [])}
                return StaticEncoder(index, data["table"], int(data["total"]), words, str(data["identity"]))
        except UNREADABLE:
            return None

    def keep(self, mark: str, encoder: StaticEncoder) -> None:
        arrays = {
            "mark": np.array(mark),
            "names": np.frombuffer("\n".join(encoder.index).encode("utf-8"), np.uint8),
            "table": encoder.table,
            "total": np.array(encoder.total),
            "identity": np.array(encoder.identity),
        }
        write_spare(self._path, arrays)
