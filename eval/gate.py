"""Pass or fail: limits on the figures of a run, on what became worse since the accepted run, and on gold that is gone."""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.cases import Case
from eval.changes import Changes, changes
from eval.metrics.intervals import Rate
from eval.reference import Key, Moved, moved
from eval.rows import Row
from eval.summary import Summary, summarise
from knowledge.errors import ConfigurationError
from knowledge.text.percent import percent

DEFAULT_LIMITS = Path(__file__).with_name("gate.toml")
_FIGURES: dict[str, tuple[str, Callable[[Summary], Rate | float]]] = {
    "self_resolution": ("正答自己解決率", lambda s: s.outcomes.self_resolution),
    "resolved_after_question": ("聞き返しを含む解決率", lambda s: s.outcomes.resolved_after_question),
    "handover_precision": ("引継ぎの適正率", lambda s: s.outcomes.handover_precision),
    "handover_recall": ("引継ぎの再現率", lambda s: s.outcomes.handover_recall),
    "top_1": ("検索1位の正解率", lambda s: s.top_1),
    "harm": ("誤案内率", lambda s: s.outcomes.harm),
    "high_risk_harm": ("影響の大きい質問の誤案内率", lambda s: s.high_risk_harm),
    "ece": ("確信度のずれ（ECE）", lambda s: s.ece),
    "department": ("引継ぎ先の正答率", lambda s: s.department),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    least: Mapping[str, float] = field(default_factory=dict)
    most: Mapping[str, float] = field(default_factory=dict)
    newly_wrong: int | None = None
    newly_harmful: int | None = None
    changed_facts: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One limit that was passed; `case_ids` and `faq_ids` say where to look."""

    message: str
    case_ids: tuple[str, ...] = ()
    faq_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Texts:
    """Accepted answers, and what is published now, by (faq_id, language)."""

    reference: Mapping[Key, str]
    published: Mapping[Key, str]


@dataclass(frozen=True, slots=True)
class GateResult:
    """`unjudged` names the figures that have a limit but no case, or all of them where a part of the suite was asked."""

    findings: tuple[Finding, ...]
    unjudged: tuple[str, ...] = ()
    partial: bool = False

    @property
    def failed(self) -> bool:
        return bool(self.findings)

    @property
    def passed(self) -> bool:
        """A run of a part of the suite never passes: what was not asked may be wrong."""
        return not self.findings and not self.partial


def load_limits(path: Path = DEFAULT_LIMITS) -> Limits:
    """Raises ConfigurationError for an unreadable file, an unknown figure or a value that is no number."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise ConfigurationError(f"合否の基準を読み取れません：{path}") from exc
    change = data.get("change", {})
    unknown = (set(data) - {"least", "most", "change"}) | (
        set(change) - {"newly_wrong", "newly_harmful", "changed_facts"}
    )
    for part in (data.get("least", {}), data.get("most", {})):
        unknown |= set(part) - set(_FIGURES)
        unknown |= {k for k, v in part.items() if isinstance(v, bool) or not isinstance(v, int | float)}
    unknown |= {k for k, v in change.items() if isinstance(v, bool) or not isinstance(v, int)}
    if unknown:
        raise ConfigurationError(f"合否の基準に使えない項目があります：{'、'.join(sorted(unknown))}")
    return Limits(data.get("least", {}), data.get("most", {}), **change)


def check(
    rows: Sequence[Row],
    limits: Limits,
    accepted: Sequence[Row] | None = None,
    missing_gold: Sequence[Finding] = (),
    texts: Texts | None = None,
    partial: bool = False,
) -> GateResult:
    """Everything that is past its limit. Without `texts` the answers of the accepted run are the reference. Of a `partial`
    run only what does not depend on the other questions is judged: no rates."""
    summary = summarise(rows)
    found = [*(() if partial else _figures(summary, limits)), *missing_gold]
    facts: Sequence[Moved] = moved(texts.reference, texts.published, rows) if texts else ()
    if accepted is not None:
        since = changes(accepted, rows)
        found.extend(_changes(since, limits))
        facts = facts if texts else since.changed_facts
    return GateResult((*found, *_facts(facts, limits)), _unjudged(summary, limits, partial), partial)


def missing_gold(cases: Iterable[Case], published: Iterable[tuple[str, str]]) -> list[Finding]:
    """Right FAQ of the cases that are not published (any more) in the case's language: such cases cannot pass."""
    there = set(published)
    by_faq: dict[str, list[str]] = {}
    for case in cases:
        lost = [f for f in case.right_faqs if (f, case.lang) not in there]
        if lost and len(lost) == len(case.right_faqs) and case.expected == "answer":
            for faq_id in lost:
                by_faq.setdefault(faq_id, []).append(case.id)
    return [
        Finding(
            f"{faq_id} が公開されていないため、{len(ids)} 件の評価ケースに正解がありません。", tuple(ids), (faq_id,)
        )
        for faq_id, ids in sorted(by_faq.items())
    ]


def _figures(summary: Summary, limits: Limits) -> Iterable[Finding]:
    for name, limit in limits.least.items():
        title, value, told = _figure(name, summary)
        if value is not None and value < limit:
            yield Finding(f"{title} {told} が下限 {percent(limit)} を下回りました。")
    for name, limit in limits.most.items():
        title, value, told = _figure(name, summary)
        if value is not None and value > limit:
            yield Finding(f"{title} {told} が上限 {percent(limit)} を超えました。")


def _figure(name: str, summary: Summary) -> tuple[str, float | None, str]:
    """Title, value (None where no case is of the kind) and how it is told."""
    title, read = _FIGURES[name]
    found = read(summary)
    if not isinstance(found, Rate):
        return title, found if summary.outcomes.harm.total else None, percent(found)
    if not found.total:
        return title, None, ""
    return title, found.value, f"{percent(found.value)}（{found.hits:,}／{found.total:,}件）"


def _unjudged(summary: Summary, limits: Limits, partial: bool) -> tuple[str, ...]:
    named = dict.fromkeys((*limits.least, *limits.most))
    return tuple(_FIGURES[n][0] for n in named if partial or _figure(n, summary)[1] is None)


def _changes(found: Changes, limits: Limits) -> Iterable[Finding]:
    harmful, wrong = found.newly_harmful, found.newly_wrong
    if limits.newly_harmful is not None and len(harmful) > limits.newly_harmful:
        yield Finding(f"前回と違い、{len(harmful)} 件が誤答になりました。", tuple(c.case_id for c in harmful))
    if limits.newly_wrong is not None and len(wrong) > limits.newly_wrong:
        yield Finding(f"前回正しかった {len(wrong)} 件が正しくなくなりました。", tuple(c.case_id for c in wrong))


def _facts(facts: Sequence[Moved], limits: Limits) -> Iterable[Finding]:
    if limits.changed_facts is None or len(facts) <= limits.changed_facts:
        return
    exchanged = [f for f in facts if f.now_of]
    for one in exchanged:
        yield Finding(f"{one.faq_id} の回答が {one.now_of} の回答に入れ替わっています。", one.case_ids, (one.faq_id,))
    others = [f for f in facts if not f.now_of]
    if others:
        yield Finding(
            f"{len(others)} 件のFAQで、回答の金額・日付・期間・肯否が基準と違います。内容を確かめ、正しければ基準を更新してください（{'、'.join(f.faq_id for f in others)}）。",
            tuple(i for f in others for i in f.case_ids),
            tuple(f.faq_id for f in others),
        )
