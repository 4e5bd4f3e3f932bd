"""How well the checks of generated text work: mutations caught, faithful texts let through, invented ones stopped."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.jsonl import read_rows
from eval.metrics.intervals import Rate, rate
from eval.mutations import CRITICAL, MutationKind, mutations
from eval.summary import percentile
from knowledge.answering.checking import Checker
from knowledge.answering.reasons import Ground

_SENTENCES = 8
"""Of a draft that is timed, the most a draft has."""
FOLDER = Path(__file__).parent / "datasets" / "grounding"


@dataclass(frozen=True, slots=True)
class GroundingCase:
    """A sentence and the approved answer it was written from. `split`: the round in which it was written,
    see the README beside the files."""

    case_id: str
    faq_id: str
    question: str
    source: str
    text: str
    split: str
    kind: str = ""
    """What was changed, in `changed.jsonl`."""

    @property
    def ground(self) -> Ground:
        return Ground(self.source, self.question)


@dataclass(frozen=True, slots=True)
class GroundingFigures:
    caught: dict[MutationKind, Rate]
    caught_critical: Rate
    false_alarms: Rate
    """Sentences stopped for what they say,"""
    stopped_whole: Rate
    """and for what they leave out too, read as a whole draft."""
    missed: tuple[str, ...]
    alarmed: tuple[str, ...]


def load_grounding(name: str, splits: Sequence[str] = ()) -> list[GroundingCase]:
    """Cases of `<name>.jsonl`, of all splits unless some are named."""
    cases = read_rows(FOLDER / f"{name}.jsonl", _case)
    return [case for case in cases if not splits or case.split in splits]


def _case(row: Any) -> GroundingCase:
    texts = (row["id"], row["faq_id"], row["question"], row["source"], row["text"], row["split"])
    return GroundingCase(*texts, row.get("kind", ""))


def measure(cases: Iterable[GroundingCase], checker: Checker) -> GroundingFigures:
    """Every case as it is, and with every single fact in it changed."""
    caught: Counter[MutationKind] = Counter()
    made: Counter[MutationKind] = Counter()
    missed: list[str] = []
    alarmed: list[str] = []
    total = whole = 0
    for seed, case in enumerate(cases):
        total += 1
        if checker.problems(case.text, [case.ground]):
            alarmed.append(case.case_id)
        whole += bool(checker.whole_problems(case.text, [case.ground]))
        for mutation in mutations(case.text, case.source, seed):
            made[mutation.kind] += 1
            if checker.problems(mutation.text, [case.ground]):
                caught[mutation.kind] += 1
            else:
                missed.append(f"{case.case_id} {mutation.kind} {mutation.what}")
    critical = rate(sum(caught[k] for k in CRITICAL), sum(made[k] for k in CRITICAL))
    kinds = {kind: rate(caught[kind], made[kind]) for kind in made}
    stopped = rate(len(alarmed), total), rate(whole, total)
    return GroundingFigures(kinds, critical, *stopped, tuple(missed), tuple(alarmed))


def measure_changed(cases: Iterable[GroundingCase], checker: Checker) -> tuple[dict[str, Rate], tuple[str, ...]]:
    """Drafts changed by hand, read whole: the share caught by kind of change, and what was missed."""
    made: Counter[str] = Counter()
    missed: list[GroundingCase] = []
    for case in cases:
        made[case.kind] += 1
        if not checker.whole_problems(case.text, [case.ground]):
            missed.append(case)
    lost = Counter(case.kind for case in missed)
    rates = {kind: rate(total - lost[kind], total) for kind, total in made.items()}
    return rates, tuple(f"{case.case_id} {case.kind}" for case in missed)


def report(found: GroundingFigures) -> str:
    """The figures as lines of text, and the cases behind them."""
    parts = (
        ("caught", found.caught_critical),
        ("false alarms", found.false_alarms),
        ("false alarms, whole drafts", found.stopped_whole),
        *found.caught.items(),
    )
    lines = [f"{n}: {p.value:.1%} ({p.hits} of {p.total}; 95 % CI {p.low:.1%} to {p.high:.1%})" for n, p in parts]
    return "\n".join([*lines, *found.missed, *found.alarmed])


@dataclass(frozen=True, slots=True)
class Timing:
    """CPU milliseconds, draft by draft: reading its three sources, and all checks of its eight sentences."""

    read_ms: tuple[float, ...]
    checks_ms: tuple[float, ...]


def time_checks(cases: Sequence[GroundingCase], checker: Checker) -> Timing:
    """Every source is read once, as when an answer was just published; every sentence rests on all three."""
    by_source: dict[str, list[GroundingCase]] = {}
    for case in cases:
        by_source.setdefault(case.source, []).append(case)
    groups = list(by_source.values())
    read_ms: list[float] = []
    checks_ms: list[float] = []
    for start in range(0, len(groups) - 5, 3):
        grounds = [group[0].ground for group in groups[start : start + 3]]
        texts = [case.text for group in groups[start : start + 6] for case in group][:_SENTENCES]
        began = time.process_time()
        checker.read(grounds)
        read = time.process_time()
        _check_draft(texts, grounds, checker)
        read_ms.append((read - began) * 1e3)
        checks_ms.append((time.process_time() - read) * 1e3)
    return Timing(tuple(read_ms), tuple(checks_ms))


def _check_draft(texts: Sequence[str], grounds: Sequence[Ground], checker: Checker) -> None:
    """As the drafter does it: sentence by sentence, and the provisos at the end."""
    told = ""
    for text in texts:
        checker.problems(text, grounds)
        checker.left_out(text, grounds, told)
        told += text
    checker.provisos_left_out(told, grounds)


def timing_report(found: Timing) -> str:
    lines = []
    for name, values in (("reading three sources", found.read_ms), ("checks of a draft", found.checks_ms)):
        p50, p95 = percentile(values, 0.5), percentile(values, 0.95)
        lines.append(f"{name}, CPU: p50 {p50:.1f} ms, p95 {p95:.1f} ms (n = {len(values)})")
    return "\n".join(lines)


def _main() -> None:
    from eval.lab import sample_synonyms
    from knowledge.text.tokens import Tokenizer

    parser = argparse.ArgumentParser(prog="python -m eval.grounding", description=__doc__)
    parser.add_argument("--split", action="append", default=[], help="only sentences of this round (may be repeated)")
    parser.add_argument("--timing", action="store_true", help="only how long the checks of a draft take")
    given = parser.parse_args()
    groups = tuple(sample_synonyms())
    checker = Checker(Tokenizer(), synonyms=lambda: groups, city="みほん市")
    faithful = load_grounding("faithful", given.split)
    if given.timing:
        checker.problems("準備の文です。", [Ground("準備の文です。")])  # the dictionary is loaded with the first text
        sys.stdout.write(timing_report(time_checks(faithful, checker)) + "\n")
        return
    sys.stdout.write(report(measure(faithful, checker)) + "\n")
    rates, missed = measure_changed(load_grounding("changed", given.split), checker)
    lines = [f"changed by hand, {kind}: {r.value:.1%} ({r.hits} of {r.total})" for kind, r in rates.items()]
    sys.stdout.write("\n".join([*lines, *missed]) + "\n")


if __name__ == "__main__":
    _main()
