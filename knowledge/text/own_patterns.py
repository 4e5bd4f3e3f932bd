"""Patterns a city writes itself, met with what citizens say: none may hold up the service, whatever is written in it.

`re` cannot be stopped; these are compiled with `regex`, whose search gives up after a while. Before one is taken it is tried
on strings made of its own pieces, where a pattern with repeats inside repeats runs for ages. `regex` is imported with the
first of them: most cities write none."""

import logging
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol

from knowledge.errors import InvalidInput
from knowledge.text.late_pattern import late_pattern

MAX_CHARS = 500
LIMIT_SECS = 0.1
"""Of processor time, for one pattern and one text; an ordinary search takes some millionths of a second."""
_MOST_PIECES = 40
_LONG, _SHORT = 2_000, 60
_ANYTHING = ("あ", "ア", "亜", "a", "1", " ", "、")
_MISS = "\0"
"""Stands in no text: what comes before it has to be given up in every way it could have been met."""
_LITERAL = late_pattern(r"[^\\^$.|?*+(){}\[\]]+")
_log = logging.getLogger(__name__)


class Found(Protocol):
    def group(self) -> str: ...


class Pattern(Protocol):
    """What rules made of words need of a pattern."""

    def search(self, text: str, /) -> Found | None: ...
    def sub(self, repl: str, text: str, /) -> str: ...


def own_pattern(pattern: str) -> Pattern:
    """Raises InvalidInput for a pattern that is none, too long or too slow."""
    if len(pattern) > MAX_CHARS:
        raise InvalidInput(f"「{pattern[:40]}…」は長すぎます（{MAX_CHARS}文字まで）。いくつかに分けて書いてください。")
    import regex

    try:
        compiled = OwnPattern(pattern)
    except regex.error as exc:
        raise InvalidInput(f"「{pattern}」は正規表現として読めません（{exc}）。") from exc
    for text in hard_texts(pattern):
        compiled.search(text)
        if compiled.gave_up:
            raise InvalidInput(
                f"「{pattern}」は、文によって照らし合わせに時間がかかりすぎます。"
                "「(…+)+」「(あ|ああ)*」「.+,.+,」のような、繰り返しの中の繰り返しをやめて、短く分けて書いてください。"
            )
    return compiled


class OwnPattern:
    """Meets nothing in a text on which it takes too long. Raises regex.error."""

    def __init__(self, pattern: str) -> None:
        import regex

        self._compiled = regex.compile(pattern)
        self.gave_up = False

    def search(self, text: str, /) -> Found | None:
        try:
            found: Found | None = self._compiled.search(text, timeout=LIMIT_SECS)
        except TimeoutError:
            self._give_up()
            return None
        return found

    def sub(self, repl: str, text: str, /) -> str:
        try:
            return str(self._compiled.sub(repl, text, timeout=LIMIT_SECS))
        except TimeoutError:
            self._give_up()
            return text

    def _give_up(self) -> None:
        if not self.gave_up:
            _log.error("a pattern takes too long and meets nothing where it does: %s", self._compiled.pattern)
        self.gave_up = True


def hard_texts(pattern: str) -> Iterator[str]:
    """Pieces of the pattern again and again, after what may have to come before them, with an end that meets nothing. What
    the pattern cannot do without stands behind: a search that does not see it does not begin."""
    found = dict.fromkeys(_LITERAL.findall(pattern))
    whole = "".join(found)
    ends = (_MISS + whole, "\n" + _MISS + whole)
    pieces: Sequence[str] = [whole, *islice(found, _MOST_PIECES), *_ANYTHING] if whole else _ANYTHING
    for place, piece in enumerate(pieces):
        before = [one for one in pieces[max(0, place - 3) : place] if one not in _ANYTHING]
        for start in dict.fromkeys(("", *before, "".join(before))):
            for length in (_SHORT, _LONG):
                again = start + piece * (length // len(piece) + 1)
                yield from (again + end for end in ends)
