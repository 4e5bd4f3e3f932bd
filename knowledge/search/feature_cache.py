"""Analysed FAQ by fingerprint. They stay in files and are read when something is built or learnt from them: they take
17 kB each, more than all a search reads of an FAQ, and no search needs them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

from knowledge.search.analysis import EntryFeatures, light_vocabulary
from knowledge.search.cache import UNREADABLE, write_whole
from knowledge.search.kept_arrays import kept_arrays
from knowledge.search.kept_rows import Numbers as Kept
from knowledge.search.kept_rows import Spool, opened_member, save_with_rows
from knowledge.search.packing import encoder_features, pack, unpack
from knowledge.search.vocabulary import Numbers, SearchVocabulary, Vocabulary

_Place = tuple[Kept, int, int]


class Analysed(Mapping[str, EntryFeatures]):
    """Features by fingerprint, read at every look-up. Only grows."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}

    def __getitem__(self, fingerprint: str) -> EntryFeatures:
        return unpack(self.packed(fingerprint))

    def __contains__(self, fingerprint: object) -> bool:
        return fingerprint in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def packed(self, fingerprint: str) -> Numbers:
        kept, start, end = self._places[fingerprint]
        return kept.read(start, end)

    def encoder_features(self, fingerprint: str) -> Numbers:
        """Of question and answer, without taking the rest apart."""
        return encoder_features(self.packed(fingerprint))

    def put(self, fingerprint: str, place: _Place) -> None:
        self._places[fingerprint] = place

    def follow(self, others: "Analysed") -> None:
        """Read what the others have where they have it: who still reads from here must not keep a second copy."""
        self._places.update(others._places)

    def size(self, fingerprint: str) -> int:
        """Length of what `packed` gives."""
        _, start, end = self._places[fingerprint]
        return end - start

    def copy(self) -> "Analysed":
        made = Analysed()
        made._places = dict(self._places)
        return made


class FeatureCache:
    """Analysed entries, valid for one dictionary version, and the vocabulary their numbers belong to. What is added lies
    in a nameless file beside `path` until `keep`."""

    def __init__(self, path: Path, version: str) -> None:
        self._path = path
        self._version = version
        self._on_disk: frozenset[str] = frozenset()
        self._spool: Spool | None = None
        self.items = Analysed()
        self.vocabulary = light_vocabulary()

    def load(self) -> None:
        """Find what the file holds; one that is missing, damaged or of another dictionary counts as empty."""
        try:
            with kept_arrays(self._path) as data:
                if str(data["version"]) != self._version:
                    return
                names, learning = data["names"].tobytes(), data["learning"].tobytes()
            self.items = self._read()
        except UNREADABLE:
            return
        self.vocabulary = SearchVocabulary.unpacked_later(names)
        self.vocabulary.learning = Vocabulary.unpacked_later(learning)
        self._on_disk = frozenset(self.items)

    def beside(self, path: Path) -> "FeatureCache":
        """Another cache with the same content and vocabulary, kept elsewhere."""
        made = FeatureCache(path, self._version)
        made.items, made.vocabulary = self.items.copy(), self.vocabulary
        return made

    def add(self, fingerprint: str, features: EntryFeatures) -> None:
        self.add_packed(fingerprint, pack(features))

    def add_packed(self, fingerprint: str, features: Numbers) -> None:
        if self._spool is None:
            self._spool = Spool(self._path.parent, np.dtype(np.int32))
        self.items.put(fingerprint, (self._spool.numbers, *self._spool.add(features)))

    def keep(self, fingerprints: Iterable[str]) -> None:
        """Let go of all others, and write these where they differ from the file."""
        wanted = list(dict.fromkeys(fingerprints))
        if self._on_disk == frozenset(wanted):
            return
        before = self.items
        arrays = {
            "version": np.array(self._version),
            "names": np.frombuffer(self.vocabulary.packed(), np.uint8),
            "learning": np.frombuffer(self.vocabulary.learning.packed(), np.uint8),
            "prints": np.array(wanted, dtype=np.str_),
            "ends": np.cumsum([before.size(f) for f in wanted], dtype=np.int64),
        }
        numbers = map(before.packed, wanted)
        write_whole(self._path, lambda out: save_with_rows(out, arrays, "numbers", np.dtype(np.int32), numbers))
        self.items, self._spool, self._on_disk = self._read(), None, frozenset(wanted)
        before.follow(self.items)

    def _read(self) -> Analysed:
        """Where each FAQ lies in the file. Raises what a damaged file raises."""
        with kept_arrays(self._path) as data:
            prints, ends = data["prints"].tolist(), data["ends"].tolist()
        kept, found = opened_member(self._path, "numbers"), Analysed()
        for fingerprint, start, end in zip(prints, [0, *ends[:-1]], ends, strict=True):
            found.put(fingerprint, (kept, start, end))
        return found
