"""Personal names in the other languages of the service, by the words people introduce themselves with."""

import re

from knowledge.privacy.gazetteer import words
from knowledge.privacy.kinds import Kind, Span
from knowledge.text.late_pattern import late_pattern

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
_LATIN = late_pattern(rf"\b(?:{'|'.join(_INTRODUCTIONS)})\s+(?:{_CAPITALISED}|{_LATIN_NAME}{_END})", re.IGNORECASE)
"""Capitalised words, or whatever stands up to the next stop: people type without capitals too."""
_CHINESE = late_pattern(r"(?:我叫|我(?:的)?(?:名字|姓名)(?:是|叫)|我是叫)(?!什[么麼])([\u4e00-\u9fff]{2,3})")
_KOREAN = late_pattern(
    r"(?:이름은|성함은|성명은)\s*(?!어디|무엇|뭐|어떻게)([가-힣]{2,5}?)(?=입니다|이에요|예요|이고|이라고|라고|[\s,.]|$)"
)

_LATIN_PART = r"(?:(?:[A-Z]['’]|Mc|Mac|De|Di|La|Le)?[A-Z][a-z]+(?:-[A-Z][a-z]+)?|[A-Z]{2,}|[A-Z]\.)"
_NO_LATIN_NAME = frozenset(words("latin_words"))
_SAYS_SO = r"(?=\s?(?:です(?!か)|でございます|なんです|と申|と言い|といい|って言い|っていい|さん|様|氏(?!名)|と(?:カード|書|印字|記載|表示)|って(?:書|なって)))"
_LATIN_SAID = late_pattern(rf"(?<![A-Za-z0-9])({_LATIN_PART}(?: {_LATIN_PART}){{1,4}}){_SAYS_SO}")
_LATIN_ALONE = late_pattern(rf"(?<![A-Za-z0-9])({_LATIN_PART})(?=\s?(?:と申します|さん|様))")
_LATIN_TITLED = late_pattern(
    rf"(?:氏名|名前|(?<![A-Za-z])(?:[Nn]ame|NAME)|ローマ字(?:表記)?|英字(?:表記)?|アルファベット(?:表記)?)(?:は|が|で|も|:|、|\s){{1,3}}({_LATIN_PART}(?: {_LATIN_PART}){{0,4}})(?![A-Za-z0-9])"
)

_LATIN_HERE = late_pattern(
    rf"\b(?:I['’]m|I am|[Tt]his is|[Ii]t['’]s)\s+({_LATIN_PART}(?: {_LATIN_PART}){{1,3}})(?![A-Za-z0-9])"
)


_GATE = late_pattern(r"[A-Za-z我이성]")


def foreign_name_spans(text: str) -> list[Span]:
    """Every name found; overlaps are left to the caller."""
    if not _GATE.search(text):
        return []
    found = [match.span(1) if match[1] else match.span(2) for match in _LATIN.finditer(text)]
    found += [match.span(1) for pattern in (_CHINESE, _KOREAN) for match in pattern.finditer(text)]
    found += [
        match.span(1)
        for pattern in (_LATIN_SAID, _LATIN_ALONE, _LATIN_TITLED, _LATIN_HERE)
        for match in pattern.finditer(text)
        if not any(word.lower() in _NO_LATIN_NAME for word in match[1].split())
    ]
    return [Span(start, end, Kind.NAME) for start, end in found]
