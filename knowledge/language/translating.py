"""Machine translations: drafts of approved answers for a person to approve, and questions brought into Japanese.

Every translation is checked (figures, protected terms, language); one retry gets told what was wrong.
"""

from dataclasses import dataclass, replace

from knowledge.domain import FaqEntry
from knowledge.errors import NoLanguageModel
from knowledge.language.checking import translation_problems
from knowledge.language.glossary import Glossary
from knowledge.language.json_reply import json_object
from knowledge.language.model import Completion, Data, LanguageRequest
from knowledge.language.names import LANGUAGE_NAMES
from knowledge.ports import LanguageModel, Redactor
from knowledge.privacy.redacted import RedactedText, approved
from prompts import load

_TRIES = 2
_ANSWER_TOKENS = 1600
_QUESTION_TOKENS = 200


@dataclass(frozen=True, slots=True)
class TranslatedFaq:
    """`entry` is in the wanted language and a draft; `problems` are for the person who reads it before approval."""

    entry: FaqEntry
    problems: tuple[str, ...]
    made_by: str
    """Model and prompt, as it is written beside everything a machine made."""


@dataclass(frozen=True, slots=True)
class _Pair:
    question: str
    answer: str


class Translator:
    """Raises NoLanguageModel from every method when the model cannot be used."""

    def __init__(self, model: LanguageModel, glossary: Glossary, redactor: Redactor) -> None:
        self._model = model
        self._glossary = glossary
        self._redactor = redactor

    def available(self) -> bool:
        return self._model.available("translation")

    def faq(self, entry: FaqEntry, lang: str) -> TranslatedFaq:
        """The Japanese FAQ as a draft in `lang`. An output that cannot be read is a problem too, never an empty draft."""
        source = f"{entry.question}\n{entry.answer}"
        problems: tuple[str, ...] = ()
        best: tuple[tuple[str, ...], _Pair, Completion] | None = None
        for _ in range(_TRIES):
            made = self._model.complete(self._request(entry, lang, problems))
            pair = _read(made.text)
            if pair is None:
                problems = ("出力が決められた形ではありません。",)
                continue
            problems = translation_problems(source, "ja", f"{pair.question}\n{pair.answer}", lang, self._glossary)
            if best is None or len(problems) < len(best[0]):
                best = (problems, pair, made)
            if not problems:
                break
        if best is None:
            raise NoLanguageModel(
                "failed", "言語モデルから読み取れる訳文を受け取れませんでした。時間をおいて試してください。"
            )
        problems, pair, made = best
        return TranslatedFaq(_entry(entry, lang, pair, self._redactor), problems, made.made_by)

    def question_in_japanese(self, text: RedactedText, lang: str) -> RedactedText:
        """The question as a Japanese one, redacted again, for searching only."""
        data = (Data("質問", text), Data("用語", approved(self._glossary.foreign_lines(text, lang))))
        request = LanguageRequest("translation", load("translate_question"), data, _QUESTION_TOKENS)
        return self._redactor.redact(self._model.complete(request).text.strip()).text

    def _request(self, entry: FaqEntry, lang: str, problems: tuple[str, ...]) -> LanguageRequest:
        whole = f"質問：{entry.question}\n回答：{entry.answer}"
        data = [
            Data("訳す言語", approved(LANGUAGE_NAMES[lang])),
            Data("用語", approved(self._glossary.lines(whole, lang))),
            Data("原文", approved(whole)),
        ]
        if problems:
            data.append(Data("前の訳の問題", approved("\n".join(problems))))
        return LanguageRequest("translation", load("translate_answer"), tuple(data), _ANSWER_TOKENS, "json")


def _entry(source: FaqEntry, lang: str, pair: _Pair, redactor: Redactor) -> FaqEntry:
    """Keeps what is not language: number, category, department, evidence, dates, visibility."""
    question, answer = redactor.redact(pair.question).text, redactor.redact(pair.answer).text
    return replace(
        source, lang=lang, question=question, answer=answer, alt_questions=(), answer_voice="", answer_easy="", tags=(), status="draft",
        version=0, review_note="",
    )  # fmt: skip


def _read(text: str) -> _Pair | None:
    found = json_object(text) or {}
    question, answer = found.get("question"), found.get("answer")
    if not (isinstance(question, str) and isinstance(answer, str) and question.strip() and answer.strip()):
        return None
    return _Pair(question.strip(), answer.strip())
