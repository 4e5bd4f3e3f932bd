"""Optional second opinion on personal names: the `Person` label of GiNZA. The rules work without it."""

import threading
from functools import cached_property
from typing import Any

_MIN_LENGTH = 2
_MAX_CHARS = 5_000
"""Longer texts are read in pieces: the parser's time and memory grow with a text's length."""


class GinzaNames:
    """Loads the model at the first call; without the model it finds nothing and says so in `available`."""

    def __init__(self, model: str = "ja_ginza") -> None:
        self._model = model
        self._lock = threading.Lock()

    @property
    def available(self) -> bool:
        return self._pipeline is not None

    def names(self, text: str) -> list[tuple[int, int]]:
        """Offsets of personal names. The tokenizer must not be shared by threads, hence the lock."""
        pipeline = self._pipeline
        if pipeline is None:
            return []
        found: list[tuple[int, int]] = []
        for start in range(0, len(text), _MAX_CHARS):
            with self._lock:
                document = pipeline(text[start : start + _MAX_CHARS])
            found += [
                (start + entity.start_char, start + entity.end_char)
                for entity in document.ents
                if entity.label_ == "Person" and _is_name(entity.text)
            ]
        return found

    @cached_property
    def _pipeline(self) -> Any | None:
        # spaCy takes seconds to import and may be missing: never pay for it unless names are asked for.
        try:
            import spacy

            return spacy.load(self._model, exclude=["parser", "bunsetu_recognizer"])
        except (ImportError, OSError, ValueError):
            return None


def _is_name(word: str) -> bool:
    return len(word) >= _MIN_LENGTH and not any(char.isdigit() or char in "【】\ufffc" for char in word)
