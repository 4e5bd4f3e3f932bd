"""Remembers what kind of utterance a text was: the same question is read once, by whichever process had time."""

from collections.abc import Mapping

from knowledge.answering.intent_model import IntentModel
from knowledge.recent import RecentTexts


class IntentMemory:
    """One model and its last readings."""

    def __init__(self, model: IntentModel) -> None:
        self.model = model
        self._read: RecentTexts[Mapping[str, float]] = RecentTexts()

    def probabilities(self, text: str) -> Mapping[str, float]:
        """P(label | text)."""
        found = self._read.get(text)
        if found is None:
            found = self.model.probabilities(text)
            self._read.put(text, found)
        return found

    def keep(self, text: str, probabilities: Mapping[str, float]) -> None:
        """What this model said in another process."""
        self._read.put(text, probabilities)
