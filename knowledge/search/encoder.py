"""Static bag-of-features encoder: v(text) = unit( sum over features t of exp(w_t) e_t ). numpy alone, about 0.1 ms."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.search.cache import write_whole
from knowledge.search.encoder_input import EncoderInput, Role
from knowledge.search.kept_arrays import kept_arrays
from knowledge.search.prototypes import Prototypes
from knowledge.search.word_model import WordModel
from knowledge.search.word_vectors import Matrix, Vector, WordVectors
from knowledge.text.features import SUBWORD_PREFIXES

SUBWORD_WEIGHT = 0.3
"""What is below or between words against words: they help rare words without drowning frequent ones (measured)."""
_HALF_PRECISION_FROM = 150_000
"""Features."""
_UNKNOWN_KEPT = 20_000
"""Features outside the table whose vectors are remembered."""


class TextEncoder(Protocol):
    """Anything that turns texts into unit vectors; `identity` changes whenever its vectors would."""

    @property
    def dim(self) -> int: ...

    @property
    def identity(self) -> str: ...

    @property
    def prototypes(self) -> Prototypes | None: ...

    @property
    def word_model(self) -> WordModel | None: ...

    def encode(self, texts: Sequence[EncoderInput], role: Role = "passage") -> Matrix:
        """Unit vectors, one row a text; a zero row where nothing is known."""
        ...

    def widen(self) -> None:
        """Take more memory to be read faster, where there is a choice. Vectors stay the same. Safe beside readers."""
        ...


@dataclass(frozen=True, slots=True)
class WithoutMeaning:
    """Encoder of languages without word vectors: says nothing, so that words and the word model decide."""

    dim: int
    word_model: WordModel | None = None
    prototypes: Prototypes | None = None
    identity: str = "words only"

    def encode(self, texts: Sequence[EncoderInput], role: Role = "passage") -> Matrix:
        return np.zeros((len(texts), self.dim), np.float32)

    def widen(self) -> None:
        if self.word_model is not None:
            self.word_model.widen()

    def matrices(self, faqs: int, wordings: int) -> tuple[Matrix, Matrix]:
        """What it says of so many questions and answers, and wordings."""
        return np.zeros((2 * faqs, self.dim), np.float32), np.zeros((wordings, self.dim), np.float32)


def is_subword(feature: str) -> bool:
    return feature[:2] in SUBWORD_PREFIXES


def initial_vector(feature: str, vectors: WordVectors) -> Vector | None:
    """chiVe vector of the feature's string; of other subwords than characters and pairs chiVe knows nothing."""
    if feature[:2] in ("1:", "2:"):
        return vectors.get(feature[2:])
    return None if is_subword(feature) else vectors.get(feature)


def initial_weight(feature: str, count: int, total: int) -> float:
    """ln((N+1)/(df+.5)), smaller for subwords; never below .001 so that training can move it."""
    weight = math.log((total + 1) / (count + 0.5))
    return max(1e-3, weight * (SUBWORD_WEIGHT if is_subword(feature) else 1.0))


@dataclass
class StaticEncoder:
    """Feature table. Features not in it keep chiVe x idf at query time, so a new word still has a meaning."""

    index: dict[str, int]
    table: Matrix | NDArray[np.float16]
    """In the half precision it is kept in until `widen`; a large one stays so: it would be the largest thing in a
    server's memory."""
    total: int
    vectors: WordVectors
    identity: str
    prototypes: Prototypes | None = None
    word_model: WordModel | None = None
    _unknown: dict[str, Vector | None] = field(default_factory=dict)

    @property
    def dim(self) -> int:
        return int(self.table.shape[1])

    def encode(self, texts: Sequence[EncoderInput], role: Role = "passage") -> Matrix:
        return self.encode_features([text.features for text in texts])

    def encode_features(self, texts: Sequence[list[str]]) -> Matrix:
        """Unit vectors of texts given by their features alone."""
        out = np.zeros((len(texts), self.dim), np.float32)
        find, unknown, table = self.index.get, self._unknown, self.table
        for row, features in enumerate(texts):
            places = [find(f, -1) for f in features]
            known = [i for i in places if i >= 0]
            if known:
                np.add.reduce(table[known], axis=0, dtype=np.float32, out=out[row])
            for f in [f for f, i in zip(features, places, strict=True) if i < 0]:
                vector = unknown[f] if f in unknown else self._unknown_row(f)
                if vector is not None:
                    out[row] += vector
        return unit(out)

    def widen(self) -> None:
        if len(self.table) < _HALF_PRECISION_FROM:
            self.table = self.table.astype(np.float32, copy=False)  # twice as fast to read
        if self.word_model is not None:
            self.word_model.widen()

    def numbered(self, names: Sequence[str]) -> "NumberedEncoder":
        """The same for texts whose features are numbers: those of `names`."""
        self.widen()  # whoever asks encodes many
        find = self.index.get
        rows = np.array([find(name, -1) for name in names], np.int32)
        # Not remembered: they would take the room of what questions hold.
        unknown = [(n, v) for n in np.flatnonzero(rows < 0).tolist() if (v := self._initial(names[n])) is not None]
        others = np.full(len(names), -1, np.int32)
        others[[n for n, _ in unknown]] = np.arange(len(unknown))
        vectors = np.stack([v for _, v in unknown]) if unknown else np.zeros((0, self.dim), np.float32)
        return NumberedEncoder(self.table, rows, vectors, others)

    def _unknown_row(self, feature: str) -> Vector | None:
        row = self._initial(feature)
        if len(self._unknown) < _UNKNOWN_KEPT:
            self._unknown[feature] = row
        return row

    def _initial(self, feature: str) -> Vector | None:
        base = initial_vector(feature, self.vectors)
        return None if base is None else (base * initial_weight(feature, 0, self.total)).astype(np.float32)

    def save(self, path: Path) -> None:
        """Write so that a crash leaves the old file or the new one."""
        learned = {**_prototype_arrays(self.prototypes), **word_model_arrays(self.word_model)}
        arrays = {
            "names": np.frombuffer("\n".join(self.index).encode("utf-8"), np.uint8),
            "table": self.table.astype(np.float16, copy=False),
            "total": np.int64(self.total),
            "identity": np.array(self.identity),
            **learned,
        }
        write_whole(path, lambda out: np.savez(out, **arrays))


@dataclass(frozen=True, slots=True)
class NumberedEncoder:
    """A static encoder by number: many texts are encoded without their strings. Adds up in the same order, so that not a
    bit differs."""

    table: Matrix | NDArray[np.float16]
    rows: NDArray[np.int32]
    """Row of the table by number, -1 for what is not in it."""
    unknown: Matrix
    unknown_rows: NDArray[np.int32]

    def encode(self, texts: Sequence[NDArray[np.int32]]) -> Matrix:
        """Unit vectors, one row a text."""
        out = np.zeros((len(texts), self.table.shape[1]), np.float32)
        for row, numbers in enumerate(texts):
            known, unknown = self.rows[numbers], self.unknown_rows[numbers]
            known, unknown = known[known >= 0], unknown[unknown >= 0]
            if len(known):
                out[row] = self.table[known].sum(axis=0, dtype=np.float32)
            for at in unknown.tolist():
                out[row] += self.unknown[at]
        return unit(out)


def load_encoder(path: Path, vectors: WordVectors) -> StaticEncoder:
    """Read what `StaticEncoder.save` wrote."""
    with kept_arrays(path) as data:
        text = data["names"].tobytes().decode("utf-8")
        names = text.split("\n") if text else []
        index = {name: i for i, name in enumerate(names)}
        prototypes = _prototypes(data) if "prototype_keys" in data else None
        words = word_model_of(data) if "word_keys" in data else None
        return StaticEncoder(
            index, data["table"], int(data["total"]), vectors, str(data["identity"]), prototypes, words
        )


def _prototype_arrays(prototypes: Prototypes | None) -> dict[str, Any]:
    if prototypes is None:
        return {}
    return {
        "prototype_keys": np.array(prototypes.keys),
        "prototype_prints": np.array(prototypes.prints),
        "prototype_weights": prototypes.weights,
        "prototype_bias": prototypes.bias,
    }


def _prototypes(data: Any) -> Prototypes:
    keys, prints = data["prototype_keys"].tolist(), data["prototype_prints"].tolist()
    return Prototypes(tuple(keys), tuple(prints), data["prototype_weights"], data["prototype_bias"])


def word_model_arrays(model: WordModel | None) -> dict[str, Any]:
    """For an npz file; `word_model_of` reads them."""
    if model is None:
        return {}
    return {
        "word_keys": np.array(model.keys),
        "word_prints": np.array(model.prints),
        "word_features": np.frombuffer("\n".join(model.features).encode("utf-8", "replace"), np.uint8),
        "word_idf": model.idf,
        "word_weights": model.weights.astype(np.float16, copy=False),
    }


def word_model_of(data: Any) -> WordModel:
    features = data["word_features"].tobytes().decode("utf-8").split("\n")
    keys, prints = data["word_keys"].tolist(), data["word_prints"].tolist()
    return WordModel(tuple(keys), tuple(prints), tuple(features), data["word_idf"], data["word_weights"])


def untrained_encoder(frequencies: Mapping[str, int], total: int, vectors: WordVectors, identity: str) -> StaticEncoder:
    """Training-free start: chiVe x idf, ready at once. `frequencies`: in how many of the `total` FAQ a feature occurs."""
    bases = {name: base for name in sorted(frequencies) if (base := initial_vector(name, vectors)) is not None}
    table = np.zeros((len(bases), vectors.dim), np.float32)
    for i, (name, base) in enumerate(bases.items()):
        table[i] = base * initial_weight(name, frequencies[name], total)
    return StaticEncoder({n: i for i, n in enumerate(bases)}, table, total, vectors, identity)


def unit(matrix: NDArray[np.float32]) -> Matrix:
    """Rows scaled to length one; zero rows stay zero."""
    norms = np.linalg.norm(matrix, axis=-1, keepdims=True)
    scaled: Matrix = (matrix / np.maximum(norms, 1e-9)).astype(np.float32)
    return scaled
