"""Utterances as heard: the same every time, nothing at rate zero, no homophones."""

import random

from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.misheard import misheard
from knowledge.text.tokens import Tokenizer

TOKENIZER = Tokenizer()
MORPHS = TOKENIZER.morphs("電子証明書の更新はカードの窓口でできますか。")


def test_at_rate_zero_only_punctuation_goes() -> None:
    assert misheard(MORPHS, 0, random.Random(1)) == "電子証明書の更新はカードの窓口でできますか"


@given(st.integers(0, 500), st.sampled_from([0.2, 0.5, 1.0]))
def test_same_seed_same_text(seed: int, rate: float) -> None:
    assert misheard(MORPHS, rate, random.Random(seed)) == misheard(MORPHS, rate, random.Random(seed))


def test_words_are_written_in_kana_misheard_or_lost() -> None:
    heard = [misheard(MORPHS, 0.4, random.Random(seed)) for seed in range(200)]
    assert any("こうしん" in text for text in heard)
    assert any("ごうしん" in text or "こうじん" in text for text in heard)
    assert any("かど" in text or "がーど" in text for text in heard)
    assert any("更新" not in text and "うしん" not in text and "うじん" not in text for text in heard)
    assert not any("行進" in text or "甲信" in text for text in heard)
