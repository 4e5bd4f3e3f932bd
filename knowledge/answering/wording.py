"""Which answers citizens may also get in generated wording: only those the city named, only on the page, checked."""

from dataclasses import replace

from knowledge.answering.drafts import Drafter
from knowledge.domain import Answer, FaqEntry, Question


class CitizenWording:
    """Adds a checked draft beside the approved text; without one the answer stays exactly as it was."""

    def __init__(self, drafter: Drafter, categories: frozenset[str], faq_ids: frozenset[str]) -> None:
        self._drafter = drafter
        self._categories = categories
        self._faq_ids = faq_ids

    def added(self, answer: Answer, question: Question) -> Answer:
        if answer.action != "answer" or answer.answer is None or not answer.candidates:
            return answer
        entry = answer.candidates[0].entry
        if not self._allowed(entry, question) or not self._drafter.available():
            return answer
        draft = self._drafter.whole(question.text, [entry])
        return answer if draft is None else replace(answer, answer=replace(answer.answer, draft=draft))

    def _allowed(self, entry: FaqEntry, question: Question) -> bool:
        named = entry.faq_id in self._faq_ids or entry.category in self._categories
        return named and question.channel == "web" and question.lang == entry.lang == "ja"
