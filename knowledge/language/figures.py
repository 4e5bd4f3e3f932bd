"""Numbers, times, amounts, phones and addresses of a text in any of the service's languages, to compare two of them.

Pure. Only what a reader would act on: a translation may change every word, but not a fee, a date or a number to ring.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.text.facts import kanji_number, western_years
from knowledge.text.late_pattern import late_pattern

_URL = late_pattern(r"https?://[^\s<>「」『』（）()、。]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_KANJI_DIGITS = "〇一二三四五六七八九"
_COUNTED = r"(?=つ|人|回|度|点|種類|通|枚|名|か月|ヶ月|カ月|箇月|日|年|歳|週間|時間|分|桁|文字|番|割)"
_KANJI_NUMBER = late_pattern(rf"(?<!もう)[一二三四五六七八九十百〇]+{_COUNTED}")
_WRITTEN = late_pattern(r"(\d[\d,.\s]*?)\s*(万|億|만|억)")
_GROUPED = late_pattern(r"(?<![\d-])(\d{1,3})(?:[,.](\d{3}))+(?!\d)")
_NUMBER = late_pattern(r"\d+")
_AFTERNOON = late_pattern(
    r"(?:午後|下午|晚上|오후|저녁)\s*(\d{1,2})"
    r"|(\d{1,2})(?:(?::|h|\s*giờ\s*)(\d{2})?)?\s*(?:p\.?m\.?\b|giờ chiều|giờ tối|chiều|tối|da tarde|da noite|ng hapon|ng gabi)",
    re.IGNORECASE,
)
_MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ),
    "pt": (
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ),
    "tl": (
        "enero",
        "pebrero",
        "marso",
        "abril",
        "mayo",
        "hunyo",
        "hulyo",
        "agosto",
        "setyembre",
        "oktubre",
        "nobyembre",
        "disyembre",
    ),
}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "en": ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    "pt": ("um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez"),
    "vi": ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"),
    "tl": ("isa", "dalawa", "tatlo", "apat", "lima", "anim", "pito", "walo", "siyam", "sampu"),
    "ko": ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"),
    "zh": ("一", "两", "三", "四", "五", "六", "七", "八", "九", "十"),
}
_MORE_WORDS: Mapping[str, Mapping[str, int]] = {
    "en": {"once": 1, "twice": 2, "first": 1, "second": 2, "third": 3, "both": 2, "either": 2, "a": 1, "an": 1},
    "pt": {"uma": 1, "duas": 2, "ambos": 2, "primeira": 1, "primeiro": 1},
    "tl": {"isang": 1, "dalawang": 2, "tatlong": 3, "apat na": 4, "parehong": 2},
    "zh": {"二": 2},
    "ko": {"하나": 1, "둘": 2, "셋": 3, "일": 1, "이": 2, "삼": 3},
    "vi": {"thứ nhất": 1, "cả hai": 2},
}


@dataclass(frozen=True, slots=True)
class Figures:
    numbers: frozenset[str]
    addresses: frozenset[str]
    words: frozenset[str] = frozenset()
    """Small numbers that may be written out; they excuse what is missing, and nothing has to match them."""


def figures(text: str, lang: str) -> Figures:
    """What a reader would act on. Numbers are whole strings without separators; 万 and eras are worked out."""
    plain = unicodedata.normalize("NFKC", text)
    addresses = frozenset(found.rstrip(".,;") for found in _URL.findall(plain))
    plain = _URL.sub(" ", plain)
    if lang == "ja":
        plain = western_years(_KANJI_NUMBER.sub(lambda m: str(kanji_number(m[0])), plain))
    plain = _AFTERNOON.sub(_by_24_hours, plain)
    plain = _GROUPED.sub(lambda m: re.sub(r"[,.]", "", m[0]), plain)
    plain = _WRITTEN.sub(_worked_out, plain)
    numbers = {number.lstrip("0") or "0" for number in _NUMBER.findall(plain)}
    numbers |= _months(plain, lang)
    return Figures(frozenset(numbers), addresses, _written_out(plain, lang))


@dataclass(frozen=True, slots=True)
class Differences:
    missing: tuple[str, ...]
    added: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.added)


def differences(source: str, source_lang: str, target: str, target_lang: str) -> Differences:
    """Figures of `source` that `target` has lost, and those it has made up."""
    one, other = figures(source, source_lang), figures(target, target_lang)
    missing = {n for n in one.numbers - other.numbers if n not in other.words}
    added = {n for n in other.numbers - one.numbers if n not in one.words}
    return Differences(
        tuple(sorted(missing | (one.addresses - other.addresses))),
        tuple(sorted(added | (other.addresses - one.addresses))),
    )


def _by_24_hours(match: re.Match[str]) -> str:
    hour = int(match[1] or match[2])
    minutes = f":{match[3]}" if match[3] else ""
    return f"{hour + 12 if hour < 12 else hour}{minutes} "


def _worked_out(match: re.Match[str]) -> str:
    try:
        value = float(re.sub(r"[,\s]", "", match[1]))
    except ValueError:
        return match[0]
    return str(round(value * (10_000 if match[2] in "万만" else 100_000_000)))


def _months(text: str, lang: str) -> set[str]:
    words = set(re.findall(r"[a-zç]+", text.lower()))
    # "may" is a word of every English text: only beside a number is it a month.
    found = {name: str(i) for i, name in enumerate(_MONTHS.get(lang, ()), 1) if name in words}
    if "may" in found and not re.search(r"may\s+\d|\d\s+may", text, re.IGNORECASE):
        del found["may"]
    return set(found.values())


def _written_out(text: str, lang: str) -> frozenset[str]:
    if lang == "ja":
        return frozenset(str(value) for value, char in enumerate(_KANJI_DIGITS) if char in text)
    folded = text.lower()
    known = {**{word: i for i, word in enumerate(_WORDS.get(lang, ()), 1)}, **_MORE_WORDS.get(lang, {})}
    if lang in ("zh", "ko"):
        return frozenset(str(value) for word, value in known.items() if word in folded)
    return frozenset(str(value) for word, value in known.items() if re.search(rf"(?<!\w){word}(?!\w)", folded))
