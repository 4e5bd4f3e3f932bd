"""What was found for questions asked before: citizens do ask the same. In memory, bounded, gone with every change."""

import secrets
from collections import OrderedDict
from datetime import date
from hashlib import blake2b

from knowledge.domain import SearchQuery, SearchResult

KEPT = 2_000


class ResultCache:
    """Belongs to one view of FAQ, synonyms and encoder. Questions are known by a keyed hash alone, and what nobody asked
    again for longest leaves first. Races only cost a second search."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(16)
        self._found: OrderedDict[bytes, SearchResult] = OrderedDict()

    def mark(self, query: SearchQuery, today: date) -> bytes:
        """Everything a result depends on beside the view."""
        parts = (query.text, str(query.limit), query.category, query.lang, query.channel, today.isoformat())
        text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        return blake2b(text, digest_size=16, key=self._secret).digest()

    def get(self, mark: bytes) -> SearchResult | None:
        found = self._found.get(mark)
        if found is not None:
            try:
                self._found.move_to_end(mark)
            except KeyError:  # another thread let it go meanwhile
                pass
        return found

    def put(self, mark: bytes, result: SearchResult) -> None:
        self._found[mark] = result
        if len(self._found) > KEPT:
            try:
                self._found.popitem(last=False)
            except KeyError:
                pass

    def __len__(self) -> int:
        return len(self._found)
