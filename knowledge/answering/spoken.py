"""The sentence a voice says: the approved spoken text, or a short form derived from the approved answer."""

import re

from knowledge.domain import FaqEntry
from knowledge.text.late_pattern import late_pattern

MAX_SPOKEN_CHARS = 120
_URL = late_pattern(r"(?:https?://|www\.)[!-~]+")
_WEB_PAGE = {
    "ja": "ホームページ", "en": "our website", "zh": "网站", "ko": "홈페이지", "vi": "trang web", "pt": "o nosso site",
    "tl": "aming website",
}  # fmt: skip
_BRACKETED = late_pattern(r"[（(〔［\[{｛〈《<＜][^（）()〔〕［］\[\]{}｛｝〈〉《》<>＜＞]*[）)〕］\]}｝〉》>＞]")
_BRACKETS = late_pattern(r"[（）()〔〕［］\[\]{}｛｝〈〉《》<>＜＞「」『』【】]")
_SYMBOLS = late_pattern(r"[※・◆●■□▼①-⑳–—]+|(?<![A-Za-z0-9])-+|-+(?![A-Za-z0-9])")
_ENDS = late_pattern(r"(?<=[。！？!?])|(?<=\.)(?=\s|$)")


def spoken_text(entry: FaqEntry) -> str:
    """`answer_voice` when approved, else whole first sentences of the answer up to 120 characters.

    Nothing that only the eye can use is left in it: addresses of pages, what stands in brackets.
    """
    plain = _speakable(entry.answer_voice or entry.answer, entry.lang)
    return plain if entry.answer_voice else _first_sentences(plain)


def _speakable(text: str, lang: str) -> str:
    plain = _URL.sub(_WEB_PAGE.get(lang, _WEB_PAGE["ja"]), _without_asides(text))
    if lang not in ("ja", "zh"):
        plain = re.sub(r"\s+", " ", _BRACKETS.sub("", plain)).strip()
        return re.sub(r" (?=[.,;:!?])", "", plain)
    plain = _SYMBOLS.sub("、", _BRACKETS.sub("", plain))
    plain = re.sub(r"\s*\n\s*", "。", plain)
    plain = re.sub(r"[。、]*。[。、]*", "。", re.sub(r"、+", "、", plain))
    plain = re.sub(r"([！？!?])[。、]+", r"\1", plain).strip("、。 ")
    return plain if not plain or plain[-1] in "！？!?" else f"{plain}。"


def _without_asides(text: str) -> str:
    """Brackets within brackets go from the inside out."""
    while True:
        shorter = _BRACKETED.sub("", text)
        if shorter == text:
            return text
        text = shorter


def _first_sentences(plain: str) -> str:
    out = ""
    for sentence in _ENDS.split(plain):
        if out and len(out) + len(sentence) > MAX_SPOKEN_CHARS:
            break
        out += sentence
    return out.strip()
