"""Reviewers: do two of them agree beyond chance, and how many calls must they look at?"""

import math
from collections import Counter
from collections.abc import Sequence

from eval.metrics.intervals import CONFIDENCE, normal_quantile


def kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Cohen's kappa; 1 when both always gave one and the same label. Raises ValueError for unequal or no labels."""
    pairs = list(zip(first, second, strict=True))
    if not pairs:
        raise ValueError("no labels")
    n = len(pairs)
    observed = sum(a == b for a, b in pairs) / n
    one, two = Counter(first), Counter(second)
    expected = sum(one[label] * two[label] for label in one) / (n * n)
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)


def sample_size(half_width: float, guess: float = 0.5, population: int = 0) -> int:
    """How many to audit so that a rate near `guess` is known to +- `half_width` (95 %), out of `population` (0:
    very many). Raises ValueError outside (0, 1)."""
    if not (0 < half_width < 1 and 0 < guess < 1):
        raise ValueError("half_width and guess lie between 0 and 1")
    z = normal_quantile(0.5 + CONFIDENCE / 2)
    needed = z * z * guess * (1 - guess) / (half_width * half_width)
    if population:
        needed = needed / (1 + (needed - 1) / population)
    return max(1, math.ceil(needed - 1e-9))
