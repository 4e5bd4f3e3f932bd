"""What search keeps on disk beside the vector index. Everything here can be deleted: it is rebuilt from the database."""

import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import orjson

UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile, zlib.error)
"""What reading a damaged npz or JSON file may raise."""
_DIGEST_BYTES = 32


def write_whole(path: Path, write: Callable[[BinaryIO], object], *, settled: bool = True) -> None:
    """Write so that a crash leaves the old file or the new one, never half of one. `settled`: and so that the loss of
    power does as well; what is compared with its sum when it is read need not wait for the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.new")
    with temporary.open("wb") as out:
        write(out)
        out.flush()
        if settled:
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
