"""Do two who judged the same things agree beyond chance? Pure."""

from collections import Counter
from collections.abc import Sequence


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
