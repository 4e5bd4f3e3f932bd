"""The nearest FAQ of every FAQ, compared with all or, where they are many, with those near the same places."""

import numpy as np
import pytest

from knowledge.search import neighbours
from knowledge.search.neighbours import NEIGHBOURS, Neighbours
from knowledge.search.word_vectors import Matrix

GROUPS, MEMBERS, DIM = 30, 14, 40


def groups(seed: int = 1) -> Matrix:
    """Groups of vectors that are nearer to each other than to any other, mixed up."""
    rng = np.random.default_rng(seed)
    centres = np.repeat(rng.standard_normal((GROUPS, DIM)), MEMBERS, axis=0)
    vectors = centres + 0.1 * rng.standard_normal(centres.shape)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(unit[rng.permutation(len(unit))], np.float32)


def exact(vectors: Matrix) -> list[set[int]]:
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -2)
    return [set(row.tolist()) for row in np.argsort(-cosines, axis=1)[:, :NEIGHBOURS]]


def found(made: Neighbours) -> list[set[int]]:
    return [set(row) for row in made.ids.tolist()]


def test_the_nearest_are_found() -> None:
    made = Neighbours.among(groups())
    assert found(made) == exact(groups())
    assert made.weights.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_many_are_compared_near_the_same_places_only(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = Neighbours.among(groups())
    monkeypatch.setattr(neighbours, "EXACT_UP_TO", 100)
    made = Neighbours.among(groups())
    same = sum(len(one & other) for one, other in zip(found(made), exact(groups()), strict=True))
    assert same / made.ids.size > 0.98
    assert all(at not in near for at, near in enumerate(found(made)))
    assert np.abs(made.hub - everything.hub).mean() < 0.01


def test_equal_vectors_do_not_run_out_of_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "EXACT_UP_TO", 100)
    made = Neighbours.among(np.ones((150, 3), np.float32))
    assert all(len(near) == NEIGHBOURS and at not in near for at, near in enumerate(found(made)))


def test_following_reuses_what_is_still_right() -> None:
    vectors = groups()
    before = Neighbours.among(vectors)
    kept = np.arange(1, len(vectors))
    moved = np.arange(len(vectors)) - 1
    after = before.followed(vectors[1:], moved, kept.copy())
    assert found(after) == exact(vectors[1:])
