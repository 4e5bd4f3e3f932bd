"""Facts in call summaries (EVL-05): how often a summary says another number, date or yes/no than the call, and how well
that is noticed. Labelled calls measure the check; the product's own drafts of the same calls are measured with it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk.assist.model import Segment, Speaker
from desk.assist.summary import summarise
from eval.cases import SHIPPED
from eval.jsonl import read_rows
from eval.labels import ASPECTS
from eval.metrics.intervals import Rate, rate
from eval.metrics.mismatch import contradicts
from knowledge.ports import Redactor

SHIPPED_CALLS = SHIPPED / "summaries" / "calls.jsonl"
KINDS = {**ASPECTS, "invented": "言っていない事柄"}
_NUMBERS = frozenset(ASPECTS) - {"polarity"}
_WHO: dict[str, Speaker] = {"市": "citizen", "席": "operator"}


@dataclass(frozen=True, slots=True)
class Summarised:
    """One summary of a call; `kind` says which fact was changed, empty where it is faithful."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class LabelledCall:
    id: str
    turns: tuple[tuple[Speaker, str], ...]
    summaries: tuple[Summarised, ...]

    @property
    def said(self) -> str:
        return "\n".join(text for _, text in self.turns)


@dataclass(frozen=True, slots=True)
class SummaryFigures:
    """`caught`: by kind of the changed fact; `alarms`: faithful summaries that were doubted; `own`: drafts of the product
    that differ from the call."""

    caught: dict[str, Rate]
    numbers: Rate
    alarms: Rate
    own: Rate
    missed: tuple[str, ...]
    doubted: tuple[str, ...]


def load_calls(path: Path = SHIPPED_CALLS) -> list[LabelledCall]:
    """One JSON object a line. Raises NotReadable naming the line."""
    return read_rows(path, _call)


def summary_figures(calls: Sequence[LabelledCall], redactor: Redactor) -> SummaryFigures:
    made: Counter[str] = Counter()
    found: Counter[str] = Counter()
    missed: list[str] = []
    doubted: list[str] = []
    for call in calls:
        for one in call.summaries:
            differs = bool(contradicts(call.said, one.text))
            made[one.kind] += 1
            found[one.kind] += differs
            if differs != bool(one.kind):
                (missed if one.kind else doubted).append(f"{call.id} {one.text}")
    own = sum(_draft_differs(call, redactor) for call in calls)
    return SummaryFigures(
        caught={kind: rate(found[kind], made[kind]) for kind in KINDS if made[kind]},
        numbers=rate(sum(found[k] for k in _NUMBERS), sum(made[k] for k in _NUMBERS)),
        alarms=rate(found[""], made[""]),
        own=rate(own, len(calls)),
        missed=tuple(missed),
        doubted=tuple(doubted),
    )


def _call(row: dict[str, Any]) -> LabelledCall:
    summaries = tuple(Summarised(str(s["text"]), str(s["kind"])) for s in row["summaries"])
    unknown = {one.kind for one in summaries} - {"", *KINDS}
    if unknown:
        raise ValueError(unknown)
    return LabelledCall(str(row["id"]), tuple((_WHO[who], text) for who, text in row["call"]), summaries)


def _draft_differs(call: LabelledCall, redactor: Redactor) -> bool:
    """Whether the draft of a record that the product makes of this call says a fact that was not said."""
    said = [Segment(who, redactor.redact(text).text, 0, 0, None) for who, text in call.turns]
    draft = summarise(said, ())
    return bool(contradicts(call.said, "\n".join((draft.inquiry, draft.answer, draft.action, draft.remaining))))
