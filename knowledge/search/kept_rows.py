"""One-dimensional runs of numbers in an npz file, read where they lie: what is seldom needed takes no memory."""

import os
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from knowledge.search.kept_arrays import KeptArrays


class Numbers:
    """Numbers of one kind in a file that does not change any more, or only grows. Thread-safe; closed when the last
    reader lets go of it, so that a file that was replaced is still there for who began to read it."""

    def __init__(self, descriptor: int, begins: int, dtype: "np.dtype[Any]") -> None:
        self._descriptor = descriptor
        self._begins = begins
        self._dtype = dtype

    def read(self, start: int, end: int) -> NDArray[Any]:
        """Numbers `start` to `end`. Raises OSError when the file is shorter."""
        size = (end - start) * self._dtype.itemsize
        data = os.pread(self._descriptor, size, self._begins + start * self._dtype.itemsize)
        if len(data) != size:
            raise OSError("a file of the search index is shorter than it was")
        return np.frombuffer(data, self._dtype)

    def __del__(self) -> None:
        os.close(self._descriptor)


class Spool:
    """Numbers kept aside until they find their place in a file. Disappears with the process."""

    def __init__(self, folder: Path, dtype: "np.dtype[Any]") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            self._descriptor = os.dup(file.fileno())
        self.numbers = Numbers(self._descriptor, 0, dtype)
        self._end = 0

    def add(self, part: NDArray[Any]) -> tuple[int, int]:
        """Where it starts and ends."""
        data = memoryview(part.tobytes())
        while data:
            data = data[os.write(self._descriptor, data) :]
        start, self._end = self._end, self._end + len(part)
        return start, self._end


def opened_member(path: Path, name: str) -> Numbers:
    """The array `name` of an npz file that `save_with_rows` wrote, once all of it was found whole. Raises what a damaged
    file raises."""
    with path.open("rb") as file:
        begins, dtype = KeptArrays(file).place(name)
        return Numbers(os.dup(file.fileno()), begins, dtype)


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
