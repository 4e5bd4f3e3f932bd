"""One normal form for matching. Never used on what is stored or shown: NFKC changes characters people care about."""

import unicodedata

from knowledge.text.late_pattern import late_pattern

# NFKC leaves these apart, so one word typed on two keyboards would not match itself.
_HYPHENS = "‐‑‒–—―−─━ｰ"
_INVISIBLE = late_pattern(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
_SURROGATES = late_pattern("[\ud800-\udfff]")
_SPACES = late_pattern(r"\s+")
_CJK = "\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f々〆ヶ"
_SPACE_IN_CJK = late_pattern(f"(?<=[{_CJK}]) (?=[{_CJK}])")
_TO_HYPHEN = str.maketrans(dict.fromkeys(_HYPHENS, "-"))

MAX_QUERY_CHARS = 2000
"""A spoken question has 20-200 characters; what is longer is cut before search so that cost stays bounded."""


def clean(text: str) -> str:
    """Drop lone surrogates, control, zero-width, bidi and variation-selector characters; keep newlines and tabs."""
    return _INVISIBLE.sub("", _SURROGATES.sub("", text))


def normalise(text: str) -> str:
    """Matching form: cleaned, NFKC, one hyphen, single spaces, none between Japanese characters, lower case."""
    folded = unicodedata.normalize("NFKC", clean(text)).translate(_TO_HYPHEN)
    folded = _SPACES.sub(" ", folded).strip()
    return _SPACE_IN_CJK.sub("", folded).lower()


def katakana(text: str) -> str:
    """Hiragana to katakana, everything else unchanged."""
    return text.translate(_TO_KATAKANA)


def hiragana(text: str) -> str:
    """Katakana to hiragana, everything else unchanged."""
    return text.translate(_TO_HIRAGANA)


def fold_reading(reading: str) -> str:
    """What a recogniser confuses falls together: long vowels, small ッ, voicing and a final weak vowel are dropped."""
    return katakana(reading).translate(_FOLD)


_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_TO_HIRAGANA = {kata: hira for hira, kata in _TO_KATAKANA.items()}
_VOICED = "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ"
_PLAIN = "カキクケコサシスセソタチツテトハヒフヘホハヒフヘホウ"
_FOLD = {**str.maketrans(_VOICED, _PLAIN), ord("ー"): None, ord("ッ"): None}
