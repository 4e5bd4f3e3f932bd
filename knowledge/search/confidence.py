"""From scores to a probability: P(this FAQ answers the question), fitted, never a raw fusion score.

Logistic regression over a few features of the ranked list; the coefficients, the data and the split they were fitted on,
and the reliability reached on the test split stand in `calibration.json` beside this file (written by
`madoguchi eval calibrate`).
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

FEATURES = ("share", "margin", "meaning", "alternative", "coverage", "known")
TEMPERATURE = 0.6
"""Scores are divided by this before the softmax share is taken; fitted together with the coefficients."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a ranked list says about its hits; one entry per hit in `shares`, the rest about the best hit."""

    shares: tuple[float, ...]
    margin: float
    meaning: float
    alternative: float
    coverage: float
    known: float

    def features(self, rank: int = 0) -> dict[str, float]:
        share = min(max(self.shares[rank], 1e-4), 1 - 1e-4)
        return {
            "share": math.log(share / (1 - share)),
            "margin": self.margin if rank == 0 else -self.margin,
            "meaning": self.meaning,
            "alternative": self.alternative,
            "coverage": self.coverage,
            "known": self.known,
        }


@dataclass(frozen=True, slots=True)
class Calibration:
    """`with_alternatives` is used when most FAQ have other wordings, `bare` when they do not."""

    with_alternatives: Mapping[str, float]
    bare: Mapping[str, float]

    def probability(self, evidence: Evidence, rank: int, *, alternatives: bool) -> float:
        """P(hit at `rank` is right), in (0, 1)."""
        weights = self.with_alternatives if alternatives else self.bare
        logit = weights["intercept"] + sum(weights[n] * x for n, x in evidence.features(rank).items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def shares(scores: Sequence[float], temperature: float = TEMPERATURE) -> tuple[float, ...]:
    """Softmax over the candidates' scores."""
    if not scores:
        return ()
    top = max(scores)
    weights = [math.exp((s - top) / temperature) for s in scores]
    total = sum(weights)
    return tuple(w / total for w in weights)


def load_calibration() -> Calibration:
    """The shipped coefficients."""
    data = json.loads((files("knowledge.search") / "calibration.json").read_text(encoding="utf-8"))
    return Calibration(data["with_alternatives"]["coefficients"], data["bare"]["coefficients"])
