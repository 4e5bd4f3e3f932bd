"""The words of a text, read by Sudachi."""

import threading
from functools import cache
from typing import Any

from sudachipy import Dictionary, SplitMode

from knowledge.privacy.parts_of_speech import NOUN, UNKNOWN, Word, Words, mark_of

_CHUNK = 8_000
"""Sudachi refuses inputs beyond about 48 kB of UTF-8."""
_JOINED = 0x0FFFFFFF
"""The id of katakana that Sudachi joined because no dictionary has it; it does not call that out of vocabulary."""
_local = threading.local()
_marks: dict[int, str] = {}


def words_of(text: str) -> Words:
    """All words in order. A tokenizer shared by threads raises "Already borrowed", so each thread has its own."""
    tokenizer = getattr(_local, "tokenizer", None)
    if tokenizer is None:
        tokenizer = _local.tokenizer = _dictionary().create(mode=SplitMode.C)
    found: list[Word] = []
    for base in range(0, len(text), _CHUNK):
        for word in tokenizer.tokenize(text[base : base + _CHUNK]):
            mark = _marks.get(word.part_of_speech_id()) or _mark(word)
            if mark == NOUN and (word.is_oov() or word.word_id() == _JOINED):
                mark = UNKNOWN
            found.append((base + word.begin(), base + word.end(), mark))
    return Words(found)


@cache
def _dictionary() -> Any:
    return Dictionary(dict="core")


def _mark(word: Any) -> str:
    return _marks.setdefault(word.part_of_speech_id(), mark_of(word.part_of_speech()))
