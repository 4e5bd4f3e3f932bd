"""What search keeps on disk for one language: analysed FAQ, encoded FAQ, and the word model of languages that have no
encoder of their own. Caches by content: what does not fit is made again."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from knowledge.search.cache import UNREADABLE, write_whole
from knowledge.search.encoder import word_model_arrays, word_model_of
from knowledge.search.feature_cache import FeatureCache
from knowledge.search.index_cache import IndexCache
from knowledge.search.kept_arrays import kept_arrays
from knowledge.search.kept_rows import Numbers, opened_member, save_with_rows
from knowledge.search.word_model import WordModel
from knowledge.search.word_vectors import Matrix


class EncodedCache:
    """Vectors of question, answer and wordings of each FAQ by fingerprint, for one encoder. They are read once, when a
    corpus is built: what is in use lies there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity = ""
        self._dim = 0
        self._places: dict[str, tuple[int, int]] = {}
        self._vectors: Numbers | None = None

    def load(self) -> None:
        """Find what the file holds; one that is missing or damaged counts as empty."""
        try:
            with kept_arrays(self._path) as data:
                prints, ends, dim = data["prints"].tolist(), data["ends"].tolist(), int(data["dim"])
                identity = str(data["identity"])
            self._vectors = opened_member(self._path, "vectors")
        except UNREADABLE:
            return
        starts = [0, *ends[:-1]]
        self._places = {p: (start, end) for p, start, end in zip(prints, starts, ends, strict=True)}
        self._identity, self._dim = identity, dim

    def of(self, identity: str, fingerprint: str) -> Matrix | None:
        """What was read of this encoder about this FAQ."""
        place = self._places.get(fingerprint)
        if place is None or self._vectors is None or identity != self._identity:
            return None
        return self._vectors.read(*place).reshape(-1, self._dim)

    def matrices(self, identity: str, prints: Sequence[str]) -> tuple[Matrix, Matrix] | None:
        """The same of all these FAQ: their questions and then their answers, and their wordings one FAQ's behind the
        other's. None unless every FAQ is known."""
        if self._vectors is None or identity != self._identity or not all(p in self._places for p in prints):
            return None
        starts, ends = (np.array([self._places[p] for p in prints], np.intp) // self._dim).T
        everything = self._vectors.read(0, int(ends.max()) * self._dim).reshape(-1, self._dim)
        counts = ends - starts - 2
        wordings = np.arange(int(counts.sum())) + np.repeat(starts + 2 - (np.cumsum(counts) - counts), counts)
        return everything[np.concatenate([starts, starts + 1])], everything[wordings]

    def keep(self, identity: str, prints: Sequence[str], encoded: Callable[[int], Matrix]) -> None:
        """Write these unless the file is about exactly these FAQ and this encoder. `encoded` gives those of
        `prints[i]`."""
        at = {fingerprint: i for i, fingerprint in enumerate(prints)}
        if not at or (identity == self._identity and self._places.keys() == at.keys()):
            return
        sizes = [encoded(i).size for i in at.values()]
        arrays = {
            "identity": np.array(identity),
            "dim": np.array(encoded(0).shape[1]),
            "prints": np.array(list(at), dtype=np.str_),
            "ends": np.cumsum(sizes, dtype=np.int64),
        }
        vectors = (encoded(i).ravel() for i in at.values())
        write_whole(self._path, lambda out: save_with_rows(out, arrays, "vectors", np.dtype(np.float32), vectors))
        self.load()


class LanguageCache:
    """`main`: the language with the encoder, whose files have the plain names."""

    def __init__(self, folder: Path, lang: str, version: str, main: bool) -> None:
        suffix = "" if main else f".{lang}"
        self._features_name = f"features{suffix}.npz"
        self.features = FeatureCache(folder / self._features_name, version)
        self.encoded = EncodedCache(folder / f"encoded{suffix}.npz")
        self.index = IndexCache(folder / f"built{suffix}.npz")
        self._words = folder / f"words{suffix}.npz"
        self._lang, self._version, self._main = lang, version, main

    def load(self) -> None:
        self.features.load()
        self.encoded.load()

    def beside(self, folder: Path) -> "LanguageCache":
        """Another cache with the same analysed FAQ and vocabulary, kept elsewhere."""
        made = LanguageCache(folder, self._lang, self._version, self._main)
        made.features = self.features.beside(folder / self._features_name)
        return made

    def word_model(self, keys: Sequence[str], prints: Sequence[str]) -> WordModel | None:
        """The model learnt from exactly these FAQ, if it is there."""
        try:
            with kept_arrays(self._words) as data:
                return word_model_of(data) if str(data["made_from"]) == self._made_from(keys, prints) else None
        except UNREADABLE:
            return None

    def keep_word_model(self, model: WordModel) -> None:
        arrays = {**word_model_arrays(model), "made_from": np.array(self._made_from(model.keys, model.prints))}
        write_whole(self._words, lambda out: np.savez(out, **arrays))

    def _made_from(self, keys: Sequence[str], prints: Sequence[str]) -> str:
        text = "\x1f".join((self._version, *keys, *prints))
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
