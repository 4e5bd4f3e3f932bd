"""The figures of one run, from its rows alone: whoever has the rows can work them out again."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.metrics.intervals import Rate, rate
from eval.metrics.outcomes import OutcomeFigures, outcome_figures
from eval.metrics.ranking import Ranked, RankingFigures, ranking_figures
from eval.metrics.selective import Judgement, aurc, brier, ece
from eval.rows import Row


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of one stage over all rows that have it."""

    stage: str
    count: int
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Summary:
    outcomes: OutcomeFigures
    ranking: RankingFigures
    top_1: Rate
    """Answerable cases whose first hit is a right FAQ."""
    ece: float
    brier: float
    aurc: float
    department: Rate
    """Hand-overs to another office that named the right department."""
    high_risk_harm: Rate
    latencies: tuple[Latency, ...]


def summarise(rows: Sequence[Row]) -> Summary:
    departments = [r.department_right for r in rows if r.department_right is not None]
    risky = [r for r in rows if r.risk == "high"]
    judgements = confidences(rows)
    lists = [Ranked(r.ranked, r.grades) for r in rows if r.answerable and r.right_faqs]
    return Summary(
        outcomes=outcome_figures([r.judged for r in rows]),
        ranking=ranking_figures(lists),
        top_1=rate(sum(r.found[:1] != () and r.found[0] in r.right for r in lists), len(lists)),
        ece=ece(judgements),
        brier=brier(judgements),
        aurc=aurc(judgements),
        department=rate(sum(departments), len(departments)),
        high_risk_harm=rate(sum(r.outcome == "harm" for r in risky), len(risky)),
        latencies=latencies(rows),
    )


def confidences(rows: Sequence[Row]) -> list[Judgement]:
    """How sure the product was of its best answer, and whether that one is right. What was held back in a case that
    nobody's FAQ answers counts as wrong: an answer there would have been harm."""
    return [Judgement(min(1.0, max(0.0, r.confidence)), best_is_right(r)) for r in rows]


def best_is_right(row: Row) -> bool:
    if row.faq_id:
        return row.faq_id in row.right_faqs
    return row.answerable and bool(row.ranked) and row.ranked[0] in row.right_faqs


def latencies(rows: Sequence[Row]) -> tuple[Latency, ...]:
    """Of the whole answer (`total`) and of each stage."""
    stages = dict.fromkeys(name for r in rows for name in r.stages_ms)
    series = {"total": [r.took_ms for r in rows]}
    series.update({s: [r.stages_ms[s] for r in rows if s in r.stages_ms] for s in stages})
    return tuple(Latency(n, len(v), percentile(v, 0.5), percentile(v, 0.95)) for n, v in series.items())


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile; 0 without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def by(rows: Sequence[Row], key: Callable[[Row], str]) -> dict[str, OutcomeFigures]:
    """Outcome figures of each group, groups in order of name; rows without a group are left out."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: outcome_figures([r.judged for r in groups[name]]) for name in sorted(groups) if name}


def to_json(summary: Summary) -> dict[str, Any]:
    """Plain data with the value of every rate beside its counts."""
    return _plain(asdict(summary))


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in data.items():
        out[key] = _plain(value) if isinstance(value, dict) else value
        if isinstance(value, dict) and {"hits", "total"} <= value.keys():
            out[key]["value"] = value["hits"] / value["total"] if value["total"] else 0.0
    return out
