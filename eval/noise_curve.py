"""How much recognition errors cost, and what the reading leg saves: the suite's cases at several error rates."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from eval.asking import asking, ranking
from eval.cases import Case, Suite
from eval.metrics.intervals import Rate
from eval.noise import RATES, Homophones, noisy
from eval.runner import Progress, RowFile, run
from eval.summary import summarise
from knowledge.ports import Answering, Redactor, Searcher
from knowledge.search.retriever import Retriever
from knowledge.text.tokens import Tokenizer

SEED = 20_261_121


@dataclass(frozen=True, slots=True)
class NoisePoint:
    """Figures of the cases at one word error rate, with or without the reading leg."""

    rate: float
    reading_leg: bool
    top_1: Rate
    self_resolution: Rate
    harm: Rate


@dataclass(frozen=True, slots=True)
class NoiseBench:
    """What the curve needs of the product."""

    retriever: Retriever
    over: Callable[[Searcher], Answering]
    redactor: Redactor
    tokenizer: Tokenizer
    homophones: Homophones


@dataclass(frozen=True, slots=True)
class RowFiles:
    """Where the rows of a curve are written while it is made, one file a point, for a run of this identity."""

    folder: Path
    identity: str

    def of(self, heard: Sequence[Case], leg: bool) -> RowFile:
        """The file belongs to exactly these texts: another vocabulary of homophones begins anew."""
        texts = sha256("\x1f".join(c.text for c in heard).encode("utf-8", "replace")).hexdigest()[:16]
        name = f"{self.identity}-{texts}-{'sound' if leg else 'plain'}"
        return RowFile(self.folder / f"{name}.jsonl", name)


def noise_curve(
    cases: Sequence[Case],
    bench: NoiseBench,
    rates: Sequence[float] = RATES,
    progress: Progress | None = None,
    files: RowFiles | None = None,
) -> list[NoisePoint]:
    """Two points a rate. Only cases that are not noisy already take part; `progress` counts cases asked. With `files` an
    interrupted curve asks only what is still missing."""
    clean = [c for c in cases if c.channel != "asr-noisy" and c.lang == "ja"]
    out: list[NoisePoint] = []
    total = 2 * len(rates) * len(clean)
    for rate in rates:
        heard = noisy(clean, rate, SEED, bench.tokenizer, bench.homophones)
        for with_leg in (True, False):
            searcher = bench.retriever if with_leg else bench.retriever.without_sound()
            tell = _further(progress, len(out) * len(clean), total) if progress else None
            file = files.of(heard, with_leg) if files else None
            out.append(_point(heard, rate, with_leg, searcher, bench, tell, file))
    return out


def to_json(points: Sequence[NoisePoint]) -> list[dict[str, Any]]:
    return [asdict(p) for p in points]


def from_json(data: Sequence[dict[str, Any]]) -> list[NoisePoint]:
    return [
        NoisePoint(
            float(point["rate"]),
            bool(point["reading_leg"]),
            *(Rate(**point[name]) for name in ("top_1", "self_resolution", "harm")),
        )
        for point in data
    ]


def _further(progress: Progress, before: int, total: int) -> Progress:
    return lambda done, _of: progress(before + done, total)


def _point(
    heard: Sequence[Case],
    rate: float,
    leg: bool,
    searcher: Searcher,
    bench: NoiseBench,
    tell: Progress | None,
    file: RowFile | None,
) -> NoisePoint:
    ask, rank = asking(bench.over(searcher), bench.redactor), ranking(searcher, bench.redactor)
    summary = summarise(run(Suite(f"noise-{rate}", tuple(heard), ""), ask, file, tell, rank=rank))
    return NoisePoint(rate, leg, summary.top_1, summary.outcomes.self_resolution, summary.outcomes.harm)
