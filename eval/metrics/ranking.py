"""How good a ranked list of FAQ is: Recall@k, reciprocal rank, nDCG with graded gold."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


def recall_at(ranked: Sequence[str], right: frozenset[str], k: int) -> float:
    """Share of the right FAQ among the first k. 0 when nothing is right."""
    if not right:
        return 0.0
    return len(right & set(ranked[:k])) / len(right)


def hit_at(ranked: Sequence[str], right: frozenset[str], k: int) -> bool:
    """Whether one of the right FAQ is among the first k."""
    return not right.isdisjoint(ranked[:k])


def reciprocal_rank(ranked: Sequence[str], right: frozenset[str]) -> float:
    """1 / rank of the first right FAQ; 0 when none is in the list."""
    return next((1 / rank for rank, faq_id in enumerate(ranked, 1) if faq_id in right), 0.0)


def ndcg_at(ranked: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float:
    """Normalised discounted gain, gain 2^grade - 1 (Burges 2005); a repeated id gains once. 0 without any grade."""
    gains = [2.0**g - 1 for g in sorted(grades.values(), reverse=True)][:k]
    ideal = sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))
    if ideal == 0:
        return 0.0
    seen: set[str] = set()
    total = 0.0
    for place, faq_id in enumerate(ranked[:k], 1):
        if faq_id not in seen:
            total += (2.0 ** grades.get(faq_id, 0) - 1) / math.log2(place + 1)
        seen.add(faq_id)
    return total / ideal


@dataclass(frozen=True, slots=True)
class Ranked:
    """One question's result list and its gold grades (2 right, 1 related)."""

    found: Sequence[str]
    grades: Mapping[str, int]

    @property
    def right(self) -> frozenset[str]:
        return frozenset(f for f, g in self.grades.items() if g == 2)


@dataclass(frozen=True, slots=True)
class RankingFigures:
    """Means over the questions that have a right FAQ; `zero_hits` counts empty lists."""

    questions: int
    hit_1: float
    hit_3: float
    hit_10: float
    recall_10: float
    mrr: float
    ndcg_10: float
    zero_hits: int


def ranking_figures(lists: Sequence[Ranked]) -> RankingFigures:
    scored = [r for r in lists if r.right]
    n = len(scored) or 1
    return RankingFigures(
        questions=len(scored),
        hit_1=sum(hit_at(r.found, r.right, 1) for r in scored) / n,
        hit_3=sum(hit_at(r.found, r.right, 3) for r in scored) / n,
        hit_10=sum(hit_at(r.found, r.right, 10) for r in scored) / n,
        recall_10=sum(recall_at(r.found, r.right, 10) for r in scored) / n,
        mrr=sum(reciprocal_rank(r.found, r.right) for r in scored) / n,
        ndcg_10=sum(ndcg_at(r.found, r.grades) for r in scored) / n,
        zero_hits=sum(not r.found for r in lists),
    )
