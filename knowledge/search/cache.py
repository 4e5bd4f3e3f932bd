"""What search keeps on disk beside the vector index. Everything here can be deleted: it is rebuilt from the database."""

import logging
import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import orjson
from numpy.typing import NDArray

UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile, zlib.error)
"""What reading a damaged npz or JSON file may raise."""
_DIGEST_BYTES = 32
_log = logging.getLogger(__name__)


def write_whole(path: Path, write: Callable[[BinaryIO], object], *, settled: bool = True) -> None:
    """Write so that a crash leaves the old file or the new one, never half of one; `settled`: the loss of power as well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _new(path)
    with temporary.open("wb") as out:
        write(out)
        out.flush()
        if settled:
            os.fsync(out.fileno())
    os.replace(temporary, path)


def write_spare(path: Path, arrays: Mapping[str, NDArray[Any]]) -> bool:
    """Write an npz file that only saves time, and say whether that was possible: a full disk must not keep a search from
    opening. It does not wait for the disk, which would take as long as making it again; damage is noticed."""
    others: dict[str, Any] = dict(arrays)
    try:
        write_whole(path, lambda out: np.savez(out, **others), settled=False)
    except OSError:
        with suppress(OSError):
            _new(path).unlink()
        _log.warning("%s could not be written; the next start takes longer", path.name)
        return False
    return True


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


def _new(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _digest(text: bytes) -> bytes:
    return blake2b(text, digest_size=_DIGEST_BYTES // 2).hexdigest().encode()
