"""Turn-by-turn interpretation between a citizen's language and Japanese. The original is always kept beside it."""

from dataclasses import dataclass

from knowledge.domain import LANGUAGES
from knowledge.errors import InvalidInput, Problem
from knowledge.language.checking import translation_problems
from knowledge.language.glossary import Glossary
from knowledge.language.model import Data, LanguageRequest
from knowledge.language.names import LANGUAGE_NAMES
from knowledge.ports import LanguageModel, Redactor
from knowledge.privacy.redacted import RedactedText, approved
from prompts import load

_TOKENS = 600


@dataclass(frozen=True, slots=True)
class Interpreted:
    """`problems` is shown beside the translation: the person decides, nothing is hidden."""

    original: RedactedText
    source: str
    target: str
    translation: RedactedText
    problems: tuple[str, ...]
    took_ms: float
    made_by: str


class Interpreter:
    """Numbers and terms are protected; personal data left the text before and come back as their labels."""

    def __init__(self, model: LanguageModel, glossary: Glossary, redactor: Redactor) -> None:
        self._model = model
        self._glossary = glossary
        self._redactor = redactor

    def available(self) -> bool:
        return self._model.available("interpreting")

    def turn(self, text: RedactedText, source: str, target: str) -> Interpreted:
        """One utterance. Raises InvalidInput for a pair of languages without Japanese, NoLanguageModel."""
        _check_pair(source, target)
        terms = self._glossary.lines(text, target) if source == "ja" else self._glossary.foreign_lines(text, source)
        data = (Data("訳す言語", approved(LANGUAGE_NAMES[target])), Data("用語", approved(terms)), Data("発言", text))
        made = self._model.complete(LanguageRequest("interpreting", load("translate_turn"), data, _TOKENS))
        translation = self._redactor.redact(made.text.strip()).text
        problems = translation_problems(text, source, translation, target, self._glossary)
        by = made.made_by
        return Interpreted(text, source, target, translation, problems, made.took_ms, by)


def _check_pair(source: str, target: str) -> None:
    if source in LANGUAGES and target in LANGUAGES and source != target and "ja" in (source, target):
        return
    raise InvalidInput(
        "通訳できる言語の組み合わせではありません。", [Problem("片方を日本語にしてください。", column="target")]
    )
