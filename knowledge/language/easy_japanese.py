"""やさしい日本語 drafts of approved answers: same figures, same terms, easier to read; a person approves them."""

from dataclasses import dataclass

from knowledge.errors import InvalidInput, Problem
from knowledge.language.figures import differences
from knowledge.language.glossary import Glossary
from knowledge.language.model import Data, LanguageRequest
from knowledge.language.reading_level import read_level
from knowledge.ports import LanguageModel, Redactor
from knowledge.privacy.redacted import RedactedText, approved
from prompts import load

_TRIES = 2
_TOKENS = 1200


@dataclass(frozen=True, slots=True)
class EasyDraft:
    text: RedactedText
    problems: tuple[str, ...]
    made_by: str


class EasyJapanese:
    """Raises NoLanguageModel when the model cannot be used."""

    def __init__(self, model: LanguageModel, glossary: Glossary, redactor: Redactor) -> None:
        self._model = model
        self._glossary = glossary
        self._redactor = redactor

    def available(self) -> bool:
        return self._model.available("easy_japanese")

    def draft(self, answer: str) -> EasyDraft:
        """The better of two tries with what is still wrong with it. Raises InvalidInput for an empty answer."""
        if not answer.strip():
            raise InvalidInput("回答を入力してください。", [Problem("回答を入力してください。", column="answer")])
        source = self._redactor.redact(answer).text
        best: EasyDraft | None = None
        for _ in range(_TRIES):
            made = self._try(source, best.problems if best else ())
            best = made if best is None or len(made.problems) < len(best.problems) else best
            if not best.problems:
                break
        assert best is not None, "there is at least one try"
        return best

    def _try(self, source: RedactedText, problems: tuple[str, ...]) -> EasyDraft:
        data = [Data("原文", source)]
        if problems:
            data.append(Data("前の文の問題", approved("\n".join(problems))))
        made = self._model.complete(LanguageRequest("easy_japanese", load("easy_japanese"), tuple(data), _TOKENS))
        text = self._redactor.redact(made.text.strip()).text
        return EasyDraft(text, easy_problems(source, text, self._glossary), made.made_by)


def easy_problems(source: str, text: str, glossary: Glossary) -> tuple[str, ...]:
    """What is wrong with `text` as an easier `source`, in words for whoever mends it."""
    if not text.strip():
        return ("文がありません。",)
    found = differences(source, "ja", text, "ja")
    problems = [f"原文の {'、'.join(found.missing)} がありません。"] if found.missing else []
    problems += [f"{'、'.join(found.added)} は原文にありません。"] if found.added else []
    kept = {term.ja for term in glossary.terms_in(text)}
    lost = [term.ja for term in glossary.terms_in(source) if term.protected and term.ja not in kept]
    problems += [f"手続きや書類の名前「{name}」を残してください。" for name in lost]
    return (*problems, *(f"{line}。" for line in read_level(text).advice))
