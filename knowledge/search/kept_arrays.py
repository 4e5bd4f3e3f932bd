"""Arrays of an npz file at the speed of the disk: `np.load` reads a large one in small pieces and takes three times as long."""

import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LOCAL_HEADER = 30
"""Bytes of a zip member's own header before its name."""
_READ_AT_ONCE = 1 << 20
_NPY_HEADER_UP_TO = 4096


Arrays = dict[str, NDArray[Any]]


class KeptArrays(Mapping[str, NDArray[Any]]):
    """What `np.savez` wrote, by name. Every array is compared with its sum before anything is made of it: a damaged one
    raises what a damaged file raises (`cache.UNREADABLE`)."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self._size = os.fstat(file.fileno()).st_size
        with zipfile.ZipFile(file) as packed:
            self._members = {info.filename.removesuffix(".npy"): info for info in packed.infolist()}

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __getitem__(self, name: str) -> NDArray[Any]:
        self._found(name)
        whole = np.empty(self._members[name].file_size, np.uint8)
        room = whole.data
        if self._file.readinto(room) != len(whole) or zlib.crc32(room) != self._members[name].CRC:
            raise _damaged(name)
        begins, shape, by_column, dtype = self._described(name, whole[:_NPY_HEADER_UP_TO].tobytes())
        flat = whole[begins:].view(dtype)
        return flat.reshape(shape[::-1]).T if by_column else flat.reshape(shape)

    def place(self, name: str) -> tuple[int, "np.dtype[Any]"]:
        """Where the numbers of the array begin in the file, once all of it was found whole, and of which kind they are."""
        start, left, checked = self._found(name), self._members[name].file_size, 0
        first = self._file.read(min(left, _NPY_HEADER_UP_TO))
        part = first
        while part:
            checked, left = zlib.crc32(part, checked), left - len(part)
            part = self._file.read(min(left, _READ_AT_ONCE))
        if left or checked != self._members[name].CRC:
            raise _damaged(name)
        begins, _, _, dtype = self._described(name, first)
        return start + begins, dtype

    def _found(self, name: str) -> int:
        """Where the member begins; the file is there now."""
        info = self._members[name]
        if info.compress_type != zipfile.ZIP_STORED or info.header_offset + info.file_size > self._size:
            raise _damaged(name)
        self._file.seek(info.header_offset)
        local = self._file.read(_LOCAL_HEADER)
        name_size, extra_size = (int.from_bytes(local[at : at + 2], "little") for at in (26, 28))
        return self._file.seek(info.header_offset + _LOCAL_HEADER + name_size + extra_size)

    def _described(self, name: str, first: bytes) -> tuple[int, tuple[int, ...], bool, "np.dtype[Any]"]:
        """Where in the member the numbers begin, their shape, whether they lie column by column, and their kind."""
        header = BytesIO(first)
        version = np.lib.format.read_magic(header)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, by_column, dtype = read(header)
        begins, size = header.tell(), int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        if dtype.hasobject or self._members[name].file_size != begins + size:
            raise _damaged(name)
        return begins, shape, by_column, dtype


def under(name: str, arrays: Arrays) -> Arrays:
    """The same arrays among others."""
    return {f"{name}.{key}": array for key, array in arrays.items()}


def of(name: str, arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """What was put `under` this name."""
    return {key.removeprefix(f"{name}."): arrays[key] for key in arrays if key.startswith(f"{name}.")}


@contextmanager
def kept_arrays(path: Path) -> Iterator[KeptArrays]:
    """The arrays of this file for the time of a block."""
    with path.open("rb") as file:
        yield KeptArrays(file)


def _damaged(name: str) -> ValueError:
    return ValueError(f"{name} is not what was written")
