"""Names of the languages, in Japanese, as prompts and staff pages use them."""

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
