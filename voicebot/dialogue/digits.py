"""Digits said one by one: reading them while collecting a phone number, and reading them back."""

import re
import unicodedata

_SAID = (
    "ゼロ レイ マル 零 〇",
    "イチ 一",
    "ニー ニイ ニ フタ 二",
    "サン 三",
    "ヨン シ 四",
    "ゴー ゴ 五",
    "ロク 六",
    "ナナ シチ 七",
    "ハチ 八",
    "キュウ キュー ク 九",
)
_WORDS = {word: str(digit) for digit, words in enumerate(_SAID) for word in words.split()}
_FILLERS = re.compile(
    "エエト|エーット|エート|エット|エー|アノー|アノ|ソレカラ|ソシテ|ハイフン|デスネ|デス|ハイ|ニナリマス|モシモシ|"
    "電話番号(?:ハ|ワ)?|番号(?:ハ|ワ)?|ケイタイ|携帯(?:ノ)?|ジタク|自宅(?:ノ)?"
)
_TOKEN = re.compile("|".join(sorted((re.escape(word) for word in _WORDS), key=len, reverse=True)) + "|[0-9]")
_KANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def spoken_digits(text: str) -> str:
    """Every digit of an utterance that is expected to be digits: 「ゼロサン、ごーろくななはち」 → 035678."""
    folded = unicodedata.normalize("NFKC", text).translate(_KANA)
    return "".join(_WORDS.get(token, token) for token in _TOKEN.findall(_FILLERS.sub(" ", folded)))


def is_phone_number(digits: str) -> bool:
    """Ten digits of a fixed line or eleven of a mobile/IP number, domestic."""
    return bool(re.fullmatch(r"0(?![5-9]0)[1-9]\d{8}|0[5-9]0\d{8}", digits))


def may_become_phone_number(digits: str) -> bool:
    return len(digits) < 11 and not is_phone_number(digits) and (not digits or digits[0] == "0")


def read_back(digits: str, lang: str = "ja") -> str:
    """Digits with commas so that each is spoken alone and groups are heard: 0、3、の、1、2 …"""
    groups = _groups(digits)
    if lang != "ja":
        return "; ".join(", ".join(group) for group in groups)
    return "、の、".join("、".join(group) for group in groups)


def _groups(digits: str) -> list[str]:
    if len(digits) == 11:
        return [digits[:3], digits[3:7], digits[7:]]
    if len(digits) == 10 and digits.startswith(("03", "06")):
        return [digits[:2], digits[2:6], digits[6:]]
    if len(digits) == 10:
        return [digits[:3], digits[3:6], digits[6:]]
    return [digits]
