"""A cross-encoder reads question and FAQ together and orders the best candidates anew (extra [models])."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np

from knowledge.errors import ConfigurationError
from knowledge.search.scoring import Ranked
from knowledge.search.sentence_transformer import loaded, models_library
from knowledge.search.statistics import Floats


class Reranker(Protocol):
    @property
    def top(self) -> int:
        """How many of the best candidates it looks at."""
        ...

    def scores(self, question: str, texts: Sequence[str]) -> Floats:
        """How well each text answers the question; higher is better, the scale is the model's own."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder in a local folder. Raises ConfigurationError like the encoder does."""

    def __init__(self, folder: Path, top: int) -> None:
        self._model = loaded(models_library().CrossEncoder, folder)
        if getattr(self._model.config, "num_labels", 1) != 1:
            raise ConfigurationError(f"並べ替え用のモデル（出力が1つの CrossEncoder）ではありません：{folder}")
        self._lock = Lock()
        self.top = top

    def scores(self, question: str, texts: Sequence[str]) -> Floats:
        if not texts:
            return np.zeros(0, np.float32)
        with self._lock:
            scores = self._model.predict(
                [(question, text) for text in texts], convert_to_numpy=True, show_progress_bar=False
            )
        return np.asarray(scores, np.float32).reshape(len(texts))


def reranked(ranked: Ranked, scores: Floats) -> Ranked:
    """The first len(scores) candidates in the order of `scores`, equal ones as they were; the rest keep their places.

    Scores are mapped onto the range the candidates had, so that what is computed from scores keeps its meaning.
    """
    n = len(scores)
    if n < 2 or float(np.ptp(scores)) < 1e-9:
        return ranked
    order = np.concatenate([np.argsort(-scores, kind="stable"), np.arange(n, len(ranked.positions))])
    high, low = float(ranked.scores[0]), float(ranked.scores[n - 1])
    mapped = low + (scores - scores.min()) / np.ptp(scores) * (high - low)
    total = np.concatenate([mapped.astype(np.float32), ranked.scores[n:]])
    return replace(ranked, positions=ranked.positions[order], scores=total[order], meaning=ranked.meaning[order])
