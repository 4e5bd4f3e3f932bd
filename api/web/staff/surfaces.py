"""The words of a text exactly as written, for showing what changed word by word."""

import threading

from sudachipy import Dictionary, SplitMode
from sudachipy import Tokenizer as SudachiTokenizer

_CHUNK = 8_000  # Sudachi refuses inputs beyond about 48 kB of UTF-8


class Surfaces:
    """Callable; joined, the words give the text again. Each thread has its own Sudachi tokenizer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._dictionary: Dictionary | None = None
        self._local = threading.local()

    def __call__(self, text: str) -> list[str]:
        tokenizer = self._tokenizer()
        chunks = (text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK))
        return [morph.surface() for chunk in chunks for morph in tokenizer.tokenize(chunk)]

    def _tokenizer(self) -> SudachiTokenizer:
        found: SudachiTokenizer | None = getattr(self._local, "tokenizer", None)
        if found is None:
            with self._lock:
                if self._dictionary is None:
                    self._dictionary = Dictionary(dict="core")
                found = self._dictionary.create(mode=SplitMode.B)
            self._local.tokenizer = found
        return found
