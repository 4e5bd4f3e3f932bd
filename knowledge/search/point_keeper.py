"""Keeps the vector index in line with the in-memory indexes: writes what changed, repairs what an interruption left."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from knowledge.ports import VectorIndex
from knowledge.search.cache import read_json, write_json
from knowledge.search.language_index import LanguageIndex
from knowledge.search.points import LAYOUT, faq_point_id

_FAQS_AT_ONCE = 128
_UNKNOWN = ""
"""Mark of a point that may or may not have been written."""


class PointKeeper:
    """Remembers what each point was made from, in the index's neighbour file `path`. One writer at a time."""

    def __init__(self, vectors: VectorIndex, path: Path) -> None:
        self._vectors = vectors
        self._path = path
        self._written: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._written)

    def open(self) -> None:
        """Believe the file when the last write was finished and the index holds exactly its points; else start anew."""
        if not self._path.exists() and not self._vectors.ids():
            return  # nothing was ever written: making the index anew would only be the second time
        data = read_json(self._path)
        points = data.get("points")
        if data.get("dirty", True) or data.get("layout") != LAYOUT or not isinstance(points, dict):
            points = {}
        self._written = {int(k): str(v) for k, v in points.items()}
        if not self._written or set(self._written) != self._vectors.ids():
            self._vectors.clear()
            self._written = {}

    def beside(self, vectors: VectorIndex, path: Path) -> "PointKeeper":
        """Another keeper over an index that holds the same points now."""
        made = PointKeeper(vectors, path)
        made._written = dict(self._written)
        return made

    def follow(self, languages: Mapping[str, LanguageIndex]) -> None:
        """Only points whose FAQ, encoder or rough sizes changed are written. Safe to repeat after a failure."""
        wanted: dict[int, str] = {}
        changed: dict[str, list[str]] = {}
        for lang, index in languages.items():
            changed[lang] = []
            tail = f"{index.encoder.identity} {index.sizes}"
            for key in index.corpus.keys:
                mark = f"{index.prints[key]} {tail}"
                point_id = faq_point_id(index.entries[key])
                wanted[point_id] = mark
                if self._written.get(point_id) != mark:
                    changed[lang].append(key)
        gone = [i for i in self._written if i not in wanted]
        if gone or any(changed.values()):
            self._write(languages, changed, gone, wanted)

    def _write(
        self,
        languages: Mapping[str, LanguageIndex],
        changed: Mapping[str, Sequence[str]],
        gone: Sequence[int],
        wanted: Mapping[int, str],
    ) -> None:
        write_json(self._path, {"dirty": True})
        # When something below fails, the next call must not trust any of these points.
        self._written.update(dict.fromkeys(gone, _UNKNOWN))
        self._vectors.delete(gone)
        for lang, keys in _parts(changed):
            points = languages[lang].points(keys)
            self._written.update({p.point_id: _UNKNOWN for p in points})
            self._vectors.upsert(points)
        self._vectors.flush()
        write_json(
            self._path, {"dirty": False, "layout": LAYOUT, "points": {str(i): mark for i, mark in wanted.items()}}
        )
        self._written = dict(wanted)


def _parts(changed: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Sequence[str]]]:
    """A few FAQ at a time: vectors as lists of numbers take a hundred times their place in the index."""
    for lang, keys in sorted(changed.items()):
        for start in range(0, len(keys), _FAQS_AT_ONCE):
            yield lang, keys[start : start + _FAQS_AT_ONCE]
