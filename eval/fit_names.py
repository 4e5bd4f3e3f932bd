"""Fit how much each sign says about a name: `python -m eval.fit_names --estimate` tells how unseen sentences fare, `--write` keeps the weights.

The sentences of datasets/names and of the redaction sets (but those given with `--without`) are filled with names of every kind;
ordinary text, in which no word is a name, speaks against. A logistic regression adds the signs up.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from eval.name_sentences import LISTS, NO_NAMES, Sentence, ordinary, sentences
from knowledge.privacy.name_evidence import weighed
from knowledge.privacy.normalise import normalise
from knowledge.privacy.sudachi_words import words_of

WEIGHTS = LISTS / "name_weights.toml"
_RIDGE = 1.0
_STEPS = 15
_LEAST_FAMILIES = 3
"""A narrow sign seen in fewer families of sentences says nothing about other sentences."""
_LEAST_TIMES = 12
_ORDINARY_MASS = 15.0
"""A word hidden in an ordinary question harms search, and there are many more questions than names."""
_LEAST_WEIGHT = 0.05
_CHANCE = re.compile(r"(?:next|last) .*[A-Za-z0-9・]")
"""Words beside a name that are parts of names or numbers."""


@dataclass(frozen=True, slots=True)
class Example:
    family: str
    signs: tuple[str, ...]
    is_name: bool
    mass: float
    """How often it counts."""


def examples(made: Iterable[Sentence]) -> list[Example]:
    """Each word that may be a name; one that holds a part of a name and something else is left out."""
    found = []
    for sentence in made:
        text = normalise(sentence.text).text
        if len(text) != len(sentence.text):
            continue
        mass = 1.0 if sentence.spans or sentence.family == NO_NAMES else _ORDINARY_MASS
        for candidate, signs in weighed(text, words_of(text)):
            inside = any(s <= candidate.start and candidate.end <= e for s, e in sentence.spans)
            if not inside and any(s < candidate.end and candidate.start < e for s, e in sentence.spans):
                continue
            others = any(e <= candidate.start or candidate.end <= s for s, e in sentence.spans)
            found.append(Example(sentence.family, (*signs, *(["beside"] if others else [])), inside, mass))
    return found


def fit(found: Sequence[Example]) -> dict[str, float]:
    """Weights by sign, by Newton's method with a ridge."""
    families: dict[str, set[str]] = defaultdict(set)
    times = Counter(sign for example in found for sign in example.signs)
    for example in found:
        for sign in example.signs:
            families[sign].add(example.family)
    kept = sorted(
        s
        for s, n in times.items()
        if not _CHANCE.match(s) and len(families[s]) >= _least_families(s) and n >= _LEAST_TIMES
    )
    columns = {sign: i for i, sign in enumerate(kept)}
    together: dict[tuple[tuple[int, ...], bool], float] = defaultdict(float)
    for example in found:
        row = tuple(sorted(columns[s] for s in set(example.signs) if s in columns))
        together[row, example.is_name] += example.mass
    x = np.zeros((len(together), len(kept)), dtype=np.float32)
    for i, (row, _) in enumerate(together):
        x[i, list(row)] = 1.0
    y = np.array([is_name for _, is_name in together], dtype=np.float32)
    weights = _newton(x, y, np.array(list(together.values()), dtype=np.float32), [_ridge(s) for s in kept])
    return {sign: round(float(w), 2) for sign, w in zip(kept, weights, strict=True) if abs(w) >= _LEAST_WEIGHT}


def _least_families(sign: str) -> int:
    return _LEAST_FAMILIES if _is_fine(sign) else 1


def _ridge(sign: str) -> float:
    return 8 * _RIDGE if _is_fine(sign) else _RIDGE


def _is_fine(sign: str) -> bool:
    """Narrow signs may only add to what the broad ones say."""
    return not sign.startswith(("any", "kind", "before", "after", "beside", "explained", "kanji", "to_a"))


def _newton(x: Any, y: Any, mass: Any, ridge: list[float]) -> Any:
    weights = np.zeros(x.shape[1])
    penalty = np.array(ridge)
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (mass * (y - p)) - penalty * weights
        curve = (x * (mass * p * (1 - p) + 1e-6)[:, None].astype(np.float32)).T @ x + np.diag(penalty)
        step = np.linalg.solve(curve.astype(float), slope.astype(float))
        weights += step * min(1.0, 4 / (np.abs(step).max() + 1e-9))
        if np.abs(step).max() < 0.01:
            break
    return weights


def hits(found: Sequence[Example], weights: dict[str, float]) -> tuple[int, int, int, int]:
    """Names found, names, other words hidden, other words."""
    counts: Counter[tuple[bool, bool]] = Counter()
    for example in found:
        counts[example.is_name, sum(weights.get(s, 0.0) for s in example.signs) > 0] += 1
    return (
        counts[True, True],
        counts[True, True] + counts[True, False],
        counts[False, True],
        counts[False, True] + counts[False, False],
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.fit_names", description=__doc__)
    parser.add_argument("--without", nargs="*", default=[], help="redaction sets to leave out")
    parser.add_argument("--write", action="store_true", help="keep the weights")
    parser.add_argument("--estimate", action="store_true", help="leave each family of sentences out once")
    options = parser.parse_args()
    found = examples(sentences(options.without))
    found += examples(ordinary())
    if options.estimate:
        for family in sorted({example.family for example in found}):
            weights = fit([example for example in found if example.family != family])
            _tell(family, hits([example for example in found if example.family == family], weights))
    weights = fit(found)
    _tell("all", hits(found, weights))
    if options.write:
        WEIGHTS.write_text(_as_toml(weights), encoding="utf-8")


def _tell(family: str, counts: tuple[int, int, int, int]) -> None:
    sys.stdout.write("{}: names {} of {}, other words {} of {}\n".format(family, *counts))


def _as_toml(weights: dict[str, float]) -> str:
    head = "# How much each sign says that a word is a name (log-odds); above 0 the word is hidden. Fitted: python -m eval.fit_names --write\n[weights]\n"
    return head + "".join(f"{orjson.dumps(sign).decode()} = {weight}\n" for sign, weight in sorted(weights.items()))


if __name__ == "__main__":
    main()
