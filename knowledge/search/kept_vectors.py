"""Remembers what a slow encoder said about a passage: a restart must not encode ten thousand FAQ again."""

import os
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from zlib import crc32

import numpy as np

from knowledge.search.encoder import TextEncoder
from knowledge.search.encoder_input import EncoderInput, Role
from knowledge.search.prototypes import Prototypes
from knowledge.search.word_model import WordModel
from knowledge.search.word_vectors import Matrix, Vector

_DIGEST_BYTES = 16


class KeptVectors:
    """A TextEncoder over another one. The file grows by appending; what a crash left half-written is cut off."""

    def __init__(self, encoder: TextEncoder, path: Path) -> None:
        self._encoder = encoder
        self._path = path
        self._record = np.dtype([("text", f"V{_DIGEST_BYTES}"), ("check", "<u4"), ("vector", "<f4", (encoder.dim,))])
        self._header = _digest(encoder.identity)
        self._vectors = self._read()

    @property
    def dim(self) -> int:
        return self._encoder.dim

    @property
    def identity(self) -> str:
        return self._encoder.identity

    @property
    def prototypes(self) -> Prototypes | None:
        return self._encoder.prototypes

    @property
    def word_model(self) -> WordModel | None:
        return self._encoder.word_model

    def widen(self) -> None:
        self._encoder.widen()

    def encode(self, texts: Sequence[EncoderInput], role: Role = "passage") -> Matrix:
        """Questions are never kept."""
        if role == "query" or not texts:
            return self._encoder.encode(texts, role)
        digests = [_digest(text.text) for text in texts]
        missing = {d: text for d, text in zip(digests, texts, strict=True) if d not in self._vectors}
        if missing:
            self._keep(list(missing), self._encoder.encode(list(missing.values()), role))
        return np.stack([self._vectors[d] for d in digests])

    def _keep(self, digests: Sequence[bytes], vectors: Matrix) -> None:
        records = np.zeros(len(digests), self._record)
        for record, digest, vector in zip(records, digests, vectors, strict=True):
            record["text"], record["vector"] = np.void(digest), vector
            record["check"] = crc32(vector.tobytes())
            self._vectors[digest] = vector
        with self._path.open("ab") as out:
            out.write(records.tobytes())

    def _read(self) -> dict[bytes, Vector]:
        """Everything whole in the file; a file of another model is begun anew."""
        data = self._path.read_bytes() if self._path.is_file() else b""
        if data[:_DIGEST_BYTES] != self._header:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_bytes(self._header)
            return {}
        whole = (len(data) - _DIGEST_BYTES) // self._record.itemsize
        os.truncate(self._path, _DIGEST_BYTES + whole * self._record.itemsize)
        records = np.frombuffer(data, self._record, whole, _DIGEST_BYTES)
        return {
            bytes(r["text"]): np.array(r["vector"], np.float32)
            for r in records
            if r["check"] == crc32(r["vector"].tobytes())
        }


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()
