"""What is learned from the FAQ of one language, as the trainer reads it."""

from collections.abc import Sequence

from knowledge.domain import FaqEntry
from knowledge.search.analysis import EntryFeatures, SharedNames
from knowledge.search.language_index import LanguageIndex
from knowledge.search.named_lists import OwnedLists
from knowledge.search.prototypes import MAX_FAQS
from knowledge.search.training import TrainingTexts
from knowledge.search.vocabulary import Numbers
from knowledge.search.word_model import WORDINGS_PER_FAQ

_Owned = tuple[int, Numbers]


def training_texts(index: LanguageIndex) -> TrainingTexts:
    """Only what learning reads stays in memory, a third of all features."""
    named, keys = SharedNames(index.statistics.vocabulary.learning), index.corpus.keys
    said = says_enough([index.entries[k] for k in keys])
    questions, answers = [], []
    sentences: list[_Owned] = []
    alternatives: list[_Owned] = []
    utterances: list[_Owned] = []
    for at, key in enumerate(keys):
        features = index.features[index.prints[key]]
        questions.append(features.question_encoder.copy())
        answers.append(features.answer_encoder.copy())
        sentences += [(at, sentence.copy()) for sentence in features.sentences_encoder]
        alternatives += [(at, a.encoder.copy()) for a in features.alternatives]
        utterances += [(at, u.copy()) for u in _utterances(features)] if said else []
    return TrainingTexts(
        questions=named.lists(questions),
        answers=named.lists(answers),
        sentences=_owned(sentences, named),
        alternatives=_owned(alternatives, named),
        keys=list(keys),
        prints=[index.prints[k] for k in keys],
        utterances=_owned(utterances, named),
    )


def says_enough(entries: Sequence[FaqEntry]) -> bool:
    """Whether the linear models learn from the wordings of these FAQ: there may be too few of them, or too many FAQ."""
    enough = sum(1 + len(e.wordings) for e in entries) >= WORDINGS_PER_FAQ * len(entries)
    return enough and len(entries) <= MAX_FAQS


def utterances_of(features: Sequence[EntryFeatures], named: SharedNames) -> Sequence[tuple[int, list[str]]]:
    """What the linear models read of every wording, with its FAQ's position."""
    return _owned([(at, u) for at, f in enumerate(features) for u in _utterances(f)], named)


def _utterances(features: EntryFeatures) -> tuple[Numbers, ...]:
    return (features.question_utterance, *(a.utterance for a in features.alternatives))


def _owned(texts: Sequence[_Owned], named: SharedNames) -> OwnedLists:
    return OwnedLists([at for at, _ in texts], named.lists([numbers for _, numbers in texts]))
