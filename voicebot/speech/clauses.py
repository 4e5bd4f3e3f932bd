"""Splits what is said into units that are synthesised one by one: the first short, so that it sounds soon."""

import re
from collections.abc import Sequence

from voicebot.domain import Unit

SENTENCE_PAUSE_MS = 260
CLAUSE_PAUSE_MS = 110
FIRST_MIN_CHARS = 6
"""A first clause shorter than this sounds chopped off."""
LONG_CHARS = 70

_FOREIGN = re.compile(r".*?(?:[.!?;:,。！？，；：、]+(?=\s|$)|[。！？，；：、]+)\s*|.+$", re.DOTALL)
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+[」』）)]*|[^。！？!?\n]+$")
_CLAUSE = re.compile(r"[^、，]*[、，]+|[^、，]+$")


def units(text: str, lang: str = "ja") -> Sequence[Unit]:
    """Pieces whose texts add up to `text` exactly: that is how what was played is counted."""
    if lang != "ja":
        return _foreign(text)
    pieces: list[Unit] = []
    for sentence in _SENTENCE.findall(text):
        if not pieces or len(sentence) > LONG_CHARS:
            pieces += _clauses(sentence, everywhere=len(sentence) > LONG_CHARS)
        else:
            pieces.append(Unit(sentence, SENTENCE_PAUSE_MS))
    return [unit for unit in pieces if unit.text]


def _foreign(text: str) -> list[Unit]:
    """A short first piece, then whole sentences: voices of other languages set their own pauses at commas."""
    pieces = _joined([piece for piece in _FOREIGN.findall(text) if piece])
    done: list[str] = []
    for piece in pieces:
        if len(done) > 1 and not done[-1].rstrip().endswith((".", "!", "?", "。", "！", "？")):
            done[-1] += piece
        else:
            done.append(piece)
    return [Unit(piece, CLAUSE_PAUSE_MS) for piece in done]


def _clauses(sentence: str, *, everywhere: bool) -> list[Unit]:
    parts = _joined(_CLAUSE.findall(sentence))
    if not everywhere and len(parts) > 2:
        parts = [parts[0], "".join(parts[1:])]
    last = len(parts) - 1
    return [Unit(part, SENTENCE_PAUSE_MS if i == last else CLAUSE_PAUSE_MS) for i, part in enumerate(parts)]


def _joined(parts: list[str]) -> list[str]:
    """Neighbouring clauses joined until each is long enough to sound natural."""
    done: list[str] = []
    for part in parts:
        if done and len(done[-1]) < FIRST_MIN_CHARS:
            done[-1] += part
        else:
            done.append(part)
    if len(done) > 1 and len(done[-1]) < FIRST_MIN_CHARS:
        tail = done.pop()
        done[-1] += tail
    return done
