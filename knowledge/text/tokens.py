"""Texts into morphemes, as search needs them: C units in normalised form, with the A units inside them."""

import threading
from functools import cached_property
from typing import Any

from sudachipy import SplitMode

from knowledge.text.morphs import FUNCTION_POS, LIGHT_WORDS, Morph, Unit
from knowledge.text.normalise import MAX_QUERY_CHARS, normalise
from knowledge.text.sudachi import CHUNK, analyse

__all__ = ["FUNCTION_POS", "LIGHT_WORDS", "Morph", "Tokenizer", "Unit"]

RECENT = 32
"""Questions: as many as are searched together, and then some."""
_KEPT = 10_000
"""Dictionary words whose morphemes are remembered; what the dictionary does not know (names, numbers) never is."""


class Tokenizer:
    """Thread-safe."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._words: dict[tuple[str, int], Morph] = {}

    def morphs(self, text: str) -> list[Morph]:
        """Morphemes of the matching form of `text`, in order."""
        normal = normalise(text)
        out: list[Morph] = []
        for start in range(0, len(normal), CHUNK):
            out.extend(self._chunk(normal[start : start + CHUNK]))
        return out

    def query_morphs(self, text: str) -> list[Morph]:
        """Like `morphs`, with the length bound of a question. One question is asked for by search and by the intent
        model, and several are searched together: a thread's last ones are kept."""
        recent: dict[str, list[Morph]] | None = getattr(self._local, "recent", None)
        if recent is None:
            recent = self._local.recent = {}
        morphs = recent.get(text)
        if morphs is None:
            morphs = recent[text] = self.morphs(text[: MAX_QUERY_CHARS * 2])[:MAX_QUERY_CHARS]
            if len(recent) > RECENT:
                del recent[next(iter(recent))]
        return morphs

    @cached_property
    def version(self) -> str:
        """Dictionary version, part of every index fingerprint."""
        from importlib.metadata import version

        return f"sudachi {version('sudachipy')} core {version('sudachidict-core')}"

    def _chunk(self, text: str) -> list[Morph]:
        known = self._words
        out = []
        for m in analyse(text):
            word = (m.surface(), m.word_id())
            out.append(known.get(word) or self._morph(m, word))
        return out

    def _morph(self, m: Any, word: tuple[str, int]) -> Morph:
        parts = m.split(SplitMode.A, add_single=False)
        morph = Morph(_unit(m), tuple(_unit(p) for p in parts))
        if not m.is_oov() and len(self._words) < _KEPT:
            self._words[word] = morph
        return morph


def _unit(m: Any) -> Unit:
    pos, *more = m.part_of_speech()[:4]
    sort = next((part for part in reversed(more) if part != "*"), "")
    return Unit(m.surface(), m.normalized_form(), m.reading_form(), pos, tuple(m.synonym_group_ids()), sort)
