"""The cases to look at first: wrong answers, the surest and the riskiest before the rest, evidence side by side."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.metrics.mismatch import Mismatch, mismatches
from eval.rows import Row
from knowledge.domain import FaqEntry

HARM_TEXTS = {
    "wrong_faq": "別のFAQで回答",
    "related_faq": "関連するが不十分なFAQで回答",
    "guessed": "聞き返すべきところで決めつけて回答",
    "out_of_scope": "引き継ぐべき質問に回答",
    "missing": "必要な内容が回答にない",
    "forbidden": "言ってはいけない内容を含む",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One wrong case: what should have been said beside what was said."""

    row: Row
    kind: str
    wanted: tuple[tuple[str, str, str], ...]
    """(faq_id, question, answer) of the right FAQ."""
    differences: tuple[Mismatch, ...]


def worst(rows: Sequence[Row], entries: Mapping[tuple[str, str], FaqEntry], limit: int = 40) -> list[Evidence]:
    """Harm first (high risk, then confidence), then answerable cases that were passed on although they were sure."""
    harm = sorted((r for r in rows if r.outcome == "harm"), key=lambda r: (r.risk != "high", -r.confidence, r.case_id))
    missed = sorted((r for r in rows if r.outcome == "safe_miss"), key=lambda r: (-r.confidence, r.case_id))
    return [_evidence(r, entries) for r in [*harm, *missed][:limit]]


@dataclass(frozen=True, slots=True)
class WorstFaq:
    """`given_wrongly`: cases answered with this FAQ that it does not answer; `lost`: cases it answers that were not."""

    faq_id: str
    given_wrongly: int
    lost: int
    cases: int


def worst_faqs(rows: Sequence[Row], limit: int = 10) -> list[WorstFaq]:
    """FAQ to look at first: those given wrongly before those that are not found."""
    given: Counter[str] = Counter(r.faq_id for r in rows if r.outcome == "harm" and r.faq_id)
    lost: Counter[str] = Counter(f for r in rows if r.answerable and not r.right for f in r.right_faqs[:1])
    named: Counter[str] = Counter(f for r in rows if r.answerable for f in r.right_faqs[:1])
    found = [WorstFaq(f, given[f], lost[f], named[f]) for f in sorted(set(given) | set(lost))]
    return sorted(found, key=lambda f: (-f.given_wrongly, -f.lost, f.faq_id))[:limit]


def _evidence(row: Row, entries: Mapping[tuple[str, str], FaqEntry]) -> Evidence:
    found = [entries[f, row.lang] for f in row.right_faqs if (f, row.lang) in entries]
    wanted = tuple((e.faq_id, e.question, e.answer) for e in found)
    differences = tuple(mismatches(found[0].answer, row.answer)) if found and row.answer else ()
    kind = HARM_TEXTS.get(row.harm, "答えられるのに引き継ぎ")
    return Evidence(row, kind, wanted, differences)
