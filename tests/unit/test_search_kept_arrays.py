"""Files of arrays: what was written comes back bit by bit, and damage anywhere is noticed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.search.cache import UNREADABLE
from knowledge.search.kept_arrays import kept_arrays

ARRAYS: dict[str, NDArray[Any]] = {
    "half": np.arange(600, dtype=np.float16).reshape(20, 30) / np.float16(7),
    "by_column": np.asfortranarray(np.arange(12, dtype=np.float32).reshape(3, 4)),
    "names": np.array(["申請", "更新 ", ""]),
    "nothing": np.zeros((0, 300), np.float32),
    "scalar": np.array(2000, np.int64),
    "text": np.array("trained 2"),
    "flags": np.array([True, False]),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "arrays.npz"
    np.savez(path, allow_pickle=False, **ARRAYS)
    return path


def test_arrays_come_back_as_numpy_gives_them(path: Path) -> None:
    with kept_arrays(path) as data, np.load(path) as usual:
        assert list(data) == list(usual)
        for name in usual:
            assert data[name].dtype == usual[name].dtype
            assert data[name].flags.f_contiguous == usual[name].flags.f_contiguous
            np.testing.assert_array_equal(data[name], usual[name])


def test_a_changed_byte_of_an_array_is_noticed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    at = content.index(ARRAYS["half"].tobytes()) + 500
    content[at] ^= 1
    path.write_bytes(content)
    with kept_arrays(path) as data:
        with pytest.raises(ValueError, match="half is not what was written"):
            data["half"]
        with pytest.raises(ValueError, match="half is not what was written"):
            data.place("half")
        np.testing.assert_array_equal(data["names"], ARRAYS["names"])


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.7, 0.99])
def test_a_file_cut_short_is_noticed(path: Path, kept: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(UNREADABLE), kept_arrays(path) as data:
        list(data.values())


def test_any_changed_byte_gives_the_same_arrays_or_none(path: Path) -> None:
    content = path.read_bytes()
    for at in range(0, len(content), 7):
        damaged = bytearray(content)
        damaged[at] ^= 0x55
        path.write_bytes(damaged)
        try:
            with kept_arrays(path) as data:
                read = {name: data[name] for name in ARRAYS}
        except UNREADABLE:
            continue
        for name, array in read.items():
            np.testing.assert_array_equal(array, ARRAYS[name])


def test_compressed_arrays_are_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "packed.npz"
    np.savez_compressed(path, numbers=np.zeros(10_000))
    with pytest.raises(ValueError, match="numbers is not what was written"), kept_arrays(path) as data:
        data["numbers"]
