"""Analyses many FAQ on all cores: this process takes its share, others (this file run as a module) take theirs.

What another process analysed comes back with its own numbers and is numbered anew here.
"""

import gc
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from itertools import chain
from math import ceil
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


class Aside:
    """Other processes that analyse FAQ, a share each, until somebody takes what they made or lets go of them."""

    def __init__(self, shares: Sequence[Mapping[str, FaqEntry]]) -> None:
        """FAQ by fingerprint."""
        self._made = tempfile.TemporaryDirectory(prefix="madoguchi-analysis-")
        self._children: list[tuple[subprocess.Popen[bytes], Path]] = []
        self._shares = [list(share) for share in shares]
        try:
            for n, share in enumerate(shares):
                folder = Path(self._made.name) / str(n)
                self._children.append((_started(folder, share), folder))
        except BaseException:
            self.close()
            raise

    @property
    def prints(self) -> frozenset[str]:
        return frozenset(chain.from_iterable(self._shares))

    def take_into(self, cache: FeatureCache, entries: Mapping[str, FaqEntry], tokenizer: Tokenizer) -> None:
        """Wait for them, and add the features of those of `entries` that are theirs."""
        for (child, folder), share in zip(self._children, self._shares, strict=True):
            wanted = {p: entries[p] for p in share if p in entries}
            if child.wait() == 0:
                _take(cache, folder, wanted, tokenizer)
            else:
                _log.warning("a process that analysed FAQ died; its share is analysed here")
                _here(cache, wanted, tokenizer)

    def close(self) -> None:
        for child, _ in self._children:
            child.kill()
            child.wait()
        self._made.cleanup()


def started_aside(entries: Mapping[str, FaqEntry], processes: int | None = None, busy: float = 0.0) -> Aside | None:
    """Processes for all of these FAQ but the share of this one, which is the first; None where that is not worth it.
    `processes`: how many work together, None: as many as there are cores. `busy`: what else this process has to do
    first, as a part of its share."""
    count = min(_MAX_PROCESSES, os.cpu_count() or 1) if processes is None else processes
    if count < 2 or (processes is None and len(entries) < WORTH_IT_FROM):
        return None
    prints = list(entries)
    size = ceil(len(prints) * (1 + busy / count) / count)
    first = max(0, len(prints) - size * (count - 1))
    return Aside([{p: entries[p] for p in prints[at : at + size]} for at in range(first, len(prints), size)])


def analyse_into(
    cache: FeatureCache,
    entries: Mapping[str, FaqEntry],
    tokenizer: Tokenizer,
    processes: int | None = None,
    ahead: Aside | None = None,
) -> None:
    """Add the features of every entry by its fingerprint. `processes`: see `started_aside`. `ahead`: others that have
    begun already; they are not let go of here."""
    aside = started_aside(entries, processes) if ahead is None else ahead
    if aside is None:
        return _here(cache, entries, tokenizer)
    try:
        theirs = aside.prints
        _here(cache, {p: e for p, e in entries.items() if p not in theirs}, tokenizer)
        aside.take_into(cache, entries, tokenizer)
    finally:
        if ahead is None:
            aside.close()


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
