"""Do two who judged the same things agree beyond chance? Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence


def kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Cohen's kappa; 1 when both always gave one and the same label. Raises ValueError for unequal or no labels."""
    return kappa_of(Counter(zip(first, second, strict=True)))


def kappa_of(pairs: Mapping[tuple[str, str], int]) -> float:
    """The same from how often each pair of labels was given."""
    n = sum(pairs.values())
    if not n:
        raise ValueError("no labels")
    observed = sum(number for (a, b), number in pairs.items() if a == b) / n
    one: Counter[str] = Counter()
    two: Counter[str] = Counter()
    for (a, b), number in pairs.items():
        one[a] += number
        two[b] += number
    expected = sum(one[label] * two[label] for label in one) / (n * n)
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)
