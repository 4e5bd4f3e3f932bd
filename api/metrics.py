"""Prometheus counters of one application. Labels are ours alone: no text of a caller ever becomes a label."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from knowledge.domain import Answer
from knowledge.learning.background import LearningStatus

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.5, 1, 2, 5, 30)
_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


class Metrics:
    """A registry of its own, so that two applications in one process do not collide."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        on = self.registry
        self._requests = Histogram(
            "madoguchi_request_seconds", "応答までの時間", ("method", "route", "status"), buckets=_SECONDS, registry=on
        )
        self._answers = Counter("madoguchi_answers", "回答の数", ("action", "channel", "lang"), registry=on)
        self._confidence = Histogram("madoguchi_answer_confidence", "回答の確信度", buckets=_SHARES, registry=on)
        self._searches = Counter("madoguchi_searches", "検索の数", ("channel", "found"), registry=on)
        self._feedback = Counter("madoguchi_feedback", "評価の数", ("verdict",), registry=on)
        self._faqs = Gauge("madoguchi_faqs", "検索できるFAQの数", registry=on)
        self._trained = Gauge("madoguchi_encoder_current", "いまのFAQで学習済みなら1", registry=on)
        self._dropped = Gauge("madoguchi_usage_rows_dropped", "記録できなかった利用記録の数", registry=on)

    def request(self, method: str, route: str, status: int, secs: float) -> None:
        self._requests.labels(method, route, str(status)).observe(secs)

    def answer(self, answer: Answer, channel: str) -> None:
        self._answers.labels(answer.action, channel, answer.lang).inc()
        self._confidence.observe(answer.confidence)

    def search(self, channel: str, found: bool) -> None:
        self._searches.labels(channel, "yes" if found else "no").inc()

    def feedback(self, verdict: str) -> None:
        self._feedback.labels(verdict).inc()

    def page(self, faqs: int, training: LearningStatus, dropped: int) -> bytes:
        """The text Prometheus reads."""
        self._faqs.set(faqs)
        self._trained.set(training.current)
        self._dropped.set(dropped)
        return generate_latest(self.registry)
