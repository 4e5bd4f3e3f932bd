"""Morphemes and the features made of them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.text import features
from knowledge.text.morphs import LIGHT_WEIGHT
from knowledge.text.normalise import MAX_QUERY_CHARS
from knowledge.text.tokens import Tokenizer
from tests.fakes.search import tokenizer


def test_compounds_bring_their_parts() -> None:
    found = features.words(tokenizer().morphs("電子証明書の有効期限"))
    assert {"電子証明書", "電子", "証明", "書", "有効", "期限"} <= set(found)


def test_spellings_fall_together() -> None:
    forms = [features.words(tokenizer().morphs(t)) for t in ("引っ越し", "引越し", "引越")]
    assert forms[0] == forms[1] == forms[2]


def test_function_words_are_no_words_and_light_words_weigh_little() -> None:
    weights = features.query_words(tokenizer().morphs("カードを無くした場合はどうすればいいですか"))
    assert "を" not in weights
    assert weights["カード"] == 1.0
    assert weights["場合"] == LIGHT_WEIGHT


def test_morphs_cover_the_matching_form_of_a_long_text() -> None:
    text = "カードの更新と電子証明書の更新。" * 3000
    assert "".join(m.unit.surface for m in tokenizer().morphs(text)) == text


def test_a_question_is_bounded() -> None:
    assert len(tokenizer().query_morphs("更新" * 50_000)) <= MAX_QUERY_CHARS


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=120))
def test_every_text_has_features(text: str) -> None:
    morphs = tokenizer().morphs(text)
    made = [
        *features.words(morphs),
        *features.query_words(morphs),
        *features.characters(morphs),
        *features.synonym_groups(morphs),
        *features.sounds(morphs),
        *features.sound_shape(morphs),
        *features.encoder_features(morphs),
        *features.utterance_features("".join(m.unit.surface for m in morphs), morphs),
    ]
    assert all(isinstance(f, str) and f and "\n" not in f for f in made)


def test_characters_leave_plain_hiragana_out() -> None:
    grams = features.characters(tokenizer().morphs("ください更新"))
    assert "くだ" not in grams
    assert {"更", "新", "更新"} <= set(grams)


def test_alphabetic_words_bring_longer_grams() -> None:
    assert {"^pas", "ort$"} <= set(features.characters(tokenizer().morphs("passport")))


def test_encoder_features_name_their_kind() -> None:
    made = set(features.encoder_features(tokenizer().morphs("カードを更新しない")))
    assert {"更新", "1:更", "2:更新", "F:を", "F:ない"} <= made
    assert any(f.startswith("Y:") for f in made)
    assert any(f.startswith("B:") for f in made)


def test_sentences_need_four_content_words() -> None:
    morphs = tokenizer().morphs("はい。カードの更新には写真と申請書が必要です。以上。")
    assert ["".join(m.unit.surface for m in s) for s in features.sentences(morphs)] == [
        "カードの更新には写真と申請書が必要です。"
    ]


def test_same_sound_gives_the_same_shape() -> None:
    right, misheard = (features.sound_shape(tokenizer().morphs(t)) for t in ("更新の期限", "行進の期限"))
    assert right == misheard


def test_one_tokenizer_serves_many_threads() -> None:
    shared = Tokenizer()
    texts = [f"電子証明書の更新は{n}日までです" for n in range(400)]
    alone = [features.words(shared.morphs(t)) for t in texts]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda t: features.words(shared.morphs(t)), texts))
    assert together == alone


@pytest.mark.parametrize("text", ["", " ", "。。。", "🙂🙂", "\u202e\u200b"])
def test_texts_without_words(text: str) -> None:
    morphs = tokenizer().morphs(text)
    assert features.query_words(morphs).keys() <= {"🙂", "🙂🙂"}
    assert features.sentences(morphs) == []
