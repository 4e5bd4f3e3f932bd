"""How many calls reviewers must look at. Whether two of them agree: knowledge.kappa."""

import math

from eval.metrics.intervals import CONFIDENCE, normal_quantile


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
