"""Puts a case to the product exactly as a citizen's words reach it: redacted first, language recognised, one channel."""

from collections.abc import Callable, Sequence

from eval.cases import Case
from knowledge.domain import Answer, Channel, Question, SearchQuery
from knowledge.ports import Answering, Redactor, Searcher
from knowledge.text.language import detect_language

Ask = Callable[[Case], Answer]
Rank = Callable[[Case], Sequence[str]]
RANKED = 10
CHANNELS: dict[str, Channel] = {"text": "web", "spoken": "voice", "asr-noisy": "voice"}


def asking(answerer: Answering, redactor: Redactor) -> Ask:
    """Each case is a conversation of its own."""

    def ask(case: Case) -> Answer:
        redaction = redactor.redact(case.text)
        question = Question(
            text=redaction.text,
            channel=CHANNELS[case.channel],
            lang=detect_language(redaction.text),
            conversation_id="",
            had_personal_data=redaction.kinds,
        )
        return answerer.answer(question)

    return ask


def ranking(searcher: Searcher, redactor: Redactor) -> Rank:
    """The FAQ ids the search alone gives, best first."""

    def rank(case: Case) -> Sequence[str]:
        text = redactor.redact(case.text).text
        query = SearchQuery(text, limit=RANKED, lang=detect_language(text), channel=CHANNELS[case.channel])
        return [hit.entry.faq_id for hit in searcher.search(query).hits]

    return rank


def reply_of(answer: Answer) -> str:
    """Everything the person reads or hears."""
    parts = [answer.message]
    if answer.answer is not None:
        parts += [answer.answer.text, answer.answer.spoken_text]
        parts += [answer.answer.draft.text] if answer.answer.draft is not None else []
    if answer.clarify is not None:
        parts += [answer.clarify.prompt, *(option.label for option in answer.clarify.options)]
    if answer.handoff is not None:
        parts += [answer.handoff.message, answer.handoff.department]
    return "\n".join(part for part in parts if part)
