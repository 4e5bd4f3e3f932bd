"""What search keeps on disk beside the vector index. Everything here can be deleted: it is rebuilt from the database."""

import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import orjson
from numpy.typing import NDArray

from knowledge.search.analysis import EntryFeatures, light_vocabulary
from knowledge.search.packing import pack, packed_size, unpack
from knowledge.search.vocabulary import SearchVocabulary, Vocabulary

UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile, zlib.error)
"""What reading a damaged npz or JSON file may raise."""
_DIGEST_BYTES = 32


class FeatureCache:
    """Analysed entries by fingerprint, valid for one dictionary version, and the vocabulary their numbers belong to."""

    def __init__(self, path: Path, version: str) -> None:
        self._path = path
        self._version = version
        self._items: dict[str, EntryFeatures] = {}
        self._on_disk: frozenset[str] = frozenset()
        self.vocabulary = light_vocabulary()

    def load(self) -> None:
        """Read the file; one that is missing, damaged or of another dictionary counts as empty."""
        try:
            with self._path.open("rb") as file, np.load(file) as data:
                if str(data["version"]) != self._version:
                    return
                names, learning = data["names"].tobytes(), data["learning"].tobytes()
                prints, ends, numbers = data["prints"].tolist(), data["ends"].tolist(), data["numbers"]
            starts = [0, *ends[:-1]]
            self._items = {p: unpack(numbers[s:e]) for p, s, e in zip(prints, starts, ends, strict=True)}
            self.vocabulary = SearchVocabulary.unpacked_later(names)
            self.vocabulary.learning = Vocabulary.unpacked_later(learning)
            self._on_disk = frozenset(self._items)
        except UNREADABLE:
            self._items = {}

    def beside(self, path: Path) -> "FeatureCache":
        """Another cache with the same content and vocabulary, kept elsewhere."""
        made = FeatureCache(path, self._version)
        made._items, made.vocabulary = dict(self._items), self.vocabulary
        return made

    def get(self, fingerprint: str) -> EntryFeatures | None:
        return self._items.get(fingerprint)

    def keep(self, items: Mapping[str, EntryFeatures]) -> None:
        """Replace the content, and write it where it differs from the file."""
        self._items = dict(items)
        if self._on_disk == frozenset(items):
            return
        arrays = {
            "version": np.array(self._version),
            "names": np.frombuffer(self.vocabulary.packed(), np.uint8),
            "learning": np.frombuffer(self.vocabulary.learning.packed(), np.uint8),
            "prints": np.array(list(items), dtype=np.str_),
            "ends": np.cumsum([packed_size(f) for f in items.values()], dtype=np.int64),
        }
        numbers = map(pack, items.values())
        write_whole(self._path, lambda out: save_with_rows(out, arrays, "numbers", np.dtype(np.int32), numbers))
        self._on_disk = frozenset(items)


def save_with_rows(
    out: BinaryIO, arrays: Mapping[str, NDArray[Any]], name: str, dtype: "np.dtype[Any]", parts: Iterable[NDArray[Any]]
) -> None:
    """An npz file of `arrays` and of one more, `name`: the one-dimensional `parts` behind one another. They are never
    together in memory. `arrays["ends"]` says where each of them ends."""
    ends = arrays["ends"]
    header = {
        "descr": np.lib.format.dtype_to_descr(dtype),
        "fortran_order": False,
        "shape": (int(ends[-1]) if len(ends) else 0,),
    }
    with zipfile.ZipFile(out, "w", allowZip64=True) as packed:
        for key, array in arrays.items():
            with packed.open(f"{key}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
        with packed.open(f"{name}.npy", "w", force_zip64=True) as member:
            np.lib.format.write_array_header_2_0(member, header)
            for part in parts:
                member.write(part.tobytes())


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write so that a crash leaves the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.new")
    with temporary.open("wb") as out:
        write(out)
        out.flush()
        os.fsync(out.fileno())
    os.replace(temporary, path)


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """The object behind the digest of its own bytes, so that a damaged file is not believed."""
    text = orjson.dumps(data)
    write_whole(path, lambda out: out.write(_digest(text) + b"\n" + text))


def read_json(path: Path) -> dict[str, Any]:
    """The object `write_json` wrote; empty when the file is missing or damaged."""
    try:
        digest, _, text = path.read_bytes().partition(b"\n")
        data = orjson.loads(text) if digest == _digest(text) else {}
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _digest(text: bytes) -> bytes:
    return blake2b(text, digest_size=_DIGEST_BYTES // 2).hexdigest().encode()
