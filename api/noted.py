"""An answer that was given, counted and written to the search log: the same for every door."""

from api.metrics import Metrics
from knowledge.bootstrap import Services
from knowledge.domain import Answer, Question
from knowledge.faq.usage_log import Asked


def note_answer(services: Services, metrics: Metrics, question: Question, given: Answer, role: str = "") -> None:
    """`question` is what the answerer was asked, hence redacted."""
    metrics.answer(given, question.channel)
    services.usage_log.record_search(
        Asked(
            log_id=given.answer_id,
            kind="answer",
            text=question.text,
            channel=question.channel,
            role=role,
            lang=given.lang,
            hits=tuple(hit.entry.faq_id for hit in given.candidates),
            chosen=given.answer.faq_id if given.answer else "",
            version=given.answer.version if given.answer else 0,
            action=given.action,
            reason=given.reason,
            confidence=given.confidence,
            conversation_id=question.conversation_id,
            took_ms=given.took_ms,
        )
    )
