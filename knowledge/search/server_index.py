"""VectorIndex on a Qdrant server or cluster through qdrant-client: same collection schema as the embedded shard."""

from collections.abc import Mapping, Sequence
from typing import Any

from qdrant_client import QdrantClient
from qdrant_client import models as qm
from qdrant_client.http.exceptions import ApiException

from knowledge.errors import Unavailable
from knowledge.ports import Point, Scored, VectorQuery
from knowledge.search.edge_index import DENSE, FILTER_FIELDS, SPARSE, in_order

_BATCH = 256


class ServerIndex:
    """One collection. `url=":memory:"` is qdrant-client's local mode, which stands in for a server in tests."""

    def __init__(self, url: str, collection: str, dim: int, api_key: str = "", timeout_secs: int = 10) -> None:
        self._client = (
            QdrantClient(":memory:")
            if url == ":memory:"
            else QdrantClient(url=url, api_key=api_key or None, timeout=timeout_secs)
        )
        self._local = url == ":memory:"
        self._collection = collection
        self._dim = dim
        self._guard(self._ensure)

    def upsert(self, points: Sequence[Point]) -> None:
        for start in range(0, len(points), _BATCH):
            batch = [_point(p) for p in points[start : start + _BATCH]]
            self._guard(self._client.upsert, self._collection, batch, wait=True)

    def delete(self, point_ids: Sequence[int]) -> None:
        if point_ids:
            selector = qm.PointIdsList(points=list(point_ids))
            self._guard(self._client.delete, self._collection, selector, wait=True)

    def query(self, queries: Sequence[VectorQuery]) -> list[list[Scored]]:
        return [in_order([Scored(int(p.id), float(p.score)) for p in a.points]) for a in self._answers(queries)]

    def nearest(self, queries: Sequence[VectorQuery]) -> list[list[int]]:
        return [[int(p.id) for p in a.points] for a in self._answers(queries)]

    def ids(self) -> set[int]:
        found: set[int] = set()
        offset: Any = None
        while True:
            records, offset = self._guard(
                self._client.scroll, self._collection, limit=4096, offset=offset, with_payload=False
            )
            found.update(int(r.id) for r in records)
            if offset is None:
                return found

    def count(self) -> int:
        return int(self._guard(self._client.count, self._collection, exact=True).count)

    def flush(self) -> None:
        """Writes are made with wait=True: the server has them in its log already."""

    def clear(self) -> None:
        self._guard(self._client.delete_collection, self._collection)
        self._guard(self._ensure)

    def close(self) -> None:
        self._client.close()

    def _answers(self, queries: Sequence[VectorQuery]) -> list[Any]:
        if not queries:
            return []
        requests = [_request(q) for q in queries]
        answers: list[Any] = self._guard(self._client.query_batch_points, self._collection, requests)
        return answers

    def _ensure(self) -> None:
        if self._client.collection_exists(self._collection):
            if self._width() == self._dim:
                return
            self._client.delete_collection(self._collection)  # made for another encoder; the index is only a cache
        self._client.create_collection(
            self._collection,
            vectors_config={DENSE: qm.VectorParams(size=self._dim, distance=qm.Distance.DOT)},
            sparse_vectors_config={SPARSE: qm.SparseVectorParams()},
        )
        if not self._local:  # payload indexes have no effect in local mode
            for name in FILTER_FIELDS:
                self._client.create_payload_index(self._collection, name, qm.PayloadSchemaType.KEYWORD)

    def _width(self) -> int | None:
        """Dimension of the vectors in the collection; None when it has none under our name."""
        vectors = self._client.get_collection(self._collection).config.params.vectors
        found = vectors.get(DENSE) if isinstance(vectors, dict) else None
        return int(found.size) if found else None

    def _guard(self, call: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except (ApiException, OSError) as exc:
            raise Unavailable(
                "検索サーバー（Qdrant）に接続できません。接続先とサーバーの状態を確認してください。"
            ) from exc


def _point(point: Point) -> qm.PointStruct:
    vector: dict[str, Any] = {DENSE: [float(x) for x in point.dense]}
    if point.sparse:
        vector[SPARSE] = _sparse(point.sparse)
    return qm.PointStruct(id=point.point_id, vector=vector, payload=dict(point.payload))


def _request(query: VectorQuery) -> qm.QueryRequest:
    sparse = isinstance(query.vector, Mapping)
    vector: Any = _sparse(query.vector) if isinstance(query.vector, Mapping) else [float(x) for x in query.vector]
    return qm.QueryRequest(
        query=vector,
        using=SPARSE if sparse else DENSE,
        limit=query.limit,
        filter=_filter(query.where),
        with_payload=False,
    )


def _sparse(weights: Mapping[int, float]) -> qm.SparseVector:
    terms = sorted(weights)
    return qm.SparseVector(indices=terms, values=[float(weights[t]) for t in terms])


def _filter(where: Mapping[str, str | int | tuple[str, ...]]) -> qm.Filter | None:
    if not where:
        return None
    must: list[qm.Condition] = []
    for key, value in where.items():
        match: Any = qm.MatchAny(any=list(value)) if isinstance(value, tuple) else qm.MatchValue(value=value)
        must.append(qm.FieldCondition(key=key, match=match))
    return qm.Filter(must=must)
