"""What a search is made of, and the one consistent view it answers from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from knowledge.ports import Clock, PublishedFaqs, VectorIndex
from knowledge.search.encoder import TextEncoder
from knowledge.search.homophones import SoundIndex
from knowledge.search.language_index import LanguageIndex
from knowledge.search.repair import Repair
from knowledge.search.rerank import Reranker
from knowledge.search.result_cache import ResultCache
from knowledge.search.synonyms import SynonymMatcher
from knowledge.search.training import Progress, TrainingTexts
from knowledge.search.word_vectors import WordVectors
from knowledge.settings import SearchSettings
from knowledge.text.tokens import Tokenizer

MAIN_LANGUAGE = "ja"
SILENCE = SoundIndex(())
Trainer = Callable[[TrainingTexts, str, Progress | None], TextEncoder]


@dataclass(frozen=True, slots=True)
class State:
    """One consistent view; replaced as a whole, so that a search never sees half a change."""

    languages: Mapping[str, LanguageIndex]
    synonyms: SynonymMatcher
    encoder: TextEncoder
    results: ResultCache = field(init=False, default_factory=ResultCache, repr=False, compare=False)
    """What was found from this view: whatever changes the view begins a new one."""

    def without_sound(self) -> "State":
        """The same without reading n-grams and homophones."""
        deaf = {
            lang: replace(index, sounds=SILENCE, repair=Repair(()), weights=_without_sound(index.weights))
            for lang, index in self.languages.items()
        }
        return replace(self, languages=deaf)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the retriever is made of; chosen in bootstrap."""

    faqs: PublishedFaqs
    vectors: VectorIndex
    tokenizer: Tokenizer
    words: WordVectors
    clock: Clock
    folder: Path
    settings: SearchSettings
    candidates: int
    trainer: Trainer
    encoder: TextEncoder | None = None
    """A ready encoder that is never trained; None takes the static one."""
    reranker: Reranker | None = None


def _without_sound(weights: Mapping[str, float]) -> dict[str, float]:
    return {leg: 0.0 if "sound" in leg else weight for leg, weight in weights.items()}
