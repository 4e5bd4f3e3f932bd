"""Questions that say almost the same: equal in matching form, or sharing nine tenths of their character pairs."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from math import ceil
from operator import or_
from typing import Generic, TypeVar

from knowledge.text.normalise import normalise

K = TypeVar("K")
THRESHOLD = 0.9
_SHARE = THRESHOLD / (1 + THRESHOLD)
"""Two sets reach the threshold when they share at least this part of their summed sizes."""
_ROUNDING = 1e-9
_MASK_BITS = 512
_DROPPED = str.maketrans("", "", " 、。，．,.?？!！「」『』()（）・…ー-~〜")


@dataclass(frozen=True, slots=True)
class Duplicate(Generic[K]):
    """Two keys whose questions are (almost) the same; `similarity` is the Jaccard index of their character pairs."""

    key: K
    other: K
    similarity: float


def near_duplicates(questions: Mapping[K, str], of: Collection[K] | None = None) -> list[Duplicate[K]]:
    """Pairs in the order of `questions`, each once, `other` coming first there; `of` keeps pairs touching these keys.

    Prefix filtering: two sets can only share nine tenths if their rarest members meet near the top of both lists
    (rarest first), so only questions that do are ever compared in full."""
    grams = {key: _pairs(question) for key, question in questions.items()}
    frequency = Counter(gram for pairs in grams.values() for gram in pairs)
    bit = {gram: 1 << number % _MASK_BITS for number, gram in enumerate(frequency)}
    masks = {key: reduce(or_, (bit[gram] for gram in pairs)) for key, pairs in grams.items()}
    place = {key: number for number, key in enumerate(questions)}
    wanted = set(questions if of is None else of)
    index: dict[str, list[tuple[int, int, K]]] = defaultdict(list)
    found: list[Duplicate[K]] = []
    # Shorter sets first: a later partner is never shorter, so fewer entries need indexing.
    for key in sorted(questions, key=lambda one: (len(grams[one]), place[one])):
        pairs = grams[key]
        rarest = sorted(pairs, key=lambda gram: (frequency[gram], gram))
        for other in _candidates(rarest, index):
            if (key in wanted or other in wanted) and _may_match(
                masks[key], masks[other], len(pairs), len(grams[other])
            ):
                similarity = _jaccard(pairs, grams[other])
                if similarity >= THRESHOLD:
                    first, second = sorted((key, other), key=lambda one: place[one])
                    found.append(Duplicate(second, first, similarity))
        for position, gram in enumerate(rarest[: len(pairs) - ceil(_SHARE * 2 * len(pairs) - _ROUNDING) + 1]):
            index[gram].append((len(pairs), position, key))
    return sorted(found, key=lambda pair: (place[pair.key], place[pair.other]))


def _candidates(rarest: list[str], index: Mapping[str, list[tuple[int, int, K]]]) -> set[K]:
    """Keys indexed under one of the rarest grams that can still share enough, going by where the gram stands."""
    size = len(rarest)
    smallest = ceil(THRESHOLD * size - _ROUNDING)
    found: set[K] = set()
    for position, gram in enumerate(rarest[: size - smallest + 1]):
        for other_size, other_position, other in index.get(gram, ()):
            if other_size < smallest:
                continue
            possible = min(size - position, other_size - other_position)
            if possible >= _SHARE * (size + other_size) - _ROUNDING:
                found.add(other)
    return found


def _may_match(mask: int, other: int, size: int, other_size: int) -> bool:
    """A cheap upper bound: what stands only in one mask stands only in one set."""
    shared = min(size - (mask & ~other).bit_count(), other_size - (other & ~mask).bit_count())
    return shared >= _SHARE * (size + other_size) - _ROUNDING


def _pairs(question: str) -> frozenset[str]:
    text = f"^{normalise(question).translate(_DROPPED)}$"
    return frozenset(text[start : start + 2] for start in range(len(text) - 1))


def _jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    if min(len(left), len(right)) < THRESHOLD * max(len(left), len(right)):
        return 0.0
    shared = len(left & right)
    return shared / (len(left) + len(right) - shared)
