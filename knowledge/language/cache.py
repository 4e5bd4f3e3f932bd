"""What a model wrote before for the same prompt and input; in memory only, gone with the process."""

from collections import OrderedDict
from threading import Lock

from knowledge.language.model import Completion


class CompletionCache:
    """Thread-safe, bounded, least recently used goes first."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._kept: OrderedDict[str, Completion] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Completion | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: str, completion: Completion) -> None:
        with self._lock:
            self._kept[key] = completion
            self._kept.move_to_end(key)
            while len(self._kept) > self._entries:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
