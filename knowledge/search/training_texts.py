"""What is learned from the FAQ of one language, as the trainer reads it."""

from collections.abc import Sequence

from knowledge.search.analysis import EntryFeatures, SharedNames
from knowledge.search.language_index import LanguageIndex
from knowledge.search.named_lists import OwnedLists
from knowledge.search.training import TrainingTexts
from knowledge.search.vocabulary import Numbers
from knowledge.search.word_model import WORDINGS_PER_FAQ


def training_texts(index: LanguageIndex) -> TrainingTexts:
    named = SharedNames(index.statistics.vocabulary.learning)
    features = [index.features[index.prints[k]] for k in index.corpus.keys]
    return TrainingTexts(
        questions=named.lists([f.question_encoder for f in features]),
        answers=named.lists([f.answer_encoder for f in features]),
        sentences=_owned([(i, s) for i, f in enumerate(features) for s in f.sentences_encoder], named),
        alternatives=_owned([(i, a.encoder) for i, f in enumerate(features) for a in f.alternatives], named),
        keys=list(index.corpus.keys),
        prints=[index.prints[k] for k in index.corpus.keys],
        utterances=utterances_of(features, named),
    )


def utterances_of(features: Sequence[EntryFeatures], named: SharedNames) -> Sequence[tuple[int, list[str]]]:
    """What the linear models read of every wording, with its FAQ's position; nothing where there are too few wordings
    to learn from."""
    if sum(1 + len(f.alternatives) for f in features) < WORDINGS_PER_FAQ * len(features):
        return []
    said = [
        (at, utterance)
        for at, f in enumerate(features)
        for utterance in (f.question_utterance, *(a.utterance for a in f.alternatives))
    ]
    return _owned(said, named)


def _owned(texts: Sequence[tuple[int, Numbers]], named: SharedNames) -> OwnedLists:
    return OwnedLists([at for at, _ in texts], named.lists([numbers for _, numbers in texts]))
