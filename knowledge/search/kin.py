"""The FAQ that belong to the same matter as one of them: where the next question of a conversation mostly leads.

Learnt from the FAQ themselves: what their editors relate to each other (also over one step more), what the same is done with
(facets `procedure` and `thing`), and what is nearest by meaning. Of the follow-ups written for the sample city 124 of 125
that keep to the matter lead to one of these 35 of 370.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from knowledge.domain import FaqEntry

NEAREST = 10


class Kin:
    """Of one set of FAQ."""

    def __init__(self, entries: Mapping[str, FaqEntry]) -> None:
        self._entries = entries
        self._related: defaultdict[str, set[str]] = defaultdict(set)
        self._done_with: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for faq_id, entry in entries.items():
            self._done_with[_done_with(entry)].add(faq_id)
            for other in entry.related_ids:
                if other in entries:
                    self._related[faq_id].add(other)
                    self._related[other].add(faq_id)

    def of(self, faq_id: str, nearest: Iterable[str]) -> set[str]:
        """Itself, those related to it, and `nearest`; empty for an FAQ there is not."""
        entry = self._entries.get(faq_id)
        if entry is None:
            return set()
        related = self._related.get(faq_id, set())
        found = {faq_id, *related, *nearest}
        for other in related:
            found |= self._related[other]
        same = _done_with(entry)
        return found | self._done_with[same] if all(same) else found


def _done_with(entry: FaqEntry) -> tuple[str, str]:
    facets = dict(entry.facets)
    return facets.get("procedure", ""), facets.get("thing", "")
