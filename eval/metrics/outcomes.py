"""The outcome matrix: what became of one citizen's question, and the rates a city can put in a contract.

self-resolution accuracy = resolved / answerable;  harm rate = harms / all.
Answering a question that needed a person, a wrong or only related FAQ, a reply without what it must say, or one that
repeats what it must not: all of that is harm. Asking back and handing over never are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from eval.metrics.intervals import Rate, rate


class Outcome(StrEnum):
    RESOLVED = "resolved"
    HARM = "harm"
    ASKED_BACK = "asked_back"
    """Answerable, and a question came back; `Verdict.options_help` says whether it leads to the right answer."""
    SAFE_MISS = "safe_miss"
    """Nothing wrong was said, but the citizen was not helped as they could have been."""
    CORRECT_HANDOVER = "correct_handover"
    ASKED_IN_VAIN = "asked_in_vain"
    """A question back although only a person (or a refusal) could help."""


class Harm(StrEnum):
    NONE = ""
    WRONG_FAQ = "wrong_faq"
    RELATED_FAQ = "related_faq"
    GUESSED = "guessed"
    """A right FAQ among several, given where asking back was right."""
    OUT_OF_SCOPE = "out_of_scope"
    MISSING = "missing"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the case asks for."""

    answerable: bool
    expected: str
    grades: dict[str, int]
    also_ok: frozenset[str] = frozenset()
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()

    def accepts(self, action: str) -> bool:
        return action == self.expected or action in self.also_ok


@dataclass(frozen=True, slots=True)
class Given:
    """What the system did. `reply` is everything it said; `answer` the written approved answer alone."""

    action: str
    faq_id: str = ""
    answer: str = ""
    reply: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    harm: Harm = Harm.NONE
    options_help: bool = False
    """Asked back, and one of the options is a right FAQ."""


def judge(wanted: Wanted, given: Given) -> Verdict:
    """The outcome of one case. A forbidden string is harm whatever the action."""
    if any(text in given.reply for text in wanted.must_not):
        return Verdict(Outcome.HARM, Harm.FORBIDDEN)
    if given.action == "answer":
        return _judge_answer(wanted, given)
    if given.action == "clarify":
        helps = any(wanted.grades.get(o) == 2 for o in given.options) or _only_related(wanted, given)
        if wanted.answerable or wanted.accepts("clarify"):
            return Verdict(Outcome.ASKED_BACK, options_help=helps)
        return Verdict(Outcome.ASKED_IN_VAIN)
    if wanted.accepts(given.action) or (wanted.expected == "refuse" and given.action == "handoff"):
        return Verdict(Outcome.CORRECT_HANDOVER)
    return Verdict(Outcome.SAFE_MISS)


def _judge_answer(wanted: Wanted, given: Given) -> Verdict:
    grade = wanted.grades.get(given.faq_id, 0)
    if not wanted.accepts("answer"):
        if not wanted.answerable:
            return Verdict(Outcome.HARM, Harm.OUT_OF_SCOPE)
        return Verdict(Outcome.HARM, Harm.GUESSED if grade else Harm.WRONG_FAQ)
    if grade < 2:
        return Verdict(Outcome.HARM, Harm.RELATED_FAQ if grade else Harm.WRONG_FAQ)
    if any(text not in given.answer for text in wanted.must):
        return Verdict(Outcome.HARM, Harm.MISSING)
    return Verdict(Outcome.RESOLVED if wanted.answerable else Outcome.CORRECT_HANDOVER)


def _only_related(wanted: Wanted, given: Given) -> bool:
    """Too vague cases list related FAQ only: any of them among the options is the help they can get."""
    return 2 not in wanted.grades.values() and any(o in wanted.grades for o in given.options)


@dataclass(frozen=True, slots=True)
class Judged:
    """One case's verdict with what the rates need."""

    answerable: bool
    wanted_handover: bool
    action: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class OutcomeFigures:
    cases: int
    self_resolution: Rate
    resolved_after_question: Rate
    """Resolved, or asked back with the right FAQ among the options."""
    harm: Rate
    harm_among_answers: Rate
    asked_back: Rate
    safe_miss: Rate
    handover_precision: Rate
    handover_recall: Rate
    accepted: Rate
    """Cases in which the system did something right, whatever it was."""


def outcome_figures(rows: Sequence[Judged]) -> OutcomeFigures:
    ours = [r for r in rows if r.answerable]
    others = [r for r in rows if r.wanted_handover]
    passed_on = [r for r in rows if r.action in ("handoff", "refuse")]
    answered = [r for r in rows if r.action == "answer"]
    return OutcomeFigures(
        cases=len(rows),
        self_resolution=_rate(ours, Outcome.RESOLVED),
        resolved_after_question=rate(sum(_helped(r) for r in ours), len(ours)),
        harm=_rate(rows, Outcome.HARM),
        harm_among_answers=_rate(answered, Outcome.HARM),
        asked_back=_rate(ours, Outcome.ASKED_BACK),
        safe_miss=_rate(ours, Outcome.SAFE_MISS),
        handover_precision=_rate(passed_on, Outcome.CORRECT_HANDOVER),
        handover_recall=_rate(others, Outcome.CORRECT_HANDOVER),
        accepted=rate(sum(is_right(r.verdict) for r in rows), len(rows)),
    )


def is_right(verdict: Verdict) -> bool:
    """Resolved, rightly handed over, or asked back with options that help."""
    if verdict.outcome is Outcome.ASKED_BACK:
        return verdict.options_help
    return verdict.outcome in (Outcome.RESOLVED, Outcome.CORRECT_HANDOVER)


def _helped(row: Judged) -> bool:
    return row.verdict.outcome is Outcome.RESOLVED or (
        row.verdict.outcome is Outcome.ASKED_BACK and row.verdict.options_help
    )


def _rate(rows: Sequence[Judged], outcome: Outcome) -> Rate:
    return rate(sum(r.verdict.outcome is outcome for r in rows), len(rows))
