"""Personal names in the other languages of the service, by the words people introduce themselves with."""

import re

from knowledge.privacy.kinds import Kind, Span

_WORD = r"[^\W\d_][\w'’.-]*"
_LATIN_NAME = rf"({_WORD}(?: {_WORD}){{0,4}})"
_CAPITALISED = r"((?-i:[^\W\d_a-z])[\w'’.-]*(?: (?:de|da|do|dos|dela|del|van|von|bin|la|y)(?= ))?(?: (?-i:[^\W\d_a-z])[\w'’.-]*){0,4})"
_END = r"(?=\s*(?:[,.;!?、。，]|$|\n))"
_INTRODUCTIONS = (
    r"my (?:full )?name(?: is|'s|’s|:)",
    r"tên (?:của )?(?:tôi|mình|em) là|(?:tôi|mình|em) tên(?: là)?",
    r"(?:o )?meu nome (?:completo )?é|(?:eu )?me chamo|chamo-me",
    r"(?:ang )?pangalan ko(?: po)? ay|ako(?: po)? si",
)
_LATIN = re.compile(rf"\b(?:{'|'.join(_INTRODUCTIONS)})\s+(?:{_CAPITALISED}|{_LATIN_NAME}{_END})", re.IGNORECASE)
"""Capitalised words, or whatever stands up to the next stop: people type without capitals too."""
_CHINESE = re.compile(r"(?:我叫|我(?:的)?(?:名字|姓名)(?:是|叫)|我是叫)(?!什[么麼])([\u4e00-\u9fff]{2,3})")
_KOREAN = re.compile(
    r"(?:이름은|성함은|성명은)\s*(?!어디|무엇|뭐|어떻게)([가-힣]{2,5}?)(?=입니다|이에요|예요|이고|이라고|라고|[\s,.]|$)"
)


def foreign_name_spans(text: str) -> list[Span]:
    """Every name found; overlaps are left to the caller."""
    found = [match.span(1) if match[1] else match.span(2) for match in _LATIN.finditer(text)]
    found += [match.span(1) for pattern in (_CHINESE, _KOREAN) for match in pattern.finditer(text)]
    return [Span(start, end, Kind.NAME) for start, end in found]
