"""Rewrites approved text into what a Japanese voice reads well. The text on record stays as approved."""

import re
import unicodedata

_DIGITS = dict(zip("0123456789", "ゼロ イチ ニー サン ヨン ゴー ロク ナナ ハチ キュー".split(), strict=True))  # noqa: SIM905
_CIRCLED = {chr(0x2460 + i): f"{i + 1}、" for i in range(20)}
_URL = re.compile(r"(?:https?://|www\.)[^\s、。）)」]+")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?<![0-9-])(0\d{1,4})-(\d{1,4})-(\d{3,4})(?![0-9-])")
_FREE_PHONE = re.compile(r"(?<![0-9-])(01[128]0|0570|0800)-?(\d{2,3})-?(\d{3,4})(?![0-9-])")
_DATE = re.compile(r"(?<![0-9])((?:19|20)\d\d)[/.-](\d{1,2})[/.-](\d{1,2})(?![0-9])")
_TIME = re.compile(r"(?<![0-9:])(\d{1,2}):(\d{2})(?![0-9:])")
_SPAN = re.compile(r"(?<=[0-9時分日月年円歳曜])\s*[~〜～]\s*(?=[0-9午月火水木金土日一二三])")
_TO_DATE = re.compile(r"(月\d{1,2}日)から(\d{1,2})/(\d{1,2})(?![0-9/])")
_FRACTION = re.compile(r"(?<![0-9/])(\d{1,2})/(\d{1,2})(?=以上|以下|未満|程度|以内)")
_ERA_SEVEN = re.compile(r"(令和|平成|昭和)7(?=年)")
_ERA_DATE = re.compile(r"(?<![A-Za-z])([RHS])(\d{1,2})[./](\d{1,2})[./](\d{1,2})(?![0-9])")
_ERAS = {"R": "令和", "H": "平成", "S": "昭和"}
_BULLET = re.compile(r"^[ \t]*(?:[・●○■□◆◇▪•*+-]|#{1,6})[ \t]*", re.MULTILINE)
_NUMBERED = re.compile(r"^[ \t]*[(（]?(\d{1,2})[)）.．][ \t]*", re.MULTILINE)
_MARKDOWN = re.compile(r"\*\*|__|`|\[([^\]]*)\]\([^)]*\)")
_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")
_QUOTES = re.compile(r"[「」『』【】\[\]〈〉《》“”\"]")
_COLON = re.compile(r"\s*[:：]\s*")
_SLASH = re.compile(r"(?<=[^\x00-\x7f])[/／](?=[^\x00-\x7f])")
_ARROW = re.compile(r"[→⇒➡]")
_STOPS = re.compile(r"[、,]*。[、,。]*")
_COMMAS = re.compile(r"[、,](?:\s*[、,])+")
_WORDS = (
    ("e-Tax", "イータックス"),
    ("J-LIS", "ジェイリス"),
    ("※", "なお、"),
    ("&", "アンド"),
    ("…", "、"),
    ("％", "パーセント"),
    ("%", "パーセント"),
)


def for_reading(text: str) -> str:
    """Dates, times, spans, phone numbers, addresses of pages, brackets and bullets as a person would say them."""
    for mark, spoken in _CIRCLED.items():
        text = text.replace(mark, spoken)
    text = unicodedata.normalize("NFKC", text.replace("〜", "~").replace("～", "~"))
    text = _MARKDOWN.sub(lambda match: match.group(1) or "", text)
    text = _MAIL.sub("メールアドレス", _URL.sub("ホームページ", text))
    text = _NUMBERED.sub(r"\1、", _BULLET.sub("", text))
    text = _numbers(text)
    for written, spoken in _WORDS:
        text = text.replace(written, spoken)
    return _marks(text)


def _numbers(text: str) -> str:
    text = _ERA_DATE.sub(lambda m: f"{_ERAS[m[1]]}{int(m[2])}年{int(m[3])}月{int(m[4])}日", text)
    text = _DATE.sub(lambda m: f"{m[1]}年{int(m[2])}月{int(m[3])}日", text)
    text = _TIME.sub(_clock, text)
    text = _SPAN.sub("から", text)
    text = _TO_DATE.sub(r"\1から\2月\3日", text)
    text = _FRACTION.sub(r"\2分の\1", text)
    text = _FREE_PHONE.sub(_phone, text)
    text = _PHONE.sub(_phone, text)
    return _ERA_SEVEN.sub(r"\1シチ", text)


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    return f"{hour}時" if minute == 0 else f"{hour}時{minute}分"


def _phone(match: re.Match[str]) -> str:
    """Digit by digit with a breath between groups: a caller writes it down."""
    return "、の、".join(spell(group) for group in match.groups())


def spell(digits: str) -> str:
    return "".join(_DIGITS[digit] for digit in digits)


def _marks(text: str) -> str:
    text = _BRACKETS.sub(r"、\1、", text)
    text = _QUOTES.sub("", text)
    text = _COLON.sub("、", text)
    text = _ARROW.sub("、", _SLASH.sub("、", text))
    text = text.replace("~", "から").replace("・", "、").replace("\n", "。").replace("\t", "、")
    text = _STOPS.sub("。", _COMMAS.sub("、", text))
    return text.strip().lstrip("、。")
