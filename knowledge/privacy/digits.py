"""Runs of digits however they are written or spoken, as one string of ASCII digits with its place."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.privacy.gazetteer import words
from knowledge.text.late_pattern import late_pattern

_WORDS = {
    "ゼロ": "0", "レイ": "0", "マル": "0", "ぜろ": "0", "れい": "0", "まる": "0", "零": "0", "〇": "0", "○": "0",
    "イチ": "1", "いち": "1", "ワン": "1", "ひと": "1", "ヒト": "1", "一": "1", "壱": "1",
    "ツー": "2", "スリー": "3", "フォー": "4", "ファイブ": "5", "ファイヴ": "5", "シックス": "6", "セブン": "7", "エイト": "8", "ナイン": "9",
    "ニー": "2", "ニイ": "2", "ニ": "2", "にー": "2", "にい": "2", "に": "2",
    "フタ": "2", "ふた": "2", "二": "2", "弐": "2", "貳": "2",
    "サン": "3", "さん": "3", "三": "3", "参": "3", "參": "3",
    "ヨン": "4", "よん": "4", "シー": "4", "シ": "4", "し": "4", "四": "4",
    "ゴー": "5", "ゴオ": "5", "ゴ": "5", "ごー": "5", "ごお": "5", "ごう": "5", "ゴウ": "5", "ご": "5", "五": "5", "伍": "5",
    "ロク": "6", "ろく": "6", "六": "6", "陸": "6",
    "ナナ": "7", "なな": "7", "シチ": "7", "しち": "7", "七": "7",
    "ハチ": "8", "はち": "8", "八": "8",
    "キュー": "9", "キュウ": "9", "きゅう": "9", "きゅー": "9", "ク": "9", "く": "9", "九": "9",
}  # fmt: skip
_ONES = "一二三四五六七八九"
_TENS = rf"(?<=[{_ONES}])十(?![{_ONES}])|(?<![{_ONES}])十(?=[{_ONES}])"
"""三十 is 30 and 十二 is 12; the 十 of 三十二 is no digit of its own."""
_FILLERS = words("fillers")
_MARKS = r"[\s\-‐‑‒–—―−ー_.,、。・･/|()\[\]{}〜~～:;*+=…'\"「」『』<>#&\\!?]"


def _longest_first(choices: Iterable[str]) -> str:
    # 「ニイチ」 is 2 and 1, not 2 and a rest.
    ends = {"ニイ": "(?!チ)", "にい": "(?!ち)"}
    return (
        _TENS + "|" + "|".join(re.escape(word) + ends.get(word, "") for word in sorted(choices, key=len, reverse=True))
    )


def _any_of(choices: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(choices, key=len, reverse=True))


_FIRST = "0-9十" + "".join(sorted({word[0] for word in _WORDS}))
_DIGIT = rf"(?=[{_FIRST}])(?:[0-9]|{_longest_first(list(_WORDS))})"
# Possessive: a run is read once from left to right and never re-read, so time is linear.
_GAP = rf"(?:{_any_of(_FILLERS)}|{_MARKS}|(?<=[{_ONES}])十(?=[{_ONES}])){{0,16}}+"
_RUN = late_pattern(rf"{_DIGIT}(?:{_GAP}{_DIGIT})*+")
_TOKEN = late_pattern(_DIGIT)
_ANY = late_pattern(
    r"[0-9〇○零一二三四五六七八九]|ゼロ|マル|イチ|サン|ヨン|ゴー?|ロク|ナナ|ハチ|キュ|ぜろ|まる|いち|さん|よん|ご|ろく|なな|はち|きゅ"
)
_KANJI = frozenset("零〇○一二三四五六七八九壱弐貳参參伍陸")
_SURE = frozenset({"ぜろ", "まる", "きゅう", "きゅー", "〇", "○"})
_MIN_WORDS = 3
"""Fewer spoken digits than this at the edge of a run are ordinary words (に, し, ご, さん …)."""


@dataclass(frozen=True, slots=True)
class Token:
    digit: str
    start: int
    end: int
    script: str
    """"ascii", "kanji" or "kana"."""
    sure: bool
    """Whether the word is hardly ever anything but a digit (7, ゼロ, キュー), unlike に, 三, さん."""


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Digits that belong together by position; `tokens` are never empty."""

    tokens: tuple[Token, ...]

    @property
    def value(self) -> str:
        return "".join(token.digit for token in self.tokens)

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end

    def __len__(self) -> int:
        return len(self.tokens)

    def outside(self, start: int, end: int) -> "tuple[DigitRun | None, DigitRun | None]":
        """What is left of the run before `start` and after `end`."""
        before = tuple(token for token in self.tokens if token.end <= start)
        after = tuple(token for token in self.tokens if token.start >= end)
        return (DigitRun(before) if before else None, DigitRun(after) if after else None)


def digit_runs(text: str) -> Iterator[DigitRun]:
    """Every maximal run, without stray digit-like words at its edges."""
    if not _ANY.search(text):
        return
    for match in _RUN.finditer(text):
        tokens = _trim(_tokens(text, match.start(), match.end()))
        if tokens:
            yield DigitRun(tokens)


def _tokens(text: str, start: int, end: int) -> list[Token]:
    found: list[Token] = []
    position = start
    while position < end:
        between = _FILLER_LIKE_DIGIT.match(text, position)
        if between:
            position = between.end()
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            position = _skip(text, position)
            continue
        word = match[0]
        if word == "十":
            found.append(Token(_ten(text, match.start()), match.start(), match.end(), "kanji", sure=False))
            position = match.end()
            continue
        script = "ascii" if word in "0123456789" else "kanji" if word in _KANJI else "kana"
        sure = script == "ascii" or word in _SURE or (len(word) > 1 and "ァ" <= word[0] <= "ヺ")
        found.append(Token(_WORDS.get(word, word), match.start(), match.end(), script, sure))
        position = match.end()
    return found


def _ten(text: str, at: int) -> str:
    return "0" if at and text[at - 1] in _ONES else "1"


# 「しまいが」 begins like a 4.
_FILLER_LIKE_DIGIT = late_pattern(_any_of([word for word in _FILLERS if word[0] in _FIRST and len(word) > 2]) or "(?!)")
_SKIP = late_pattern(rf"{_any_of(_FILLERS)}|.", re.DOTALL)


def _skip(text: str, position: int) -> int:
    match = _SKIP.match(text, position)
    return match.end() if match else position + 1


def _trim(tokens: list[Token]) -> tuple[Token, ...]:
    """Drop a short group of words at either edge: 「田中さん090…」, 「…5678に」, 「三重県の…」."""
    first, last = 0, len(tokens)
    while first < last and (size := _edge(tokens, first, last, 1)):
        first += size
    while first < last and (size := _edge(tokens, first, last, -1)):
        last -= size
    return tuple(tokens[first:last])


def _edge(tokens: list[Token], first: int, last: int, step: int) -> int:
    """Length of the group of equal script at one edge when it is too short to be spoken digits, else 0."""
    index = first if step > 0 else last - 1
    script = tokens[index].script
    if script == "ascii":
        return 0
    size = 0
    while first <= index < last and tokens[index].script == script and size < _MIN_WORDS:
        if size and _apart(tokens[index], tokens[index - step]):
            break
        size += 1
        index += step
    group = tokens[first : first + size] if step > 0 else tokens[last - size : last]
    return 0 if size >= _MIN_WORDS or any(token.sure for token in group) else size


def _apart(one: Token, other: Token) -> bool:
    return max(one.start, other.start) - min(one.end, other.end) > 1
