"""Follow-ups through the real answer path: the FAQ before is asked for with its own question, then comes the short one.

`mihon.jsonl` in `datasets/follow_ups` was in sight while the rules were written: read its figures as a regression check.
`second.jsonl` was written before its misses were looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.cases import SHIPPED
from eval.jsonl import read_rows
from eval.metrics.intervals import Rate, rate
from knowledge.bootstrap import Services
from knowledge.domain import Answer, Question

SHIPPED_FOLLOW_UPS = SHIPPED / "follow_ups" / "mihon.jsonl"


@dataclass(frozen=True, slots=True)
class FollowUpCase:
    """`between` was said after the FAQ and before `text`; with no `right` FAQ nothing is asked, so nothing may be
    answered."""

    after: str
    text: str
    right: frozenset[str]
    between: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUpFigures:
    """`first` and `answered` with the conversation, `alone` without it, of the cases that ask something; `wrong`, of all,
    were answered with another FAQ."""

    first: Rate
    answered: Rate
    wrong: Rate
    alone: Rate
    wrong_cases: tuple[str, ...]


def load_follow_ups(path: Path = SHIPPED_FOLLOW_UPS) -> list[FollowUpCase]:
    """Raises NotReadable naming the line."""
    return read_rows(path, _case_of)


def _case_of(row: Any) -> FollowUpCase:
    after, text, right = row["after"], row["text"], frozenset(row["right"])
    return FollowUpCase(after, text, right, tuple(str(said) for said in row.get("between", ())))


def measure_follow_ups(services: Services, cases: Sequence[FollowUpCase]) -> FollowUpFigures:
    """Cases whose FAQ is not published are left out."""
    first = answered = wrong = alone = asking = total = 0
    wrong_cases = []
    for case in cases:
        entry = services.retriever.entry(case.after, "ja", "web")
        if entry is None:
            continue
        total += 1
        asking += bool(case.right)
        conversation = f"follow-up-{total}"
        for said in (entry.question, *case.between):
            _ask(services, said, conversation)
        answer = _ask(services, case.text, conversation)
        hit = _first(answer) in case.right
        first += hit
        answered += hit and answer.action == "answer"
        alone += _first(_ask(services, case.text, "")) in case.right
        if answer.action == "answer" and not hit:
            wrong += 1
            wrong_cases.append(f"{case.after}：{case.text}")
    return FollowUpFigures(
        rate(first, asking), rate(answered, asking), rate(wrong, total), rate(alone, asking), tuple(wrong_cases)
    )


def _ask(services: Services, text: str, conversation: str) -> Answer:
    return services.answerer.answer(Question(services.redactor.redact(text).text, "web", "ja", conversation))


def _first(answer: Answer) -> str:
    return answer.candidates[0].entry.faq_id if answer.candidates else ""
