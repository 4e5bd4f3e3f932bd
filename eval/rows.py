"""One line of a run: what the product did with one case and how that is judged. Plain data, JSON both ways."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from eval.asking import RANKED, reply_of
from eval.cases import Case
from eval.metrics.outcomes import Given, Harm, Judged, Outcome, Verdict, Wanted, is_right, judge
from knowledge.domain import Answer


@dataclass(frozen=True, slots=True)
class Row:
    """`text` is the case's own text (no citizen's); `answer_sha` shows when the same FAQ says something else."""

    case_id: str
    text: str
    channel: str
    lang: str
    split: str
    tags: tuple[str, ...]
    risk: str
    answerable: bool
    expected: str
    right_faqs: tuple[str, ...]
    action: str
    faq_id: str
    version: int
    question: str
    answer: str
    department: str
    department_right: bool | None
    reason: str
    confidence: float
    ranked: tuple[str, ...]
    outcome: str
    harm: str
    options: tuple[str, ...]
    options_help: bool
    took_ms: float
    category: str = ""
    stages_ms: dict[str, float] = field(default_factory=dict)
    grades: dict[str, int] = field(default_factory=dict)

    @property
    def right(self) -> bool:
        return is_right(self.verdict)

    @property
    def verdict(self) -> Verdict:
        return Verdict(Outcome(self.outcome), Harm(self.harm), self.options_help)

    @property
    def judged(self) -> Judged:
        return Judged(self.answerable, self.expected in ("handoff", "refuse"), self.action, self.verdict)

    @property
    def answer_sha(self) -> str:
        return sha256(self.answer.encode()).hexdigest()[:12] if self.answer else ""


def row_of(case: Case, answer: Answer, took_ms: float, category: str = "", ranked: Sequence[str] | None = None) -> Row:
    """Judge what came back. `ranked` replaces the answer's own (short) candidate list for the ranking figures."""
    given = _given(answer)
    verdict = judge(_wanted(case), given)
    department = answer.handoff.department if answer.handoff is not None else ""
    told = answer.answer
    return Row(
        case_id=case.id, text=case.text, channel=case.channel, lang=case.lang, split=case.split,
        tags=tuple(case.tags), risk=case.risk, answerable=case.answerable, expected=case.expected,
        right_faqs=tuple(sorted(case.right_faqs)), grades=case.grades, category=category,
        action=answer.action, faq_id=given.faq_id, version=told.version if told else 0,
        question=told.question if told else "", answer=given.answer, department=department,
        department_right=_department_right(case, answer), reason=answer.reason, confidence=answer.confidence,
        ranked=tuple(ranked if ranked is not None else (h.entry.faq_id for h in answer.candidates))[:RANKED],
        outcome=verdict.outcome.value, harm=verdict.harm.value, options=given.options,
        options_help=verdict.options_help, took_ms=took_ms, stages_ms=dict(answer.trace),
    )  # fmt: skip


def _wanted(case: Case) -> Wanted:
    return Wanted(
        answerable=case.answerable,
        expected=case.expected,
        grades=case.grades,
        also_ok=frozenset(case.also_ok),
        must=tuple(case.must),
        must_not=tuple(case.must_not),
    )


def _given(answer: Answer) -> Given:
    told, back = answer.answer, answer.clarify
    return Given(
        action=answer.action,
        faq_id=told.faq_id if told else "",
        answer=told.text if told else "",
        reply=reply_of(answer),
        options=tuple(o.faq_id for o in back.options) if back else (),
    )


def _department_right(case: Case, answer: Answer) -> bool | None:
    """None where the case names no department or nothing was handed over."""
    if not case.department or answer.handoff is None:
        return None
    return case.department in answer.handoff.department or case.department in answer.handoff.message


def to_dict(row: Row) -> dict[str, Any]:
    return asdict(row)


def from_dict(data: dict[str, Any]) -> Row:
    """Raises TypeError or ValueError for a line another version wrote."""
    lists: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
    row = Row(**lists)
    Outcome(row.outcome)
    return row
