"""The overlay answers like an index that holds the edit, and never writes to the one below."""

from hypothesis import given, settings
from hypothesis import strategies as st

from eval.overlay import OverlayIndex
from knowledge.ports import Point, VectorQuery
from knowledge.search.server_index import ServerIndex

DIM = 3
numbers = st.integers(-3, 3).map(float)
points = st.builds(
    Point,
    point_id=st.integers(1, 12),
    dense=st.lists(numbers, min_size=DIM, max_size=DIM),
    sparse=st.dictionaries(st.integers(0, 4), st.integers(1, 3).map(float), max_size=3),
    payload=st.fixed_dictionaries({"kind": st.sampled_from(["faq", "wording"]), "lang": st.just("ja")}),
)
many = st.lists(points, max_size=8, unique_by=lambda p: p.point_id)
queries = st.builds(
    VectorQuery,
    st.lists(numbers, min_size=DIM, max_size=DIM) | st.dictionaries(st.integers(0, 4), st.just(1.0), min_size=1),
    st.just(20),  # ties at the cut are broken by id only within one engine
    st.sampled_from([{}, {"kind": "faq"}, {"kind": ("faq", "wording")}, {"lang": "en"}]),
)


@settings(deadline=None)
@given(many, many, st.sets(st.integers(1, 12), max_size=5), queries)
def test_overlay_equals_a_changed_index(
    first: list[Point], edit: list[Point], gone: set[int], query: VectorQuery
) -> None:
    base, plain = ServerIndex(":memory:", "a", DIM), ServerIndex(":memory:", "b", DIM)
    base.upsert(first)
    before = base.ids()
    over = OverlayIndex(base)
    for index in (over, plain):
        if index is plain:
            plain.upsert(first)
        index.delete(sorted(gone))
        index.upsert(edit)
    assert over.ids() == plain.ids()
    assert over.count() == plain.count()
    assert over.query([query]) == plain.query([query])
    assert [sorted(ids) for ids in over.nearest([query])] == [sorted(s.point_id for s in plain.query([query])[0])]
    assert base.ids() == before
    base.close()
    plain.close()
