"""Other wordings of an FAQ as citizens might say them; only those that add nothing the FAQ does not hold."""

from dataclasses import dataclass

from knowledge.domain import FaqEntry
from knowledge.errors import NoLanguageModel
from knowledge.language.figures import figures
from knowledge.language.json_reply import json_object
from knowledge.language.model import Data, LanguageRequest
from knowledge.ports import LanguageModel, Redactor
from knowledge.privacy.redacted import RedactedText, approved
from knowledge.text.late_pattern import late_pattern
from knowledge.text.normalise import normalise
from prompts import load

MAX_CHARS = 80
_LEAST_CHARS = 4
_SHOWN = 12
_TOKENS = 700
_LABEL = late_pattern(r"【[^】]*】")


@dataclass(frozen=True, slots=True)
class Paraphrases:
    wordings: tuple[RedactedText, ...]
    made_by: str


class Paraphraser:
    """Raises NoLanguageModel when the model cannot be used or writes nothing that can be read."""

    def __init__(self, model: LanguageModel, redactor: Redactor) -> None:
        self._model = model
        self._redactor = redactor

    def available(self) -> bool:
        return self._model.available("paraphrase")

    def of(self, entry: FaqEntry) -> Paraphrases:
        known = "\n".join(entry.alt_questions[:_SHOWN])
        data = (
            Data("質問", approved(entry.question)),
            Data("回答", approved(entry.answer)),
            Data("すでにある言い方", approved(known)),
        )
        made = self._model.complete(LanguageRequest("paraphrase", load("paraphrase"), data, _TOKENS, "json"))
        fit = [text for raw in _read(made.text) if (text := self._fitting(raw, entry)) is not None]
        taken = {normalise(text) for text in (entry.question, *entry.alt_questions)}
        fresh = {normalise(text): text for text in fit if normalise(text) not in taken}
        return Paraphrases(tuple(fresh.values()), made.made_by)

    def _fitting(self, raw: str, entry: FaqEntry) -> RedactedText | None:
        text = self._redactor.redact(" ".join(raw.split())).text
        if not _LEAST_CHARS <= len(text) <= MAX_CHARS or _LABEL.search(text):
            return None
        known = figures(f"{entry.question}\n{entry.answer}", "ja")
        new = figures(text, "ja")
        return text if new.numbers <= known.numbers | known.words and not new.addresses else None


def _read(text: str) -> list[str]:
    found = json_object(text)
    if found is None or "questions" not in found:
        raise NoLanguageModel("failed", "言語モデルの出力を読み取れませんでした。")
    questions = found["questions"]
    return [one for one in questions if isinstance(one, str)] if isinstance(questions, list) else []
