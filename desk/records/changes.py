"""What differs between two texts of a record: the fields for the history, and how much of the draft was rewritten."""

from collections.abc import Mapping
from dataclasses import asdict

from desk.records.model import RecordContent

_MAX_COMPARED = 2_000


def changed_fields(old: RecordContent, new: RecordContent) -> list[tuple[str, object, object]]:
    """(field, old, new) in the order of the record."""
    before, after = asdict(old), asdict(new)
    return [(name, before[name], after[name]) for name in before if before[name] != after[name]]


def draft_distance(draft: Mapping[str, str], content: RecordContent) -> float:
    """How much of a prefilled draft the operator changed: 0 kept as it was, 1 nothing of it left."""
    after = asdict(content)
    edits = length = 0
    for name, text in draft.items():
        final = str(after.get(name, ""))[:_MAX_COMPARED]
        edits += edit_distance(text[:_MAX_COMPARED], final)
        length += max(len(text[:_MAX_COMPARED]), len(final))
    return round(edits / length, 4) if length else 0.0


def edit_distance(a: str, b: str) -> int:
    """Levenshtein distance."""
    if len(a) < len(b):
        a, b = b, a
    previous = list(range(len(b) + 1))
    for row, char in enumerate(a, start=1):
        current = [row]
        for column, other in enumerate(b, start=1):
            cost = previous[column - 1] + (char != other)
            current.append(min(previous[column] + 1, current[-1] + 1, cost))
        previous = current
    return previous[-1]
