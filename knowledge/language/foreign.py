"""Questions in other languages by way of Japanese: found among the Japanese FAQ, answered in the person's language."""

from knowledge.domain import Channel, FaqEntry
from knowledge.errors import NoLanguageModel
from knowledge.language.translating import Translator
from knowledge.privacy.redacted import RedactedText
from knowledge.settings import MachineTranslation
from knowledge.text.language import detect_language


class ByWayOfJapanese:
    """Implements knowledge.answering.foreign.Foreign. Whatever the model does, the answer path goes on without it."""

    def __init__(self, translator: Translator, allowed: MachineTranslation) -> None:
        self._translator = translator
        self._allowed = allowed

    def in_japanese(self, text: RedactedText, lang: str) -> RedactedText | None:
        if detect_language(text) == "ja":
            return text  # typed in Japanese where another language is shown
        if not self._translator.available():
            return None
        try:
            return self._translator.question_in_japanese(text, lang)
        except NoLanguageModel:
            return None

    def translated(self, entry: FaqEntry, lang: str, channel: Channel) -> FaqEntry | None:
        if not (self._allowed == "citizens" or (self._allowed == "operators" and channel == "operator")):
            return None
        if not self._translator.available():
            return None
        try:
            made = self._translator.faq(entry, lang)
        except NoLanguageModel:
            return None
        return made.entry if not made.problems else None
