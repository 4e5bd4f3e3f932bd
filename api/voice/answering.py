"""The answer path as the voicebot uses it: the same answerer, written to the same search log as every other question."""

from api.metrics import Metrics
from knowledge.bootstrap import Services
from knowledge.domain import Answer, Question
from knowledge.faq.usage_log import Asked


class NotedAnswering:
    """`Answering` for calls. The text is redacted before it comes here."""

    def __init__(self, services: Services, metrics: Metrics) -> None:
        self._services = services
        self._metrics = metrics

    def answer(self, question: Question) -> Answer:
        given = self._services.answerer.answer(question)
        self._metrics.answer(given, question.channel)
        self._services.usage_log.record_search(
            Asked(
                log_id=given.answer_id,
                kind="answer",
                text=question.text,
                channel=question.channel,
                role="",
                lang=given.lang,
                hits=tuple(hit.entry.faq_id for hit in given.candidates),
                chosen=given.answer.faq_id if given.answer else "",
                action=given.action,
                reason=given.reason,
                confidence=given.confidence,
                conversation_id=question.conversation_id,
                took_ms=given.took_ms,
            )
        )
        return given
