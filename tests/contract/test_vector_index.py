"""One suite, both engines: the embedded shard and qdrant-client (local mode stands in for a server)."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import Unavailable
from knowledge.ports import Point, VectorIndex, VectorQuery
from knowledge.search.edge_index import EdgeIndex
from knowledge.search.server_index import ServerIndex

DIM = 8
Where = dict[str, str | int | tuple[str, ...]]


@pytest.fixture(params=["edge", "server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorIndex]:
    made: VectorIndex = (
        EdgeIndex(tmp_path / "shard", DIM) if request.param == "edge" else ServerIndex(":memory:", "t", DIM)
    )
    yield made
    made.close()


def some_points(n: int = 60, seed: int = 1) -> list[Point]:
    rng = np.random.default_rng(seed)
    return [
        Point(
            point_id=int(rng.integers(1, 2**62)),
            dense=rng.standard_normal(DIM).astype(np.float32).tolist(),
            sparse={int(t): float(w) for t, w in zip(rng.integers(0, 40, 6), rng.random(6) + 0.1, strict=True)},
            payload={"kind": "faq" if i % 3 else "alt", "lang": "ja", "category": f"c{i % 4}", "visibility": "public"},
        )
        for i in range(n)
    ]


def expected_dense(points: list[Point], vector: list[float], where: Where, limit: int) -> list[int]:
    kept = [
        p
        for p in points
        if all(p.payload[k] == v or (isinstance(v, tuple) and p.payload[k] in v) for k, v in where.items())
    ]
    return [p.point_id for p in sorted(kept, key=lambda p: (-float(np.dot(p.dense, vector)), p.point_id))[:limit]]


def test_dense_query_is_the_exact_dot_product_with_filter(index: VectorIndex) -> None:
    points = some_points()
    index.upsert(points)
    vector = [0.3, -0.2, 0.9, 0.1, 0.0, -0.7, 0.2, 0.5]
    filters: tuple[Where, ...] = ({}, {"kind": "faq"}, {"kind": "faq", "category": ("c1", "c2")})
    for where in filters:
        [found] = index.query([VectorQuery(vector, 10, where)])
        assert [s.point_id for s in found] == expected_dense(points, vector, where, 10)


def test_sparse_query_returns_only_points_sharing_a_term(index: VectorIndex) -> None:
    points = some_points()
    index.upsert(points)
    query = {3: 1.0, 7: 0.5}
    [found] = index.query([VectorQuery(query, 100, {})])
    scores = {p.point_id: sum(w * p.sparse.get(t, 0.0) for t, w in query.items()) for p in points}
    assert {s.point_id for s in found} == {i for i, score in scores.items() if score > 0}
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)
    assert found[0].score == pytest.approx(max(scores.values()), rel=1e-5)


def test_batch_keeps_the_order_of_the_queries(index: VectorIndex) -> None:
    index.upsert(some_points())
    dense, sparse = VectorQuery([1.0] * DIM, 5, {}), VectorQuery({1: 1.0, 2: 1.0, 3: 1.0}, 5, {})
    together = index.query([dense, sparse])
    assert together == [index.query([dense])[0], index.query([sparse])[0]]
    assert [sorted(ids) for ids in index.nearest([dense, sparse])] == [sorted(s.point_id for s in a) for a in together]


def test_equal_scores_come_in_id_order_every_time(index: VectorIndex) -> None:
    same = [Point(i, [1.0] * DIM, {1: 1.0}, {"kind": "faq"}) for i in (90, 5, 41, 7, 66)]
    index.upsert(same)
    for _ in range(5):
        found = index.query([VectorQuery([1.0] * DIM, 5, {}), VectorQuery({1: 1.0}, 5, {})])
        assert [[s.point_id for s in leg] for leg in found] == [[5, 7, 41, 66, 90]] * 2


def test_upsert_replaces_and_delete_forgets(index: VectorIndex) -> None:
    index.upsert([Point(1, [1.0] * DIM, {1: 1.0}, {"kind": "faq"}), Point(2, [0.5] * DIM, {}, {"kind": "faq"})])
    index.upsert([Point(1, [-1.0] * DIM, {2: 1.0}, {"kind": "alt"})])
    assert index.count() == 2
    assert [s.point_id for s in index.query([VectorQuery([1.0] * DIM, 5, {"kind": "faq"})])[0]] == [2]
    assert index.query([VectorQuery({1: 1.0}, 5, {})]) == [[]]
    index.delete([1, 12345])
    assert index.ids() == {2}
    index.clear()
    assert index.count() == 0


def test_nothing_asked_nothing_answered(index: VectorIndex) -> None:
    assert index.query([]) == []
    assert index.nearest([]) == []
    assert index.query([VectorQuery({999: 1.0}, 5, {})]) == [[]]


def test_shard_survives_reopening_and_a_damaged_one_is_made_new(tmp_path: Path) -> None:
    first = EdgeIndex(tmp_path / "s", DIM)
    points = some_points(20)
    first.upsert(points)
    first.close()
    again = EdgeIndex(tmp_path / "s", DIM)
    assert again.ids() == {p.point_id for p in points}
    again.close()
    for file in (tmp_path / "s").rglob("*.json"):
        file.write_text("not json")
    repaired = EdgeIndex(tmp_path / "s", DIM)
    assert repaired.count() == 0
    repaired.upsert(points)
    assert repaired.count() == 20
    repaired.close()


def test_an_index_of_another_width_is_made_new(tmp_path: Path) -> None:
    first = EdgeIndex(tmp_path / "s", DIM)
    first.upsert(some_points(5))
    first.close()
    wider = EdgeIndex(tmp_path / "s", DIM * 2)
    assert wider.count() == 0
    wider.upsert([Point(1, [1.0] * DIM * 2, {}, {"kind": "faq"})])
    assert [s.point_id for s in wider.query([VectorQuery([1.0] * DIM * 2, 5, {})])[0]] == [1]
    wider.close()


def test_a_collection_of_another_width_is_made_new() -> None:
    index = ServerIndex(":memory:", "t", DIM)
    index.upsert(some_points(5))
    index._ensure()
    assert index.count() == 5
    index._dim = DIM * 2
    index._ensure()
    assert index.count() == 0
    index.upsert([Point(1, [1.0] * DIM * 2, {}, {"kind": "faq"})])
    assert index.count() == 1
    index.close()


@pytest.mark.parametrize("wrong", [[1.0] * (DIM + 1), [1.0]])
def test_what_the_engine_refuses_is_unavailable(index: VectorIndex, wrong: list[float]) -> None:
    index.upsert(some_points(3))
    if isinstance(index, EdgeIndex):
        with pytest.raises(Unavailable):
            index.query([VectorQuery(wrong, 5, {})])
    assert index.count() == 3


def test_a_shard_damaged_anywhere_opens(tmp_path: Path) -> None:
    """Some damage makes the engine panic rather than raise."""
    whole = tmp_path / "whole"
    first = EdgeIndex(whole, DIM)
    points = some_points(20)
    first.upsert(points)
    first.close()
    endings = ("status.dat", "segment.json", "edge_config.json", "first-index")
    damaged = [p.relative_to(whole) for p in sorted(whole.rglob("*")) if p.is_file() and p.name in endings]
    assert len({p.name for p in damaged}) == len(endings)
    for number, path in enumerate(damaged[:8]):
        copy = Path(shutil.copytree(whole, tmp_path / str(number)))
        (copy / path).write_bytes((copy / path).read_bytes()[: (copy / path).stat().st_size // 2])
        opened = EdgeIndex(copy, DIM)
        opened.upsert(points)
        assert opened.count() == 20
        opened.close()
