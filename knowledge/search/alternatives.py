"""Callers' wordings as their own points: similarity of a question with each FAQ's closest wording."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.ports import Scored

MEANING_SHARE = 0.7
FOUND_PER_QUESTION = 48


@dataclass(frozen=True, slots=True)
class Wording:
    """One alternative question: whose it is and its idf weights by word, with their length."""

    faq_key: str
    weights: Mapping[str, float]
    length: float

    @classmethod
    def of(cls, faq_key: str, words: Mapping[str, float]) -> "Wording":
        return cls(faq_key, words, math.sqrt(sum(w * w for w in words.values())) or 1.0)


def closest(found: Sequence[Scored], wordings: Mapping[int, Wording], query: Mapping[str, float]) -> dict[str, float]:
    """FAQ key -> similarity in [0, 1] of its closest wording: .7 cosine of meaning + .3 idf cosine of words."""
    length = math.sqrt(sum(w * w for w in query.values())) or 1.0
    best: dict[str, float] = {}
    for point in found:
        wording = wordings.get(point.point_id)
        if wording is None:
            continue
        shared = sum(w * wording.weights[t] for t, w in query.items() if t in wording.weights)
        overlap = shared / (length * wording.length)
        similarity = MEANING_SHARE * point.score + (1 - MEANING_SHARE) * overlap
        best[wording.faq_key] = max(best.get(wording.faq_key, 0.0), similarity)
    return best
