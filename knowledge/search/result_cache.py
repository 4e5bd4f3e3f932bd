"""What was found for questions asked before: citizens do ask the same. In memory, bounded, gone with every change."""

import secrets
from datetime import date
from hashlib import blake2b

from knowledge.domain import SearchQuery, SearchResult
from knowledge.recent import Recent

KEPT = 2_000


class ResultCache(Recent[bytes, SearchResult]):
    """Belongs to one view of FAQ, synonyms and encoder. Questions are known by a keyed hash alone."""

    def __init__(self) -> None:
        super().__init__(KEPT)
        self._secret = secrets.token_bytes(16)

    def mark(self, query: SearchQuery, today: date) -> bytes:
        """Everything a result depends on beside the view."""
        parts = (query.text, str(query.limit), query.category, query.lang, query.channel, today.isoformat())
        text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        return blake2b(text, digest_size=16, key=self._secret).digest()
