"""How legs become one score. Works on plain numbers and on arrays alike; knows no library.

Each leg is scaled by its standard deviation over all FAQ (its mean does not change the order), weighted and summed;
then FAQ lend a part of their score to their nearest neighbours, and FAQ that are close to everything lose a little.
"""

from dataclasses import dataclass

LEGS = (
    "words",
    "question_meaning",
    "answer_meaning",
    "soft_answer",
    "question_coverage",
    "sound",
    "wording_sound",
    "wording_meaning",
    "prototype",
    "word_model",
)


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and standard deviation of one leg over the whole corpus for one question."""

    mean: float
    deviation: float


BARE = {
    "words": 0.15,
    "question_meaning": 0.1,
    "answer_meaning": 0.5,
    "soft_answer": 0.15,
    "question_coverage": 0.15,
    "sound": 0.08,
}
"""FAQ with a question and an answer only: measured on held-out citizens' questions of a real city."""

WITH_ALTERNATIVES = {
    "words": 0.27,
    "question_meaning": 0.75,
    "answer_meaning": 0.83,
    "sound": 0.26,
    "wording_sound": 0.35,
    "wording_meaning": 0.94,
    "prototype": 1.5,
    "word_model": 1.8,
}
"""FAQ with many callers' wordings, on which the encoder was trained. Fitted by listwise softmax on the calibration and
dev questions of the sample city (first right on its held-out questions: .93, against .81 with BARE)."""

WORDING_MEANING_SPREAD = Spread(0.20, 0.14)
"""Mean and deviation over FAQ of the best wording's cosine; measured, because only the closest wordings are fetched."""


@dataclass(frozen=True, slots=True)
class Smoothing:
    """For FAQ without other wordings; what callers' wordings teach makes it unnecessary (measured)."""

    neighbours: float = 0.3
    hubness: float = 0.1
    length: float = 0.05

    def times(self, share: float) -> "Smoothing":
        return Smoothing(self.neighbours * share, self.hubness * share, self.length * share)


def mixed_weights(share_with_alternatives: float) -> dict[str, float]:
    """Between BARE and WITH_ALTERNATIVES by the share of FAQ that have other wordings, in [0, 1]."""
    s = min(1.0, max(0.0, share_with_alternatives))
    return {leg: (1 - s) * BARE.get(leg, 0.0) + s * WITH_ALTERNATIVES.get(leg, 0.0) for leg in LEGS}


def scale_of(spread: Spread, weight: float) -> float:
    """Factor by which a leg's raw score enters the sum; 0 for a leg that says the same about every FAQ."""
    return weight / spread.deviation if spread.deviation > 1e-9 else 0.0
