"""The copy of a text that the recognisers read, with the way back to the original offsets.

Compatibility forms become plain ones (NFKC, digits of every script), characters nobody sees disappear
(so they cannot hide a number), and labels of an earlier redaction become walls no rule can cross.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.privacy.kinds import LABEL_PATTERN
from knowledge.text.late_pattern import late_pattern

WALL = "\ufffc"
"""Stands for text that is masked already; no rule matches it."""

# Nothing outside these ranges is left alone: everything else goes through `_plain`.
_ODD = late_pattern(r"[^\t\n -~\u3001\u3002\u300c-\u300f\u3041-\u3096\u30a1-\u30fc\u4e00-\u9fff々〇〒〜・\ufffc]")
_INVISIBLE = {"Cf", "Mn", "Me", "Cc", "Cs", "Co"}
_KEPT_CONTROLS = "\t\n\r"
_VOICED = str.maketrans("カキクケコサシスセソタチツテトハヒフヘホウ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ")
_SEMI_VOICED = str.maketrans("ハヒフヘホ", "パピプペポ")
_cache: dict[str, str] = {}
_CACHE_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text` for the rules; `starts` and `ends` give the original offsets (None: the same offsets)."""

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original text of a non-empty [start, end) of `text`."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def normalise(text: str) -> Normalised:
    """Never raises; the result is linear in the input and usually the very same string."""
    if "【" not in text and not _ODD.search(text):
        return Normalised(text)
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for label in LABEL_PATTERN.finditer(text):
        _append(text, position, label.start(), out, starts, ends)
        out.append(WALL)
        starts.append(label.start())
        ends.append(label.end())
        position = label.end()
    _append(text, position, len(text), out, starts, ends)
    return Normalised("".join(out), starts, ends)


def _append(text: str, start: int, end: int, out: list[str], starts: list[int], ends: list[int]) -> None:
    for index in range(start, end):
        char = text[index]
        if char in "ﾞﾟ゙゚" and out and ends[-1] == index and _voice(out, char):
            ends[-1] = index + 1
            continue
        plain = _plain(char)
        if not plain and ends and ends[-1] == index:
            continue
        for piece in plain:
            out.append(piece)
            starts.append(index)
            ends.append(index + 1)


def _voice(out: list[str], mark: str) -> bool:
    table = _SEMI_VOICED if mark in "ﾟ゚" else _VOICED
    voiced = out[-1].translate(table)
    changed = voiced != out[-1]
    out[-1] = voiced
    return changed


def _plain(char: str) -> str:
    known = _cache.get(char)
    if known is None:
        known = _compute(char)
        if len(_cache) < _CACHE_LIMIT:
            _cache[char] = known
    return known


def _compute(char: str) -> str:
    if char in _KEPT_CONTROLS or char == WALL:
        return char
    if unicodedata.category(char) in _INVISIBLE:
        return ""
    folded = unicodedata.normalize("NFKC", char)
    return "".join(_digit(piece) for piece in folded if unicodedata.category(piece) not in _INVISIBLE)


def _digit(char: str) -> str:
    value = unicodedata.digit(char, None)
    return char if value is None else str(value)
