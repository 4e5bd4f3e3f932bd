"""An FAQ's numbers stand for the features a question has, in the same order; strings with the same id add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.domain import FaqEntry
from knowledge.search import vocabulary as vocabulary_module
from knowledge.search.analysis import SPACES, Analyst, light_vocabulary, names_of
from knowledge.search.vocabulary import Vocabulary
from knowledge.text import features
from tests.fakes.search import tokenizer

_TEXT = st.lists(
    st.sampled_from(
        ["カードを紛失した", "何をすればよいですか。", "住民票の写し", "田中です", "1000円", "e-Tax", "転出届"]
    ),
    max_size=5,
).map("".join)


@given(question=_TEXT, answer=_TEXT, wordings=st.lists(_TEXT, max_size=3))
def test_numbers_stand_for_the_features_of_the_texts(question: str, answer: str, wordings: list[str]) -> None:
    vocabulary = light_vocabulary()
    analyst = Analyst(tokenizer(), vocabulary)
    for _ in range(2):  # the second time every morpheme is at hand
        found = analyst.features(FaqEntry("A", question, answer, alt_questions=tuple(wordings)))
    learning, kinds = vocabulary.learning, (features.words, features.characters, features.synonym_groups)
    morphs = tokenizer().morphs(answer)
    for space, kind in zip(SPACES, (*kinds, features.sounds), strict=True):
        bag = getattr(found.answer, space)
        expected = kind(morphs)
        assert names_of(bag.terms, vocabulary) == list(dict.fromkeys(expected))
        assert bag.counts.tolist() == [expected.count(name) for name in dict.fromkeys(expected)]
    assert names_of(found.answer_encoder, learning) == features.encoder_features(morphs)
    sentences = [names_of(one, learning) for one in found.sentences_encoder]
    assert sentences == [features.encoder_features(one) for one in features.sentences(morphs)]
    for text, alternative in zip(wordings, found.alternatives, strict=True):
        said = tokenizer().morphs(text)
        plain = "".join(m.unit.surface for m in said)
        assert names_of(alternative.encoder, learning) == features.encoder_features(said)
        assert names_of(alternative.utterance, learning) == list(features.utterance_features(plain, said))
        assert names_of(alternative.sound_shape, vocabulary) == sorted(set(features.sound_shape(said)))


def test_strings_with_the_same_id_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary_module, "_index_id", len)
    vocabulary = Vocabulary(["a", "bb", "c"])
    weights = vocabulary.index_weights(np.array([0, 1, 2], np.int32), np.array([1, 2, 4], np.float32))
    assert weights == {1: 5.0, 2: 2.0}
