"""Days as Japanese offices write them: ISO, slashes, 年月日, and 和暦 (R8.8.1, 令和8年8月1日, 平成元年…)."""

import re
import unicodedata
from datetime import date

from knowledge.text.late_pattern import late_pattern

_ERAS: dict[str, tuple[str, date]] = {
    "M": ("明治", date(1868, 1, 25)),
    "T": ("大正", date(1912, 7, 30)),
    "S": ("昭和", date(1926, 12, 25)),
    "H": ("平成", date(1989, 1, 8)),
    "R": ("令和", date(2019, 5, 1)),
}
_BY_NAME = {name: letter for letter, (name, _) in _ERAS.items()}
_KANJI_DIGITS = {char: number for number, char in enumerate("〇一二三四五六七八九")}
_NUMERALS = late_pattern("[〇一二三四五六七八九十]+")
_YMD = r"[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_WESTERN = late_pattern(rf"(?:西暦)?(\d{{4}})\s*{_YMD}(?:[T ]00:00(?::00)?)?")
_COMPACT = late_pattern(r"(\d{4})(\d{2})(\d{2})")
_ERA = late_pattern(rf"([MTSHR]|明治|大正|昭和|平成|令和)\s*(\d{{1,2}}|元)\s*{_YMD}", re.I)
_HELP = "日付は 2026-08-01、R8.8.1、令和8年8月1日 のように書いてください。"


def parse_day(text: str) -> date:
    """The day written in `text`. Raises ValueError whose message is for the person who wrote it."""
    written = _NUMERALS.sub(_number, unicodedata.normalize("NFKC", text)).strip()
    western = _WESTERN.fullmatch(written) or _COMPACT.fullmatch(written)
    if western:
        return _day(int(western[1]), int(western[2]), int(western[3]), text)
    era = _ERA.fullmatch(written)
    if era is None:
        raise ValueError(f"日付「{_short(text)}」を読み取れません。{_HELP}")
    return _of_era(era, text)


def _of_era(match: re.Match[str], text: str) -> date:
    letter = _BY_NAME.get(match[1], match[1].upper())
    name, begins = _ERAS[letter]
    year = 1 if match[2] == "元" else int(match[2])
    # Years past the end of an era stay readable: 平成35年 stands in papers written before 2019.
    found = _day(begins.year + year - 1, int(match[3]), int(match[4]), text)
    if year < 1 or found < begins:
        raise ValueError(f"日付「{_short(text)}」は{name}ではありません。{_HELP}")
    return found


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"日付「{_short(text)}」は暦にありません。{_HELP}") from None


def _number(match: re.Match[str]) -> str:
    """Kanji numerals below 100, or digit by digit (二〇二六)."""
    text = match.group()
    if "十" not in text:
        return "".join(str(_KANJI_DIGITS[char]) for char in text)
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones or "〇" in text:
        return text
    return str((_KANJI_DIGITS[tens] if tens else 1) * 10 + (_KANJI_DIGITS[ones] if ones else 0))


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:20]}…"
