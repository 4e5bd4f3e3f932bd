"""Numbers told in ways that are no run of digits: in English words, and as 「いちが四つ、にが四つ、さんが四つ」."""

import re

from knowledge.privacy.kinds import Kind, Span
from knowledge.text.late_pattern import late_pattern

_ENGLISH = late_pattern(
    r"(?<![A-Za-z])(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)(?![A-Za-z])[\s,.\-…]{0,3}){7,}",
    re.IGNORECASE,
)
_LATIN = late_pattern(r"[A-Za-z]{3}")
_TIMES = {
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "ふた": 2,
    "みっ": 3,
    "よっ": 4,
    "いつ": 5,
    "2": 2,
    "3": 3,
    "4": 4,
    "5": 5,
    "6": 6,
}
_DIGIT = r"[0-9〇零一二三四五六七八九]|ゼロ|ぜろ|れい|まる|いち|イチ|にー?|ニー?|さん|サン|よん|ヨン|ごー?|ゴー?|ろく|ロク|なな|ナナ|はち|ハチ|きゅう|キュウ"
_OFTEN = rf"(?P<digit>{_DIGIT})(?:が|を|の)(?P<times>{'|'.join(_TIMES)})(?:つ|個|回|けた|桁)(?:続いて|並んで|つづいて|ならんで)?"
_ONE = late_pattern(_OFTEN)
_SEVERAL = late_pattern(
    rf"(?:{re.sub(r'[?]P<[a-z]+>', '?:', _OFTEN)}(?:[、\s]|次に?|その後|それから|で|と){{0,3}}){{2,}}"
)
_LEAST, _MY_NUMBER = 7, 12


def said_numbers(text: str) -> list[Span]:
    """Numbers of seven digits and more; twelve are a 個人番号."""
    found: list[Span] = []
    if _LATIN.search(text):
        found += [Span(m.start(), m.end(), _kind(len(m[0].split()))) for m in _ENGLISH.finditer(text)]
    if "つ" in text or "個" in text or "回" in text or "桁" in text:
        for match in _SEVERAL.finditer(text):
            size = sum(_TIMES[one["times"]] for one in _ONE.finditer(match[0]))
            if size >= _LEAST:
                found.append(Span(match.start(), match.end(), _kind(size)))
    return found


def _kind(size: int) -> Kind:
    return Kind.MY_NUMBER if size == _MY_NUMBER else Kind.OTHER_NUMBER
