"""A number read out as three thousands: 「千二百三十四、五千六百七十八、九千十二」 is twelve digits."""

from knowledge.privacy.kinds import Kind, Span
from knowledge.text.late_pattern import late_pattern

_GROUP = r"[一二三四五六七八九]?千(?:[一二三四五六七八九]?百)?(?:[一二三四五六七八九]?十)?[一二三四五六七八九]?"
_BETWEEN = r"(?:[、,\s・の]|えー?っ?と|それから|で){1,3}"
_THREE = late_pattern(rf"{_GROUP}(?:{_BETWEEN}{_GROUP}){{2}}(?![円年人件名個枚万])")


def thousands(text: str) -> list[Span]:
    return [Span(*match.span(), Kind.MY_NUMBER) for match in _THREE.finditer(text)] if "千" in text else []
