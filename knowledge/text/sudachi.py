"""One Sudachi dictionary for the process, one tokenizer for each thread: shared by threads it raises "Already borrowed"."""

import threading
from functools import cache

from sudachipy import Dictionary, MorphemeList, SplitMode
from sudachipy import Tokenizer as SudachiTokenizer

_KEPT = 32
"""Texts: questions that arrive together are all redacted before they are all searched."""
_LONGEST_KEPT = 500
"""Characters: what people ask is shorter, documents are longer."""
CHUNK = 8_000
"""Characters at a time: Sudachi refuses inputs beyond about 48 kB of UTF-8."""
_local = threading.local()


def analyse(text: str) -> MorphemeList:
    """Its C units. A question is read by the redactor and then by search, so a thread's last texts are kept."""
    recent = _recent()
    found = recent.get(text)
    if found is None:
        found = _tokenizer().tokenize(text)
        if len(text) <= _LONGEST_KEPT:
            recent[text] = found
        if len(recent) > _KEPT:
            del recent[next(iter(recent))]
    return found


def forget() -> None:
    """All that this thread keeps: something in it turned out to be personal."""
    _recent().clear()


def _recent() -> dict[str, MorphemeList]:
    recent: dict[str, MorphemeList] | None = getattr(_local, "recent", None)
    if recent is None:
        recent = _local.recent = {}
    return recent


def _tokenizer() -> SudachiTokenizer:
    tokenizer: SudachiTokenizer | None = getattr(_local, "tokenizer", None)
    if tokenizer is None:
        tokenizer = _local.tokenizer = _dictionary().create(mode=SplitMode.C)
    return tokenizer


@cache
def _dictionary() -> Dictionary:
    return Dictionary(dict="core")
