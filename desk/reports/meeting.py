"""定例会の資料の案 (RPT-12): the month's figures, how they moved, main topics, gaps and proposals, each with its evidence. A
Word document that people correct and complete; the same log and the same gaps give the same bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from desk.kpi.compare import Rate, rate_difference
from desk.kpi.figure import Figure, percent
from desk.kpi.rules import KpiRules
from desk.kpi.topics import Share, by_category, faq_uses
from desk.kpi.watch import worst_slots
from desk.reports.model import Table, cell_text
from desk.reports.numbers import Counted
from desk.reports.periods import period_title
from knowledge.faq.docx import Block, Heading, Paragraph, Rows, write_docx
from knowledge.faq.gaps import CAUSE_LABELS, Gap

MONTHS = 6
_FIGURES = (
    "inbound", "answered", "answer_rate", "abandoned", "fcr", "asa", "aht", "faq_uses", "complaints", "bot_calls",
    "containment", "self_resolution",
)  # fmt: skip
_TREND = ("inbound", "answer_rate", "fcr", "asa", "aht", "containment")
_TOPICS, _FAQS, _GAPS, _PROPOSED_GAPS, _GROWN = 10, 5, 10, 3, 3
_NOTHING = "－"


@dataclass(frozen=True)
class Material:
    """`months`: the month and those before it, oldest first. `questions`: of the FAQ used, by id. `call_quality`: 対応品質 of the
    month. `quality`: lines of the evaluation, made by whoever has it."""

    centre: str
    months: Sequence[Counted]
    rules: KpiRules
    gaps: Sequence[Gap]
    questions: Mapping[str, str]
    call_quality: Table
    quality: Sequence[str] = ()
    footer: str = ""
    sample: bool = False

    @cached_property
    def figures(self) -> Sequence[Mapping[str, Figure]]:
        """Of each month, oldest first."""
        return [month.figures(self.rules) for month in self.months]

    @property
    def now(self) -> Counted:
        return self.months[-1]

    @property
    def before(self) -> Counted:
        return self.months[-2]


@dataclass(frozen=True, slots=True)
class Proposal:
    text: str
    evidence: str


def meeting_docx(material: Material) -> bytes:
    title = f"{material.centre}　定例会資料（案）　{period_title('monthly', material.now.period)}"
    blocks: list[Block] = [
        Heading(0, title),
        Paragraph("記録から自動で作った案です。数字の理由と提案は、内容を確かめて書き直してください。", small=True),
    ]
    if material.sample:
        blocks.append(Paragraph("見本の通話を含みます。実際の業績ではありません。"))
    for number, (heading, inside) in enumerate(_sections(material), 1):
        blocks += [Heading(1, f"{number}　{heading}"), *inside]
    blocks.append(Paragraph(material.footer, small=True))
    return write_docx(title, blocks)


def proposals(material: Material) -> list[Proposal]:
    """What the figures themselves suggest; people decide. Nothing to suggest gives nothing."""
    return [*_staffing(material), *_growth(material), *_missing(material), *_complaints(material)]


def _sections(material: Material) -> list[tuple[str, list[Block]]]:
    return [
        ("今月の実績", [_month_table(material)]),
        (f"{len(_recorded(material))}か月の動き", [_trend_table(material)]),
        ("主な用件", [_topic_table(material), Heading(2, "よく使われたFAQ"), _faq_table(material)]),
        ("不足しているFAQ", _gap_blocks(material)),
        ("回答の品質", [Paragraph(line) for line in material.quality] or [Paragraph("評価はまだありません。")]),
        (material.call_quality.title, _call_quality_blocks(material.call_quality)),
        ("提案（案）", _proposal_blocks(material)),
        ("協議事項・次回までの対応", [Rows(("内容", "担当", "期限"), (("", "", ""),) * 4)]),
    ]


def _month_table(material: Material) -> Rows:
    before, now = material.figures[-2:]
    rows = tuple(
        (now[name].label, now[name].shown, before[name].shown, _moved(now[name], before[name]))
        for name in _FIGURES
        if name in now
    )
    return Rows(("指標", "今月", "前月", "増減"), rows)


def _moved(now: Figure, before: Figure) -> str:
    if now.value is None or before.value is None:
        return _NOTHING
    moved = now.value - before.value
    if now.unit == "%":
        return f"{moved:+.1f}ポイント"
    return f"{moved:+,.1f}秒" if now.unit == "秒" else f"{moved:+,.0f}{now.unit}"


def _recorded(material: Material) -> Sequence[Counted]:
    """From the first month with a call on: a log that begins later counts no zeros."""
    first = next((place for place, one in enumerate(material.months) if one.calls), len(material.months) - 1)
    return material.months[first:]


def _trend_table(material: Material) -> Rows:
    recorded = _recorded(material)
    found = [(one.period, figures) for one, figures in zip(recorded, material.figures[-len(recorded) :], strict=True)]
    labels = [found[-1][1][name].label for name in _TREND]
    rows = tuple(
        (f"{period.first.year}年{period.first.month}月", *(figures[name].shown for name in _TREND))
        for period, figures in found
    )
    return Rows(("月", *labels), rows)


def _topic_table(material: Material) -> Rows:
    before = {share.key: share.number for share in by_category(material.before.calls)}
    rows = tuple(
        (share.key, f"{share.number:,}件", _shown_percent(share), f"{share.number - before.get(share.key, 0):+,}件")
        for share in by_category(material.now.calls)[:_TOPICS]
    )
    return Rows(("分類", "応答件数", "割合", "前月との差"), rows or (("応答した着信はありません。", "", "", ""),))


def _faq_table(material: Material) -> Rows:
    used = faq_uses(material.now.calls)[:_FAQS]
    rows = tuple((share.key, material.questions.get(share.key, ""), f"{share.number:,}回") for share in used)
    return Rows(("FAQ番号", "質問", "使用回数"), rows or (("使用の記録はありません。", "", ""),))


def _gap_blocks(material: Material) -> list[Block]:
    if not material.gaps:
        return [Paragraph("今月、答えられなかった質問はありません。")]
    rows = tuple((str(gap.examples[0]), f"{gap.count:,}件", _causes(gap)) for gap in material.gaps[:_GAPS])
    return [Rows(("質問の例（個人情報は伏せています）", "件数", "理由"), rows)]


def _call_quality_blocks(table: Table) -> list[Block]:
    rows = tuple(tuple(cell_text(cell) for cell in row) for row in table.rows)
    return [Rows(table.header, rows), *(Paragraph(note, small=True) for note in table.notes)]


def _proposal_blocks(material: Material) -> list[Block]:
    found = tuple((one.text, one.evidence) for one in proposals(material))
    note = Paragraph("今月の数字からは、提案の材料になる動きは見つかりませんでした。")
    return [Rows(("提案", "根拠"), found)] if found else [note]


def _staffing(material: Material) -> list[Proposal]:
    rate, target = material.figures[-1]["answer_rate"], material.rules.answer_rate_target_percent
    slots = worst_slots(material.now.calls, material.rules, 3)
    if rate.value is None or rate.value >= target or not slots:
        return []
    hours = "、".join(f"{slot.hour}時台（{slot.lost}件）" for slot in slots)
    return [
        Proposal(
            f"{'・'.join(f'{slot.hour}時台' for slot in slots)}の席数を見直す。",
            f"応答率 {rate.shown}（目標 {target:g}％）。応答できなかった着信の多い時間帯は {hours}。",
        )
    ]


def _growth(material: Material) -> list[Proposal]:
    """Topics whose share of the answered calls grew for certain: when everything grows, nothing stands out."""
    shares_before = by_category(material.before.calls)
    before, whole_before = {share.key: share.number for share in shares_before}, _sum(shares_before)
    now = by_category(material.now.calls)
    whole = _sum(now)
    grown = []
    for share in now:
        old = Rate(before.get(share.key, 0), whole_before)
        found = rate_difference(old, Rate(share.number, whole))
        if found.verdict == "more" and found.value is not None:
            grown.append((found.value, share, old.hits))
    return [
        Proposal(
            f"「{share.key}」の割合が増えた理由を確かめ、FAQと市の案内を見直す。",
            f"応答件数のうち {_share_text(old, whole_before)} → {_share_text(share.number, whole)}"
            f"（{points:+.1f}ポイント、95％信頼区間が0を含まない）。",
        )
        for points, share, old in sorted(grown, key=lambda one: -one[0])[:_GROWN]
    ]


def _sum(found: Sequence[Share]) -> int:
    return sum(share.number for share in found)


def _share_text(number: int, whole: int) -> str:
    return f"{percent(number, whole)}％（{number:,}／{whole:,}件）"


def _missing(material: Material) -> list[Proposal]:
    return [
        Proposal(
            f"「{gap.examples[0]}」に答えるFAQを追加するか、言い換えを足す。", f"{gap.count:,}件（{_causes(gap)}）。"
        )
        for gap in material.gaps[:_PROPOSED_GAPS]
        if gap.count > 1
    ]


def _complaints(material: Material) -> list[Proposal]:
    before, now = (figures["complaints"] for figures in material.figures[-2:])
    if now.n <= before.n:
        return []
    return [
        Proposal("苦情の原因別の対策を協議する。", f"苦情・クレーム {before.n:,}件 → {now.n:,}件（内容は月次報告）。")
    ]


def _causes(gap: Gap) -> str:
    return "、".join(f"{CAUSE_LABELS[cause]} {count:,}" for cause, count in gap.causes.items())


def _shown_percent(share: Share) -> str:
    return _NOTHING if share.percent is None else f"{share.percent:.1f}％"
