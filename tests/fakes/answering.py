"""Answering that follows a script: by case text, with counters of what was asked."""

from collections.abc import Mapping

from knowledge.domain import (
    Answer,
    ApprovedAnswer,
    Clarify,
    ClarifyOption,
    FaqEntry,
    Handoff,
    Hit,
    Question,
)


def answered(faq_id: str, text: str = "回答です。", confidence: float = 0.9) -> Answer:
    entry = FaqEntry(faq_id, f"{faq_id}の質問", text, version=1, status="published")
    told = ApprovedAnswer(faq_id, 1, entry.question, text, text)
    return Answer("answer", confidence, "a", answer=told, candidates=(Hit(entry, 1.0, confidence),))


def asked_back(*faq_ids: str, confidence: float = 0.5) -> Answer:
    options = tuple(ClarifyOption(f"{f}のこと", f) for f in faq_ids)
    return Answer("clarify", confidence, "a", clarify=Clarify("どちらですか。", options))


def passed_on(department: str = "市民課", confidence: float = 0.1) -> Answer:
    return Answer("handoff", confidence, "a", handoff=Handoff("low_confidence", department, "00-0000-0000", "担当へ"))


class ScriptedAnswering:
    """Answers by the text asked; counts the questions. An exception in the script is raised."""

    def __init__(self, script: Mapping[str, Answer | Exception], default: Answer | None = None) -> None:
        self.script = script
        self.default = default or passed_on()
        self.asked: list[Question] = []

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        found = self.script.get(question.text, self.default)
        if isinstance(found, Exception):
            raise found
        return found
