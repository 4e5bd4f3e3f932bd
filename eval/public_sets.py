"""A check on other people's questions: question -> paragraph of public reading-comprehension sets (JSQuAD, JaQuAD).

The folder holds `contexts.jsonl` (id, title, text) and `questions.jsonl` (question, context_id). Nothing of it is
copied anywhere; only figures are returned.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from eval.lab import FixedFaqs, open_retriever
from eval.metrics.ranking import Ranked, RankingFigures, ranking_figures
from eval.runner import Progress
from knowledge.domain import FaqEntry, SearchQuery
from knowledge.errors import NotReadable
from knowledge.privacy.redacted import RedactedText
from knowledge.search.word_vectors import WordVectors
from knowledge.text.tokens import Tokenizer

DEFAULT_QUESTIONS = 800


@dataclass(frozen=True, slots=True)
class PublicSet:
    """Paragraphs as entries, and questions with the paragraph that holds the answer."""

    name: str
    entries: tuple[FaqEntry, ...]
    questions: tuple[tuple[str, str], ...]


def load_public(folder: Path, questions: int = DEFAULT_QUESTIONS) -> PublicSet:
    """Every n-th question, so that the sample spans the whole set. Raises NotReadable."""
    try:
        contexts = [orjson.loads(line) for line in (folder / "contexts.jsonl").read_bytes().splitlines()]
        asked = [orjson.loads(line) for line in (folder / "questions.jsonl").read_bytes().splitlines()]
        entries = [
            FaqEntry(c["id"], c["title"] or c["text"][:40], _body(c["text"]), version=1, status="published")
            for c in contexts
        ]
        pairs = [(q["question"], q["context_id"]) for q in asked]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise NotReadable(f"{folder} に contexts.jsonl と questions.jsonl を置いてください。") from exc
    known = {e.faq_id for e in entries}
    usable = [p for p in pairs if p[1] in known]
    step = max(1, len(usable) // questions)
    return PublicSet(folder.name, tuple(entries), tuple(usable[::step][:questions]))


def check_public(
    public: PublicSet, tokenizer: Tokenizer, words: WordVectors, train: bool = False, progress: Progress | None = None
) -> RankingFigures:
    """Ranking figures of the product's search on the set, untrained unless `train`."""
    with tempfile.TemporaryDirectory(prefix="madoguchi-public-") as made:
        retriever = open_retriever(FixedFaqs(public.entries), Path(made), tokenizer, words)
        if train:
            retriever.train()
        lists = []
        for number, (text, context_id) in enumerate(public.questions, 1):
            found = retriever.search(SearchQuery(RedactedText(text), 10)).hits
            lists.append(Ranked([h.entry.faq_id for h in found], {context_id: 2}))
            if progress:
                progress(number, len(public.questions))
        retriever.close()
    return ranking_figures(lists)


def figures_line(name: str, figures: RankingFigures) -> Sequence[str]:
    """One row of the table: name, n, Hit@1, Hit@10, MRR, nDCG@10."""
    values = (figures.hit_1, figures.hit_10, figures.mrr, figures.ndcg_10)
    return (name, str(figures.questions), *(f"{v:.3f}" for v in values))


def _body(text: str) -> str:
    """JSQuAD writes the title before the paragraph, divided by [SEP]."""
    return str(text.split("[SEP]")[-1].strip())
