"""How well the checks of generated text work: mutations caught, faithful texts let through, invented ones stopped."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.metrics.intervals import Rate, rate
from eval.mutations import CRITICAL, MutationKind, mutations
from knowledge.answering.checking import Checker
from knowledge.answering.reasons import Ground

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
    missed: tuple[str, ...]
    alarmed: tuple[str, ...]


def load_grounding(name: str, splits: Sequence[str] = ()) -> list[GroundingCase]:
    """Cases of `<name>.jsonl`, of all splits unless some are named."""
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = (json.loads(line) for line in lines)
    cases = [
        GroundingCase(r["id"], r["faq_id"], r["question"], r["source"], r["text"], r["split"], r.get("kind", ""))
        for r in rows
    ]
    return [case for case in cases if not splits or case.split in splits]


def measure(cases: Iterable[GroundingCase], checker: Checker) -> GroundingFigures:
    """Every case as it is, and with every single fact in it changed."""
    caught: Counter[MutationKind] = Counter()
    made: Counter[MutationKind] = Counter()
    missed: list[str] = []
    alarmed: list[str] = []
    total = 0
    for seed, case in enumerate(cases):
        total += 1
        if checker.problems(case.text, [case.ground]):
            alarmed.append(case.case_id)
        for mutation in mutations(case.text, case.source, seed):
            made[mutation.kind] += 1
            if checker.problems(mutation.text, [case.ground]):
                caught[mutation.kind] += 1
            else:
                missed.append(f"{case.case_id} {mutation.kind} {mutation.what}")
    critical = rate(sum(caught[k] for k in CRITICAL), sum(made[k] for k in CRITICAL))
    kinds = {kind: rate(caught[kind], made[kind]) for kind in made}
    return GroundingFigures(kinds, critical, rate(len(alarmed), total), tuple(missed), tuple(alarmed))


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
    parts = (("caught", found.caught_critical), ("false alarms", found.false_alarms), *found.caught.items())
    lines = [f"{n}: {p.value:.1%} ({p.hits} of {p.total}; 95 % CI {p.low:.1%} to {p.high:.1%})" for n, p in parts]
    return "\n".join([*lines, *found.missed, *found.alarmed])


def _main() -> None:
    from eval.lab import sample_synonyms
    from knowledge.text.tokens import Tokenizer

    groups = tuple(sample_synonyms())
    checker = Checker(Tokenizer(), synonyms=lambda: groups)
    sys.stdout.write(report(measure(load_grounding("faithful"), checker)) + "\n")
    rates, missed = measure_changed(load_grounding("changed"), checker)
    lines = [f"changed by hand, {kind}: {r.value:.1%} ({r.hits} of {r.total})" for kind, r in rates.items()]
    sys.stdout.write("\n".join([*lines, *missed]) + "\n")


if __name__ == "__main__":
    _main()
