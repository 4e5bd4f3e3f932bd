"""A search engine over a given list of FAQ, without a database: for experiments, benches and comparisons."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from knowledge.clock import SystemClock
from knowledge.domain import FaqEntry, SynonymGroup
from knowledge.errors import InvalidInput
from knowledge.faq.csv_rows import merge
from knowledge.faq.importing import parse_file
from knowledge.faq.synonym_files import read_synonyms
from knowledge.faq.variables import fill_entry
from knowledge.ports import Clock, VectorIndex
from knowledge.profile import load_profile
from knowledge.search.edge_index import EdgeIndex
from knowledge.search.encoder import TextEncoder
from knowledge.search.retriever import Parts, Retriever
from knowledge.search.training import Progress, TrainingTexts, train
from knowledge.search.word_vectors import WordVectors
from knowledge.settings import IndexSettings, SearchSettings, TrainingSettings
from knowledge.text.tokens import Tokenizer

SAMPLES = Path(__file__).resolve().parents[1] / "samples"


class FixedFaqs:
    """Implements knowledge.ports.PublishedFaqs over a list that may be exchanged."""

    def __init__(self, entries: Sequence[FaqEntry], synonyms: Sequence[SynonymGroup] = ()) -> None:
        self.entries = list(entries)
        self._synonyms = list(synonyms)

    def published(self) -> Iterable[FaqEntry]:
        return sorted(self.entries, key=lambda e: e.key)

    def synonyms(self) -> Sequence[SynonymGroup]:
        return self._synonyms


class NumpyTrainer:
    """Trains in this process with the product's own trainer."""

    def __init__(self, words: WordVectors, settings: TrainingSettings) -> None:
        self._words = words
        self._settings = settings

    def __call__(self, texts: TrainingTexts, identity: str, progress: Progress | None = None) -> TextEncoder:
        return train(texts, self._words, self._settings, identity, progress)


def sample_faqs(city: str = "mihon", file: Path = SAMPLES / "faq.csv") -> list[FaqEntry]:
    """The FAQ of the sample city as published, with the city's values filled in. Raises InvalidInput."""
    parsed = parse_file(file.read_bytes())
    if parsed.problems:
        raise InvalidInput(f"{file.name} に誤りがあります。", parsed.problems)
    variables = load_profile(city).variables
    return [
        replace(fill_entry(merge(row, None), variables), status="published", version=1, valid_from=None, valid_to=None)
        for row in parsed.rows
    ]


def sample_synonyms(file: Path = SAMPLES / "synonyms.csv") -> list[SynonymGroup]:
    return read_synonyms(file.read_bytes())


def open_retriever(
    faqs: FixedFaqs,
    folder: Path,
    tokenizer: Tokenizer,
    words: WordVectors,
    vectors: VectorIndex | None = None,
    settings: SearchSettings | None = None,
    clock: Clock | None = None,
) -> Retriever:
    """A retriever ready to search, with its files in `folder`; train it with `retriever.train()`."""
    chosen = settings or SearchSettings()
    parts = Parts(
        faqs=faqs,
        vectors=vectors or EdgeIndex(folder / "edge", words.dim),
        tokenizer=tokenizer,
        words=words,
        clock=clock or SystemClock(),
        folder=folder,
        settings=chosen,
        candidates=IndexSettings().candidates,
        trainer=NumpyTrainer(words, chosen.training),
    )
    retriever = Retriever(parts)
    retriever.open()
    return retriever
