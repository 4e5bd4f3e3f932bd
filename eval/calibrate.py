"""Fits what turns scores into probabilities and chooses when to answer: on the calibration split only, and says how it
does on the test split. Writes plain JSON that `knowledge` reads."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from eval.asking import CHANNELS, asking
from eval.cases import Case, Suite
from eval.metrics.selective import Judgement, Threshold, at_threshold, brier, choose_threshold, ece
from eval.rows import Row
from eval.runner import run
from knowledge.answering.confidence import answer_features
from knowledge.domain import SearchQuery
from knowledge.ports import Answering, Redactor, Searcher
from knowledge.privacy.redacted import RedactedText
from knowledge.text.language import detect_language

L2 = 1e-2


@dataclass(frozen=True, slots=True)
class Sample:
    """Features of one question's best hit, and whether that hit answers it."""

    features: Mapping[str, float]
    right: bool
    split: str


@dataclass(frozen=True, slots=True)
class Fit:
    """Logistic coefficients (with `intercept`) and how well they do on the split they have not seen."""

    coefficients: dict[str, float]
    samples: int
    test_samples: int
    test_ece: float
    test_brier: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def fit(samples: Sequence[Sample], names: Sequence[str], l2: float = L2) -> Fit:
    """Fit on split `calibration`, judge on split `test`. Raises ValueError when only one kind of label is there."""
    fitted = [s for s in samples if s.split == "calibration"]
    if len({s.right for s in fitted}) < 2:
        raise ValueError("calibration needs right and wrong samples")
    coefficients = logistic([s.features for s in fitted], [s.right for s in fitted], names, l2)
    held_out = [s for s in samples if s.split == "test"]
    judged = [Judgement(probability(coefficients, s.features), s.right) for s in held_out]
    return Fit(coefficients, len(fitted), len(held_out), ece(judged), brier(judged))


def logistic(
    rows: Sequence[Mapping[str, float]], right: Sequence[bool], names: Sequence[str], l2: float = L2
) -> dict[str, float]:
    """L2-regularised logistic regression on standardised features, given back on the features' own scale."""
    x = np.array([[row.get(n, 0.0) for n in names] for row in rows], float).reshape(len(rows), len(names))
    y = np.array(right, float)
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    # A feature that never varies says nothing.
    scale = np.where(deviation > 1e-9, deviation, np.inf)
    z = (x - mean) / scale

    def loss(w: Any) -> tuple[float, Any]:
        logits = z @ w[1:] + w[0]
        value = float(np.mean(np.logaddexp(0, logits) - y * logits)) + l2 / 2 * float(w[1:] @ w[1:])
        error = (expit(logits) - y) / len(y)
        return value, np.concatenate([[error.sum()], z.T @ error + l2 * w[1:]])

    best = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    slopes = best[1:] / scale
    return {"intercept": float(best[0] - slopes @ mean), **dict(zip(names, map(float, slopes), strict=True))}


def probability(coefficients: Mapping[str, float], features: Mapping[str, float]) -> float:
    logit = coefficients["intercept"] + sum(
        w * features.get(n, 0.0) for n, w in coefficients.items() if n != "intercept"
    )
    return float(expit(np.clip(logit, -30, 30)))


def search_samples(cases: Sequence[Case], searcher: Searcher, redactor: Redactor) -> list[Sample]:
    """Evidence of each answerable Japanese case's best hit, as `knowledge.search.confidence` computes it."""
    out = []
    for case in cases:
        if case.lang == "ja" and case.answerable and case.right_faqs:
            sample = _sample(case, searcher, redactor, None)
            if sample is not None:
                out.append(sample)
    return out


def answer_samples(cases: Sequence[Case], searcher: Searcher, redactor: Redactor, intents: Any | None) -> list[Sample]:
    """Evidence with the intents' odds, of every Japanese case: what nobody's FAQ answers counts as wrong."""
    found = [_sample(c, searcher, redactor, intents) for c in cases if c.lang == "ja"]
    return [s for s in found if s is not None]


def choose_answer_at(
    suite: Suite, answering: Answering, redactor: Redactor, targets: Sequence[float]
) -> list[tuple[float, Threshold | None, dict[str, Any]]]:
    """For each wanted error among the answers: the threshold from the calibration split and what it does on test.

    `answering` must answer at any confidence (answer_at 0), so that only cases the policy lets through count.
    """
    rows = run(suite, asking(answering, redactor))
    fitted, held_out = _judgements(rows, "calibration"), _judgements(rows, "test")
    out = []
    for target in targets:
        chosen = choose_threshold(fitted, target)
        there = asdict(at_threshold(held_out, chosen.at)) if chosen else {}
        out.append((target, chosen, there))
    return out


def _judgements(rows: Sequence[Row], split: str) -> list[Judgement]:
    return [Judgement(r.confidence, r.outcome != "harm") for r in rows if r.split == split and r.action == "answer"]


def _sample(case: Case, searcher: Searcher, redactor: Redactor, intents: Any | None) -> Sample | None:
    text = redactor.redact(case.text).text
    found = searcher.search(_query(text, case))
    if not found.hits or not found.evidence:
        return None
    features = dict(found.evidence)
    if intents is not None:
        matched = [len(hit.matched) for hit in found.hits]
        features = answer_features(features, intents.probabilities(found.heard_as or text), matched)
    best = found.hits[0].entry.faq_id
    right = best in case.right_faqs and case.accepts("answer")
    return Sample(features, right if intents is not None else best in case.right_faqs, case.split)


def _query(text: RedactedText, case: Case) -> SearchQuery:
    return SearchQuery(text, limit=5, lang=detect_language(text), channel=CHANNELS[case.channel])
