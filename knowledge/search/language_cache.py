"""What search keeps on disk for one language: analysed FAQ, encoded FAQ, and the word model of languages that have no
encoder of their own. Caches by content: what does not fit is made again."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from knowledge.search.cache import UNREADABLE, FeatureCache, write_whole
from knowledge.search.encoder import word_model_arrays, word_model_of
from knowledge.search.word_model import WordModel
from knowledge.search.word_vectors import Matrix


class EncodedCache:
    """Vectors of question, answer and wordings of each FAQ by fingerprint, for one encoder. They are handed out once:
    what is in use lies in the corpus."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity = ""
        self._items: dict[str, Matrix] = {}
        self._prints: frozenset[str] = frozenset()

    def load(self) -> None:
        """Read the file; one that is missing or damaged counts as empty."""
        try:
            with self._path.open("rb") as file, np.load(file) as data:
                prints, ends, vectors = data["prints"].tolist(), data["ends"].tolist(), data["vectors"]
                identity = str(data["identity"])
            starts = [0, *ends[:-1]]
            self._items = {p: vectors[s:e] for p, s, e in zip(prints, starts, ends, strict=True)}
            self._identity, self._prints = identity, frozenset(prints)
        except UNREADABLE:
            self._items, self._identity, self._prints = {}, "", frozenset()

    def taken(self, identity: str) -> Mapping[str, Matrix]:
        """What was read of this encoder; empty for another one and the second time."""
        items, self._items = self._items, {}
        return items if identity == self._identity else {}

    def holds(self, identity: str, prints: Iterable[str]) -> bool:
        """Whether it is about exactly these FAQ and this encoder."""
        return identity == self._identity and self._prints == frozenset(prints)

    def keep(self, identity: str, items: Mapping[str, Matrix]) -> None:
        """Write this in the place of what was there."""
        self._identity, self._prints = identity, frozenset(items)
        if not items:
            return
        arrays = {
            "identity": np.array(identity),
            "prints": np.array(list(items), dtype=np.str_),
            "ends": np.cumsum([len(m) for m in items.values()], dtype=np.int64),
            "vectors": np.concatenate(list(items.values())),
        }
        write_whole(self._path, lambda out: np.savez(out, **arrays))  # type: ignore[arg-type]


class LanguageCache:
    """`main`: the language with the encoder, whose files have the plain names."""

    def __init__(self, folder: Path, lang: str, version: str, main: bool) -> None:
        suffix = "" if main else f".{lang}"
        self._features_name = f"features{suffix}.npz"
        self.features = FeatureCache(folder / self._features_name, version)
        self.encoded = EncodedCache(folder / f"encoded{suffix}.npz")
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
            with self._words.open("rb") as file, np.load(file) as data:
                return word_model_of(data) if str(data["made_from"]) == self._made_from(keys, prints) else None
        except UNREADABLE:
            return None

    def keep_word_model(self, model: WordModel) -> None:
        arrays = {**word_model_arrays(model), "made_from": np.array(self._made_from(model.keys, model.prints))}
        write_whole(self._words, lambda out: np.savez(out, **arrays))

    def _made_from(self, keys: Sequence[str], prints: Sequence[str]) -> str:
        text = "\x1f".join((self._version, *keys, *prints))
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
