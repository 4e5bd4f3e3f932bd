"""Digits that are plainly dates, times, amounts or counts, so that no number rule takes them."""

from knowledge.text.late_pattern import late_pattern

_PIECES = late_pattern(
    r"(?<![0-9])(?:19|20)[0-9]{2}([-/.])(?:1[0-2]|0?[1-9])\1(?:3[01]|[12][0-9]|0?[1-9])(?![0-9])"
    r"|(?<![0-9:])(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9])?(?![0-9:])"
    r"|(?<![0-9/])(?:1[0-2]|0?[1-9])/(?:3[01]|[12][0-9]|0?[1-9])(?![0-9/])"
    r"|(?<![0-9,])[0-9]{1,3}(?:,[0-9]{3})+(?=\s?(?:円|人|件|枚|世帯|ポイント))"
)
_COUNTED = late_pattern(
    r"\s?(?:桁|けた|ケタ|文字|円|歳|才|年|月|日|時|分|秒|週|回|人|名|件|枚|個|本|通|か所|カ所|箇所|ヶ所|種|階|度|%|点|機種|世帯"
    r"|つ|cm|mm|kg|MB|GB|丁目|番地|番窓口|条|項|号様式|万|千|億)"
)


def harmless_pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Dates, times and amounts inside text[start:end], as offsets in `text`."""
    return [match.span() for match in _PIECES.finditer(text, start, end)]


def is_counted(text: str, end: int) -> bool:
    """Whether a unit follows the digits that stop at `end` (4桁, 3回, 2026年)."""
    return _COUNTED.match(text, end) is not None
