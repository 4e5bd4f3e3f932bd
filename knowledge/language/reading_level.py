"""How easy a Japanese text is to read for somebody who is learning the language. Pure; standard library only.

After the guidelines for やさしい日本語 of 出入国在留管理庁 and 文化庁 (2020): one matter a sentence, short sentences, です・ます, no
honorifics, no passive, no double negation, few kanji compounds.
"""

import re
from dataclasses import dataclass
from typing import Literal

from knowledge.text.late_pattern import late_pattern

Level = Literal["easy", "fair", "hard"]
LABELS: dict[Level, str] = {"easy": "やさしい", "fair": "ふつう", "hard": "むずかしい"}
MAX_SENTENCE_CHARS = 40
_HARD_SENTENCE_CHARS = 60
_FAIR_KANJI, _HARD_KANJI = 0.30, 0.42
_SENTENCE_END = late_pattern(r"[。！？!?\n]+")
_BRACKETS = late_pattern(r"[（(][^）)]*[）)]")
_KANJI = late_pattern(r"[一-龥々]")
_LETTER = late_pattern(r"[ぁ-んァ-ヶー一-龥々]")
_HARD: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        late_pattern(r"いただ[いきくけ]|頂[いきくけ]|ございま|なさい?ま|くださいませ|伺[いうえっ]|申し上げ|おります|存じ|お越し|ご覧|賜|参り"),
        "敬語を「です・ます・ください」にしてください",
    ),
    (late_pattern(r"され(ます|た|て|る)|られ(ます|た|て|る)"), "「〜されます」を、だれがするか分かる文にしてください"),
    (late_pattern(r"(ない|なけれ)[^。]{0,6}(わけでは|ことは|とは)?[^。]{0,4}(ありません|ないです|いけません|なりません)"), "二重の打ち消しを避けてください"),
    (late_pattern(r"及び|並びに|又は|若しくは|かつ|ただし|なお|当該|上記|下記|以下の|に係る|に際し|において|に基づ|の上[、で]|速やかに"), "役所の言い回しを、ふだんの言葉にしてください"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """`longest` in characters without what stands in brackets; `kanji_share` of all Japanese letters."""

    level: Level
    longest: int
    kanji_share: float
    advice: tuple[str, ...]

    @property
    def label(self) -> str:
        return LABELS[self.level]


def read_level(text: str) -> Reading:
    """The level of a text, and what would make it easier. An empty text is easy."""
    sentences = [s.strip(" ・、") for s in _SENTENCE_END.split(_BRACKETS.sub("", text)) if s.strip(" ・、")]
    longest = max((len(s) for s in sentences), default=0)
    letters = len(_LETTER.findall(text))
    share = len(_KANJI.findall(_BRACKETS.sub("", text))) / letters if letters else 0.0
    advice = [message for pattern, message in _HARD if pattern.search(text)]
    if longest > MAX_SENTENCE_CHARS:
        advice.append(f"{longest}文字の文があります。{MAX_SENTENCE_CHARS}文字までに分けてください")
    if share > _FAIR_KANJI:
        advice.append("漢字の言葉を、ひらがなの言葉にできないか見てください")
    return Reading(_level(longest, share, len(advice)), longest, share, tuple(advice))


def _level(longest: int, share: float, hints: int) -> Level:
    if longest > _HARD_SENTENCE_CHARS or share > _HARD_KANJI or hints >= 3:
        return "hard"
    return "easy" if hints == 0 else "fair"
