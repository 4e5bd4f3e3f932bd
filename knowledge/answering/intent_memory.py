"""Remembers what kind of utterance a text was: the same question is read once, by whichever process had time."""

from collections.abc import Mapping

from knowledge.answering.intent_model import IntentModel
from knowledge.recent import Marks, Recent

_KEPT = 2_000


class IntentMemory:
    """One model and its last readings, known by a keyed hash alone."""

    def __init__(self, model: IntentModel) -> None:
        self.model = model
        self._read: Recent[bytes, Mapping[str, float]] = Recent(_KEPT)
        self._marks = Marks()

    def probabilities(self, text: str) -> Mapping[str, float]:
        """P(label | text)."""
        mark = self._marks.of(text)
        found = self._read.get(mark)
        if found is None:
            found = self.model.probabilities(text)
            self._read.put(mark, found)
        return found

    def keep(self, text: str, probabilities: Mapping[str, float]) -> None:
        """What this model said in another process."""
        self._read.put(self._marks.of(text), probabilities)
