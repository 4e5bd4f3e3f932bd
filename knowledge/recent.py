"""A bounded memory of what was worked out before."""

import secrets
from collections import OrderedDict
from hashlib import blake2b
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Thread-safe; at most `entries` of them, the least recently used goes first."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Key, value: Value) -> None:
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._entries:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)


class Marks:
    """Names for texts from which nobody reads the text: hashes with a key that is never kept."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)

    def of(self, *parts: str) -> bytes:
        text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        return blake2b(text, digest_size=16, key=self._key).digest()


class RecentTexts(Generic[Value]):
    """What was worked out of texts asked a short time ago: citizens do ask the same. In memory, bounded, and known by a
    keyed hash alone."""

    def __init__(self, entries: int = 2_000) -> None:
        self._kept: Recent[bytes, Value] = Recent(entries)
        self._marks = Marks()

    def get(self, text: str) -> Value | None:
        return self._kept.get(self._marks.of(text))

    def put(self, text: str, value: Value) -> None:
        self._kept.put(self._marks.of(text), value)
