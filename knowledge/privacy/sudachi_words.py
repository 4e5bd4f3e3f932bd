"""The words of a text, read by Sudachi."""

from typing import Any

from knowledge.privacy.parts_of_speech import NOUN, UNKNOWN, Word, Words, mark_of
from knowledge.text.sudachi import CHUNK, analyse

_JOINED = 0x0FFFFFFF
"""The id of katakana that Sudachi joined because no dictionary has it; it does not call that out of vocabulary."""
_marks: dict[int, str] = {}


def words_of(text: str) -> Words:
    found: list[Word] = []
    for base in range(0, len(text), CHUNK):
        for word in analyse(text[base : base + CHUNK]):
            mark = _marks.get(word.part_of_speech_id()) or _mark(word)
            if mark == NOUN and (word.is_oov() or word.word_id() == _JOINED):
                mark = UNKNOWN
            found.append((base + word.begin(), base + word.end(), mark))
    return Words(found)


def _mark(word: Any) -> str:
    return _marks.setdefault(word.part_of_speech_id(), mark_of(word.part_of_speech()))
