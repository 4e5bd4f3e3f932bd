"""Gap list: questions our FAQ did not answer, grouped by what they are about, each group with a draft to start from."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from knowledge.domain import FaqEntry
from knowledge.faq.gap_sources import Cause, Missed, Source, missed_questions
from knowledge.faq.periods import Period
from knowledge.faq.usage_reports import Words
from knowledge.privacy.redacted import RedactedText
from knowledge.text.normalise import normalise

CAUSE_LABELS: dict[Cause, str] = {
    "zero_hit": "該当なし",
    "low_confidence": "確信度が低い",
    "handed_over": "有人に取次ぎ",
    "not_resolved": "解決しなかった",
    "no_faq_used": "FAQを使わずに完了",
}
_MAX_QUESTIONS = 5_000
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Unanswered:
    """One distinct (redacted) question: how often, why it counts, what was found nearest."""

    text: RedactedText
    count: int
    causes: Mapping[Cause, int]
    nearest: tuple[str, ...]
    sources: Mapping[Source, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions about one thing. `draft` is prefilled from them: the commonest wording first."""

    count: int
    causes: Mapping[Cause, int]
    examples: tuple[RedactedText, ...]
    nearest: tuple[str, ...]
    """faq_id that came nearest, most often first."""
    draft: FaqEntry
    sources: Mapping[Source, int] = field(default_factory=dict)
    """Where the questions were asked."""


def find_gaps(
    conn: Connection, period: Period, words: Words, low_confidence: float, limit: int = 50, overlap: float = 0.5
) -> list[Gap]:
    """Largest groups first. `words` gives the content words of a question."""
    return cluster(read_unanswered(conn, period, low_confidence), words, overlap)[:limit]


def read_unanswered(conn: Connection, period: Period, low_confidence: float) -> list[Unanswered]:
    """Distinct questions of the period that were not answered, most frequent first."""
    groups: dict[str, list[Missed]] = defaultdict(list)
    for one in missed_questions(conn, period, low_confidence):
        groups[normalise(one.text)].append(one)
    found = [_unanswered(missed) for name, missed in groups.items() if name]
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


def _unanswered(missed: Sequence[Missed]) -> Unanswered:
    nearest = Counter(one.nearest for one in missed if one.nearest)
    text = Counter(one.text for one in missed).most_common(1)[0][0]
    near = tuple(faq_id for faq_id, _ in nearest.most_common(3))
    causes, sources = Counter(one.cause for one in missed), Counter(one.source for one in missed)
    return Unanswered(text, len(missed), dict(causes), near, dict(sources))


def _gap(group: Sequence[Unanswered]) -> Gap:
    causes: Counter[Cause] = Counter()
    nearest: Counter[str] = Counter()
    sources: Counter[Source] = Counter()
    for question in group:
        causes.update(question.causes)
        sources.update(question.sources)
        nearest.update(dict.fromkeys(question.nearest[:1], question.count))
    examples = tuple(question.text for question in group[:_EXAMPLES])
    near = tuple(faq_id for faq_id, _ in nearest.most_common(3))
    draft = FaqEntry("", examples[0], "", alt_questions=tuple(map(str, examples[1:])), related_ids=near)
    return Gap(sum(question.count for question in group), dict(causes), examples, near, draft, dict(sources))
