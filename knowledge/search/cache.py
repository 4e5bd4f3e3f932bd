"""What search keeps on disk beside the vector index. Everything here can be deleted: it is rebuilt from the database.

The feature cache is one table of distinct strings and arrays of numbers into it: a city's wordings repeat the same
features millions of times, and reading them as JSON would cost half a gigabyte of memory.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from knowledge.search.analysis import Alternative, EntryFeatures, FieldFeatures

FILE_NAME = "features.npz"
_SPACES = ("words", "characters", "synonyms", "sounds")


class FeatureCache:
    """Analysed entries by fingerprint, valid for one dictionary version."""

    def __init__(self, path: Path, version: str) -> None:
        self._path = path
        self._version = version
        self._items: dict[str, EntryFeatures] = {}

    def load(self) -> None:
        """Read the file; one that is missing, damaged or of another dictionary counts as empty."""
        try:
            with np.load(self._path) as data:
                if str(data["version"]) == self._version:
                    self._items = _unpacked(data)
        except (OSError, ValueError, KeyError, IndexError, EOFError, StopIteration):
            self._items = {}

    def get(self, fingerprint: str) -> EntryFeatures | None:
        return self._items.get(fingerprint)

    def keep(self, items: Mapping[str, EntryFeatures]) -> None:
        """Replace the content; the file is written only when there is something new to write."""
        if items.keys() == self._items.keys():
            return
        self._items = dict(items)
        packed = _packed(self._items)
        write_whole(self._path, lambda out: np.savez(out, version=np.array(self._version), **packed))


def write_whole(path: Path, write: Callable[[Any], None]) -> None:
    """Write so that a crash leaves the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as out:
        write(out)
        out.flush()
        os.fsync(out.fileno())
    os.replace(temporary, path)


def write_json(path: Path, data: Any) -> None:
    """`write_whole` of an object as JSON."""
    write_whole(path, lambda out: out.write(orjson.dumps(data)))


def read_json(path: Path) -> dict[str, Any]:
    """The file's object; empty when it is missing or damaged."""
    try:
        data = orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _packed(items: Mapping[str, EntryFeatures]) -> dict[str, Any]:
    """`runs` cuts `ids` (numbers of strings) and `counts` (how often, in bags) into the lists of all entries."""
    numbers: dict[str, int] = {}
    ids: list[int] = []
    counts: list[int] = []
    runs: list[int] = []
    alternatives: list[int] = []
    lengths: list[int] = []
    for entry in items.values():
        alternatives.append(len(entry.alternatives))
        lengths.append(entry.question_length)
        for run in _lists_of(entry):
            runs.append(len(run))
            for text, count in run:
                ids.append(numbers.setdefault(text, len(numbers)))
                counts.append(count)
    return {
        "prints": np.array(list(items)),
        "strings": np.frombuffer("\x00".join(numbers).encode("utf-8", "surrogatepass"), np.uint8),
        "ids": np.array(ids, np.int32),
        "counts": np.array(counts, np.int32),
        "runs": np.array(runs, np.int32),
        "alternatives": np.array(alternatives, np.int32),
        "lengths": np.array(lengths, np.int32),
    }


def _lists_of(entry: EntryFeatures) -> Iterator[Sequence[tuple[str, int]]]:
    """Every list of an entry in the order `_unpacked` reads them."""
    for field in (entry.question, entry.answer, entry.alternatives_field):
        for space in _SPACES:
            yield list(getattr(field, space).items())
    for plain in (entry.question_encoder, entry.answer_encoder, entry.question_utterance):
        yield [(text, 1) for text in plain]
    yield [part for pair in entry.readings.items() for part in ((pair[0], 1), (pair[1], 1))]
    for alternative in entry.alternatives:
        for plain in (alternative.encoder, alternative.sound_shape, alternative.utterance):
            yield [(text, 1) for text in plain]
    yield [(str(len(entry.sentences_encoder)), 1)]
    for sentence in entry.sentences_encoder:
        yield [(text, 1) for text in sentence]


def _unpacked(data: Any) -> dict[str, EntryFeatures]:
    strings = data["strings"].tobytes().decode("utf-8", "surrogatepass").split("\x00")
    ids, counts, runs = data["ids"], data["counts"], data["runs"].tolist()
    ends = accumulate(runs)
    cuts = zip(runs, ends, strict=True)

    def texts() -> list[str]:
        size, end = next(cuts)
        return [strings[i] for i in ids[end - size : end].tolist()]

    def bag() -> dict[str, int]:
        size, end = next(cuts)
        return dict(
            zip([strings[i] for i in ids[end - size : end].tolist()], counts[end - size : end].tolist(), strict=True)
        )

    def entry(alternatives: int, length: int) -> EntryFeatures:
        fields = [FieldFeatures(bag(), bag(), bag(), bag()) for _ in range(3)]
        question, answer, utterance, readings = texts(), texts(), texts(), texts()
        wordings = [Alternative(texts(), texts(), texts()) for _ in range(alternatives)]
        sentences = [texts() for _ in range(int(texts()[0]))]
        pairs = dict(zip(readings[::2], readings[1::2], strict=True))
        return EntryFeatures(
            question=fields[0],
            answer=fields[1],
            alternatives_field=fields[2],
            question_encoder=question,
            answer_encoder=answer,
            sentences_encoder=sentences,
            alternatives=wordings,
            question_utterance=utterance,
            question_length=length,
            readings=pairs,
        )

    shape = zip(data["prints"].tolist(), data["alternatives"].tolist(), data["lengths"].tolist(), strict=True)
    return {fingerprint: entry(alternatives, length) for fingerprint, alternatives, length in shape}
