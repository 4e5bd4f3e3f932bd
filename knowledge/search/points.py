"""What one FAQ looks like in the vector index: one point, into whose meaning its wordings are folded."""

from collections.abc import Mapping
from hashlib import blake2b

import numpy as np

from knowledge.domain import FaqEntry
from knowledge.ports import Point
from knowledge.search.statistics import Sparse
from knowledge.search.vocabulary import Vocabulary
from knowledge.search.word_vectors import Matrix, Vector

SCHEMA = 2
"""Part of the identity of everything learnt or analysed: raise it when features change their meaning."""
LAYOUT = 2
"""Raise it when what is stored in a point changes its meaning: the vector index is then filled anew."""


def faq_point_id(entry: FaqEntry) -> int:
    return _stable_id("faq", entry.faq_id, entry.lang)


def fingerprint(entry: FaqEntry) -> str:
    """Hash of everything a point or a row depends on, except encoder and dictionary."""
    parts = (entry.question, entry.answer, entry.category, entry.visibility, entry.lang, *entry.wordings)
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def mixed_vector(encoded: Matrix, weights: Mapping[str, float]) -> Vector:
    """The stored meaning of an FAQ: question, answer and the middle of its wordings by their fusion weights, for dot
    products. `encoded`: one row for each of them."""
    mixed: Vector = weights["question_meaning"] * encoded[0] + weights["answer_meaning"] * encoded[1]
    if len(encoded) > 2:
        mixed = mixed + weights["wording_meaning"] * encoded[2:].mean(axis=0)
    return mixed.astype(np.float32)


def point_of(
    entry: FaqEntry, lexical: Sparse, encoded: Matrix, vocabulary: Vocabulary, weights: Mapping[str, float]
) -> Point:
    payload = {"lang": entry.lang, "visibility": entry.visibility, "category": entry.category, "faq_id": entry.faq_id}
    sparse = vocabulary.index_weights(lexical.columns, lexical.values)
    return Point(faq_point_id(entry), mixed_vector(encoded, weights).tolist(), sparse, payload)


def _stable_id(*parts: str) -> int:
    digest = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1
