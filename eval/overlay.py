"""An edit tried out beside the running search: same FAQ, same index, with some entries replaced or taken out.

Nothing of it reaches the database, the vector index or the data folder.
"""

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from knowledge.domain import FaqEntry, SynonymGroup
from knowledge.ports import Point, PublishedFaqs, Scored, VectorIndex, VectorQuery
from knowledge.search.retriever import Retriever

Key = tuple[str, str]


class OverlayFaqs:
    """Implements PublishedFaqs: `changed` replace or join what is published, `removed` keys are gone."""

    def __init__(self, base: PublishedFaqs, changed: Sequence[FaqEntry], removed: Collection[Key]) -> None:
        self._base = base
        self._changed = {e.key: e for e in changed}
        self._removed = set(removed)

    def published(self) -> Iterable[FaqEntry]:
        kept = {e.key: e for e in self._base.published() if e.key not in self._removed}
        return [e for _, e in sorted({**kept, **self._changed}.items())]

    def synonyms(self) -> Sequence[SynonymGroup]:
        return self._base.synonyms()


class OverlayIndex:
    """Implements VectorIndex: writes stay in memory, queries see them over the base index, which is only read."""

    def __init__(self, base: VectorIndex) -> None:
        self._base = base
        self._own: dict[int, Point] = {}
        self._hidden: set[int] = set()

    def upsert(self, points: Sequence[Point]) -> None:
        for point in points:
            self._own[point.point_id] = point
            self._hidden.add(point.point_id)

    def delete(self, point_ids: Sequence[int]) -> None:
        self._hidden.update(point_ids)
        for point_id in point_ids:
            self._own.pop(point_id, None)

    def query(self, queries: Sequence[VectorQuery]) -> list[list[Scored]]:
        # Hidden points may stand among the best: ask for as many more.
        wider = [replace(q, limit=q.limit + len(self._hidden)) for q in queries]
        answers = self._base.query(wider)
        return [self._merged(q, found) for q, found in zip(queries, answers, strict=True)]

    def nearest(self, queries: Sequence[VectorQuery]) -> list[list[int]]:
        return [[s.point_id for s in found] for found in self.query(queries)]

    def ids(self) -> set[int]:
        return (self._base.ids() - self._hidden) | set(self._own)

    def count(self) -> int:
        return len(self.ids())

    def flush(self) -> None:
        """Nothing to keep."""

    def clear(self) -> None:
        self._hidden = self._base.ids()
        self._own.clear()

    def close(self) -> None:
        """The base index belongs to somebody else."""
        self._own.clear()

    def _merged(self, query: VectorQuery, found: Sequence[Scored]) -> list[Scored]:
        kept = [s for s in found if s.point_id not in self._hidden]
        kept.extend(s for p in self._own.values() if (s := _scored(p, query)) is not None)
        return sorted(kept, key=lambda s: (-s.score, s.point_id))[: query.limit]


def _scored(point: Point, query: VectorQuery) -> Scored | None:
    """The point's score, None when a filter or a missing shared term keeps it out."""
    for name, wanted in query.where.items():
        if point.payload.get(name) not in (wanted if isinstance(wanted, tuple) else (wanted,)):
            return None
    vector = query.vector
    if isinstance(vector, Mapping):
        shared = [w * point.sparse[t] for t, w in vector.items() if t in point.sparse]
        return Scored(point.point_id, float(sum(shared))) if shared else None
    score = np.dot(np.asarray(point.dense, np.float32), np.asarray(vector, np.float32))
    return Scored(point.point_id, float(score))


@contextmanager
def tried_out(base: Retriever, changed: Sequence[FaqEntry] = (), removed: Collection[Key] = ()) -> Iterator[Retriever]:
    """A retriever as it will be after the edit, exactly as publishing would make it. `base` goes on unchanged."""
    with tempfile.TemporaryDirectory(prefix="madoguchi-try-") as folder:
        made = base.beside(Path(folder), lambda faqs: OverlayFaqs(faqs, changed, removed), OverlayIndex)
        if changed or removed:
            made.refresh([e.key for e in changed] + list(removed))
        yield made
