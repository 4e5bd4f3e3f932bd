"""Call summaries, FAQ from gaps and polished replies by the language model: checked against what they were made from,
and always a draft that a person confirms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import prompts
from knowledge.answering.checking import Checker, ground_of
from knowledge.answering.reasons import Ground
from knowledge.domain import FaqEntry
from knowledge.errors import NoLanguageModel
from knowledge.language.json_reply import json_object
from knowledge.language.model import Data, LanguageRequest
from knowledge.ports import LanguageModel
from knowledge.privacy.redacted import RedactedText, approved

SUMMARY_PARTS = ("inquiry", "answer", "action", "remaining")
_SUMMARY_SECS = 15.0
_LONGEST_PART = 400
_UNREADABLE = "言語モデルの返事を読み取れませんでした。もう一度お試しください。"


@dataclass(frozen=True, slots=True)
class Written:
    """What passed the checks, by part; `refused` says why a part is missing."""

    parts: Mapping[str, RedactedText]
    prompt_sha: str
    model: str
    refused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Writer:
    """Thread-safe. Every method raises NoLanguageModel, and nothing else."""

    def __init__(self, model: LanguageModel, checker: Checker, redact: Callable[[str], RedactedText]) -> None:
        self._model = model
        self._checker = checker
        self._redact = redact

    def summary(self, transcript: RedactedText, used: Sequence[tuple[str, str]]) -> Written:
        """用件・回答・対応・残件 of a call; `used`: question and approved answer of each FAQ that was used. A part that
        says something else than the call and those answers is left out."""
        answers = approved("\n".join(f"{question}\n{answer}" for question, answer in used) or "（なし）")
        data = (Data("通話", transcript), Data("案内した回答", answers))
        request = LanguageRequest("summary", prompts.load("summarise_call"), data, 600, "json", _SUMMARY_SECS)
        grounds = [Ground(transcript), *(Ground(answer, question) for question, answer in used)]
        return self._parts(request, SUMMARY_PARTS, grounds)

    def faq(self, questions: Sequence[RedactedText], sources: Sequence[FaqEntry]) -> Written:
        """One FAQ for a cluster of unanswered questions, worded from the nearest approved ones; without support the
        answer stays empty and the editor writes it."""
        asked = self._redact("\n".join(f"・{text}" for text in questions))
        material = approved("\n\n".join(f"{entry.question}\n{entry.answer}" for entry in sources) or "（なし）")
        data = (Data("質問の集まり", asked), Data("資料", material))
        request = LanguageRequest("faq_draft", prompts.load("draft_faq"), data, 700, "json")
        grounds = [Ground(asked), *(ground_of(entry) for entry in sources)]
        return self._parts(request, ("question", "answer"), grounds)

    def polished(self, text: RedactedText) -> Written:
        """The same text, easier to read; nothing added, no fact changed."""
        request = LanguageRequest("polish", prompts.load("polish_reply"), (Data("文章", text),))
        made = self._model.complete(request)
        reasons = tuple(str(reason) for reason in self._checker.whole_problems(made.text, [Ground(text)]))
        parts = {} if reasons else {"text": self._redact(made.text.strip())}
        return Written(parts, made.prompt_sha, made.model, {"text": reasons} if reasons else {})

    def _parts(self, request: LanguageRequest, names: Sequence[str], grounds: Sequence[Ground]) -> Written:
        made = self._model.complete(request)
        found = _texts(made.text, names)
        if found is None:
            raise NoLanguageModel("failed", _UNREADABLE)
        refused = {name: reasons for name in names if found[name] and (reasons := self._reasons(found[name], grounds))}
        parts = {name: self._redact(found[name]) for name in names if name not in refused}
        return Written(parts, made.prompt_sha, made.model, refused)

    def _reasons(self, text: str, grounds: Sequence[Ground]) -> tuple[str, ...]:
        return tuple(str(reason) for reason in self._checker.problems(text, grounds))


def _texts(text: str, names: Sequence[str]) -> dict[str, str] | None:
    """None when there is no JSON object, or one of the names holds no text."""
    found = json_object(text)
    if found is None or not all(isinstance(found.get(name, ""), str) for name in names):
        return None
    return {name: found.get(name, "").strip()[:_LONGEST_PART] for name in names}
