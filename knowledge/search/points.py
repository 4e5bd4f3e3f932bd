"""What one FAQ looks like in the vector index: a point for the FAQ and one for each other wording."""

from collections.abc import Mapping
from hashlib import blake2b

import numpy as np

from knowledge.domain import FaqEntry
from knowledge.ports import Point
from knowledge.search.corpus import Row
from knowledge.search.vocabulary import Vocabulary
from knowledge.search.word_vectors import Matrix, Vector

SCHEMA = 2
"""Part of every fingerprint: raise it when what is stored in a point changes its meaning."""


def faq_point_id(entry: FaqEntry) -> int:
    return _stable_id("faq", entry.faq_id, entry.lang)


def wording_point_id(entry: FaqEntry, number: int) -> int:
    return _stable_id("wording", entry.faq_id, entry.lang, str(number))


def fingerprint(entry: FaqEntry) -> str:
    """Hash of everything a point or a row depends on, except encoder and dictionary."""
    parts = (entry.question, entry.answer, entry.category, entry.visibility, entry.lang, *entry.alt_questions)
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def mixed_vector(question: Vector, answer: Vector, weights: Mapping[str, float]) -> Vector:
    """The stored meaning of an FAQ: question and answer vectors by their fusion weights (dot product space)."""
    mixed: Vector = weights["question_meaning"] * question + weights["answer_meaning"] * answer
    return mixed.astype(np.float32)


def points_of(
    entry: FaqEntry, row: Row, wordings: Matrix, vocabulary: Vocabulary, weights: Mapping[str, float]
) -> list[Point]:
    """The FAQ's point first, then one per alternative question."""
    payload = {"lang": entry.lang, "visibility": entry.visibility, "category": entry.category}
    dense = mixed_vector(row.question_vector, row.answer_vector, weights)
    sparse = vocabulary.index_weights(row.lexical.columns, row.lexical.values)
    out = [Point(faq_point_id(entry), dense.tolist(), sparse, {**payload, "kind": "faq", "faq_id": entry.faq_id})]
    for number, vector in enumerate(wordings):
        wording = {**payload, "kind": "wording", "faq_id": entry.faq_id}
        out.append(Point(wording_point_id(entry, number), vector.tolist(), {}, wording))
    return out


def _stable_id(*parts: str) -> int:
    digest = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1
