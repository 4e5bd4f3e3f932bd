"""Synthesised units kept in memory and on disk; the key holds everything that changes the sound."""

import hashlib
import os
import threading
from collections import OrderedDict
from pathlib import Path


class SpeechCache:
    """Least recently used units go first. A missing or unwritable folder only costs time."""

    def __init__(self, folder: Path | None, disk_mb: int = 256, memory_mb: int = 32) -> None:
        self._folder = folder
        self._disk_bytes = disk_mb * 1024 * 1024
        self._memory_bytes = memory_mb * 1024 * 1024
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    @staticmethod
    def key(*parts: object) -> str:
        return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:40]

    def get(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        pcm = self._read(key)
        if pcm is not None:
            self._hold(key, pcm)
        return pcm

    def put(self, key: str, pcm: bytes, *, keep: bool = True) -> None:
        """`keep` False: memory only, for what must not outlive the call (numbers read back)."""
        if not keep:
            return
        self._hold(key, pcm)
        if self._folder is not None:
            part = self._folder / f"{key}.{os.getpid()}.{threading.get_ident()}.part"
            try:
                part.write_bytes(pcm)
                part.replace(self._folder / f"{key}.pcm")
            except OSError:
                part.unlink(missing_ok=True)

    def _hold(self, key: str, pcm: bytes) -> None:
        with self._lock:
            self._size += len(pcm) - len(self._held.pop(key, b""))
            self._held[key] = pcm
            while self._size > self._memory_bytes and self._held:
                self._size -= len(self._held.popitem(last=False)[1])

    def _read(self, key: str) -> bytes | None:
        if self._folder is None:
            return None
        path = self._folder / f"{key}.pcm"
        try:
            pcm = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return pcm if len(pcm) % 2 == 0 else None

    def trim(self) -> int:
        """Delete the least recently used files beyond the limit; returns how many."""
        if self._folder is None:
            return 0
        entries = sorted(((path.stat().st_mtime, path.stat().st_size, path) for path in self._folder.glob("*.pcm")), reverse=True)  # fmt: skip
        used, gone = 0, 0
        for _, size, path in entries:
            used += size
            if used > self._disk_bytes:
                path.unlink(missing_ok=True)
                gone += 1
        return gone
