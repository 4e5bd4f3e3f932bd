"""Trains the static encoder with sentence-transformers (StaticEmbedding, MultipleNegativesRankingLoss) instead of our own
numpy. Needs the extra [models] to train; what comes out is the same feature table, read with numpy alone.

A text's features are the tokens, so an embedding bag's mean points exactly where `StaticEncoder` looks.
"""

import os
import random
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from knowledge.errors import Unavailable
from knowledge.search.encoder import StaticEncoder, initial_vector, initial_weight
from knowledge.search.training import Progress, TrainingTexts, all_features, combine, document_counts
from knowledge.search.word_vectors import Matrix, WordVectors
from knowledge.settings import TrainingSettings

Pair = tuple[list[str], list[str]]
_UNKNOWN = "[UNK]"
_PER_FAQ = 4
"""Wordings drawn per FAQ and epoch."""


class StaticEmbeddingTrainer:
    """A `knowledge.search.retriever.Trainer` on torch. Deterministic for given texts and settings on one machine."""

    def __init__(self, words: WordVectors, settings: TrainingSettings, threads: int = 2) -> None:
        self._words = words
        self._settings = settings
        self._threads = threads

    def __call__(self, texts: TrainingTexts, identity: str, progress: Progress | None = None) -> StaticEncoder:
        """Raises Unavailable without the extra."""
        if find_spec("torch") is None or find_spec("sentence_transformers") is None:
            raise Unavailable("追加の部品が必要です。pip install 'madoguchi[models]' で入れてください。")
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        names = sorted(all_features(texts))
        table = self._trained(names, texts, progress)
        index = {name: i for i, name in enumerate(names)}
        return combine([StaticEncoder(index, table, len(texts.questions), self._words, identity)], texts, identity)

    def _trained(self, names: Sequence[str], texts: TrainingTexts, progress: Progress | None) -> Matrix:
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
        from sentence_transformers.sentence_transformer.modules import StaticEmbedding

        chosen = self._settings
        torch.manual_seed(0)
        torch.set_num_threads(self._threads)
        bag = StaticEmbedding(_tokenizer(names), embedding_weights=self._start(names, texts))
        model = SentenceTransformer(modules=[bag], device="cpu")
        loss = MultipleNegativesRankingLoss(model, scale=1 / chosen.temperature)
        optimiser = torch.optim.Adam(model.parameters(), lr=chosen.learning_rate)
        drawing = random.Random(0)  # noqa: S311 - dropout, not secrets
        number = {name: f"{i}" for i, name in enumerate(names)}
        for epoch in range(chosen.epochs):
            for batch in _batches(texts, chosen.batch, drawing):
                sides = [bag.preprocess([_line(f, number, chosen.dropout, drawing) for f in side]) for side in batch]
                optimiser.zero_grad()
                loss(sides, torch.zeros(len(batch[0]))).backward()
                optimiser.step()
            if progress:
                progress(epoch + 1, chosen.epochs)
        trained: Matrix = bag.embedding.weight.detach().numpy()[: len(names)].astype(np.float32)
        return trained

    def _start(self, names: Sequence[str], texts: TrainingTexts) -> Matrix:
        """chiVe times idf where there is a vector, small noise where there is none; one row more for the unknown."""
        counts, total = document_counts(texts), len(texts.questions)
        noise = np.random.default_rng(0).standard_normal((len(names) + 1, self._words.dim))
        table: Matrix = (noise / np.sqrt(self._words.dim)).astype(np.float32)
        for i, name in enumerate(names):
            base = initial_vector(name, self._words)
            table[i] = (table[i] if base is None else base) * initial_weight(name, counts[name], total)
        table[len(names)] = 0
        return table


def _tokenizer(names: Sequence[str]) -> Any:
    """Words of the vocabulary are the positions of the features, because a feature may hold a space."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    vocabulary = {f"{i}": i for i in range(len(names))} | {_UNKNOWN: len(names)}
    made = Tokenizer(WordLevel(vocabulary, unk_token=_UNKNOWN))
    made.pre_tokenizer = WhitespaceSplit()
    return made


def _line(features: Sequence[str], number: dict[str, str], dropout: float, drawing: random.Random) -> str:
    known = [number[f] for f in features if f in number]
    kept = [n for n in known if drawing.random() >= dropout]
    return " ".join(kept or known[:1] or [_UNKNOWN])


def _batches(texts: TrainingTexts, size: int, drawing: random.Random) -> Iterator[list[list[list[str]]]]:
    """Two columns each; the same FAQ never stands twice in a batch, or it would be its own negative."""
    for pairs in _pairs(texts, drawing):
        for start in range(0, len(pairs), size):
            part = _each_once(pairs[start : start + size])
            if len(part) > 1:
                yield [[left for _, (left, _) in part], [right for _, (_, right) in part]]


def _pairs(texts: TrainingTexts, drawing: random.Random) -> Iterator[list[tuple[int, Pair]]]:
    """(FAQ, (question, answer)), (FAQ, (wording, question)), (FAQ, (wording, answer)), (FAQ, (sentence, question))."""
    faqs = list(enumerate(zip(texts.questions, texts.answers, strict=True)))
    drawing.shuffle(faqs)
    yield [(n, (list(q), list(a))) for n, (q, a) in faqs]
    wordings = list(texts.alternatives)
    drawing.shuffle(wordings)
    wordings = wordings[: len(faqs) * _PER_FAQ]
    yield [(n, (f, list(texts.questions[n]))) for n, f in wordings]
    yield [(n, (f, list(texts.answers[n]))) for n, f in wordings]
    sentences = list(texts.sentences)
    drawing.shuffle(sentences)
    yield [(n, (f, list(texts.questions[n]))) for n, f in sentences[: len(faqs)]]


def _each_once(pairs: Sequence[tuple[int, Pair]]) -> list[tuple[int, Pair]]:
    first: dict[int, Pair] = {}
    for faq, pair in pairs:
        first.setdefault(faq, pair)
    return list(first.items())
