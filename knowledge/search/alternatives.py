"""Callers' wordings as their own points in the vector index: cosine of a question with each FAQ's closest wording."""

from collections.abc import Mapping, Sequence

from knowledge.ports import Scored

FOUND_PER_QUESTION = 64


def closest(found: Sequence[Scored], owner: Mapping[int, str]) -> dict[str, float]:
    """FAQ key -> cosine of its closest wording, for the FAQ that own one of the points found."""
    best: dict[str, float] = {}
    for point in found:
        key = owner.get(point.point_id)
        if key is not None:
            best[key] = max(best.get(key, -1.0), point.score)
    return best
