"""Generated wording for citizens: only where the city opened it, only on the page, checked."""

from dataclasses import replace

from knowledge.answering.drafts import Drafter
from knowledge.domain import Answer, FaqEntry, Question
from knowledge.language.openings import CitizenOpenings


class CitizenWording:
    """Adds a checked draft beside the approved text; without one the answer stays exactly as it was."""

    def __init__(self, drafter: Drafter, openings: CitizenOpenings) -> None:
        self._drafter = drafter
        self._openings = openings

    def added(self, answer: Answer, question: Question) -> Answer:
        if answer.action != "answer" or answer.answer is None or not answer.candidates:
            return answer
        entry = answer.candidates[0].entry
        if not self._allowed(entry, question) or not self._drafter.available():
            return answer
        draft = self._drafter.whole(question.text, [entry])
        return answer if draft is None else replace(answer, answer=replace(answer.answer, draft=draft))

    def _allowed(self, entry: FaqEntry, question: Question) -> bool:
        return self._openings.has(entry) and question.channel == "web" and question.lang == entry.lang == "ja"
