"""BM25 statistics of a corpus, frozen between rebuilds, so that one changed FAQ changes only its own row.

Robertson & Zaragoza (2009); idf = ln(1 + (N - n + .5)/(n + .5)). Question, answer and alternatives are separate fields
with their own document frequencies and lengths; the weights below were measured on held-out citizens' questions.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product

import numpy as np
from numpy.typing import NDArray

from knowledge.search.analysis import PREFIX, SPACES, Bag, EntryFeatures, FieldFeatures, is_light
from knowledge.search.kept_arrays import Arrays
from knowledge.search.vocabulary import Numbers, SearchVocabulary

K1 = 1.2
B = 0.75
FIELD_WEIGHT = {"question": 1.0, "answer": 0.9, "alternatives": 0.6}
SPACE_WEIGHT = {"words": 1.0, "characters": 0.2, "synonyms": 0.4}

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sparse:
    """Sparse row: column numbers and values, same length."""

    columns: Numbers
    values: Floats


@dataclass(frozen=True, slots=True)
class FieldStatistics:
    """idf by term number and mean length of one field in one space."""

    mean_length: float
    known_idf: Floats
    unseen_idf: float
    """idf of a term that occurs in no document."""

    def idf(self, terms: Numbers) -> Floats:
        size = len(self.known_idf)
        if not len(terms) or int(terms.max()) < size:
            return self.known_idf[terms]
        out = np.full(len(terms), self.unseen_idf, np.float32)
        old = terms < size
        out[old] = self.known_idf[terms[old]]
        return out

    def saturation(self, counts: Numbers, length: Floats | np.float32) -> Floats:
        """BM25 term frequency part; `length` is that of the term's document."""
        damping = np.float32(K1 * (1 - B)) + length * np.float32(K1 * B / self.mean_length)
        often: Floats = counts.astype(np.float32)
        return (often * np.float32(K1 + 1) / (often + damping)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Statistics:
    total: int
    """Number of FAQ they were collected from."""
    fields: Mapping[tuple[str, str], FieldStatistics]
    """By (field, space)."""
    words: FieldStatistics
    """Question and answer together: idf of soft matching and coverage."""
    sound_shapes: FieldStatistics
    """Wordings' sound shapes, one document a wording."""
    vocabulary: SearchVocabulary

    @classmethod
    def of_arrays(cls, arrays: Arrays, vocabulary: SearchVocabulary) -> "Statistics":
        """What `arrays` gave, over the numbers of the same vocabulary."""
        numbers = zip(arrays["mean_lengths"].tolist(), arrays["idf"], arrays["unseen"].tolist(), strict=True)
        *fields, words, sound_shapes = (FieldStatistics(*found) for found in numbers)
        by_name = dict(zip(product(FIELD_WEIGHT, SPACES), fields, strict=True))
        return cls(int(arrays["total"]), by_name, words, sound_shapes, vocabulary)

    def arrays(self) -> Arrays:
        """For a file."""
        found = [*(self.fields[key] for key in product(FIELD_WEIGHT, SPACES)), self.words, self.sound_shapes]
        return {
            "total": np.array(self.total),
            "mean_lengths": np.array([f.mean_length for f in found]),
            "idf": np.array([f.known_idf for f in found]),
            "unseen": np.array([f.unseen_idf for f in found]),
        }

    def lexical_rows(self, entries: Sequence[EntryFeatures]) -> list[Sparse]:
        """Ready weights: words, characters and synonym groups over the three fields."""
        return _summed([self._gains(entries, name, s, w) for s, w in SPACE_WEIGHT.items() for name in FIELD_WEIGHT])

    def sound_rows(self, entries: Sequence[EntryFeatures]) -> list[Sparse]:
        """Ready weights of reading n-grams."""
        return _summed([self._gains(entries, name, "sounds", 1.0) for name in FIELD_WEIGHT])

    def soft_row(self, entry: EntryFeatures) -> Sparse:
        """Answer words with their BM25 saturation, for soft matching."""
        bag = entry.answer.words
        kept = ~is_light(bag.terms)
        terms, counts = bag.terms[kept], bag.counts[kept]
        return Sparse(terms, self.fields["answer", "words"].saturation(counts, np.float32(counts.sum())))

    def coverage_row(self, entry: EntryFeatures) -> Sparse:
        """Question words with their idf, for coverage."""
        terms = entry.question.words.terms
        terms = terms[~is_light(terms)]
        return Sparse(terms, self.words.idf(terms))

    def shape_rows(self, sound_shapes: Sequence[Numbers]) -> list[Sparse]:
        """Unit-length idf weights of wordings' sound shapes."""
        if not sound_shapes:
            return []
        sizes = np.array([len(shape) for shape in sound_shapes])
        weights = self.sound_shapes.idf(np.concatenate(sound_shapes))
        owner = np.repeat(np.arange(len(sizes)), sizes)
        lengths = np.sqrt(np.bincount(owner, weights * weights, len(sizes))).astype(np.float32)
        unit = (weights / np.where(lengths > 0, lengths, 1)[owner]).astype(np.float32)
        ends = np.cumsum(sizes).tolist()
        return [Sparse(shape, unit[end - len(shape) : end]) for shape, end in zip(sound_shapes, ends, strict=True)]

    def word_idf(self, word: str) -> float:
        """idf of a question's word, whether any FAQ has it or not."""
        return self.idf_of(self.vocabulary.found([PREFIX["words"] + word]))[0]

    def idf_of(self, words: Numbers) -> list[float]:
        """The same of words by number, -1 for one that was never seen."""
        known, unseen = self.words.known_idf, self.words.unseen_idf
        return [float(known[n]) if 0 <= n < len(known) else unseen for n in words.tolist()]

    def query_columns(self, bags: Mapping[str, Mapping[str, float]]) -> Sparse:
        """A question's weights by column, its terms given by space; terms that no FAQ has ever had are left out."""
        names = [PREFIX[space] + term for space, bag in bags.items() for term in bag]
        found = self.vocabulary.found(names)
        values = np.fromiter(chain.from_iterable(bag.values() for bag in bags.values()), np.float32, len(names))
        known = found >= 0
        return Sparse(found[known], values[known])

    def query_shape(self, sound_shape: Sequence[str]) -> Sparse:
        """Unit-length idf weights of a question's sound shape, whose parts differ, by column."""
        prefix = PREFIX["shape"]
        found = self.vocabulary.found([prefix + gram for gram in sound_shape])
        known = found[found >= 0]
        weights = self.sound_shapes.idf(known)
        unseen = (len(sound_shape) - len(known)) * self.sound_shapes.unseen_idf**2
        length = math.sqrt(float(weights @ weights) + unseen) or 1.0
        return Sparse(known, weights / np.float32(length))

    def _gains(self, entries: Sequence[EntryFeatures], name: str, space: str, space_weight: float) -> "_Gains":
        bags, stats = [_bag(_field(e, name), space) for e in entries], self.fields[name, space]
        terms, counts = np.concatenate([b.terms for b in bags]), np.concatenate([b.counts for b in bags])
        owner = np.repeat(np.arange(len(bags)), [len(b.terms) for b in bags])
        lengths = np.bincount(owner, counts, len(bags)).astype(np.float32)
        gain = stats.idf(terms) * stats.saturation(counts, lengths[owner])
        return _Gains(owner, terms, gain * np.float32(space_weight * FIELD_WEIGHT[name]), len(bags))


@dataclass(frozen=True, slots=True)
class _Gains:
    """One field in one space: which of the `documents` each term and weight belongs to."""

    owner: NDArray[np.intp]
    terms: Numbers
    values: Floats
    documents: int


class Collecting:
    """Statistics of a whole corpus, whose features come some at a time."""

    def __init__(self, vocabulary: SearchVocabulary) -> None:
        size = len(vocabulary)
        self._vocabulary, self._total = vocabulary, 0
        self._fields = {(name, space): _Counted(size) for name in FIELD_WEIGHT for space in SPACES}
        self._both, self._shapes = _Counted(size), _Counted(size)

    def add(self, entries: Sequence[EntryFeatures]) -> None:
        self._total += len(entries)
        for (name, space), counted in self._fields.items():
            counted.add([_bag(_field(entry, name), space) for entry in entries])
        for entry in entries:
            self._both.add_document(np.concatenate([entry.question.words.terms, entry.answer.words.terms]))
            for alternative in entry.alternatives:
                self._shapes.add_document(alternative.sound_shape)

    def collected(self) -> Statistics:
        total = self._total
        return Statistics(
            total,
            {key: _with_idf(counted.frequency, total, counted.mean_length) for key, counted in self._fields.items()},
            _with_idf(self._both.frequency, total, 1.0),
            _with_idf(self._shapes.frequency, self._shapes.documents, 1.0),
            self._vocabulary,
        )


class _Counted:
    """In how many documents each term occurs, and how long they are."""

    def __init__(self, size: int) -> None:
        self.frequency = np.zeros(size, np.intp)
        self.documents = 0
        self._length = 0
        self._filled = 0

    def add(self, bags: Sequence[Bag]) -> None:
        """Documents, each of which names a term once."""
        np.add.at(self.frequency, np.concatenate([bag.terms for bag in bags]), 1)
        self.documents += len(bags)
        self._length += int(np.concatenate([bag.counts for bag in bags]).sum())
        self._filled += sum(len(bag.terms) > 0 for bag in bags)

    def add_document(self, terms: Numbers) -> None:
        """A term counts once, however often the document names it."""
        self.frequency[terms] += 1
        self.documents += 1

    @property
    def mean_length(self) -> float:
        """Of documents that are not empty."""
        return self._length / self._filled if self._filled else 1.0


def _with_idf(frequency: NDArray[np.intp], total: int, mean_length: float) -> FieldStatistics:
    idf = np.log(1 + (total - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    return FieldStatistics(mean_length, idf, math.log(1 + (total + 0.5) / 0.5))


def _summed(parts: Sequence[_Gains]) -> list[Sparse]:
    """One row a document, columns in order; weights of the same term are added up."""
    owner = np.concatenate([p.owner for p in parts])
    cells, inverse = np.unique((owner << 32) | np.concatenate([p.terms for p in parts]), return_inverse=True)
    values = np.bincount(inverse, np.concatenate([p.values for p in parts]), len(cells)).astype(np.float32)
    columns = (cells & 0xFFFFFFFF).astype(np.int32)
    ends = np.searchsorted(cells >> 32, np.arange(parts[0].documents), side="right").tolist()
    return [Sparse(columns[start:end], values[start:end]) for start, end in zip([0, *ends], ends, strict=False)]


def _field(entry: EntryFeatures, name: str) -> FieldFeatures:
    return {"question": entry.question, "answer": entry.answer, "alternatives": entry.alternatives_field}[name]


def _bag(fields: FieldFeatures, space: str) -> Bag:
    bag: Bag = getattr(fields, space)
    return bag
