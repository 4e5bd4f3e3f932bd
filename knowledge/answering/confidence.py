"""P(the best FAQ is the right answer), from what the search saw and what kind of utterance it is.

Coefficients and thresholds stand in `calibration.json` with the data and split they were fitted on.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

from knowledge.answering.policy import Thresholds

LOG_ODDS_LIMIT = 6.0
LEAD_LIMIT = 5
DOUBT_FLOOR = math.exp(-LOG_ODDS_LIMIT)
UNJUDGED = 0.02
"""Of a label that no model judges: about what an ordinary question gets."""
DOUBTS = (
    "other_department",
    "not_covered",
    "individual_case",
    "complaint",
    "other_city",
    "chitchat_or_unclear",
)
"""Labels whose share of what is not ours tells how much that doubt is worth: a sharp word is often only a sharp word."""
OWN_FEATURES = ("scope", "matched", "lead", *(f"doubt:{label}" for label in DOUBTS))
"""What `answer_features` adds to the search's evidence."""


@dataclass(frozen=True, slots=True)
class AnswerCalibration:
    """Logistic coefficients by feature name, and the thresholds chosen on them."""

    coefficients: Mapping[str, float]
    thresholds: Thresholds
    foreign_answer_at: float
    foreign_clarify_at: float
    foreign_sure_at: float = 1.0
    """Of an attack in another language: ordinary examples are few there."""
    bare: Mapping[str, float] = field(default_factory=dict)
    """Coefficients for an FAQ without callers' wordings."""
    foreign: Mapping[str, float] = field(default_factory=dict)
    """Coefficients for a language that is compared by words alone."""
    raised_by: float = 0.0
    unsaid_weight: float = 0.0

    def when_said(self, confidence: float, unsaid: float) -> float:
        """`confidence` knowing how much of what tells the FAQ from its rivals the question leaves unsaid."""
        odds = math.log(max(confidence, 1e-9) / max(1 - confidence, 1e-9))
        return 1 / (1 + math.exp(-(odds + self.raised_by - self.unsaid_weight * unsaid)))

    def confidence(
        self,
        evidence: Mapping[str, float],
        intents: Mapping[str, float],
        found: float,
        matched: Sequence[int] = (),
        *,
        learnt: bool = True,
        bare: bool = False,
    ) -> float:
        """Probability in [0, 1); 0 without evidence. `found` is the search's own confidence in its best hit, `matched`
        how many of the question's words each hit has, best hit first. Before the search has learnt from any FAQ
        (not `learnt`), its evidence is weaker than where this was fitted: that a question is ours raises nothing then.
        `bare` says that the FAQ has no callers' wordings; where it has and none is near, it is `found`, less what is not
        ours.
        """
        if not evidence:
            return 0.0
        coefficients = self.coefficients if evidence.get("wording") else self.bare if bare else None
        if not coefficients:
            return found * intents.get("in_scope", 1.0)
        features = answer_features(evidence, intents, matched)
        if not learnt:
            features["scope"] = min(0.0, features["scope"])
        return _probability(coefficients, features)

    def foreign_confidence(self, evidence: Mapping[str, float], found: float, matched: Sequence[int]) -> float:
        """The same of a question in another language: there no model says whose matter it is, but the right FAQ shares
        more of the question's words than the next two. `found` where meaning was compared too."""
        if not evidence or evidence.get("meaning") or not self.foreign:
            return found
        return _probability(self.foreign, answer_features(evidence, {}, matched))


def _probability(coefficients: Mapping[str, float], features: Mapping[str, float]) -> float:
    logit = coefficients["intercept"] + sum(coefficients.get(k, 0.0) * v for k, v in features.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def answer_features(
    evidence: Mapping[str, float], intents: Mapping[str, float], matched: Sequence[int] = ()
) -> dict[str, float]:
    """Search evidence, words in common (of the best hit, and how many more than the next two), the log-odds that the
    utterance is a question we answer, and the logarithm of each doubt."""
    scope = min(max(intents.get("in_scope", 0.5), 1e-6), 1 - 1e-6)
    log_odds = math.log(scope / (1 - scope))
    doubts = {f"doubt:{label}": math.log(max(intents.get(label, UNJUDGED), DOUBT_FLOOR)) for label in DOUBTS}
    best, rivals = (matched[0], matched[1:3]) if matched else (0, ())
    lead = max(-LEAD_LIMIT, min(LEAD_LIMIT, best - max(rivals, default=0)))
    own = {
        "scope": max(-LOG_ODDS_LIMIT, min(LOG_ODDS_LIMIT, log_odds)),
        "matched": math.log1p(best),
        "lead": float(lead),
    }
    return {**evidence, **own, **doubts}


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
        "other_owner_at",
        "rival_at",
        "doubtful_asr_below",
    )
    thresholds = Thresholds(**{name: t[name] for name in names})
    return AnswerCalibration(
        data["coefficients"],
        thresholds,
        t["foreign_answer_at"],
        t["foreign_clarify_at"],
        t["foreign_sure_at"],
        data["bare"]["coefficients"],
        data["foreign"]["coefficients"],
        data["unsaid"]["raised_by"],
        data["unsaid"]["weight"],
    )
