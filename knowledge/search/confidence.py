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

FEATURES = ("share", "margin", "meaning", "wording", "sound", "prototype", "known")
TEMPERATURE = 0.8
"""Scores are divided by this before the softmax share is taken."""
MAX_MARGIN = 3.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a ranked list says about its hits; one entry per hit in `shares`, the rest about the best hit.

    meaning, wording and sound are cosines with the FAQ, its closest wording, and that wording's sound; prototype is
    the log-odds of knowledge.search.prototypes; known is the idf
    share of the question's words that occur in any FAQ.
    """

    shares: tuple[float, ...]
    margin: float
    meaning: float
    wording: float
    sound: float
    prototype: float
    known: float

    def features(self, rank: int = 0) -> dict[str, float]:
        share = min(max(self.shares[rank], 1e-4), 1 - 1e-4)
        return {
            "share": math.log(share / (1 - share)),
            "margin": min(self.margin, MAX_MARGIN) if rank == 0 else 0.0,
            "meaning": self.meaning,
            "wording": self.wording,
            "sound": self.sound,
            "prototype": self.prototype,
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
        logit = weights["intercept"] + sum(weights.get(n, 0.0) * x for n, x in evidence.features(rank).items())
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
