"""What `madoguchi eval calibrate` writes: coefficients and thresholds with the data and split they were fitted on."""

from dataclasses import asdict
from typing import Any

from eval.about import git_sha
from eval.calibrate import answer_samples, choose_answer_at, fit, search_samples
from eval.cases import Suite
from eval.service import answerer_over, conditions
from knowledge.answering.answerer import Answerer
from knowledge.answering.confidence import OWN_FEATURES
from knowledge.bootstrap import Services
from knowledge.errors import Unavailable
from knowledge.search.confidence import FEATURES
from knowledge.settings import AnswerSettings

_TARGETS = (0.1, 0.05, 0.03, 0.02, 0.01)


def calibration(services: Services, suite: Suite, target: float) -> dict[str, Any]:
    """`search` and `answering` hold coefficients and their test figures; `answer_at` the thresholds by wanted error.
    Raises Unavailable when the cases do not hold both right and wrong hits."""
    searcher, redactor = services.retriever, services.redactor
    intents = services.answerer.intents if isinstance(services.answerer, Answerer) else None
    try:
        search = fit(search_samples(suite.cases, searcher, redactor), FEATURES)
        samples = answer_samples(suite.cases, searcher, redactor, intents)
        answering = fit(samples, (*FEATURES, *(OWN_FEATURES if intents else ())))
    except ValueError as exc:
        raise Unavailable("調整に使えるケースが足りません。評価ケースとFAQが合っているか確認してください。") from exc
    always = answerer_over(services, AnswerSettings(answer_at=0.0, clarify_at=0.0))(searcher)
    chosen = choose_answer_at(suite, always, redactor, sorted({*_TARGETS, target}, reverse=True))
    return {
        "fitted_on": {"suite": suite.name, "sha": suite.sha, "split": "calibration", "git_sha": git_sha()},
        "conditions": conditions(services),
        "search": search.to_json(),
        "answering": answering.to_json(),
        "answer_at": [
            {"target": t, "calibration": asdict(found) if found else None, "test": there} for t, found, there in chosen
        ],
    }
