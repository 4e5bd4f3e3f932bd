"""P(the best FAQ is the right answer), from what the search saw and what kind of utterance it is.

Coefficients and thresholds stand in `calibration.json` with the data and split they were fitted on.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from knowledge.answering.policy import Thresholds

LOG_ODDS_LIMIT = 6.0


@dataclass(frozen=True, slots=True)
class AnswerCalibration:
    """Logistic coefficients by feature name, and the thresholds chosen on them."""

    coefficients: Mapping[str, float]
    thresholds: Thresholds
    foreign_answer_at: float
    foreign_clarify_at: float

    def confidence(self, evidence: Mapping[str, float], intents: Mapping[str, float], found: float) -> float:
        """Probability in [0, 1); 0 without evidence. `found` is the search's own confidence in its best hit.

        The coefficients need callers' wordings; for an FAQ without them it is `found`, less what is not ours.
        """
        if not evidence:
            return 0.0
        if not evidence.get("wording"):
            return found * intents.get("in_scope", 1.0)
        features = answer_features(evidence, intents)
        logit = self.coefficients["intercept"] + sum(self.coefficients.get(k, 0.0) * v for k, v in features.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def answer_features(evidence: Mapping[str, float], intents: Mapping[str, float]) -> dict[str, float]:
    """Search evidence plus the log-odds that the utterance is a question we answer."""
    scope = min(max(intents.get("in_scope", 0.5), 1e-6), 1 - 1e-6)
    log_odds = math.log(scope / (1 - scope))
    return {**evidence, "scope": max(-LOG_ODDS_LIMIT, min(LOG_ODDS_LIMIT, log_odds))}


def load_answer_calibration() -> AnswerCalibration:
    """The shipped coefficients and thresholds."""
    data = json.loads((files("knowledge.answering") / "calibration.json").read_text(encoding="utf-8"))
    t = data["thresholds"]
    names = (
        "answer_at",
        "clarify_at",
        "intent_at",
        "sure_at",
        "not_ours_at",
        "other_thing_at",
        "rival_at",
        "doubtful_asr_below",
    )
    thresholds = Thresholds(**{name: t[name] for name in names})
    return AnswerCalibration(data["coefficients"], thresholds, t["foreign_answer_at"], t["foreign_clarify_at"])
