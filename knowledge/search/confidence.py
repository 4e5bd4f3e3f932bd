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

import numpy as np
from numpy.typing import ArrayLike

FEATURES = ("share", "margin", "meaning", "wording", "sound", "prototype", "word_model", "known")
TEMPERATURE = 0.8
"""Scores are divided by this before the softmax share is taken."""
MAX_MARGIN = 3.0
KINDS = ("with_alternatives", "bare", "words_only")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one hit of a ranked list.

    share: softmax share of its score; margin: score minus that of the best other hit, within +-MAX_MARGIN; meaning,
    wording, sound: cosines with the FAQ, its closest wording and that wording's sound; prototype, word_model: log-odds of
    the models of the same name; known: idf share of the question's words that occur in any FAQ.
    """

    share: float
    margin: float
    meaning: float
    wording: float
    sound: float
    prototype: float
    word_model: float
    known: float

    def features(self) -> dict[str, float]:
        share = min(max(self.share, 1e-4), 1 - 1e-4)
        return {
            "share": math.log(share / (1 - share)),
            "margin": max(-MAX_MARGIN, min(MAX_MARGIN, self.margin)),
            "meaning": self.meaning,
            "wording": self.wording,
            "sound": self.sound,
            "prototype": self.prototype,
            "word_model": self.word_model,
            "known": self.known,
        }


@dataclass(frozen=True, slots=True)
class Calibration:
    """Coefficients by kind: `with_alternatives` when most FAQ have other wordings, `bare` when they do not,
    `words_only` for languages without word vectors."""

    kinds: Mapping[str, Mapping[str, float]]

    def probability(self, evidence: Evidence, kind: str) -> float:
        """P(this hit is right), in (0, 1)."""
        weights = self.kinds[kind]
        logit = weights["intercept"] + sum(weights.get(n, 0.0) * x for n, x in evidence.features().items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def shares(scores: Sequence[float], among: ArrayLike, temperature: float = TEMPERATURE) -> tuple[float, ...]:
    """Softmax share of each of `scores` among all candidates' scores."""
    if not scores:
        return ()
    everything = np.asarray(among, np.float64)
    top = float(everything.max())
    total = math.fsum(np.exp((everything - top) / temperature).tolist())
    return tuple(math.exp((s - top) / temperature) / total for s in scores)


def load_calibration() -> Calibration:
    """The shipped coefficients."""
    data = json.loads((files("knowledge.search") / "calibration.json").read_text(encoding="utf-8"))
    return Calibration({kind: data[kind]["coefficients"] for kind in KINDS})
