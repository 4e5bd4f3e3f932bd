"""What a Japanese text states that must not change: quantities with their bounds, phones, addresses. Pure, rules only."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from knowledge.text.late_pattern import late_pattern
from knowledge.text.weekdays import whole_weekdays

_KEPT = 2048
"""Texts whose reading is remembered: every check asks for the same sentence, source and clauses."""
_DIGITS = "〇一二三四五六七八九"
_COUNTERS = "円|日|年|月|歳|才|か月|ヶ月|カ月|ヵ月|週|回|点|通|人|名|時間|時|分(?!の)|枚|割|冊|台|部|本|度|つ|件|階|泊|種類|世帯|桁|倍|校|組|か所"
_KANJI_NUMBER = late_pattern(
    rf"(?<![\d第])(?!一時(?!間|半|から|まで|に|頃|ごろ)|一[度部本種面つ](?!だけ|のみ|です|で[、す。]|に限|限り|まで|から|以|目|人)|二度と|一人一人|十分(?!間|前|後|ほど)"
    rf"|一分(?!間))[〇一二三四五六七八九十百千万]+(?={_COUNTERS})"
)
"""一時停止, もう一度 and 十分な are no figures."""
_UNITS = (("千", 1000), ("百", 100), ("十", 10))
_SPACED = late_pattern(
    "(?<=[ぁ-ん一-龠ァ-ー、。]) +(?=[ぁ-ん一-龠ァ-ー]|\\d+[ぁ-ん一-龠ァ-ー])|(?<=\\d) +(?=[一-龠]{1,2}[、。 ぁ-ん])"
)
"""やさしい にほんごの ように かかれた 文."""
_SIGNS = {"センチメートル": "cm", "センチ": "cm", "ミリメートル": "mm", "ミリ": "mm", "パーセント": "%", "けた": "桁"}
_WRITTEN_OUT = late_pattern("(?<=\\d)(?:センチメートル|センチ|ミリメートル|ミリ|パーセント|けた)")
_PERCENT = late_pattern(r"100分の(\d+)")
_MONTH = late_pattern("ヶ月|カ月|ヵ月|箇月|ケ月")
_ERA = late_pattern(r"(令和|平成|昭和)\s*(\d{1,2}|元)\s*年")
_ERA_START = {"令和": 2018, "平成": 1988, "昭和": 1925}
_CLOCK = late_pattern(r"(?<![\d:])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])")
_AFTERNOON = late_pattern(r"(?:午後|夕方|夜)の?(\d{1,2})時")
_STILL_AFTERNOON = late_pattern(r"(?<!\d)((1[3-9]|2[0-3])時(?:\d+分|半)?(?:から|[~〜-]))([1-9]|1[01])時(?!間)")
"""午後1時から4時 ends at 16."""
_LARGE = late_pattern(r"(?:(\d+(?:\.\d+)?)万)?(?:(\d+(?:\.\d+)?)千)?(\d+)?円")
_HALF_YEAR = late_pattern("半年(?:間)?")
_RANGE = late_pattern(r"(?<![\d月/.-])(\d{1,4})([~〜]|から)(\d{1,4})(時|日|歳|円|年|月|分|文字|人|枚|点|冊|週間|か月)")
_SAME_MONTH = late_pattern(r"(\d{1,2}月)(\d{1,2}日)(から|[~〜-])(\d{1,2}日)(?!間|前|後|以)")

Kind = Literal["phone", "url", "date", "time", "quantity"]
_PHONE = late_pattern(r"(?<![\d-])0\d{1,4}-\d{1,6}(?:-\d{3,4})?(?![\d-])|(?<!\d)0\d{9,10}(?!\d)")
_URL = late_pattern(r"(?:https?://|www\.)[!-~]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w.])(?:[a-z0-9-]+\.)+(?:jp|com|net|org|info|io|go|lg)(?![a-z])(?:/[!-~]*)?", re.ASCII | re.I)  # fmt: skip
_URL_END = late_pattern(r"[.,;:)\]}>、。」』）]+$")
_ANY = late_pattern(r"[\d.@]")
"""Without one of these there is no figure, phone or address."""
_DATE = late_pattern(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
_TIME = late_pattern(r"(\d{1,2})時(?!間)(?:(\d{1,2})分)?(半)?")
_UNIT = (
    "か月|か所|回目|営業日|時間|週間|ピクセル|種類|文字|年間|日間|月間|センチ|ミリ|円|年|月|日|週|分|秒|歳|才|回|桁|枚|点|通り|通|人|名|"
    "件|階|番|割|つ|倍|世帯|校|%|cm|mm|kb|mb|gb|kg|km|m2|キログラム|キロ|度|冊|台|部|本|泊|匹|頭|組|袋|号|リットル|メートル|トン|m|g|l"
)
_QUANTITY = late_pattern(rf"(\d+(?:\.\d+)?)({_UNIT})?(目)?", re.I)
_BOUNDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("以上", late_pattern("以上")),
    ("未満", late_pattern("未満|に")),
    ("以下", late_pattern("以下")),
    ("以内", late_pattern("以内")),
    ("以降", late_pattern("以降|以後")),
    ("から", late_pattern("から|[~〜]")),
    ("超", late_pattern("を?超|より多")),
    ("まで", late_pattern("まで")),
    ("前", late_pattern("前(?!後)")),
    ("後", late_pattern("後")),
)
_AFTER_NUMBER = late_pattern(
    r"(?:間|目|の)?(以上|未満|に(?:満たな|達しな|達していな|なっていな|ならな)い|以下|以内|以降|以後|から|[~〜]|まで|を?超|より多|前(?!後)|(?<!以)後)"
)
_AT_MOST = late_pattern("(?:最大|最高|最長|上限|多くても|長くて(?:も)?)(?:は|で|でも)?$")
_AT_LEAST = late_pattern("(?:最低|少なくとも|下限)(?:は|で|でも)?$")
ESSENTIAL = frozenset({"以上", "未満", "以下", "超"})
"""Bounds a number may not lose either: 15歳 is not 15歳未満."""
_SAME_UNIT = {
    "才": "歳",
    "名": "人",
    "通り": "つ",
    "週間": "週",
    "年間": "年",
    "日間": "日",
    "センチ": "cm",
    "ミリ": "mm",
    "度": "回",
    "キログラム": "キロ",
    "kg": "キロ",
    "km": "キロ",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement in figures: `value` in canonical form; `unit` decides what it can be mixed up with."""

    kind: Kind
    value: str
    unit: str
    bound: str
    start: int
    end: int


@lru_cache(maxsize=_KEPT)
def canonical(text: str) -> str:
    """NFKC, no thousands separators, digits for kanji numerals before units, 24 hours, western years, one か月, both ends
    of a range with their unit, whole names of weekdays."""
    plain = unicodedata.normalize("NFKC", text)
    for signs, pattern, instead in _REWRITTEN:
        if any(sign in plain for sign in signs):
            plain = pattern.sub(instead, plain)
    return whole_weekdays(plain)


def _clock(match: re.Match[str]) -> str:
    return f"{int(match[1])}時{int(match[2])}分" if int(match[2]) else f"{int(match[1])}時"


def _still_afternoon(match: re.Match[str]) -> str:
    end = int(match[3]) + 12
    return f"{match[1]}{end}時" if end > int(match[2]) else match[0]


def _yen(match: re.Match[str]) -> str:
    if not match[1] and not match[2]:
        return match[0]
    total = float(match[1] or 0) * 10_000 + float(match[2] or 0) * 1000 + int(match[3] or 0)
    return f"{total:.10g}円"


def western_years(plain: str) -> str:
    """令和8年 -> 2026年, in a text whose digits are half-width."""
    return _ERA.sub(_western, plain)


def _western(match: re.Match[str]) -> str:
    return f"{_ERA_START[match[1]] + (1 if match[2] == '元' else int(match[2]))}年"


def kanji_number(text: str) -> int:
    """十五 -> 15, 二〇 -> 20, 千五百 -> 1500, 二万 -> 20000."""
    if "万" in text:
        above, _, below = text.partition("万")
        return (kanji_number(above) if above else 1) * 10_000 + (kanji_number(below) if below else 0)
    if not any(c in "十百千" for c in text):
        return int("".join(str(_DIGITS.index(c)) for c in text))
    total = 0
    for unit, size in _UNITS:
        if unit in text:
            head, _, text = text.partition(unit)
            total += (kanji_number(head) if head else 1) * size
    return total + (kanji_number(text) if text else 0)


_REWRITTEN: tuple[tuple[str | tuple[str, ...], re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (",", late_pattern(r"(?<=\d),(?=\d{3})"), ""),
    (" ", _SPACED, ""),
    (("センチ", "ミリ", "パーセント", "けた"), _WRITTEN_OUT, lambda m: _SIGNS[m[0]]),
    (("100分の",), _PERCENT, r"\1%"),
    (f"{_DIGITS}十百千万", _KANJI_NUMBER, lambda m: str(kanji_number(m[0]))),
    ("月", _MONTH, "か月"),
    (("半年",), _HALF_YEAR, "6か月"),
    (("令和", "平成", "昭和"), _ERA, _western),
    (":", _CLOCK, _clock),
    (("午後", "夕方", "夜"), _AFTERNOON, lambda m: f"{int(m[1]) % 12 + 12}時"),
    (("時",), _STILL_AFTERNOON, _still_afternoon),
    (("午前",), late_pattern(r"午前(?=\d)"), ""),
    (("正午",), late_pattern("正午"), "12時"),
    ("~〜か", _RANGE, r"\1\4\2\3\4"),
    ("月", _SAME_MONTH, r"\1\2\3\1\4"),
    ("円", _LARGE, _yen),
)
"""In this order; each only where one of its signs stands."""


def figures(plain: str) -> list[Fact]:
    """Every fact in figures of a canonical text, in order; no digit belongs to two of them."""
    found: list[Fact] = []
    if _ANY.search(plain) is None:
        return found
    rest = plain
    for hint, pattern, make in (
        (".@", _URL, _url),
        ("-0", _PHONE, _phone),
        ("月", _DATE, _date),
        ("時", _TIME, _time),
        ("", _QUANTITY, _quantity),
    ):
        if hint and not any(sign in rest for sign in hint):
            continue
        matches = list(pattern.finditer(rest))
        if matches:
            found += [make(match, plain) for match in matches]
            rest = pattern.sub(lambda m: " " * len(m[0]), rest)
    return sorted(found, key=lambda fact: fact.start)


def _url(match: re.Match[str], _plain: str) -> Fact:
    value = _URL_END.sub("", match[0].lower()).removeprefix("https://").removeprefix("http://").rstrip("/")
    return Fact("url", value, "url", "", match.start(), match.end())


def _phone(match: re.Match[str], _plain: str) -> Fact:
    return Fact("phone", match[0].replace("-", ""), "phone", "", match.start(), match.end())


def _date(match: re.Match[str], plain: str) -> Fact:
    value = f"{match[1] or ''}/{int(match[2])}/{int(match[3])}"
    return Fact("date", value, "date", _bound(plain, match.start(), match.end()), match.start(), match.end())


def _time(match: re.Match[str], plain: str) -> Fact:
    minutes = int(match[2] or 0) or (30 if match[3] else 0)
    return Fact(
        "time",
        f"{int(match[1])}:{minutes:02}",
        "time",
        _bound(plain, match.start(), match.end()),
        match.start(),
        match.end(),
    )


def _quantity(match: re.Match[str], plain: str) -> Fact:
    unit = (match[2] or "").lower() + (match[3] or "")
    unit = _SAME_UNIT.get(unit, unit)
    value = float(match[1])
    if unit == "mm":
        unit, value = "cm", value / 10
    bound = _bound(plain, match.start(), match.end())
    return Fact("quantity", f"{value:g}", unit, bound, match.start(), match.end())


def _bound(plain: str, start: int, end: int) -> str:
    """以上, 未満 … directly after the figure, 最大 … before it, else empty."""
    match = _AFTER_NUMBER.match(plain, end)
    if match is not None:
        return next(name for name, pattern in _BOUNDS if pattern.match(match[1]))
    before = plain[max(0, start - 6) : start]
    if _AT_MOST.search(before):
        return "以下"
    return "以上" if _AT_LEAST.search(before) else ""
