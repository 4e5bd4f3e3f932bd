"""The evaluation report: one self-contained Japanese HTML page that a city official understands, and a CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval import labels
from eval.changes import Changes, changes
from eval.charts import Axes, Series, line_chart, rate_bars, share_bar
from eval.extra import ExtraTable
from eval.gate import GateResult, Limits
from eval.metrics.comparing import Difference
from eval.metrics.intervals import Rate
from eval.metrics.outcomes import OutcomeFigures
from eval.metrics.selective import (
    AtThreshold,
    Threshold,
    at_threshold,
    choose_threshold,
    reliability,
    risk_coverage,
)
from eval.noise_curve import NoisePoint
from eval.production import Production
from eval.rows import Row
from eval.runs import Run
from eval.summary import Summary, by, confidences
from eval.worst import worst
from knowledge.clock import JST, day_text
from knowledge.domain import FaqEntry
from knowledge.faq.csv_guard import spreadsheet
from knowledge.text.percent import percent

_TEMPLATES = Path(__file__).parent / "templates"
_TARGETS = (0.1, 0.05, 0.03)
_MAX_CHANGES = 60


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything the page shows. `before` is the run it is compared with; `trend` comes from eval.tables.trend."""

    run: Run
    before: Run | None = None
    trend: Sequence[Mapping[str, Any]] = ()
    noise: Sequence[NoisePoint] = ()
    entries: Mapping[tuple[str, str], FaqEntry] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    gate: GateResult | None = None
    extra: Sequence[ExtraTable] = ()
    production: Production | None = None
    """What really happened; None where nobody looked."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure of the first row: its value, target and how it moved."""

    title: str
    meaning: str
    value: str
    detail: str
    target: str
    reached: bool | None
    against: str


def html(data: ReportData) -> str:
    """The page; nothing in it is fetched from anywhere."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters.update(facts=_facts, percent=percent, day=day_text, jst=_japan_minute)
    found = changes(data.before.rows, data.run.rows) if data.before else None
    return environment.get_template("report.html").render(
        about=data.run.about,
        before=data.before,
        summary=data.run.summary,
        headlines=headlines(data.run.summary, data.limits, found),
        words=plain_words(data.run.summary, found),
        outcomes=_outcome_table(data.run.rows),
        charts={name: Markup(svg) for name, svg in _charts(data).items()},  # noqa: S704 - built by eval.charts, escaped
        thresholds=_thresholds(data.run.rows),
        worst=worst(data.run.rows, data.entries),
        changes=found,
        max_changes=_MAX_CHANGES,
        gate=data.gate,
        extra=data.extra,
        production=data.production,
        labels=labels,
        conditions=_conditions(data.run.about.made_with),
    )


def csv_of(rows: Sequence[Row]) -> bytes:
    """One line a case, UTF-8 with BOM, safe to open in a spreadsheet."""
    titles = [
        "ID",
        "質問",
        "経路",
        "言語",
        "区分",
        "影響",
        "期待",
        "正解FAQ",
        "対応",
        "回答FAQ",
        "版",
        "結果",
        "誤りの種類",
    ]
    lines = []
    for r in rows:
        place = next((str(n) for n, f in enumerate(r.ranked, 1) if f in r.right_faqs), "")
        cells = [
            r.case_id, r.text, labels.CHANNELS[r.channel], labels.LANGUAGES[r.lang], r.split, r.risk,
            labels.ACTIONS[r.expected], "｜".join(r.right_faqs), labels.ACTIONS[r.action], r.faq_id, str(r.version),
            labels.OUTCOMES[r.outcome], r.harm, f"{r.confidence:.3f}", place, r.reason, r.department, f"{r.took_ms:.1f}",
        ]  # fmt: skip
        lines.append(cells)
    return spreadsheet([*titles, "確信度", "検索順位", "理由", "引継ぎ先", "所要ミリ秒"], lines)


def headlines(summary: Summary, limits: Limits, found: Changes | None) -> list[Headline]:
    o = summary.outcomes
    moved = {"self_resolution": found.self_resolution, "harm": found.harm} if found else {}

    def rate(key: str, title: str, meaning: str, value: Rate) -> Headline:
        detail = f"{value.hits:,}／{value.total:,}件　95％信頼区間 {percent(value.low)}〜{percent(value.high)}"
        against = moved[key].sentence() if key in moved else ""
        target, reached = _target(key, value.value, limits, as_percent=True)
        if not value.total:  # nothing of the kind was asked: neither reached nor missed
            return Headline(title, meaning, "－", "該当する質問がありません。", target, None, against)
        return Headline(title, meaning, percent(value.value), detail, target, reached, against)

    ece_target, ece_reached = _target("ece", summary.ece, limits, as_percent=False)
    return [
        rate("self_resolution", "正答自己解決率", "答えられる質問のうち、人を介さず正しく答えた割合", o.self_resolution),
        rate("harm", "誤案内率", "全質問のうち、誤った回答や答えるべきでない回答をした割合", o.harm),
        rate(
            "resolved_after_question", "聞き返しを含む解決率", "一度聞き返し、選択肢に正解があった場合を含む割合",
            o.resolved_after_question,
        ),
        rate("handover_recall", "引継ぎの再現率", "担当者が対応すべき質問を正しく引き継いだ割合", o.handover_recall),
        rate("handover_precision", "引継ぎの適正率", "引き継いだもののうち、引継ぎが正しかった割合", o.handover_precision),
        rate("top_1", "検索1位の正解率", "検索結果の1位が正解だった割合", summary.top_1),
        rate("high_risk_harm", "影響の大きい質問の誤案内率", "期限・費用・安全に関わる質問での誤答の割合", summary.high_risk_harm),
        Headline(
            "確信度のずれ（ECE）", "確信度80％と示したものが本当に8割正しいか。0に近いほど正確", f"{summary.ece:.3f}",
            f"Brierスコア {summary.brier:.3f}　AURC {summary.aurc:.3f}", ece_target, ece_reached, "",
        ),
    ]  # fmt: skip


def plain_words(summary: Summary, found: Changes | None) -> list[str]:
    """The result in sentences for somebody who reads one page."""
    o, risky = summary.outcomes, summary.high_risk_harm
    out = [
        f"答えられる質問 {o.self_resolution.total:,}件のうち {o.self_resolution.hits:,}件（{percent(o.self_resolution.value)}）に、"
        f"人を介さず正しく答えました。件数に限りがあるため、実力はおおむね {_range(o.self_resolution)} の間と考えられます。",
        f"全 {o.harm.total:,}件のうち {o.harm.hits:,}件（{percent(o.harm.value)}）で、誤った案内をしました（{_range(o.harm)}）。"
        + (
            f"期限・費用・安全に関わる質問に限ると、{risky.total:,}件のうち {risky.hits:,}件です。"
            if risky.total
            else ""
        ),
    ]
    if o.handover_recall.total:
        passed_on, rightly = o.handover_recall, percent(o.handover_recall.value)
        out.append(
            f"担当者が対応すべき質問 {passed_on.total:,}件のうち {passed_on.hits:,}件（{rightly}）を、正しく引き継ぎました。"
        )
    if found is not None:
        out.append(_compared(found))
    return out


def _compared(found: Changes) -> str:
    def told(name: str, one: Difference) -> str:
        if not one.shown:
            return f"{name}に、統計的に意味のある差は示せません（{one.mean * 100:+.1f}ポイント）"
        moved = "高く" if one.mean > 0 else "低く"
        return f"{name}は前回より{moved}なりました（{one.mean * 100:+.1f}ポイント）"

    return (
        f"前回と同じ {found.pairs:,}件で比べると、{told('正答自己解決率', found.self_resolution)}。"
        f"{told('誤案内率', found.harm)}。"
    )


def _range(value: Rate) -> str:
    return f"{percent(value.low)}〜{percent(value.high)}"


def _target(key: str, value: float, limits: Limits, *, as_percent: bool) -> tuple[str, bool | None]:
    def shown(x: float) -> str:
        return percent(x) if as_percent else f"{x:g}"

    if key in limits.least:
        return f"目標 {shown(limits.least[key])} 以上", value >= limits.least[key]
    if key in limits.most:
        return f"目標 {shown(limits.most[key])} 以下", value <= limits.most[key]
    return "", None


def _outcome_table(rows: Sequence[Row]) -> list[tuple[str, int, int, int]]:
    """(outcome, answerable, not answerable, all)."""
    return [
        (title, ours := sum(r.outcome == key and r.answerable for r in rows),
         total - ours, total)
        for key, title in labels.OUTCOMES.items()
        for total in [sum(r.outcome == key for r in rows)]
    ]  # fmt: skip


def _thresholds(rows: Sequence[Row]) -> list[tuple[float, Threshold | None, AtThreshold | None]]:
    """For each wanted error among the answered: the threshold from the calibration split, and what it does on test."""
    fitted = confidences([r for r in rows if r.split == "calibration"])
    held_out = confidences([r for r in rows if r.split == "test"])
    chosen = [(target, choose_threshold(fitted, target)) for target in _TARGETS]
    return [(target, t, at_threshold(held_out, t.at) if t else None) for target, t in chosen]


def _charts(data: ReportData) -> dict[str, str]:
    rows = data.run.rows
    return {
        "shares": _share_chart(rows),
        "trend": trend_chart(data.trend),
        "risk": _risk_chart(data),
        "reliability": _reliability_chart(rows),
        "noise": _noise_chart(data.noise),
        "category": rate_bars("分野別の正答自己解決率", _bars(by(rows, lambda r: r.category))),
        "channel": rate_bars("経路別の正答自己解決率", _bars(by(rows, lambda r: labels.CHANNELS[r.channel]))),
        "language": rate_bars("言語別の正答自己解決率", _bars(by(rows, lambda r: labels.LANGUAGES[r.lang]))),
        "tag": rate_bars("話し方・用件別に正しく対応した割合", _tag_bars(rows)),
    }


def _share_chart(rows: Sequence[Row]) -> str:
    """What became of the answerable questions."""
    ours = [r.outcome for r in rows if r.answerable]
    kinds = (
        ("正しく回答", "resolved"),
        ("誤った案内", "harm"),
        ("聞き返し", "asked_back"),
        ("担当者に引き継ぎ", "safe_miss"),
    )
    counted = [(title, ours.count(key)) for title, key in kinds]
    rest = len(ours) - sum(count for _, count in counted)
    return share_bar("答えられる質問がどうなったか", [*counted[:3], (counted[3][0], counted[3][1] + rest)])


def _bars(groups: Mapping[str, OutcomeFigures]) -> list[tuple[str, Rate]]:
    """The groups most was asked of first."""
    found = [(name, figures.self_resolution) for name, figures in groups.items() if figures.self_resolution.total]
    return sorted(found, key=lambda one: -one[1].total)


def _tag_bars(rows: Sequence[Row]) -> list[tuple[str, Rate]]:
    tagged = {t: [r for r in rows if t in r.tags] for t in labels.TAGS}
    return [(labels.TAGS[t], by(part, lambda _: "x")["x"].accepted) for t, part in tagged.items() if part]


def trend_chart(trend: Sequence[Mapping[str, Any]]) -> str:
    """Both headline figures over the runs, oldest first."""
    if len(trend) < 2:
        return line_chart("推移", [], Axes("", ""))
    places = dict(enumerate(trend))
    last = len(trend) - 1
    ticks = sorted({0, last // 2, last})
    axes = Axes(
        "評価した日", "割合", x_max=last,
        x_labels=[(n, places[n]["at"].astimezone(JST).strftime("%m/%d")) for n in ticks],
    )  # fmt: skip
    lines = {"正答自己解決率": "self_resolution", "誤案内率": "harm"}
    values = [line["summary"]["outcomes"] for line in trend]
    return line_chart(
        "正答自己解決率と誤案内率の推移",
        [Series(t, [(n, v[k]["value"]) for n, v in enumerate(values)]) for t, k in lines.items()],
        axes,
    )


def _risk_chart(data: ReportData) -> str:
    series = [Series("今回", _curve(data.run.rows))]
    if data.before:
        series.append(Series("比較対象", _curve(data.before.rows)))
    highest = max((y for s in series for _, y in s.points), default=1.0)
    axes = Axes("回答した割合（カバレッジ）", "誤りの割合", y_max=min(1.0, max(0.1, highest * 1.1)))
    return line_chart("リスク・カバレッジ曲線", series, axes)


def _curve(rows: Sequence[Row]) -> list[tuple[float, float]]:
    points = [(p.coverage, p.risk) for p in risk_coverage(confidences(rows))]
    step = max(1, len(points) // 200)
    return points[::step] + points[-1:]


def _reliability_chart(rows: Sequence[Row]) -> str:
    points = [(b.confidence, b.accuracy) for b in reliability(confidences(rows))]
    axes = Axes("示した確信度", "実際の正解率", diagonal=True)
    return line_chart("確信度と正解率", [Series("今回", points)], axes)


def _noise_chart(noise: Sequence[NoisePoint]) -> str:
    def points(leg: bool) -> list[tuple[float, float]]:
        return [(p.rate, p.top_1.value) for p in noise if p.reading_leg == leg]

    if not noise:
        return line_chart("音声認識の誤りと正解率", [], Axes("", ""))
    lowest = min(p.top_1.value for p in noise)
    axes = Axes("音声認識の誤り率", "検索1位の正解率", max(p.rate for p in noise), y_min=max(0.0, lowest - 0.1))
    return line_chart(
        "音声認識の誤りと正解率", [Series("読みを使う", points(True)), Series("読みを使わない", points(False))], axes
    )


def _conditions(made_with: Mapping[str, str]) -> list[str]:
    """What the run was made with; settings that nobody changed are not spelt out."""
    out = []
    for name, value in made_with.items():
        if value.startswith("{"):
            chosen = {key: one for key, one in orjson.loads(value).items() if one not in (None, "", [])}
            value = "、".join(f"{key}＝{one}" for key, one in chosen.items()) or "製品の標準"
        out.append(f"{name}：{value}")
    return out


def _facts(found: Sequence[str]) -> str:
    return "、".join(labels.FACTS.get(fact, fact) for fact in found)


def _japan_minute(at: datetime) -> str:
    local = at.astimezone(JST)
    return f"{day_text(local)} {local:%H:%M}"
