"""Names of the languages for prompts, as exact as a translator needs them (the pages' labels are shorter)."""

from collections.abc import Mapping

LANGUAGE_NAMES: Mapping[str, str] = {
    "ja": "日本語",
    "en": "英語",
    "zh": "中国語（簡体字）",
    "ko": "韓国語",
    "vi": "ベトナム語",
    "pt": "ポルトガル語（ブラジル）",
    "tl": "タガログ語（フィリピノ語）",
}
