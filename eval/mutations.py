"""Faithful texts made wrong on purpose, one fact at a time: what a checker of generated text has to catch."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from knowledge.text.facts import canonical, figures

MutationKind = Literal["number", "date", "fee", "period", "phone", "negation", "bound", "swapped"]
CRITICAL: tuple[MutationKind, ...] = ("number", "date", "fee", "period", "phone", "negation")
"""What must be caught in 99 of 100 cases."""

_FLIPS: tuple[tuple[str, str], ...] = (
    (r"必要(?:は|が)?(?:あり|ござい)ません", "必要です"),
    (r"必要はなく", "必要があり"),
    (r"(?:不要|要らない|いらない)(?=です|で|に|。|、|の)", "必要"),
    (r"必要(?=です|で、|で。|になります|となります|があります)", "不要"),
    (r"無料(?=で|です|に|と|。|、)", "有料"),
    (r"(?:かかりません|かからず)", "かかります"),
    (r"(?:構|かま)いません", "いけません"),
    (r"差し支え(?:あり|ござい)ません", "いけません"),
    (r"(?<=[きえけせてねめれげべいりらちびみし])ません(?!か)", "ます"),
    (r"(?<=[きえけせてねめれげべいりらちびみし])ます(?!か|よう)", "ません"),
    (r"できない", "できる"),
    (r"できる(?!だけ)", "できない"),
    (r"できず", "でき"),
    (r"(?<=[使取戻])(え|れ|せ)ない", r"\1る"),
    (r"可能(?=です|で|。|、)", "不可能"),
    (r"任意(?=です|で|。|、)", "義務"),
    (r"(?<=[番者日分類安ド合点ち])です(?=。|$)", "ではありません"),
    (r"対象(?=です|に?なります)", "対象外"),
    (r"対象外", "対象"),
)
_DOUBLE = re.compile(
    r"(?:なけれ|なくて|ねば?)(?:ば|は)?(?:なり|いけ)ません|(?:構|かま)いません|差し支え(?:あり|ござい)ません|申し訳(?:あり|ござい)ません|かもしれません|ありがとうございます"
)
"""Flipping half of a double negation says nothing; politeness is no negation."""
_BOUNDS = (
    ("以上", "未満"),
    ("未満", "以上"),
    ("以内", "以降"),
    ("以下", "以上"),
    ("か月前", "か月後"),
    ("日前", "日後"),
)
_FEE = re.compile(r"(\d[\d,]*)円")
_PHONE = re.compile(r"0\d{1,4}-\d{2,6}(?:-\d{3,4})?")


@dataclass(frozen=True, slots=True)
class Mutation:
    kind: MutationKind
    text: str
    what: str
    """What was written for what, for people."""


def mutations(text: str, source: str, seed: int) -> list[Mutation]:
    """Every single-fact change of `text`: each figure, date, fee, phone and negation once, figures also exchanged for
    another one of the source."""
    dice = random.Random(seed)
    makers: tuple[Callable[[str, str, random.Random], Iterator[Mutation]], ...] = (_phones, _figures, _flips, _bounds)
    found = [mutation for make in makers for mutation in make(text, source, dice)]
    return [m for m in found if canonical(m.text) != canonical(text)]


def _phones(text: str, _source: str, dice: random.Random) -> Iterator[Mutation]:
    for match in _PHONE.finditer(text):
        at = dice.choice([i for i, c in enumerate(match[0]) if c.isdigit() and i > 1])
        other = dice.choice([d for d in "0123456789" if d != match[0][at]])
        yield _replaced("phone", text, match.start(), match.end(), match[0][:at] + other + match[0][at + 1 :])


def _figures(text: str, source: str, dice: random.Random) -> Iterator[Mutation]:
    """Digits as written, outside phones and addresses."""
    hidden = re.sub(r"https?://[!-~]+", lambda m: "x" * len(m[0]), _PHONE.sub(lambda m: "x" * len(m[0]), text))
    here = {fact.value for fact in figures(canonical(text))}
    for match in re.finditer(r"\d[\d,]*(?:\.\d+)?", hidden):
        kind = _kind(hidden, match.end())
        value = float(match[0].replace(",", ""))
        change = dice.choice([value + 1, value + 10, value * 2, max(0.0, value - 1), value * 10])
        yield _replaced(kind, text, match.start(), match.end(), f"{change if change != value else value + 3:g}")
        unit = re.match(r"か月|日|年|円|桁|歳|時|分|点|人|枚|回目|回|文字", hidden[match.end() :])
        if unit is None:
            continue
        others = {m[1] for m in re.finditer(rf"(\d[\d,]*){unit[0]}", source)} - {match[0]}
        for other in sorted(others):
            if other.replace(",", "") not in here and other not in text:
                yield _replaced("swapped", text, match.start(), match.end(), other)


def _kind(text: str, end: int) -> MutationKind:
    after = text[end : end + 2]
    if after.startswith("円"):
        return "fee"
    if after[:1] in ("月", "日") and not after.startswith("日間"):
        return "date"
    return "period" if after.startswith(("か月", "日", "週", "年", "時間")) else "number"


def _flips(text: str, _source: str, _dice: random.Random) -> Iterator[Mutation]:
    kept = [m.span() for m in _DOUBLE.finditer(text)]
    seen: set[str] = set()
    for pattern, other in _FLIPS:
        whole = pattern.startswith(("(?:構", "差し支え"))
        for match in re.finditer(pattern, text):
            if not whole and any(a <= match.start() < b for a, b in kept):
                continue
            made = _replaced("negation", text, match.start(), match.end(), match.expand(other))
            if made.text not in seen:
                seen.add(made.text)
                yield made


def _bounds(text: str, _source: str, _dice: random.Random) -> Iterator[Mutation]:
    for word, other in _BOUNDS:
        for match in re.finditer(rf"(?<=\d){word}|(?<=[月日人歳])(?:{word})", text):
            yield _replaced("bound", text, match.start(), match.end(), other)


def _replaced(kind: MutationKind, text: str, start: int, end: int, other: str) -> Mutation:
    return Mutation(kind, text[:start] + other + text[end:], f"{text[start:end]}→{other}")
