"""Neural encoder and reranker from local folders, with tiny random-weight models built here."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge import bootstrap
from knowledge.errors import ConfigurationError
from knowledge.search.edge_index import EdgeIndex
from knowledge.search.encoder_input import EncoderInput, Role
from knowledge.search.kept_vectors import KeptVectors
from knowledge.search.retriever import Retriever
from knowledge.search.word_vectors import Matrix
from knowledge.settings import IndexSettings, SearchSettings, Settings
from tests.fakes.search import asked, japanese, opened, told

pytest.importorskip("sentence_transformers", reason="models extra not installed: pip install 'madoguchi[models]'")
pytestmark = [pytest.mark.models, pytest.mark.filterwarnings("ignore")]  # the libraries deprecate their own parts

from knowledge.search.rerank import CrossEncoderReranker  # noqa: E402
from knowledge.search.sentence_transformer import SentenceTransformerEncoder  # noqa: E402
from tests.fakes.tiny_models import cross_encoder_folder, encoder_folder  # noqa: E402

TEXTS = [EncoderInput(t, []) for t in ("カードを無くしました", "暗証番号がわからない", "写真の大きさ")]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return encoder_folder(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cross_encoder_folder(tmp_path_factory.mktemp("judge"))


def over(base: Retriever, folder: Path, **changed: Any) -> Retriever:
    """Another retriever with some parts exchanged, opened in `folder`."""
    encoder = changed.get("encoder")
    vectors = EdgeIndex(folder / "edge", encoder.dim if encoder else 300)
    made = Retriever(replace(base._parts, folder=folder, vectors=vectors, **changed))
    made.open()
    return made


def test_vectors_have_unit_length_and_depend_on_nothing_else(plain: Path) -> None:
    encoder = SentenceTransformerEncoder(plain)
    together = encoder.encode(TEXTS)
    assert encoder.dim == 32
    assert together.shape == (3, 32)
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-5)
    alone = np.concatenate([encoder.encode([t]) for t in TEXTS])
    assert alone == pytest.approx(together, abs=1e-5)
    assert encoder.encode([]).shape == (0, 32)


def test_prefixes_come_from_the_models_configuration(tmp_path: Path, plain: Path) -> None:
    prompted = SentenceTransformerEncoder(encoder_folder(tmp_path, {"query": "申請", "document": "窓口"}))
    bare = SentenceTransformerEncoder(plain)
    as_query, as_passage = prompted.encode(TEXTS, "query"), prompted.encode(TEXTS, "passage")
    assert not np.allclose(as_query, as_passage)
    assert as_query == pytest.approx(bare.encode([EncoderInput("申請" + t.text, []) for t in TEXTS]), abs=1e-5)
    assert as_passage == pytest.approx(bare.encode([EncoderInput("窓口" + t.text, []) for t in TEXTS]), abs=1e-5)
    assert bare.encode(TEXTS, "query") == pytest.approx(bare.encode(TEXTS), abs=1e-6)


def test_identity_follows_the_weights(tmp_path: Path, plain: Path) -> None:
    copy = Path(shutil.copytree(plain, tmp_path / "model"))
    assert SentenceTransformerEncoder(copy).identity == SentenceTransformerEncoder(plain).identity
    other = encoder_folder(tmp_path / "other", seed=9)
    assert SentenceTransformerEncoder(other).identity != SentenceTransformerEncoder(plain).identity


def test_a_retriever_of_any_width_searches_and_needs_no_training(tmp_path: Path, plain: Path) -> None:
    base = opened(tmp_path / "static", japanese())
    encoder = KeptVectors(SentenceTransformerEncoder(plain), tmp_path / "neural" / "vectors.bin")
    neural = over(base, tmp_path / "neural", encoder=encoder)
    index = neural.index_of()
    assert index is not None
    assert index.corpus.question_matrix.shape == (12, 32)
    assert asked(neural, "カードを紛失したときはどうすればよいですか。")[0] == "A05"
    assert neural.trained_for_current()
    before = told(neural, "暗証番号を忘れた")
    neural.train()
    neural.refresh()
    assert told(neural, "暗証番号を忘れた") == before
    assert len(neural.neighbours("A01", 3)) == 3
    neural.close()
    base.close()


def test_kept_vectors_are_encoded_once_and_survive_damage(tmp_path: Path, plain: Path) -> None:
    class Counting(SentenceTransformerEncoder):
        encoded = 0

        def encode(self, texts: Sequence[EncoderInput], role: Role = "passage") -> Matrix:
            Counting.encoded += len(texts)
            return super().encode(texts, role)

    path = tmp_path / "vectors.bin"
    first = KeptVectors(Counting(plain), path).encode(TEXTS)
    Counting.encoded = 0
    again = KeptVectors(Counting(plain), path)
    own = Counting.encoded  # finding out the width
    assert (again.encode([*TEXTS, TEXTS[0]]) == np.concatenate([first, first[:1]])).all()
    assert Counting.encoded == own
    again.encode(TEXTS[:1], "query")
    assert Counting.encoded == own + 1
    path.write_bytes(path.read_bytes()[:-5])  # the last record is torn
    torn = KeptVectors(Counting(plain), path)
    assert torn.encode(TEXTS) == pytest.approx(first, abs=1e-5)
    assert KeptVectors(Counting(plain), path).encode(TEXTS) == pytest.approx(first, abs=1e-5)
    data = bytearray(path.read_bytes())
    data[60] ^= 1
    path.write_bytes(bytes(data))
    assert KeptVectors(Counting(plain), path).encode(TEXTS) == pytest.approx(first, abs=1e-5)
    other = KeptVectors(SentenceTransformerEncoder(encoder_folder(tmp_path / "o", seed=5)), path)
    assert not np.allclose(other.encode(TEXTS), first)


def test_the_reranker_orders_the_best_and_leaves_the_rest(tmp_path: Path, judge: Path) -> None:
    base = opened(tmp_path / "static", japanese())
    reranker = CrossEncoderReranker(judge, 5)
    judged = over(base, tmp_path / "judged", reranker=reranker)
    question = "カードを無くしました"
    plain_order, order = told(base, question), told(judged, question)
    assert {i for i, _, _ in order[:5]} == {i for i, _, _ in plain_order[:5]}
    assert [(i, s) for i, s, _ in order[5:]] == [(i, s) for i, s, _ in plain_order[5:]]
    texts = {e.faq_id: f"{e.question}\n{e.answer}" for e in japanese()}
    scores = reranker.scores(question, [texts[i] for i, _, _ in order[:5]])
    assert list(scores) == sorted(scores, reverse=True)
    assert [s for _, s, _ in order] == sorted((s for _, s, _ in order), reverse=True)
    assert told(judged, question) == order
    judged.close()
    base.close()


def test_what_is_no_model_is_refused(tmp_path: Path, judge: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text("{}")
    for folder in (tmp_path / "none", tmp_path / "broken"):
        with pytest.raises(ConfigurationError):
            SentenceTransformerEncoder(folder)
        with pytest.raises(ConfigurationError):
            CrossEncoderReranker(folder, 5)
    with pytest.raises(ConfigurationError):
        CrossEncoderReranker(cross_encoder_folder(tmp_path / "three", labels=3), 5)


def test_settings_choose_the_models(tmp_path: Path, plain: Path, judge: Path) -> None:
    search = SearchSettings(embedder="sentence-transformers", model_dir=plain, reranker_dir=judge, rerank_top=4)
    settings = Settings(data_dir=tmp_path / "data", search=search, index=IndexSettings(candidates=50))
    services = bootstrap.build(settings)
    try:
        assert services.retriever._parts.encoder is not None
        assert services.retriever._parts.encoder.dim == 32
        assert services.retriever._parts.reranker is not None
        assert services.retriever._parts.reranker.top == 4
        assert [task.name for task in services.learnables] == ["用件の判別の学習"]
    finally:
        services.close()


def test_a_model_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        bootstrap.build(Settings(data_dir=tmp_path, search=SearchSettings(embedder="sentence-transformers")))
