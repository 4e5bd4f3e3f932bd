"""chiVe word vectors (Apache-2.0, Works Applications) from the installed ja_ginza package, exported once to an npz file.

The file holds sorted 64-bit hashes of the words, a row number for each, and the unit rows as float16; a look-up needs
neither spaCy nor the 18 MB string list.
"""

import json
import os
import sys
import tempfile
from hashlib import blake2b
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import Unavailable
from knowledge.search.kept_arrays import kept_arrays

_KEPT = 50_000
"""Words whose vectors (views of the table) are remembered."""
Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]


class WordVectors:
    """Look-up of unit vectors by normalised word."""

    def __init__(self, hashes: NDArray[np.uint64], rows: NDArray[np.int32], table: NDArray[np.float16]) -> None:
        self._hashes = hashes
        self._rows = rows
        self._table = table.astype(np.float32)
        self._found: dict[str, Vector | None] = {}
        self.dim = int(table.shape[1])

    def get(self, word: str) -> Vector | None:
        """Unit vector of `word`, or None when the table does not know it."""
        if word in self._found:
            return self._found[word]
        vector = self._look_up(word)
        if len(self._found) < _KEPT:
            self._found[word] = vector
        return vector

    def _look_up(self, word: str) -> Vector | None:
        wanted = np.uint64(_hash(word))
        at = int(np.searchsorted(self._hashes, wanted))
        if at >= len(self._hashes) or self._hashes[at] != wanted:
            return None
        vector: Vector = self._table[self._rows[at]]
        return vector

    def __len__(self) -> int:
        return len(self._hashes)


def load_word_vectors(fallback_dir: Path) -> WordVectors:
    """Open the exported table, exporting it first where that has not happened. Raises Unavailable without ja_ginza."""
    path = ensure_exported(fallback_dir)
    with kept_arrays(path) as data:
        return WordVectors(data["hashes"], data["rows"], data["table"])


def ensure_exported(fallback_dir: Path) -> Path:
    """Path of the npz: beside the installation when it can be written (make does that), else in the data folder."""
    if find_spec("ja_ginza") is None:
        raise Unavailable("単語ベクトル（ja_ginza）が見つかりません。README の手順でインストールし直してください。")
    name = f"chive-ja_ginza-{version('ja_ginza')}.npz"
    shared = Path(sys.prefix) / "share" / "madoguchi" / name
    local = fallback_dir / name
    for path in (shared, local):
        if path.exists():
            return path
    for path in (shared, local):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _export(path)
            return path
        except OSError:
            continue
    raise Unavailable(f"単語ベクトルを書き出せません。{local.parent} に書き込めるか確認してください。")


def _export(target: Path) -> None:
    import srsly
    from spacy.strings import StringStore

    known_hash = StringStore().add

    spec = find_spec("ja_ginza")
    assert spec is not None
    assert spec.origin is not None
    vocab = Path(spec.origin).parent / f"ja_ginza-{version('ja_ginza')}" / "vocab"
    row_of: dict[int, int] = srsly.read_msgpack(vocab / "key2row")
    words: list[str] = json.loads((vocab / "strings.json").read_text(encoding="utf-8"))
    table = np.load(vocab / "vectors")
    known = {w: row_of[h] for w in words if (h := known_hash(w)) in row_of}
    hashes = np.array([_hash(w) for w in known], np.uint64)
    order = np.argsort(hashes)
    rows = np.array(list(known.values()), np.int32)
    norms = np.linalg.norm(table, axis=1, keepdims=True)
    unit = (table / np.where(norms > 0, norms, 1)).astype(np.float16)
    with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".npz", delete=False) as out:
        np.savez(out, hashes=hashes[order], rows=rows[order], table=unit)
    os.replace(out.name, target)


def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little")
