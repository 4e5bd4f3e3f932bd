"""Trains the static encoder on the city's own FAQ, in numpy/scipy.

Loss: symmetric in-batch softmax over (question, answer), (question, question under another dropout), (answer sentence,
question) and (alternative question, question and answer); lazy Adam on the features a batch touches.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.search.encoder import StaticEncoder, initial_vector, initial_weight
from knowledge.search.prototypes import MAX_FAQS, Prototypes, train_prototypes
from knowledge.search.word_model import train_word_model
from knowledge.search.word_vectors import Matrix, WordVectors
from knowledge.settings import TrainingSettings

Progress = Callable[[int, int], None]
QUESTION_PAIR_WEIGHT = 0.5
_ROWS_AT_ONCE = 256
"""Vectors stepped together: few enough to stay in the processor's cache, which halves the time of training."""
ALTERNATIVES_PER_FAQ = 4
"""Alternatives drawn per FAQ and epoch; more only costs time, the next epoch draws others."""


@dataclass(frozen=True, slots=True)
class TrainingTexts:
    """Encoder features of the FAQ corpus; sentences and alternatives name their FAQ by position."""

    questions: Sequence[list[str]]
    answers: Sequence[list[str]]
    sentences: Sequence[tuple[int, list[str]]] = ()
    alternatives: Sequence[tuple[int, list[str]]] = ()
    keys: Sequence[str] = ()
    prints: Sequence[str] = ()
    """faq_id and fingerprint by position; without them neither prototypes nor a word model are learned."""
    utterances: Sequence[tuple[int, list[str]]] = ()
    """Features of the linear models of every wording, with its FAQ's position."""


def train(
    texts: TrainingTexts,
    vectors: WordVectors,
    settings: TrainingSettings,
    identity: str,
    progress: Progress | None = None,
) -> StaticEncoder:
    """Train `settings.seeds` tables, average them, learn the classes. Deterministic for given texts and settings."""
    seeds = range(settings.seeds)
    tables = [train_table(texts, vectors, settings, seed, _part(progress, seed, len(seeds))) for seed in seeds]
    return combine(tables, texts, identity)


def train_table(
    texts: TrainingTexts, vectors: WordVectors, settings: TrainingSettings, seed: int, progress: Progress
) -> StaticEncoder:
    """One seed's feature table, without classes."""
    trainer = _Trainer(texts, vectors, settings, seed)
    table = trainer.run(progress)
    return StaticEncoder({n: i for i, n in enumerate(trainer.names)}, table, trainer.total, vectors, f"seed {seed}")


def combine(tables: Sequence[StaticEncoder], texts: TrainingTexts, identity: str) -> StaticEncoder:
    """The mean of the tables, with prototypes and word model learned on it."""
    first = tables[0]
    mean: Matrix = np.mean([t.table for t in tables], axis=0, dtype=np.float32)
    table = mean.astype(np.float16).astype(np.float32)  # as it will be read again: a restart must not change a score
    encoder = StaticEncoder(first.index, table, first.total, first.vectors, identity)
    encoder.prototypes = _learn_prototypes(encoder, texts)
    encoder.word_model = train_word_model(texts.keys, texts.prints, texts.utterances) if texts.keys else None
    return encoder


def _part(progress: Progress | None, seed: int, seeds: int) -> Progress:
    return lambda done, total: progress(seed * total + done, seeds * total) if progress else None


def _learn_prototypes(encoder: StaticEncoder, texts: TrainingTexts) -> Prototypes | None:
    """From every wording and the question itself to its FAQ."""
    if len(texts.keys) != len(texts.questions) or len(texts.keys) > MAX_FAQS:
        return None
    wordings = [*texts.alternatives, *enumerate(texts.questions)]
    owner = np.array([i for i, _ in wordings], np.int64)
    return train_prototypes(texts.keys, texts.prints, encoder.encode_features([f for _, f in wordings]), owner)


@dataclass(slots=True)
class _Side:
    """One side of a batch: dropped-out weighted counts, unit vectors, their norms before scaling, gradient."""

    bag: Any
    vectors: Matrix
    norms: Matrix
    gradient: Matrix


class _Trainer:
    def __init__(self, texts: TrainingTexts, vectors: WordVectors, settings: TrainingSettings, seed: int) -> None:
        self.settings = settings
        self.rng = np.random.default_rng(seed)
        counts = document_counts(texts)
        self.names = sorted(all_features(texts))
        self.total = len(texts.questions)
        index = {name: i for i, name in enumerate(self.names)}
        self.e = _initial_table(self.names, vectors, self.rng)
        self.w = np.log(np.array([initial_weight(n, counts[n], self.total) for n in self.names], np.float32))
        self.questions = _counts_matrix(texts.questions, index)
        self.answers = _counts_matrix(texts.answers, index)
        self.sentence_of = np.array([i for i, _ in texts.sentences], np.int64)
        self.sentences = _counts_matrix((f for _, f in texts.sentences), index)
        self.alternative_of = np.array([i for i, _ in texts.alternatives], np.int64)
        self.alternatives = _counts_matrix((f for _, f in texts.alternatives), index)
        self.adam = _LazyAdam(self.e, self.w, settings)

    def run(self, progress: Progress) -> Matrix:
        epochs = self._epochs()
        for epoch in range(epochs):
            batches = list(self._batches())
            for at in self.rng.permutation(len(batches)):
                kind, rows = batches[at]
                sides = self._step(kind, rows)
                if sides:
                    self.adam.apply(sides)
            progress(epoch + 1, epochs)
        table: Matrix = self.e * np.exp(self.w)[:, None]
        return table

    def _epochs(self) -> int:
        per_epoch = max(1, sum(1 for _ in self._batches()))
        return max(3, min(self.settings.epochs, self.settings.max_steps // per_epoch))

    def _batches(self) -> Iterator[tuple[str, NDArray[np.int64]]]:
        n = self.total
        drawn = (
            ("question", self.rng.permutation(n)),
            ("sentence", self.rng.permutation(len(self.sentence_of))[:n]),
            ("alternative", self.rng.permutation(len(self.alternative_of))[: n * ALTERNATIVES_PER_FAQ]),
        )
        for kind, rows in drawn:
            if len(rows):
                for part in np.array_split(rows, max(1, round(len(rows) / self.settings.batch))):
                    yield kind, part

    def _step(self, kind: str, rows: NDArray[np.int64]) -> list[_Side]:
        if kind == "question":
            return self._question_step(rows)
        of = self.sentence_of if kind == "sentence" else self.alternative_of
        rows = rows[np.unique(of[rows], return_index=True)[1]]
        if len(rows) < 2:
            return []
        text = self._forward(self.sentences if kind == "sentence" else self.alternatives, rows)
        question = self._forward(self.questions, of[rows])
        self._pull(text, question)
        if kind == "sentence":
            return [text, question]
        answer = self._forward(self.answers, of[rows])
        self._pull(text, answer)
        return [text, question, answer]

    def _question_step(self, rows: NDArray[np.int64]) -> list[_Side]:
        question, answer = self._forward(self.questions, rows), self._forward(self.answers, rows)
        again = self._forward(self.questions, rows)
        self._pull(question, answer)
        self._pull(again, question, QUESTION_PAIR_WEIGHT)
        return [question, answer, again]

    def _forward(self, counts: Any, rows: NDArray[np.int64]) -> _Side:
        bag = counts[rows]
        keep = self.rng.random(len(bag.data), dtype=np.float32) >= self.settings.dropout
        bag.data = bag.data * keep * np.exp(self.w[bag.indices])
        raw = bag @ self.e
        norms = np.linalg.norm(raw, axis=1, keepdims=True) + 1e-6
        return _Side(bag, raw / norms, norms, np.zeros_like(raw))

    def _pull(self, a: _Side, b: _Side, weight: float = 1.0) -> None:
        """Symmetric in-batch softmax: row i of `a` belongs to row i of `b`. Adds the gradients to both sides."""
        n, temperature = len(a.vectors), self.settings.temperature
        scores = a.vectors @ b.vectors.T / temperature
        grad = _softmax(scores, 1) + _softmax(scores, 0)
        grad[np.arange(n), np.arange(n)] -= 2
        grad *= weight / (n * temperature)
        a.gradient += grad @ b.vectors
        b.gradient += grad.T @ a.vectors


class _LazyAdam:
    """Adam whose moments move only for the features a batch contains."""

    def __init__(self, e: Matrix, w: NDArray[np.float32], settings: TrainingSettings) -> None:
        self.e, self.w, self.settings = e, w, settings
        self.e1, self.e2 = np.zeros_like(e), np.zeros_like(e)
        self.w1, self.w2 = np.zeros_like(w), np.zeros_like(w)
        self.place = np.zeros(len(w), np.int32)
        self.step = 0

    def apply(self, sides: Sequence[_Side]) -> None:
        import scipy.sparse as sp

        self.step += 1
        bags = sp.vstack([s.bag for s in sides]).tocsr()
        through_norm = [
            (s.gradient - s.vectors * (s.vectors * s.gradient).sum(1, keepdims=True)) / s.norms for s in sides
        ]
        rows, local = self._touched(bags.indices)
        compact = sp.csr_matrix((bags.data, local, bags.indptr), shape=(bags.shape[0], len(rows)))
        by_feature, gradient = compact.T.tocsr(), np.vstack(through_norm).astype(np.float32)
        grad_w = np.empty(len(rows), np.float32)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            grad_w[part] = self._move_vectors(rows[part], by_feature[part] @ gradient)
        self.w[rows] -= _adam_step(self.w1, self.w2, rows, grad_w, self.step) * self.settings.weight_learning_rate

    def _touched(self, features: NDArray[np.int32]) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """The features that occur, in order, and for each given one its place among them."""
        occurs = np.zeros(len(self.w), bool)
        occurs[features] = True
        rows = np.flatnonzero(occurs)
        self.place[rows] = np.arange(len(rows), dtype=np.int32)
        return rows, self.place[features]

    def _move_vectors(self, rows: NDArray[np.intp], grad: Matrix) -> NDArray[np.float32]:
        """Steps these vectors; returns the gradients of their weights."""
        before = self.e[rows]
        grad_w: NDArray[np.float32] = (before * grad).sum(1)
        before -= _adam_step(self.e1, self.e2, rows, grad, self.step) * self.settings.learning_rate
        self.e[rows] = before
        return grad_w


def _adam_step(m1: Any, m2: Any, rows: NDArray[np.intp], grad: Any, step: int) -> Any:
    first, second = m1[rows], m2[rows]
    first *= 0.9
    first += 0.1 * grad
    second *= 0.999
    second += 0.001 * grad * grad
    m1[rows], m2[rows] = first, second
    first /= 1 - 0.9**step
    second /= 1 - 0.999**step
    np.sqrt(second, out=second)
    second += 1e-8
    first /= second
    return first


def _softmax(scores: Matrix, axis: int) -> Matrix:
    p = np.exp(scores - scores.max(axis=axis, keepdims=True))
    total: Matrix = p.sum(axis=axis, keepdims=True)
    shares: Matrix = p / total
    return shares


def document_counts(texts: TrainingTexts) -> Counter[str]:
    """In how many FAQ (question or answer) a feature occurs."""
    counts: Counter[str] = Counter()
    for question, answer in zip(texts.questions, texts.answers, strict=True):
        counts.update(set(question) | set(answer))
    return counts


def all_features(texts: TrainingTexts) -> set[str]:
    names: set[str] = set()
    for features in chain(texts.questions, texts.answers, (f for _, f in texts.alternatives)):
        names.update(features)
    return names


def _initial_table(names: Sequence[str], vectors: WordVectors, rng: np.random.Generator) -> Matrix:
    table = rng.standard_normal((len(names), vectors.dim)).astype(np.float32) / np.float32(np.sqrt(vectors.dim))
    for i, name in enumerate(names):
        base = initial_vector(name, vectors)
        if base is not None:
            table[i] = base
    return table


def _counts_matrix(lists: Iterable[list[str]], index: dict[str, int]) -> Any:
    import scipy.sparse as sp

    indptr, indices = array("q", [0]), array("i")
    for features in lists:
        indices.extend([index[f] for f in features if f in index])
        indptr.append(len(indices))
    data = np.ones(len(indices), np.float32)
    shape = (len(indptr) - 1, len(index))
    return sp.csr_matrix((data, np.array(indices, np.int32), np.array(indptr, np.int64)), shape=shape)
