"""A question as search sees it: one analysis, used by every leg."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from knowledge.privacy.kinds import LABEL_PATTERN
from knowledge.search.encoder_input import EncoderInput
from knowledge.search.homophones import SoundIndex
from knowledge.search.repair import Repair
from knowledge.search.synonyms import SynonymMatcher
from knowledge.text import features
from knowledge.text.fillers import without_fillers
from knowledge.text.morphs import LIGHT_WORDS, Morph
from knowledge.text.normalise import MAX_QUERY_CHARS, normalise
from knowledge.text.tokens import Tokenizer

ENTERS_MEANING_FROM = 0.4
"""Added words of at least this weight also enter the dense query."""


@dataclass(frozen=True)
class QueryFeatures:
    words: Mapping[str, float]
    content_words: Mapping[str, float]
    """Words without light ones: what soft matching, coverage and confidence look at."""
    own_words: tuple[str, ...]
    """Content words that the person really said (nothing added), sorted: sums over them must not depend on chance."""
    characters: Mapping[str, float]
    synonyms: Mapping[str, float]
    sounds: Mapping[str, float]
    sound_shape: tuple[str, ...]
    encoder: EncoderInput
    """What the person said; the features are widened like the words."""
    morphs: Sequence[Morph] = field(default=(), repr=False)
    replaced: tuple[str, ...] = ()
    """What was written before words that sound like the FAQ's were put right."""

    @cached_property
    def utterance(self) -> tuple[str, ...]:
        """Features of the linear models, sorted; worked out only where there is a model to read them."""
        said = "".join([m.unit.surface for m in self.morphs])
        return features.utterance_features(said, self.morphs)


def analyse_query(
    text: str, tokenizer: Tokenizer, synonyms: SynonymMatcher, sounds: SoundIndex, repair: Repair | None = None
) -> QueryFeatures:
    """Features of a question as it was probably said, widened by the city's synonyms and by words that sound the same."""
    # A name the redactor hid is no question about names.
    said = LABEL_PATTERN.sub(" ", text[: MAX_QUERY_CHARS * 2])
    normal = without_fillers(normalise(said)[:MAX_QUERY_CHARS])
    normal, morphs, replaced = _as_meant(normal, tokenizer, repair)
    words = features.query_words(morphs)
    own = tuple(sorted(w for w, n in words.items() if w not in LIGHT_WORDS and n >= ENTERS_MEANING_FROM))
    encoder = features.encoder_features(morphs)
    expansion = synonyms.expand(normal)
    encoder.extend(expansion.encoder)
    for word, weight in expansion.words.items():
        words.setdefault(word, weight)
    for word, weight in sounds.expand(morphs).items():
        if word not in words:
            words[word] = weight
            if weight >= ENTERS_MEANING_FROM:
                encoder.append(word)
    return QueryFeatures(
        words=words,
        content_words={w: weight for w, weight in words.items() if w not in LIGHT_WORDS},
        own_words=own,
        characters=Counter(features.characters(morphs)),
        synonyms=Counter(features.synonym_groups(morphs)),
        sounds=Counter(features.sounds(morphs)),
        sound_shape=tuple(sorted(set(features.sound_shape(morphs)))),
        encoder=EncoderInput(normal, encoder),
        morphs=morphs,
        replaced=replaced,
    )


def _as_meant(normal: str, tokenizer: Tokenizer, repair: Repair | None) -> tuple[str, Sequence[Morph], tuple[str, ...]]:
    """The matching form as it was probably said, its morphemes, and what was written before."""
    if repair is None:
        return normal, tokenizer.query_morphs(normal), ()
    spelled = repair.spelled(normal)
    morphs = tokenizer.query_morphs(spelled.text)
    repaired = repair.repaired(morphs)
    if repaired.replaced:
        morphs = tokenizer.query_morphs(repaired.text)
    return repaired.text if repaired.replaced else spelled.text, morphs, spelled.replaced + repaired.replaced
