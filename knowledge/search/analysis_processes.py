"""Analyses many FAQ on all cores: this process takes its share, others (this file run as a module) take theirs.

What another process analysed comes back with its own numbers and is numbered anew here.
"""

import gc
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import orjson

from knowledge.domain import FaqEntry
from knowledge.search.analysis import Analyst
from knowledge.search.feature_cache import FeatureCache
from knowledge.search.packing import renumbered
from knowledge.search.vocabulary import Numbers, Vocabulary
from knowledge.text.tokens import Tokenizer

WORTH_IT_FROM = 1_000
"""Below this many FAQ starting a process costs more than it saves."""
_MAX_PROCESSES = 4
_CODE = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)


def analyse_into(
    cache: FeatureCache, entries: Mapping[str, FaqEntry], tokenizer: Tokenizer, processes: int | None = None
) -> None:
    """Add the features of every entry by its fingerprint. `processes`: how many work together, None: as many as there
    are cores."""
    count = min(_MAX_PROCESSES, os.cpu_count() or 1) if processes is None else processes
    if count < 2 or (processes is None and len(entries) < WORTH_IT_FROM):
        return _here(cache, entries, tokenizer)
    prints = list(entries)
    size = -(-len(prints) // count)
    own, *others = ({p: entries[p] for p in prints[at : at + size]} for at in range(0, len(prints), size))
    with tempfile.TemporaryDirectory(prefix="madoguchi-analysis-") as made:
        children = [_started(Path(made) / str(n), part) for n, part in enumerate(others)]
        try:
            _here(cache, own, tokenizer)
            for n, (child, part) in enumerate(zip(children, others, strict=True)):
                if child.wait() == 0:
                    _take(cache, Path(made) / str(n), part, tokenizer)
                else:
                    _log.warning("a process that analysed FAQ died; its share is analysed here")
                    _here(cache, part, tokenizer)
        finally:
            for child in children:
                child.kill()
                child.wait()


def _here(cache: FeatureCache, entries: Mapping[str, FaqEntry], tokenizer: Tokenizer) -> None:
    analyst = Analyst(tokenizer, cache.vocabulary)
    for fingerprint, entry in entries.items():
        cache.add(fingerprint, analyst.features(entry))


def _started(folder: Path, entries: Mapping[str, FaqEntry]) -> "subprocess.Popen[bytes]":
    folder.mkdir()
    rows = [[p, e.question, e.answer, e.lang, e.wordings] for p, e in entries.items()]
    (folder / "faqs.json").write_bytes(orjson.dumps(rows))
    command = [sys.executable, "-m", "knowledge.search.analysis_processes", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(_CODE), "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603 - our own module


def _take(cache: FeatureCache, folder: Path, entries: Mapping[str, FaqEntry], tokenizer: Tokenizer) -> None:
    """What another process left in `folder`, with our numbers; what is missing there is analysed here."""
    theirs = FeatureCache(folder / "features.npz", tokenizer.version)
    theirs.load()
    search = _numbering(theirs.vocabulary, cache.vocabulary)
    learning = _numbering(theirs.vocabulary.learning, cache.vocabulary.learning)
    for fingerprint in entries:
        if fingerprint in theirs.items:
            cache.add_packed(fingerprint, renumbered(theirs.items.packed(fingerprint), search, learning))
    _here(cache, {p: e for p, e in entries.items() if p not in theirs.items}, tokenizer)


def _numbering(theirs: Vocabulary, ours: Vocabulary) -> Numbers:
    """Our number by theirs."""
    return ours.numbers(theirs.names(np.arange(len(theirs), dtype=np.int32)))


def main(folder: Path) -> None:
    gc.disable()  # nothing here refers to itself, and this process ends when it is done
    tokenizer = Tokenizer()
    cache = FeatureCache(folder / "features.npz", tokenizer.version)
    rows = orjson.loads((folder / "faqs.json").read_bytes())
    _here(cache, {p: FaqEntry("", q, a, alt_questions=tuple(w), lang=lang) for p, q, a, lang, w in rows}, tokenizer)
    cache.keep(list(cache.items))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
