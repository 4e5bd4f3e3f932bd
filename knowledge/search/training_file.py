"""Training texts as a file of numbers, for the processes that train: each feature's string is written and read once."""

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.search.named_lists import NamedLists, OwnedLists
from knowledge.search.training import TrainingTexts

_LISTS = ("questions", "answers")
_PAIRS = ("sentences", "alternatives", "utterances")


def write_texts(path: Path, texts: TrainingTexts) -> None:
    number: dict[str, int] = {}
    arrays: dict[str, Any] = {"keys": np.array(texts.keys, np.str_), "prints": np.array(texts.prints, np.str_)}
    for group in _LISTS:
        arrays |= _numbered(group, getattr(texts, group), number)
    for group in _PAIRS:
        pairs: Sequence[tuple[int, list[str]]] = getattr(texts, group)
        arrays |= _numbered(group, (features for _, features in pairs), number)
        arrays[f"{group}_of"] = np.array([at for at, _ in pairs], np.int64)
    arrays["names"] = np.frombuffer("\n".join(number).encode("utf-8", "surrogatepass"), np.uint8)
    with path.open("wb") as out:
        np.savez(out, **arrays)


def read_texts(path: Path) -> TrainingTexts:
    """What `write_texts` wrote."""
    with path.open("rb") as file, np.load(file) as data:
        names = data["names"].tobytes().decode("utf-8", "surrogatepass").split("\n")
        lists = {group: _named(group, data, names) for group in (*_LISTS, *_PAIRS)}
        pairs = {group: OwnedLists(data[f"{group}_of"].tolist(), lists[group]) for group in _PAIRS}
        questions, answers = (lists[group] for group in _LISTS)
        return TrainingTexts(questions, answers, keys=data["keys"].tolist(), prints=data["prints"].tolist(), **pairs)


def _numbered(group: str, lists: Iterable[list[str]], number: dict[str, int]) -> dict[str, Any]:
    numbers, sizes = array("i"), array("q")
    for features in lists:
        numbers.extend([number.setdefault(name, len(number)) for name in features])
        sizes.append(len(features))
    return {group: np.array(numbers, np.int32), f"{group}_sizes": np.array(sizes, np.int64)}


def _named(group: str, data: Any, names: list[str]) -> NamedLists:
    numbers, ends = data[group], np.cumsum(data[f"{group}_sizes"]).tolist()
    return NamedLists([numbers[s:e] for s, e in zip([0, *ends], ends, strict=False)], names)
