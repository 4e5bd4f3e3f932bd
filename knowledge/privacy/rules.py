"""All recognisers together: pure functions from a normalised text to the personal data in it."""

from collections.abc import Sequence

from knowledge.privacy.address_evidence import addresses_by_evidence
from knowledge.privacy.addresses import addresses
from knowledge.privacy.births import birth_dates
from knowledge.privacy.corrections import corrected, repeated
from knowledge.privacy.cues import document_numbers, my_number_parts, spans_by_cue
from knowledge.privacy.digits import digit_runs
from knowledge.privacy.foreign_names import foreign_name_spans
from knowledge.privacy.introductions import passing_names
from knowledge.privacy.kanji_thousands import thousands
from knowledge.privacy.kinds import LABELS, Kind, Span
from knowledge.privacy.mail import mail_spans
from knowledge.privacy.name_evidence import is_other_word, names_by_evidence
from knowledge.privacy.names import name_spans
from knowledge.privacy.normalise import WALL
from knowledge.privacy.officials import Officials
from knowledge.privacy.parts_of_speech import WordReader
from knowledge.privacy.pieces import in_pieces
from knowledge.privacy.said_numbers import said_numbers
from knowledge.privacy.shapes import spans_by_shape
from knowledge.text.late_pattern import late_pattern

__all__ = ["LABELS", "Kind", "Span", "find"]

_MAX_PASSES = 8
_EXTENSION = late_pattern(r"(?:の|、|\s)?[(（]?内線\s?(?:番号)?[はが:：]?\s?[0-9]{1,5}(?![0-9])")


def find(text: str, officials: Officials, words_of: WordReader) -> list[Span]:
    """Disjoint spans in order. Passes repeat until nothing new appears, so a second redaction changes nothing."""
    found: list[Span] = []
    where: Sequence[int] = range(len(text))
    for _ in range(_MAX_PASSES):
        fresh = [piece for span in _one_pass(text, officials, words_of) for piece in _between_walls(text, span)]
        if not fresh:
            break
        found += [Span(where[span.start], where[span.end - 1] + 1, span.kind) for span in fresh]
        text, where = _wall_off(text, where, fresh)
    return sorted(found, key=lambda span: span.start)


def _one_pass(text: str, officials: Officials, words_of: WordReader) -> list[Span]:
    runs = list(digit_runs(text))
    said = words_of(text)
    candidates = mail_spans(text, officials.texts) if "@" in text or "アット" in text or "あっと" in text else []
    candidates += birth_dates(text)
    if runs:
        candidates += document_numbers(text)
        candidates += spans_by_cue(text, runs, officials)
    candidates += addresses(text, officials)
    for run in runs:
        candidates += spans_by_shape(text, run, officials)
    if len(runs) > 1:
        candidates += in_pieces(text, runs, officials)
    candidates += thousands(text)
    candidates += said_numbers(text)
    candidates += corrected(text, runs, candidates, officials)
    candidates += my_number_parts(text, runs, officials)
    candidates += repeated(text, runs, candidates, officials)
    candidates += [Span(start, end, Kind.ADDRESS) for start, end in addresses_by_evidence(text, said)]
    candidates += name_spans(text)
    candidates += [Span(start, end, Kind.NAME) for start, end in passing_names(text)]
    candidates += foreign_name_spans(text)
    candidates = [span for span in candidates if not (span.kind is Kind.NAME and is_other_word(text, span, said))]
    told = [text[span.start : span.end] for span in candidates if span.kind is Kind.NAME]
    candidates += [Span(start, end, Kind.NAME) for start, end in names_by_evidence(text, said, told)]
    candidates = [_with_extension(text, span) if span.kind is Kind.PHONE else span for span in candidates]
    if officials.texts and candidates:
        candidates = _unprotected(text, candidates, officials)
    return _disjoint(text, candidates) if candidates else []


def _with_extension(text: str, span: Span) -> Span:
    extension = _EXTENSION.match(text, span.end)
    return Span(span.start, extension.end(), span.kind) if extension else span


def _disjoint(text: str, candidates: list[Span]) -> list[Span]:
    """Earlier rules win; what sticks out of a winner is kept, so an overlap never uncovers anything."""
    free = bytearray(b"\x01") * len(text)
    taken: list[Span] = []
    for span in candidates:
        start = free.find(1, span.start, span.end)
        while start >= 0:
            stop = free.find(0, start, span.end)
            end = span.end if stop < 0 else stop
            taken.append(Span(start, end, span.kind))
            start = free.find(1, end, span.end)
        free[span.start : span.end] = bytes(span.end - span.start)
    return sorted(taken, key=lambda span: span.start)


def _unprotected(text: str, candidates: list[Span], officials: Officials) -> list[Span]:
    """Drop what lies inside a text the city published."""
    public = bytearray(len(text))
    for word in officials.texts:
        for at in _places_of(word, text):
            public[at : at + len(word)] = b"\x01" * len(word)
    return [span for span in candidates if public.find(0, span.start, span.end) >= 0]


def _places_of(word: str, text: str) -> list[int]:
    found: list[int] = []
    at = text.find(word)
    while at >= 0:
        found.append(at)
        at = text.find(word, at + len(word))
    return found


def _between_walls(text: str, span: Span) -> list[Span]:
    """The parts of a span that are not hidden already."""
    if text.find(WALL, span.start, span.end) < 0:
        return [span]
    pieces: list[Span] = []
    start = span.start
    while start < span.end:
        wall = text.find(WALL, start, span.end)
        end = span.end if wall < 0 else wall
        if start < end:
            pieces.append(Span(start, end, span.kind))
        start = end + 1
    return pieces


def _wall_off(text: str, where: Sequence[int], spans: list[Span]) -> tuple[str, Sequence[int]]:
    """Each span becomes one mark, as its label will when the result is read again: the next pass sees the same text as
    a second redaction. `where` gives the places in the first text."""
    parts: list[str] = []
    places: list[int] = []
    position = 0
    for span in spans:
        parts += [text[position : span.start], WALL]
        places += [*where[position : span.start], where[span.start]]
        position = span.end
    return "".join([*parts, text[position:]]), [*places, *where[position:]]
