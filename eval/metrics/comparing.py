"""Is a run better than another, or is it chance? Paired bootstrap over the cases both have."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

ROUNDS = 2000


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean of `after - before` over the pairs with its 95 % interval."""

    pairs: int
    mean: float
    low: float
    high: float

    @property
    def shown(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    def sentence(self) -> str:
        """For the report."""
        if not self.shown:
            return "差は示せません"
        return "前回より高くなりました" if self.mean > 0 else "前回より低くなりました"


def paired_difference(before: Sequence[float], after: Sequence[float], seed: int = 1) -> Difference:
    """Percentile bootstrap; the same seed gives the same interval. Raises ValueError for unequal lengths."""
    changes = [b - a for a, b in zip(before, after, strict=True)]
    n = len(changes)
    if n == 0:
        return Difference(0, 0.0, 0.0, 0.0)
    mean = sum(changes) / n
    if not any(changes):
        return Difference(n, 0.0, 0.0, 0.0)
    rng = random.Random(seed)
    means = sorted(sum(rng.choices(changes, k=n)) / n for _ in range(ROUNDS))
    return Difference(n, mean, means[int(ROUNDS * 0.025)], means[int(ROUNDS * 0.975) - 1])
