"""What one FAQ looks like in the vector index: a point for the FAQ and one for each other wording."""

from collections.abc import Mapping
from hashlib import blake2b
from zlib import crc32

import numpy as np

from knowledge.domain import FaqEntry
from knowledge.ports import Point
from knowledge.search.analysis import EntryFeatures
from knowledge.search.corpus import Row
from knowledge.search.statistics import Statistics
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


def sparse_terms(weights: Mapping[str, float]) -> dict[int, float]:
    """Term names as 32-bit ids that never change, so that points outlive a restart."""
    out: dict[int, float] = {}
    for term, weight in weights.items():
        number = crc32(term.encode("utf-8", "surrogatepass"))
        out[number] = out.get(number, 0.0) + weight
    return out


def mixed_vector(question: Vector, answer: Vector, weights: Mapping[str, float]) -> Vector:
    """The stored meaning of an FAQ: question and answer vectors by their fusion weights (dot product space)."""
    mixed: Vector = weights["question_meaning"] * question + weights["answer_meaning"] * answer
    return mixed.astype(np.float32)


def points_of(
    entry: FaqEntry,
    features: EntryFeatures,
    row: Row,
    wordings: Matrix,
    statistics: Statistics,
    weights: Mapping[str, float],
) -> list[Point]:
    """The FAQ's point first, then one per alternative question."""
    payload = {"lang": entry.lang, "visibility": entry.visibility, "category": entry.category}
    dense = mixed_vector(row.question_vector, row.answer_vector, weights)
    sparse = sparse_terms(statistics.lexical_terms(features))
    out = [Point(faq_point_id(entry), dense.tolist(), sparse, {**payload, "kind": "faq", "faq_id": entry.faq_id})]
    for number, vector in enumerate(wordings):
        wording = {**payload, "kind": "wording", "faq_id": entry.faq_id}
        out.append(Point(wording_point_id(entry, number), vector.tolist(), {}, wording))
    return out


def _stable_id(*parts: str) -> int:
    digest = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1
