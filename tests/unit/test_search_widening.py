"""What is kept in half precision reads the same before and after it is made wide, to the last bit."""

from pathlib import Path

import numpy as np

from knowledge.search.encoder import NumberedEncoder, StaticEncoder, WithoutMeaning, load_encoder
from knowledge.search.word_model import WordModel
from tests.fakes.search import faqs, opened, told, words

RANDOM = np.random.default_rng(5)
NAMES = [f"w:{n}" for n in range(3000)]
QUESTIONS = ("カードを無くしました", "暗証番号がわからない", "lost my card")


def word_model() -> WordModel:
    weights = RANDOM.standard_normal((len(NAMES), 40)).astype(np.float16)
    idf = RANDOM.random(len(NAMES)).astype(np.float32)
    return WordModel(tuple(f"A{n}" for n in range(40)), ("",) * 40, tuple(NAMES), idf, weights)


def encoder() -> StaticEncoder:
    table = RANDOM.standard_normal((len(NAMES), 300)).astype(np.float16)
    return StaticEncoder({name: n for n, name in enumerate(NAMES)}, table, 100, words(), "trained", None, word_model())


def bags() -> list[list[str]]:
    return [[NAMES[n] for n in RANDOM.integers(0, len(NAMES), size)] for size in (0, 1, 2, 7, 30, 200, 400) * 5]


def test_vectors_are_the_same(tmp_path: Path) -> None:
    made, texts = encoder(), bags()
    made.save(tmp_path / "encoder.npz")
    kept = load_encoder(tmp_path / "encoder.npz", words())
    assert kept.table.dtype == np.float16
    narrow = kept.encode_features(texts)
    numbers = [np.array([made.index[name] for name in bag], np.int32) for bag in texts]
    other = np.zeros((0, 300), np.float32)
    own = np.arange(len(NAMES), dtype=np.int32)
    by_number = NumberedEncoder(kept.table, own, other, np.full(len(NAMES), -1, np.int32)).encode(numbers)
    kept.widen()
    assert kept.table.dtype == np.float32
    np.testing.assert_array_equal(narrow, kept.encode_features(texts))
    np.testing.assert_array_equal(by_number, kept.numbered(NAMES).encode(numbers))
    np.testing.assert_array_equal(narrow, by_number)


def test_logits_are_the_same() -> None:
    model = word_model()
    assert model.weights.dtype == np.float16
    again = WordModel(model.keys, model.prints, model.features, model.idf, model.weights)
    WithoutMeaning(300, again).widen()
    assert again.weights.dtype == np.float32
    for bag in bags():
        np.testing.assert_array_equal(model.logits(bag), again.logits(bag))


def test_a_warm_search_answers_as_a_cold_one(tmp_path: Path) -> None:
    retriever = opened(tmp_path, faqs())
    retriever.train()
    retriever.close()
    again = opened(tmp_path, faqs())
    cold = [told(again, q) for q in QUESTIONS]
    again.warm_up()
    assert [told(again, q + " ") for q in QUESTIONS] == cold
    index = again.index_of("ja")
    assert index is not None
    assert isinstance(index.encoder, StaticEncoder)
    assert index.encoder.table.dtype == np.float32
    again.close()
