"""Mail addresses, typed or spelled out (アットマーク, ドット)."""

from knowledge.privacy.kinds import Kind, Span
from knowledge.text.late_pattern import late_pattern

_AT = r"(?:アットマーク|あっとまーく|アット|@)"
_WORD = r"[A-Za-z0-9_ァ-ヺー-]"
_SPELLED = late_pattern(rf"\s?{_AT}\s?")
_LEFT_ASCII = late_pattern(r"[A-Za-z0-9._%+-]{1,64}\Z")
_LEFT_SPOKEN = late_pattern(rf"(?:{_WORD}|[.]|\s(?=\S)){{1,64}}\Z")
_SPOKEN_MARK = late_pattern(r"アンダーバー|アンダースコア|ハイフン|ドット")
_RIGHT = late_pattern(r"[A-Za-z0-9_ァ-ヺー.\s-]{1,60}")
_HAS_DOT = late_pattern(r"ドット|どっと|\.")
_FILL = late_pattern(r"\A[\sー.-]+")


def mail_spans(text: str, public: tuple[str, ...] = ()) -> list[Span]:
    """`public` addresses stay. Linear: every pattern is anchored at the at sign with bounded reach."""
    spans: list[Span] = []
    for match in _SPELLED.finditer(text):
        span = _around(text, match.start(), match.end())
        if span and text[span.start : span.end] not in public:
            spans.append(span)
    return spans


def _around(text: str, at_start: int, at_end: int) -> Span | None:
    window = max(0, at_start - 64)
    before = text[window:at_start]
    spoken = _LEFT_SPOKEN.search(before)
    # A mark that is spelled out belongs to the address: 「ハナコ アンダーバー 85 アットマーク …」.
    left = spoken if spoken and _SPOKEN_MARK.search(spoken[0]) else _LEFT_ASCII.search(before) or spoken
    right = _RIGHT.match(text, at_end)
    if left is None or right is None or not _HAS_DOT.search(right[0]):
        return None
    lead = _FILL.match(left[0])
    start = window + left.start() + (lead.end() if lead else 0)
    end = at_end + len(right[0].rstrip(" .-\n\t"))
    return Span(start, end, Kind.EMAIL) if start < at_start else None
