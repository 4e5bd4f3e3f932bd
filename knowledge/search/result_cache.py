"""What was found for questions asked before: citizens do ask the same. In memory, bounded, gone with every change."""

from datetime import date

from knowledge.domain import SearchQuery, SearchResult
from knowledge.recent import Marks, Recent

KEPT = 2_000


class ResultCache(Recent[bytes, SearchResult]):
    """Belongs to one view of FAQ, synonyms and encoder. Questions are known by a keyed hash alone."""

    def __init__(self) -> None:
        super().__init__(KEPT)
        self._marks = Marks()

    def mark(self, query: SearchQuery, today: date) -> bytes:
        """Everything a result depends on beside the view."""
        kept = (query.category, query.lang, query.channel, query.near, query.without)
        return self._marks.of(query.text, str(query.limit), *kept, today.isoformat())
