"""Why a generated text is not let through, and what it may rest on."""

from dataclasses import dataclass
from typing import Literal

ReasonKind = Literal[
    "figure",
    "mixed_up",
    "bound",
    "day",
    "phone",
    "url",
    "polarity",
    "words",
    "language",
    "empty",
    "citation",
    "omission",
]
REASONS: dict[ReasonKind, str] = {
    "figure": "根拠にない数字があります",
    "mixed_up": "数字と事柄の組み合わせが根拠と違います",
    "bound": "以上・未満・以内などが根拠と違います",
    "day": "開いている日、休みの日が根拠と違います",
    "phone": "根拠にない電話番号があります",
    "url": "根拠にないアドレスがあります",
    "polarity": "必要・不要、できる・できないなどが根拠と違います",
    "words": "根拠にない事柄があります",
    "language": "日本語の文ではありません",
    "empty": "文がありません",
    "citation": "出典がないか、渡した資料にない出典です",
    "omission": "根拠にある条件やただし書きが抜けています",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a text is not let through; `words` is the place in it."""

    kind: ReasonKind
    words: str = ""

    def __str__(self) -> str:
        return f"{REASONS[self.kind]}：{self.words}" if self.words else REASONS[self.kind]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a text may rest on: approved answers or a transcript, and the questions they belong to."""

    text: str
    question: str = ""
