"""The half of a number a speaker takes back: 「090-12…あ違う、080-3345-7712です」."""

from collections.abc import Sequence
from itertools import pairwise

from knowledge.privacy.digits import DigitRun
from knowledge.privacy.harmless import harmless_pieces, is_counted
from knowledge.privacy.kinds import Kind, Span
from knowledge.privacy.officials import Officials
from knowledge.privacy.shapes import groups_of
from knowledge.text.late_pattern import late_pattern

_LEAST = 3
_MOST_CHARS = 24
WRONG = (
    r"(?:違う|違い|違っ|ちがう|ちがい|ちゃう|間違|まちが|じゃなく|ではなく|じゃない|ではない|訂正|すみません|すいません|"
    r"ごめん|失礼|もとい|やり直|言い直|いや)"
)
_BETWEEN = late_pattern(rf"[^0-9。\n\ufffc]{{0,12}}?{WRONG}[^0-9\n\ufffc]{{0,14}}\Z")
_ANY = late_pattern(WRONG)


def corrected(text: str, runs: Sequence[DigitRun], found: Sequence[Span], officials: Officials) -> list[Span]:
    """Digits beside a personal number, where a word between them says that one of the two was wrong."""
    if len(runs) < 2 or not found or not _ANY.search(text):
        return []
    kinds = {place: span.kind for span in found for place in range(span.start, span.end)}
    spans: list[Span] = []
    told: Kind | None = None
    for one, other in pairwise(runs):
        told = kinds.get(one.start, told)
        if officials.is_public_phone(one.value, _first(one)) or officials.is_public_phone(other.value, _first(other)):
            continue
        if other.start - one.end > _MOST_CHARS or not _BETWEEN.match(text[one.end : other.start]):
            continue
        spans += _half(text, one, kinds.get(other.start, told))
        spans += _half(text, other, kinds.get(one.start, told))
    return spans


_OR = late_pattern(r"\s?(?:か|または|もしくは|それとも)、?\s?")


def repeated(text: str, runs: Sequence[DigitRun], found: Sequence[Span], officials: Officials) -> list[Span]:
    """A part of a personal number that is said once more, and the other reading of a part: 「2211か2217か」."""
    numbers = [span for span in found if span.kind is Kind.MY_NUMBER]
    if not numbers or len(runs) < 2:
        return []
    hidden = [run for run in runs if any(span.start <= run.start < span.end for span in numbers)]
    values = ["".join(run.value for run in hidden), *(run.value for run in hidden)]
    spans: list[Span] = []
    for one in runs:
        if len(one) < _LEAST or one in hidden or is_counted(text, one.end) or officials.is_public_phone(one.value):
            continue
        beside = any(len(run) == len(one) and _OR.fullmatch(text, run.end, one.start) for run in hidden)
        if beside or any(one.value in value for value in values):
            spans.append(Span(one.start, one.end, Kind.MY_NUMBER))
    return spans


def _first(run: DigitRun) -> str:
    return "".join(token.digit for token in groups_of(run)[0])


def _half(text: str, run: DigitRun, kind: Kind | None) -> list[Span]:
    if kind in (None, Kind.NAME, Kind.ADDRESS, Kind.BIRTH_DATE) or len(run) < _LEAST or is_counted(text, run.end):
        return []
    if harmless_pieces(text, run.start, run.end):
        return []
    return [Span(run.start, run.end, kind)] if kind else []
