"""Follow-ups through the real answer path: the FAQ before is asked for with its own question, then comes the short one.

The set in `datasets/follow_ups` was in sight while the rules were written: read its figures as a regression check.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.cases import SHIPPED
from eval.jsonl import read_rows
from eval.metrics.intervals import Rate, rate
from knowledge.bootstrap import Services
from knowledge.domain import Answer, Question

SHIPPED_FOLLOW_UPS = SHIPPED / "follow_ups" / "mihon.jsonl"


@dataclass(frozen=True, slots=True)
class FollowUpCase:
    after: str
    text: str
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class FollowUpFigures:
    """`first` and `answered` with the conversation, `alone` without it; `wrong` were answered with another FAQ."""

    first: Rate
    answered: Rate
    wrong: Rate
    alone: Rate
    wrong_cases: tuple[str, ...]


def load_follow_ups(path: Path = SHIPPED_FOLLOW_UPS) -> list[FollowUpCase]:
    """Raises NotReadable naming the line."""
    return read_rows(path, lambda row: FollowUpCase(row["after"], row["text"], frozenset(row["right"])))


def measure_follow_ups(services: Services, cases: Sequence[FollowUpCase]) -> FollowUpFigures:
    """Cases whose FAQ is not published are left out."""
    first = answered = wrong = alone = total = 0
    wrong_cases = []
    for case in cases:
        entry = services.retriever.entry(case.after, "ja", "web")
        if entry is None:
            continue
        total += 1
        conversation = f"follow-up-{total}"
        _ask(services, entry.question, conversation)
        answer = _ask(services, case.text, conversation)
        hit = _first(answer) in case.right
        first += hit
        answered += hit and answer.action == "answer"
        alone += _first(_ask(services, case.text, "")) in case.right
        if answer.action == "answer" and not hit:
            wrong += 1
            wrong_cases.append(f"{case.after}：{case.text}")
    return FollowUpFigures(
        rate(first, total), rate(answered, total), rate(wrong, total), rate(alone, total), tuple(wrong_cases)
    )


def _ask(services: Services, text: str, conversation: str) -> Answer:
    return services.answerer.answer(Question(services.redactor.redact(text).text, "web", "ja", conversation))


def _first(answer: Answer) -> str:
    return answer.candidates[0].entry.faq_id if answer.candidates else ""
