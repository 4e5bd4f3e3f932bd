"""The answer path as the voicebot uses it: the same answerer, written to the same search log as every other question."""

from api.metrics import Metrics
from api.noted import note_answer
from knowledge.bootstrap import Services
from knowledge.domain import Answer, Question


class NotedAnswering:
    """`Answering` for calls. The text is redacted before it comes here."""

    def __init__(self, services: Services, metrics: Metrics) -> None:
        self._services = services
        self._metrics = metrics

    def answer(self, question: Question) -> Answer:
        given = self._services.answerer.answer(question)
        note_answer(self._services, self._metrics, question, given)
        return given
