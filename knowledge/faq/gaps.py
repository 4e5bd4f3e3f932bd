"""Gap list: questions our FAQ did not answer, grouped by what they are about, each group with a draft to start from."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, and_, exists, or_, select

from knowledge.domain import FaqEntry
from knowledge.faq.periods import Period
from knowledge.faq.usage_reports import Words
from knowledge.privacy.redacted import RedactedText
from knowledge.store.usage_tables import feedback, search_log
from knowledge.text.normalise import normalise

Cause = Literal["zero_hit", "low_confidence", "handed_over", "not_resolved"]
CAUSE_LABELS: dict[Cause, str] = {
    "zero_hit": "該当なし",
    "low_confidence": "確信度が低い",
    "handed_over": "有人に取次ぎ",
    "not_resolved": "解決しなかった",
}
# Handed over for lack of an answer. Who asks for a person or complains does not reveal a missing FAQ.
_MISSING = ("", "low_confidence", "unresolved", "language")
_MAX_QUESTIONS = 5_000
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Unanswered:
    """One distinct (redacted) question: how often, why it counts, what was found nearest."""

    text: RedactedText
    count: int
    causes: Mapping[Cause, int]
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions about one thing. `draft` is prefilled from them: the commonest wording first."""

    count: int
    causes: Mapping[Cause, int]
    examples: tuple[RedactedText, ...]
    nearest: tuple[str, ...]
    """faq_id that came nearest, most often first."""
    draft: FaqEntry


def find_gaps(
    conn: Connection, period: Period, words: Words, low_confidence: float, limit: int = 50, overlap: float = 0.5
) -> list[Gap]:
    """Largest groups first. `words` gives the content words of a question."""
    return cluster(read_unanswered(conn, period, low_confidence), words, overlap)[:limit]


def read_unanswered(conn: Connection, period: Period, low_confidence: float) -> list[Unanswered]:
    """Distinct questions of the period that were not answered, most frequent first."""
    columns = search_log.c
    unhappy = exists().where(feedback.c.log_id == columns.log_id, feedback.c.verdict.in_(("not_resolved", "wrong")))
    wanted = select(columns.text, columns.zero_hit, columns.action, columns.reason, columns.confidence, columns.hits,
                    unhappy.label("unhappy")).where(
        columns.day.between(period.first, period.last),
        or_(
            columns.zero_hit,
            and_(columns.action == "handoff", columns.reason.in_(_MISSING)),
            and_(columns.confidence < low_confidence, columns.action != "handoff"),
            unhappy,
        ),
    )  # fmt: skip
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in conn.execute(wanted.order_by(columns.at, columns.log_id)):
        groups[normalise(row.text)].append(row)
    found = [_unanswered(rows) for name, rows in groups.items() if name]
    return sorted(found, key=lambda one: (-one.count, one.text))[:_MAX_QUESTIONS]


def cluster(questions: Sequence[Unanswered], words: Words, overlap: float = 0.5) -> list[Gap]:
    """Greedy: each question joins the group whose first question shares most words with it (Jaccard at least
    `overlap`), else it founds a group. The same questions always give the same groups."""
    groups: list[list[Unanswered]] = []
    leaders: list[frozenset[str]] = []
    by_word: dict[str, list[int]] = defaultdict(list)
    for question in questions:
        mine = frozenset(words(question.text)) or frozenset({question.text})
        shares = [(_jaccard(mine, leaders[number]), -number) for number in _sharing(mine, by_word)]
        best, negated = max(shares, default=(0.0, 0))  # of equal shares the oldest group
        if shares and best >= overlap:
            groups[-negated].append(question)
            continue
        for word in mine:
            by_word[word].append(len(groups))
        groups.append([question])
        leaders.append(mine)
    return sorted(map(_gap, groups), key=lambda gap: (-gap.count, gap.examples[0]))


def _sharing(words: Iterable[str], by_word: Mapping[str, list[int]]) -> set[int]:
    return {number for word in words for number in by_word.get(word, ())}


def _jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / len(left | right)


def _unanswered(rows: Sequence[Any]) -> Unanswered:
    causes = Counter(_cause(row) for row in rows)
    nearest = Counter(row.hits.split("｜")[0] for row in rows if row.hits)
    text = Counter(row.text for row in rows).most_common(1)[0][0]
    return Unanswered(
        RedactedText(text), len(rows), dict(causes), tuple(faq_id for faq_id, _ in nearest.most_common(3))
    )


def _cause(row: Any) -> Cause:
    if row.zero_hit:
        return "zero_hit"
    if row.unhappy:
        return "not_resolved"
    return "handed_over" if row.action == "handoff" else "low_confidence"


def _gap(group: Sequence[Unanswered]) -> Gap:
    causes: Counter[Cause] = Counter()
    nearest: Counter[str] = Counter()
    for question in group:
        causes.update(question.causes)
        nearest.update(dict.fromkeys(question.nearest[:1], question.count))
    examples = tuple(question.text for question in group[:_EXAMPLES])
    near = tuple(faq_id for faq_id, _ in nearest.most_common(3))
    draft = FaqEntry("", examples[0], "", alt_questions=tuple(map(str, examples[1:])), related_ids=near)
    return Gap(sum(question.count for question in group), dict(causes), examples, near, draft)
