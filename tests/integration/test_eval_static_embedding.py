"""The sentence-transformers StaticEmbedding trainer, with the real library: what it makes is read with numpy alone."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from eval import adapt
from eval.lab import FixedFaqs, NumpyTrainer, open_retriever
from knowledge.search.encoder import TextEncoder, load_encoder
from knowledge.search.static_embedding import StaticEmbeddingTrainer
from knowledge.search.training import Progress, TrainingTexts
from knowledge.settings import SearchSettings, TrainingSettings
from tests.fakes import small_city
from tests.integration.test_eval_learning import _pairs

pytestmark = pytest.mark.models
pytest.importorskip("sentence_transformers", reason="extra [models] not installed")

QUICK = SearchSettings(training=TrainingSettings(epochs=4, seeds=1, batch=32))
_READ = """
import sys
from pathlib import Path
sys.modules["torch"] = sys.modules["sentence_transformers"] = None
from knowledge.search.encoder import TextEncoder, load_encoder
from knowledge.search.word_vectors import load_word_vectors
encoder = load_encoder(Path(sys.argv[1]), load_word_vectors(Path(sys.argv[2])))
print(encoder.identity, encoder.encode_features([["カード"]]).shape)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("static")


def test_training_brings_questions_closer_to_their_answers_and_the_file_needs_no_torch(folder: Path) -> None:
    words = small_city.words(folder)
    retriever = open_retriever(FixedFaqs(small_city.entries()), folder, small_city.tokenizer(), words, settings=QUICK)
    texts, identity = retriever.training_texts()
    told: list[tuple[int, int]] = []
    trainer = StaticEmbeddingTrainer(words, QUICK.training, threads=1)
    made = trainer(texts, identity, lambda done, total: told.append((done, total)))
    assert told == [(n, 4) for n in range(1, 5)]
    index = retriever.index_of()
    assert index is not None

    def first_hits(encoder: object) -> float:
        asked = encoder.encode_features(texts.questions)  # type: ignore[attr-defined]
        answers = encoder.encode_features(texts.answers)  # type: ignore[attr-defined]
        return float((np.argmax(asked @ answers.T, axis=1) == np.arange(len(asked))).mean())

    assert first_hits(made) > first_hits(index.encoder)
    again = trainer(texts, identity)
    assert np.array_equal(made.table, again.table), "the same texts give the same encoder"
    retriever.adopt(made)
    assert retriever.trained_for_current()
    retriever.close()

    made.save(folder / "made.npz")
    assert np.array_equal(load_encoder(folder / "made.npz", words).table, made.table)
    command = [sys.executable, "-c", _READ, str(folder / "made.npz"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert f"{identity} (1, {words.dim})" in done.stdout


def test_adapt_compares_it_with_what_is_in_use_on_faq_neither_has_seen(folder: Path) -> None:
    words = small_city.words(folder)
    learner = StaticEmbeddingTrainer(words, QUICK.training, threads=1)
    learnt: list[str] = []

    def pupil(texts: TrainingTexts, identity: str, progress: Progress | None = None) -> TextEncoder:
        learnt.append(identity)
        return learner(texts, identity, progress)

    bench = adapt.Bench(small_city.tokenizer(), words, QUICK, NumpyTrainer(words, QUICK.training), pupil)
    found = adapt.trial(small_city.entries(), _pairs(), bench)
    assert [identity.endswith("+") for identity in learnt] == [True], "only what learns from the pairs"
    assert found.after > 0.8
    assert found.better == (found.after > found.before)
