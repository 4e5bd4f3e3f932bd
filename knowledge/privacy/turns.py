"""Redaction of one turn of a conversation: a number arrives in pieces, and the question tells what the answer is."""

from knowledge.ports import Redaction, Redactor
from knowledge.privacy.digits import digit_runs
from knowledge.privacy.harmless import harmless_pieces, is_counted
from knowledge.privacy.kinds import Kind, labelled
from knowledge.privacy.normalise import normalise
from knowledge.privacy.officials import Officials
from knowledge.privacy.redacted import RedactedText

_Spot = tuple[int, int, str]
_BEFORE_CHARS = 60
_NATIONAL = Officials()
_LEAST = 3
"""Fewer digits are a choice, a window or a count."""


def only_digits(text: str) -> bool:
    """Most of the utterance is a number nobody counts with: a piece of a longer one, told with pauses."""
    plain = normalise(text).text.strip()
    return any(
        len(run) >= _LEAST
        and (run.end - run.start) * 2 >= len(plain)
        and not _NATIONAL.is_public_phone(run.value)
        and not is_counted(plain, run.end)
        and not harmless_pieces(plain, run.start, run.end)
        for run in digit_runs(plain)
    )


def redact_turn(redactor: Redactor, before: str, text: str) -> Redaction:
    """`before` is what was said last, redacted: 「お名前をどうぞ」 makes 「東です」 a name. A turn that is only digits is
    hidden whole, because the rest of its number may come in the next one."""
    alone = redactor.redact(text)
    if not alone.spans and only_digits(text):
        return _shown(text, [(0, len(text), Kind.OTHER_NUMBER.value)])
    if not before:
        return alone
    lead = f"{before[-_BEFORE_CHARS:]}\n"
    together = [
        (max(0, start - len(lead)), end - len(lead), kind)
        for start, end, kind in redactor.redact(lead + text).spans
        if end > len(lead)
    ]
    return _shown(text, _union(list(alone.spans), together)) if together else alone


def _union(spans: list[_Spot], more: list[_Spot]) -> list[_Spot]:
    """What either reading hides is hidden; the kind is that of the first."""
    merged: list[_Spot] = []
    for start, end, kind in sorted([*spans, *more], key=lambda spot: spot[0]):
        if merged and start < merged[-1][1]:
            first, last, known = merged[-1]
            merged[-1] = (first, max(last, end), known)
        else:
            merged.append((start, end, kind))
    return merged


def _shown(text: str, spans: list[_Spot]) -> Redaction:
    return Redaction(RedactedText(labelled(text, spans)), frozenset(kind for _, _, kind in spans), tuple(spans))
