"""What is learnt from the FAQ: the encoder's vectors and the intent model. Both are caches that can be learnt anew."""

from pathlib import Path
from typing import Protocol

from knowledge.answering.answerer import Answerer
from knowledge.answering.intent_memory import IntentMemory
from knowledge.answering.intent_model import Example
from knowledge.answering.intent_setup import (
    LANGUAGES,
    examples_identity,
    faq_examples,
    knows_as_ours,
    load_intents,
    read_policy_examples,
)
from knowledge.answering.own_topics import without_own_topics
from knowledge.domain import FaqEntry
from knowledge.learning.intent_process import IntentTrainer
from knowledge.search.retriever import Retriever
from knowledge.search.train_processes import ProcessTrainer
from knowledge.search.training import Progress
from knowledge.search.word_vectors import WordVectors
from knowledge.text.tokens import Tokenizer

_LOW_PRIORITY = 10


class Learnable(Protocol):
    """Something that follows the FAQ in force."""

    name: str
    """For the progress bar."""

    def current(self) -> bool:
        """Whether it was learnt from exactly the FAQ in force."""
        ...

    def learn(self, progress: Progress | None = None, *, aside: bool = False) -> None:
        """Learn and swap in. `aside`: at low priority, because answers come first. Raises Unavailable;
        TrainingStopped after `stop`."""
        ...

    def stop(self) -> None: ...


class EncoderLearning:
    name = "検索の学習"

    def __init__(self, retriever: Retriever, trainer: ProcessTrainer, aside_trainer: ProcessTrainer) -> None:
        self._retriever = retriever
        self._trainer = trainer
        self._aside_trainer = aside_trainer

    def current(self) -> bool:
        return self._retriever.trained_for_current()

    def learn(self, progress: Progress | None = None, *, aside: bool = False) -> None:
        texts, identity = self._retriever.training_texts()
        trainer = self._aside_trainer if aside else self._trainer
        self._retriever.adopt(trainer(texts, identity, progress))

    def stop(self) -> None:
        self._trainer.stop()
        self._aside_trainer.stop()


class IntentLearning:
    """The answerer's intent model, from the FAQ's wordings and the examples in `policy_file`."""

    name = "用件の判別の学習"

    def __init__(
        self,
        retriever: Retriever,
        answerer: Answerer,
        tokenizer: Tokenizer,
        words: WordVectors,
        folder: Path,
        assets: Path,
        policy_file: Path,
    ) -> None:
        self._retriever = retriever
        self._answerer = answerer
        self._tokenizer = tokenizer
        self._words = words
        self._folder = folder
        self._trainer = IntentTrainer(folder, assets)
        self._policy = read_policy_examples(policy_file)
        self._identity = ""
        self._load(only_of_these_faq=True)

    def current(self) -> bool:
        return not self._entries() or self._identity == examples_identity(self._examples(), self._tokenizer)

    def learn(self, progress: Progress | None = None, *, aside: bool = False) -> None:
        if progress is not None:
            progress(0, 1)
        self._trainer.train(self._examples(), _LOW_PRIORITY if aside else 0)
        self._load()
        if progress is not None:
            progress(1, 1)

    def stop(self) -> None:
        self._trainer.stop()

    def _load(self, *, only_of_these_faq: bool = False) -> None:
        """`only_of_these_faq`: leave out what was learnt from quite other FAQ; without a model answers are careful."""
        loaded = load_intents(self._folder, self._tokenizer, self._words)
        if loaded is None or (only_of_these_faq and not knows_as_ours(loaded[0], self._entries())):
            return
        model, self._identity = loaded
        self._answerer.intents = IntentMemory(model)

    def _entries(self) -> list[FaqEntry]:
        indexes = [index for lang in LANGUAGES if (index := self._retriever.index_of(lang)) is not None]
        return [index.entries[key] for index in indexes for key in sorted(index.entries)]

    def _examples(self) -> list[Example]:
        entries = self._entries()
        return [*faq_examples(entries), *without_own_topics(self._policy, entries, self._tokenizer)]
