"""VectorIndex on qdrant-edge: the Qdrant engine inside this process, one shard folder, nothing else to run."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any

import qdrant_edge as qe

from knowledge.errors import Unavailable
from knowledge.ports import Point, Scored, VectorQuery

DENSE = "meaning"
SPARSE = "words"
FILTER_FIELDS = ("lang", "visibility", "category")
_BATCH = 512
_BY_ID, _BY_SCORE = itemgetter(0), itemgetter(1)


class EdgeIndex:
    """Owns the folder `path`. Always scanned exactly: a scan of 5,000 points takes a third of a millisecond, and the
    graph misses many of the closest (dot product under a filter)."""

    def __init__(self, path: Path, dim: int) -> None:
        self._path = path
        self._dim = dim
        self._unsettled = False
        """Whether something was written that the disk may not have yet."""
        self._shard = self._open()

    def upsert(self, points: Sequence[Point]) -> None:
        self._unsettled = True
        for start in range(0, len(points), _BATCH):
            batch = [_point(p) for p in points[start : start + _BATCH]]
            with _engine():
                self._shard.update(qe.UpdateOperation.upsert_points(batch))

    def delete(self, point_ids: Sequence[int]) -> None:
        self._unsettled = True
        for start in range(0, len(point_ids), _BATCH):
            with _engine():
                self._shard.update(qe.UpdateOperation.delete_points(list(point_ids[start : start + _BATCH])))

    def query(self, queries: Sequence[VectorQuery]) -> list[list[Scored]]:
        return [in_order([Scored(int(p.id), p.score) for p in points]) for points in self._answers(queries)]

    def nearest(self, queries: Sequence[VectorQuery]) -> list[list[int]]:
        return [[p.id for p in points] for points in self._answers(queries)]

    def ids(self) -> set[int]:
        found: set[int] = set()
        offset: Any = None
        while True:
            with _engine():
                records, offset = self._shard.scroll(
                    qe.ScrollRequest(offset=offset, limit=4096, with_payload=False, with_vector=False)
                )
            found.update(int(r.id) for r in records)
            if offset is None:
                return found

    def count(self) -> int:
        with _engine():
            return int(self._shard.count(qe.CountRequest(exact=True)))

    def flush(self) -> None:
        """Waits for the disk for a tenth of a second, also where nothing was written since; `close` then does not."""
        with _engine():
            self._shard.flush()
        self._unsettled = False

    def clear(self) -> None:
        self._shard.close()
        shutil.rmtree(self._path, ignore_errors=True)
        self._shard = self._open()

    def close(self) -> None:
        if self._unsettled:
            self._shard.flush()
        self._shard.close()

    def _answers(self, queries: Sequence[VectorQuery]) -> list[list[Any]]:
        if not queries:
            return []
        with _engine():
            found: list[list[Any]] = self._shard.query_batch(qe.QueryBatchRequest([_request(q) for q in queries]))
            return found

    def _open(self) -> "qe.EdgeShard":
        """Load the shard; a damaged or foreign one is thrown away, because the index is only a cache."""
        if self._path.exists() and any(self._path.iterdir()):
            try:
                return self._loaded()
            except Unavailable:
                shutil.rmtree(self._path)
        self._path.mkdir(parents=True, exist_ok=True)
        self._unsettled = True
        shard = qe.EdgeShard.create(str(self._path), self._config())
        for name in FILTER_FIELDS:
            shard.update(qe.UpdateOperation.create_field_index(name, qe.PayloadSchemaType.Keyword))
        return shard

    def _loaded(self) -> "qe.EdgeShard":
        """The shard on disk, after it has answered once: some damage shows only then. Raises Unavailable."""
        with _engine():
            shard = qe.EdgeShard.load(str(self._path), self._config())
            shard.count(qe.CountRequest(exact=True))
            for vector in ([0.0] * self._dim, {0: 1.0}):
                shard.query_batch(qe.QueryBatchRequest([_request(VectorQuery(vector, 1, {"lang": "ja"}))]))
            return shard

    def _config(self) -> "qe.EdgeConfig":
        return qe.EdgeConfig(
            vectors={DENSE: qe.EdgeVectorParams(size=self._dim, distance=qe.Distance.Dot)},
            sparse_vectors={SPARSE: qe.EdgeSparseVectorParams()},
            max_search_threads=1,  # one shard of few segments: handing a question to other threads costs more
        )


@contextmanager
def _engine() -> Iterator[None]:
    """Whatever the engine raises becomes Unavailable: plain Exceptions, and panics, which are BaseExceptions."""
    try:
        yield
    except BaseException as exc:
        if isinstance(exc, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise Unavailable("検索インデックスが応答しません。サービスを再起動してください。") from exc


def in_order(points: list[Scored]) -> list[Scored]:
    """Best first, ties by id, in place: the engine returns equal scores in arbitrary order."""
    points.sort(key=_BY_ID)
    points.sort(key=_BY_SCORE, reverse=True)  # stable: equal scores stay in the order of their ids
    return points


def _point(point: Point) -> "qe.Point":
    vector: dict[str, Any] = {DENSE: list(point.dense)}
    if point.sparse:
        vector[SPARSE] = _sparse(point.sparse)
    return qe.Point(point.point_id, vector, dict(point.payload))


def _sparse(weights: Mapping[int, float]) -> "qe.SparseVector":
    terms = sorted(weights)
    return qe.SparseVector(terms, list(map(weights.__getitem__, terms)))


def _request(query: VectorQuery) -> "qe.QueryRequest":
    if isinstance(query.vector, Mapping):
        vector: Any = _sparse(query.vector)
        using = SPARSE
    else:
        vector, using = query.vector, DENSE
    return qe.QueryRequest(
        limit=query.limit,
        query=qe.Query.Nearest(vector, using=using),
        filter=_filter(query.where),
        params=qe.SearchParams(exact=True),
        with_payload=False,
        with_vector=False,
    )


def _filter(where: Mapping[str, str | int | tuple[str, ...]]) -> "qe.Filter | None":
    if not where:
        return None
    return qe.Filter(must=[qe.FieldCondition(key, match=_match(value)) for key, value in where.items()])


def _match(value: str | int | tuple[str, ...]) -> Any:
    return qe.MatchAny(list(value)) if isinstance(value, tuple) else qe.MatchValue(value)
