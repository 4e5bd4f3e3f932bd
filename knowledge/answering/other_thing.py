"""Does a question name a thing of which the FAQ says nothing? 「美容院の予約をずらしたい」 is phrased like a question of ours.

Nearly every question has such a noun, so it decides only where the intent model doubts that the question is ours.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from knowledge.domain import FaqEntry
from knowledge.search.word_vectors import WordVectors
from knowledge.text.normalise import normalise
from knowledge.text.tokens import Morph, Tokenizer

NEAREST = 0.5
"""A noun whose cosine with every noun of the FAQ lies below this is another thing. Chosen, with the threshold
`other_thing_at`, on the calibration and dev questions: of 480 right answers it costs none, of 118 answers to what is not
ours (`samples/policy.jsonl`, judged by models that had not seen them) it stops 20."""


class OtherThings:
    """Compares a question's nouns with those of an FAQ. Takes some milliseconds: for doubtful questions only."""

    def __init__(self, tokenizer: Tokenizer, vectors: WordVectors) -> None:
        self._tokenizer = tokenizer
        self._vectors = vectors

    def named(self, text: str, entry: FaqEntry) -> bool:
        theirs = _nouns(self._tokenizer.morphs(" ".join((entry.question, *entry.alt_questions, entry.answer))))
        asked = _nouns(self._tokenizer.query_morphs(normalise(text)))
        strange = [noun for noun in asked - theirs if not noun.isdigit()]
        if not strange:
            return False
        known = self._directions(theirs)
        return any(self._nearest(noun, known) < NEAREST for noun in strange)

    def _directions(self, nouns: set[str]) -> NDArray[np.float32]:
        found = [v for noun in sorted(nouns) if (v := self._vectors.get(noun)) is not None]
        table = np.stack(found) if found else np.zeros((1, self._vectors.dim), np.float32)
        unit: NDArray[np.float32] = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
        return unit

    def _nearest(self, noun: str, known: NDArray[np.float32]) -> float:
        vector = self._vectors.get(noun)
        return float((known @ vector).max() / max(float(np.linalg.norm(vector)), 1e-9)) if vector is not None else 0.0


def _nouns(morphs: Iterable[Morph]) -> set[str]:
    return {u.norm for m in morphs if not m.is_light for u in (m.unit, *m.parts) if u.pos == "名詞"}
