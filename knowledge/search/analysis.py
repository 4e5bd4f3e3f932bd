"""One FAQ as search sees it: the features of its question, answer and alternative questions."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.domain import FaqEntry
from knowledge.text import features
from knowledge.text.tokens import FUNCTION_POS, LIGHT_WORDS, Morph, Tokenizer

Bag = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FieldFeatures:
    """Term counts of one field in the four lexical spaces."""

    words: Bag
    characters: Bag
    synonyms: Bag
    sounds: Bag


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another wording of an FAQ's question, from the editors or from past confirmed calls."""

    encoder: list[str]
    sound_shape: list[str]
    utterance: list[str]


@dataclass(frozen=True, slots=True)
class EntryFeatures:
    question: FieldFeatures
    answer: FieldFeatures
    alternatives_field: FieldFeatures
    question_encoder: list[str]
    answer_encoder: list[str]
    sentences_encoder: list[list[str]]
    alternatives: list[Alternative]
    question_utterance: list[str]
    question_length: int
    readings: dict[str, str]
    """Reading of each content word, for words a recogniser wrote differently."""


def analyse(entry: FaqEntry, tokenizer: Tokenizer, *, with_alternatives: bool = True) -> EntryFeatures:
    """Features of one FAQ. Pure for a given dictionary version."""
    question = tokenizer.morphs(entry.question)
    answer = tokenizer.morphs(entry.answer)
    alternatives = [tokenizer.morphs(a) for a in entry.alt_questions] if with_alternatives else []
    return EntryFeatures(
        question=field_features(question),
        answer=field_features(answer),
        alternatives_field=field_features([m for alt in alternatives for m in alt]),
        question_encoder=features.encoder_features(question),
        answer_encoder=features.encoder_features(answer),
        sentences_encoder=[features.encoder_features(s) for s in features.sentences(answer)],
        alternatives=[
            Alternative(features.encoder_features(alt), sorted(set(features.sound_shape(alt))), _utterance(alt))
            for alt in alternatives
        ],
        question_utterance=_utterance(question),
        question_length=len(features.words(question)),
        readings=_readings([*question, *answer, *(m for alt in alternatives for m in alt)]),
    )


def _utterance(morphs: list[Morph]) -> list[str]:
    """Features of the linear models."""
    return sorted(features.utterance_features("".join(m.unit.surface for m in morphs), morphs))


def _readings(morphs: list[Morph]) -> dict[str, str]:
    out: dict[str, str] = {}
    for m in morphs:
        for unit in (m.unit, *m.parts):
            if unit.pos not in FUNCTION_POS and unit.norm not in LIGHT_WORDS and unit.reading:
                out.setdefault(unit.norm, unit.reading)
    return out


def field_features(morphs: list[Morph]) -> FieldFeatures:
    return FieldFeatures(
        words=dict(Counter(features.words(morphs))),
        characters=dict(Counter(features.characters(morphs))),
        synonyms=dict(Counter(features.synonym_groups(morphs))),
        sounds=dict(Counter(features.sounds(morphs))),
    )
