"""Words of a text with the little of their part of speech that the recognisers of names and addresses need."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

SURNAME, GIVEN, PERSON, PLACE, PROPER, NOUN, TIME, UNKNOWN, PARTICLE, OTHER = "SGPLKNTUpo"
"""姓, 名, 人名, 地名, any other proper noun, common noun, noun of time and place (今, 先), noun no dictionary knows,
particle, all the rest."""
NAMES = frozenset({SURNAME, GIVEN, PERSON})
Word = tuple[int, int, str]
"""Start, end and one of the marks above."""


@dataclass(frozen=True)
class Words:
    """All words of a text in order, with a way to those of a stretch that does not walk over the rest."""

    all: list[Word]

    @cached_property
    def starts(self) -> list[int]:
        return [start for start, _, _ in self.all]

    def between(self, start: int, end: int) -> list[Word]:
        """Words that begin in [start, end)."""
        return self.all[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def up_to(self, end: int, reach: int) -> list[Word]:
        """Words that begin before `end`, the last first, no further back than `reach` characters."""
        return self.all[bisect_left(self.starts, end - reach) : bisect_right(self.starts, end - 1)][::-1]


WordReader = Callable[[str], Words]


def mark_of(part: tuple[str, ...]) -> str:
    """The mark of a part of speech as UniDic writes it."""
    if part[0] == "助詞":
        return PARTICLE
    if part[0] != "名詞":
        return OTHER
    if part[1] == "普通名詞":
        return TIME if part[2] == "副詞可能" else NOUN
    if part[1] != "固有名詞":
        return OTHER
    if part[2] == "人名":
        return {"姓": SURNAME, "名": GIVEN}.get(part[3], PERSON)
    return PLACE if part[2] == "地名" else PROPER
