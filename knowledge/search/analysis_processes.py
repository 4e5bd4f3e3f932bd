"""Analyses many FAQ on all cores: this process takes its share, others (this file run as a module) take theirs.

What another process analysed comes back with its own numbers and is numbered anew here.
"""

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson

from knowledge.domain import FaqEntry
from knowledge.search.analysis import Alternative, Bag, EntryFeatures, FieldFeatures, analyse
from knowledge.search.cache import FeatureCache
from knowledge.search.points import fingerprint
from knowledge.search.vocabulary import Numbers, SearchVocabulary, Vocabulary
from knowledge.text.tokens import Tokenizer

WORTH_IT_FROM = 1_000
"""Below this many FAQ starting a process costs more than it saves."""
_MAX_PROCESSES = 4
_CODE = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)


def analyse_all(
    entries: Sequence[FaqEntry], tokenizer: Tokenizer, vocabulary: SearchVocabulary, processes: int | None = None
) -> list[EntryFeatures]:
    """Features of every entry, in order. `processes`: how many work together, None: as many as there are cores."""
    count = min(_MAX_PROCESSES, os.cpu_count() or 1) if processes is None else processes
    if count < 2 or (processes is None and len(entries) < WORTH_IT_FROM):
        return [analyse(e, tokenizer, vocabulary) for e in entries]
    size = -(-len(entries) // count)
    own, others = entries[:size], [entries[at : at + size] for at in range(size, len(entries), size)]
    with tempfile.TemporaryDirectory(prefix="madoguchi-analysis-") as made:
        children = [_started(Path(made) / str(n), part) for n, part in enumerate(others)]
        try:
            out = [analyse(e, tokenizer, vocabulary) for e in own]
            for n, (child, part) in enumerate(zip(children, others, strict=True)):
                folder = Path(made) / str(n)
                done = child.wait() == 0
                out.extend(_taken(folder, part, tokenizer, vocabulary) if done else _again(part, tokenizer, vocabulary))
        finally:
            for child in children:
                child.kill()
                child.wait()
    return out


def _started(folder: Path, entries: Sequence[FaqEntry]) -> "subprocess.Popen[bytes]":
    folder.mkdir()
    rows = [[e.faq_id, e.question, e.answer, e.category, e.visibility, e.lang, e.wordings] for e in entries]
    (folder / "faqs.json").write_bytes(orjson.dumps(rows))
    command = [sys.executable, "-m", "knowledge.search.analysis_processes", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(_CODE), "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603 - our own module


def _again(entries: Sequence[FaqEntry], tokenizer: Tokenizer, vocabulary: SearchVocabulary) -> list[EntryFeatures]:
    _log.warning("a process that analysed FAQ died; its share is analysed here")
    return [analyse(e, tokenizer, vocabulary) for e in entries]


def _taken(
    folder: Path, entries: Sequence[FaqEntry], tokenizer: Tokenizer, vocabulary: SearchVocabulary
) -> list[EntryFeatures]:
    theirs = FeatureCache(folder / "features.npz", tokenizer.version)
    theirs.load()
    search = _numbering(theirs.vocabulary, vocabulary)
    learning = _numbering(theirs.vocabulary.learning, vocabulary.learning)
    found = (theirs.get(fingerprint(e)) for e in entries)
    return [
        analyse(e, tokenizer, vocabulary) if f is None else _renumbered(f, search, learning)
        for e, f in zip(entries, found, strict=True)
    ]


def _numbering(theirs: Vocabulary, ours: Vocabulary) -> Numbers:
    """Our number by theirs."""
    return ours.numbers(theirs.names(np.arange(len(theirs), dtype=np.int32)))


def _renumbered(f: EntryFeatures, search: Numbers, learning: Numbers) -> EntryFeatures:
    return replace(
        f,
        question=_field(f.question, search),
        answer=_field(f.answer, search),
        alternatives_field=_field(f.alternatives_field, search),
        question_encoder=learning[f.question_encoder],
        answer_encoder=learning[f.answer_encoder],
        sentences_encoder=tuple(learning[s] for s in f.sentences_encoder),
        alternatives=tuple(
            Alternative(learning[a.encoder], search[a.sound_shape], learning[a.utterance]) for a in f.alternatives
        ),
        question_utterance=learning[f.question_utterance],
        read_words=search[f.read_words],
        readings=search[f.readings],
    )


def _field(field: FieldFeatures, search: Numbers) -> FieldFeatures:
    bags = (field.words, field.characters, field.synonyms, field.sounds)
    return FieldFeatures(*(Bag(search[bag.terms], bag.counts) for bag in bags))


def main(folder: Path) -> None:
    tokenizer = Tokenizer()
    cache = FeatureCache(folder / "features.npz", tokenizer.version)
    items = {}
    for faq_id, question, answer, category, visibility, lang, wordings in orjson.loads(
        (folder / "faqs.json").read_bytes()
    ):
        entry = FaqEntry(
            faq_id, question, answer, alt_questions=tuple(wordings), category=category, visibility=visibility, lang=lang
        )
        items[fingerprint(entry)] = analyse(entry, tokenizer, cache.vocabulary)
    cache.keep(items)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
