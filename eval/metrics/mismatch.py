"""Do two Japanese texts say the same in what must not differ: yes or no, numbers, dates, fees?

Similarity never judges correctness: 必要です and 必要ありません are 83 % alike. These checks compare facts only. They are
rules, so they can miss a paraphrase; what they report is worth a look by a person.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from knowledge.text.facts import canonical

Aspect = Literal["polarity", "fee", "date", "period", "age", "phone", "number"]

_ZERO_FEE = re.compile(r"無料|(?:手数料|費用|料金|お金)は(?:かかりません|不要|いりません|要りません)")
_FEE = re.compile(r"(\d+(?:\.\d+)?)(万)?円")
_PHONE = re.compile(r"0\d{1,4}-\d{1,4}-\d{3,4}")
_DATE = re.compile(r"(?:(?:令和|平成|昭和)?(\d{1,4}|元)年)?(\d{1,2})月(\d{1,2})日")
_PERIOD = re.compile(r"(\d+)(日|週間?|か月|ヶ月|カ月|ヵ月|箇月|年|時間|営業日)(?:間|以内|後|前|まで)?")
_AGE = re.compile(r"(\d+)(?:歳|才)(以上|未満|以下)?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

# Longest first, so that 必要ありません is not read as 必要.
_POLAR = (
    ("need", False, r"必要(?:は|が|も)?(?:ありません|ございません|ない|無い|なし)|不要|いりません|要りません|いらない"),
    ("need", True, r"必要|要ります|お持ちください|なければなりません|しなければ"),
    ("can", False, r"(?:でき|出来)(?:ません|ない|ず)|不可|いただけません|使えません|使えない|られません|お受けしていません|認められ(?:ません|ない)"),
    ("can", True, r"(?:でき|出来)(?:ます|る)|可能|いただけます|使えます|使える"),
    ("is", False, r"(?:では|じゃ)(?:ありません|ない)|対象外|いいえ"),
    ("is", True, r"はい、"),
    ("must_not", True, r"しないでください|ないでください|禁止"),
)  # fmt: skip
_POLARITY = [(name, positive, re.compile(pattern)) for name, positive, pattern in _POLAR]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One fact that only one of the texts has."""

    aspect: Aspect
    missing: tuple[str, ...]
    """In the first text only."""
    added: tuple[str, ...]
    """In the second text only."""


def mismatches(reference: str, text: str) -> list[Mismatch]:
    """Facts in which `text` differs from `reference`; equal facts in another order or notation are no mismatch."""
    one, two = facts(reference), facts(text)
    compared = (Mismatch(a, _without(one[a], two[a]), _without(two[a], one[a])) for a in one)
    return [m for m in compared if m.missing or m.added]


def contradicts(reference: str, text: str) -> list[Mismatch]:
    """Like `mismatches`, but only what `text` adds: leaving something out is no contradiction."""
    return [Mismatch(m.aspect, (), m.added) for m in mismatches(reference, text) if m.added]


def facts(text: str) -> dict[Aspect, Counter[str]]:
    """Polarity statements, fees in yen, dates, periods, ages, phones and all remaining numbers, in canonical form."""
    plain = canonical(text)
    found: dict[Aspect, Counter[str]] = {"polarity": _polarity(plain)}
    plain, found["phone"] = _take(_PHONE, plain, lambda m: m[0])
    found["fee"] = Counter({"0円": 1} if _ZERO_FEE.search(plain) else {})
    plain, fees = _take(_FEE, plain, lambda m: f"{float(m[1]) * (10_000 if m[2] else 1):g}円")
    found["fee"] += fees
    plain, found["date"] = _take(_DATE, plain, lambda m: m[0])
    plain, found["age"] = _take(_AGE, plain, lambda m: f"{int(m[1])}歳{m[2] or ''}")
    plain, found["period"] = _take(_PERIOD, plain, lambda m: f"{int(m[1])}{m[2].replace('週間', '週')}")
    plain, found["number"] = _take(_NUMBER, plain, lambda m: f"{float(m[0]):g}")
    # How often a text repeats a fact does not matter.
    return {aspect: Counter(dict.fromkeys(values, 1)) for aspect, values in found.items()}


def _polarity(plain: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, positive, pattern in _POLARITY:
        plain, hits = _take(pattern, plain, lambda _: "", "。")
        if hits:
            found[f"{name}{'+' if positive else '-'}"] += 1
    return found


def _take(
    pattern: re.Pattern[str], plain: str, name: Callable[[re.Match[str]], str], filler: str = " "
) -> tuple[str, Counter[str]]:
    """Cut every match out of the text, so that no number is counted twice."""
    found = Counter(name(m) for m in pattern.finditer(plain))
    return pattern.sub(filler, plain), found


def _without(a: Counter[str], b: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(set(a) - set(b)))
