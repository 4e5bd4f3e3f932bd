"""All recognisers together: pure functions from a normalised text to the personal data in it."""

from knowledge.privacy.addresses import addresses
from knowledge.privacy.births import birth_dates
from knowledge.privacy.cues import document_numbers, spans_by_cue
from knowledge.privacy.digits import digit_runs
from knowledge.privacy.kinds import LABELS, Kind, Span
from knowledge.privacy.mail import mail_spans
from knowledge.privacy.names import name_spans
from knowledge.privacy.normalise import WALL
from knowledge.privacy.officials import Officials
from knowledge.privacy.shapes import spans_by_shape

__all__ = ["LABELS", "Kind", "Span", "find"]

_MAX_PASSES = 8


def find(text: str, officials: Officials) -> list[Span]:
    """Disjoint spans in order. Passes repeat until nothing new appears, so a second redaction changes nothing."""
    found: list[Span] = []
    for _ in range(_MAX_PASSES):
        fresh = _one_pass(text, officials)
        if not fresh:
            break
        found += fresh
        text = _wall_off(text, fresh)
    return sorted(found, key=lambda span: span.start)


def _one_pass(text: str, officials: Officials) -> list[Span]:
    runs = list(digit_runs(text))
    candidates = mail_spans(text, officials.texts) if "@" in text or "アット" in text or "あっと" in text else []
    candidates += birth_dates(text)
    if runs:
        candidates += document_numbers(text)
        candidates += spans_by_cue(text, runs, officials)
        candidates += addresses(text, officials)
        for run in runs:
            candidates += spans_by_shape(text, run, officials)
    candidates += name_spans(text)
    return _disjoint(_unprotected(text, candidates, officials)) if candidates else []


def _disjoint(candidates: list[Span]) -> list[Span]:
    """Earlier rules win; what sticks out of a winner is kept, so an overlap never uncovers anything."""
    taken: list[Span] = []
    for span in candidates:
        for start, end in _free_parts(span, taken):
            taken.append(Span(start, end, span.kind))
    return sorted(taken, key=lambda span: span.start)


def _free_parts(span: Span, taken: list[Span]) -> list[tuple[int, int]]:
    parts = [(span.start, span.end)]
    for other in taken:
        parts = [piece for start, end in parts for piece in ((start, min(end, other.start)), (max(start, other.end), end))]
        parts = [(start, end) for start, end in parts if start < end]
    return parts


def _unprotected(text: str, candidates: list[Span], officials: Officials) -> list[Span]:
    """Drop what lies inside a text the city published."""
    public = [(at, at + len(word)) for word in officials.texts for at in _places_of(word, text)]
    if not public:
        return candidates
    return [span for span in candidates if not any(a <= span.start and span.end <= b for a, b in public)]


def _places_of(word: str, text: str) -> list[int]:
    found: list[int] = []
    at = text.find(word)
    while at >= 0:
        found.append(at)
        at = text.find(word, at + len(word))
    return found


def _wall_off(text: str, spans: list[Span]) -> str:
    parts: list[str] = []
    position = 0
    for span in spans:
        parts += [text[position : span.start], WALL * (span.end - span.start)]
        position = span.end
    return "".join([*parts, text[position:]])
