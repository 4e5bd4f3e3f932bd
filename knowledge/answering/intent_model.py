"""What kind of utterance is this? A linear classifier over words, characters and the mean word vector.

The city's own FAQ wordings stand for "a question we answer"; `samples/policy.jsonl` (or the city's own file) holds what
must go to a person. Half of the examples are learnt from a second time as they may be heard over a telephone, fillers count
for nothing, and the sound of the whole utterance is a feature: a wrongly written word is no sign that a question is not ours.
The mean chiVe vector lets a matter nobody wrote down (a broken street lamp) fall beside those that
somebody did; rare words count more in it, because it is the thing asked about that tells whose matter it is.
Multinomial logistic regression with L2, fitted by L-BFGS; some ten seconds for 10,000 texts.
"""

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.search.kept_arrays import kept_arrays
from knowledge.search.word_vectors import WordVectors
from knowledge.text.features import utterance_features
from knowledge.text.fillers import without_fillers
from knowledge.text.late_pattern import late_pattern
from knowledge.text.misheard import misheard
from knowledge.text.normalise import normalise
from knowledge.text.tokens import Tokenizer

IN_SCOPE = "in_scope"
L2 = 3e-6
"""Chosen, like OTHERS_SHARE, on the calibration and dev questions: recall of what is not ours at 3 % false alarms."""
MAX_ITERATIONS = 80
MIN_COUNT = 3
OTHERS_SHARE = 1.0
"""Total weight of utterances that are not ours against FAQ wordings, whatever their number."""
HEARD_SHARE = 0.5
"""Share of the examples that are learnt from as heard, too; all of them bring no more and take longer."""
HEARD_RATE = 0.5
"""Most of a heard example's words that are hit; each is hit at a rate of its own between 0 and this."""
_SEED = 7
_JAPANESE = late_pattern("[ぁ-んァ-ン一-龥]")


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    label: str
    department: str = ""
    """Whose matter it is, where the example says so."""
    weight: float = 1.0
    """How much it counts among those of its label."""


@dataclass(frozen=True, slots=True)
class WordRarity:
    """Inverse document frequency of the `w:` features; a word of no example is as rare as can be."""

    idf: Mapping[str, float]
    unseen: float

    def __call__(self, feature: str) -> float:
        return self.idf.get(feature, self.unseen)

    @classmethod
    def of_bags(cls, bags: Sequence[Sequence[str]]) -> "WordRarity":
        counts = Counter(f for bag in bags for f in set(bag) if f.startswith("w:"))
        total = math.log(max(1, len(bags))) + 1
        return cls({f: total - math.log(1 + n) for f, n in counts.items()}, total)

    def arrays(self) -> dict[str, Any]:
        names = np.frombuffer("\n".join(self.idf).encode("utf-8", "replace"), np.uint8)
        return {"words": names, "idf": np.array([*self.idf.values(), self.unseen], np.float32)}

    @classmethod
    def of_arrays(cls, data: Mapping[str, NDArray[Any]]) -> "WordRarity":
        """Raises KeyError or ValueError for a file of an older version."""
        words, idf = data["words"].tobytes().decode("utf-8").split("\n"), data["idf"].tolist()
        return cls(dict(zip(words, idf[:-1], strict=True)), idf[-1])


@dataclass(frozen=True)
class IntentModel:
    """Probabilities over labels. Immutable and safe to share between threads."""

    labels: tuple[str, ...]
    vocabulary: Mapping[str, int]
    weights: NDArray[np.float32]
    """Shape [features + vector width, labels]."""
    bias: NDArray[np.float32]
    rarity: WordRarity
    tokenizer: Tokenizer
    vectors: WordVectors

    def probabilities(self, text: str) -> dict[str, float]:
        """P(label | text); nearly all mass on the label the words point to."""
        bag = text_features(text, self.tokenizer)
        get = self.vocabulary.get
        known = [i for f in bag if (i := get(f)) is not None]
        logits = self.bias + mean_vector(bag, self.vectors, self.rarity) @ self.weights[len(self.vocabulary) :]
        if known:
            logits = logits + self.weights[known].sum(axis=0) / np.sqrt(max(1, len(bag)))
        p = np.exp(logits - logits.max())
        p /= p.sum()
        return dict(zip(self.labels, map(float, p), strict=True))

    def save(self, path: Path) -> None:
        names = np.frombuffer("\n".join(self.vocabulary).encode("utf-8", "replace"), np.uint8)
        with path.open("wb") as out:
            np.savez(
                out,
                names=names,
                weights=self.weights,
                bias=self.bias,
                labels=np.array(self.labels),
                **self.rarity.arrays(),
            )


def load_intent_model(path: Path, tokenizer: Tokenizer, vectors: WordVectors) -> IntentModel:
    """Read what `IntentModel.save` wrote. Raises OSError or ValueError."""
    with kept_arrays(path) as data:
        names = data["names"].tobytes().decode("utf-8").split("\n")
        vocabulary = {name: i for i, name in enumerate(names)}
        return IntentModel(
            tuple(data["labels"].tolist()),
            vocabulary,
            data["weights"],
            data["bias"],
            WordRarity.of_arrays(data),
            tokenizer,
            vectors,
        )


def text_features(text: str, tokenizer: Tokenizer) -> list[str]:
    """Features of the matching form's first 400 characters, sorted: sums over them must not depend on chance."""
    normal = without_fillers(normalise(text)[:400])
    return list(utterance_features(normal, tokenizer.query_morphs(normal)))


def mean_vector(bag: Iterable[str], vectors: WordVectors, rarity: WordRarity) -> NDArray[np.float32]:
    """Unit mean of the directions of the `w:` features, rare words first; zero where none is known."""
    total = np.zeros(vectors.dim, np.float32)
    for feature in bag:
        if feature.startswith("w:") and (vector := vectors.get(feature[2:])) is not None:
            total += vector * np.float32(rarity(feature) / max(math.sqrt(float(vector @ vector)), 1e-9))
    unit: NDArray[np.float32] = total / np.float32(max(math.sqrt(float(total @ total)), 1e-9))
    return unit


def train_intents(examples: Sequence[Example], tokenizer: Tokenizer, vectors: WordVectors) -> IntentModel:
    """Fit the classifier. Deterministic; needs at least two labels."""
    labels = tuple(sorted({e.label for e in examples}))
    examples = [*examples, *_as_heard(examples, tokenizer)]
    bags = [text_features(e.text, tokenizer) for e in examples]
    counts = Counter(f for bag in bags for f in bag)
    vocabulary = {f: i for i, f in enumerate(sorted(f for f, n in counts.items() if n >= MIN_COUNT))}
    rarity = WordRarity.of_bags(bags)
    dense = np.stack([mean_vector(bag, vectors, rarity) for bag in bags])
    sparse = _matrix(bags, vocabulary)
    y = np.array([labels.index(e.label) for e in examples])
    counted = np.array([e.weight for e in examples])
    weights, bias = _fit(sparse, dense, y, len(labels), _example_weights(y, labels) * counted)
    return IntentModel(
        labels, vocabulary, weights.astype(np.float32), bias.astype(np.float32), rarity, tokenizer, vectors
    )


def _as_heard(examples: Sequence[Example], tokenizer: Tokenizer) -> list[Example]:
    """Some of the Japanese examples once more, with errors of hearing; those in which none happened are left out."""
    rng = random.Random(_SEED)  # noqa: S311 - the same model every time, nothing secret
    out = []
    for example in examples:
        if not _JAPANESE.search(example.text) or rng.random() >= HEARD_SHARE:
            continue
        said = misheard(tokenizer.morphs(example.text), HEARD_RATE * rng.random(), rng)
        if said and said != example.text:
            out.append(replace(example, text=said))
    return out


def _matrix(bags: Sequence[Sequence[str]], vocabulary: Mapping[str, int]) -> Any:
    import scipy.sparse as sp

    indptr: list[int] = [0]
    indices: list[int] = []
    values: list[float] = []
    for bag in bags:
        scale = 1 / np.sqrt(max(1, len(bag)))
        columns = [vocabulary[f] for f in bag if f in vocabulary]
        indices.extend(columns)
        values.extend([scale] * len(columns))
        indptr.append(len(indices))
    return sp.csr_matrix((np.array(values), np.array(indices, np.int32), indptr), shape=(len(bags), len(vocabulary)))


def _example_weights(y: NDArray[np.int64], labels: Sequence[str]) -> NDArray[np.float64]:
    """FAQ wordings together weigh 1, all other labels together OTHERS_SHARE, each label by the root of its size."""
    counts = np.bincount(y, minlength=len(labels)).astype(float)
    share = np.sqrt(counts)
    ours = np.array([label == IN_SCOPE for label in labels])
    share[~ours] *= OTHERS_SHARE / max(share[~ours].sum(), 1e-9)
    share[ours] = 1.0
    weights: NDArray[np.float64] = (share / np.maximum(counts, 1))[y]
    return weights


def _fit(
    sparse: Any, dense: NDArray[np.float32], y: NDArray[np.int64], k: int, sample: NDArray[np.float64]
) -> tuple[Any, Any]:
    """Weights [features + vector width, k] and bias [k]; the dense part goes through BLAS, which halves the time."""
    from scipy.optimize import minimize

    n, m = sparse.shape
    d = m + dense.shape[1]
    onehot = np.zeros((n, k))
    onehot[np.arange(n), y] = 1
    sample = sample / sample.sum()

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        w, b = flat[: d * k].reshape(d, k), flat[d * k :]
        logits = sparse @ w[:m] + dense @ w[m:] + b
        logits -= logits.max(axis=1, keepdims=True)
        p = np.exp(logits)
        p /= p.sum(axis=1, keepdims=True)
        error = (p - onehot) * sample[:, None]
        value = -float((sample * np.log(p[np.arange(n), y] + 1e-12)).sum()) + L2 * float((w * w).sum()) / 2
        gradient = np.concatenate([sparse.T @ error, dense.T @ error]) + L2 * w
        return value, np.concatenate([gradient.ravel(), error.sum(axis=0)])

    best = minimize(loss, np.zeros(d * k + k), jac=True, method="L-BFGS-B", options={"maxiter": MAX_ITERATIONS}).x
    return best[: d * k].reshape(d, k), best[d * k :]
