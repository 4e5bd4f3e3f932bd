"""The tables of the reports, one function each, all from the same counted calls."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from desk.complaints.model import CAUSE_LABELS, SEVERITY_LABELS, STATE_LABELS, Complaint
from desk.kpi.call import SAMPLE_LINE, Call
from desk.kpi.figure import Figure, rounded
from desk.kpi.handling import talked_secs
from desk.kpi.rules import KpiRules
from desk.kpi.tallies import Tally
from desk.kpi.topics import (
    BOOKING_LABELS,
    Share,
    by_category,
    by_group,
    by_hour_and_weekday,
    faq_uses,
    handled,
    shares,
)
from desk.kpi.volumes import PART_LABELS, contacts, offered_in_service, rate_figures, volume_figures
from desk.kpi.watch import Watch, worst_slots
from desk.kpi.workforce import OCCUPANCY_FORMULA, UTILISATION_FORMULA, Workload
from desk.reports.model import Cell, Table
from knowledge.clock import minute_stamp
from knowledge.faq.labels import LANG_LABELS

CHANNEL_NAMES: Mapping[str, str] = {"phone": "電話", "web": "ウェブ", "mail": "メール", "fax": "FAX", "counter": "窓口"}
FIGURES_TITLE = "業務実績"
UNIT_COLUMN = 2
_WEEKDAYS = "月火水木金土日"
_LEVELS = {"ok": "達成の見込み", "warning": "未達のおそれ", "alert": "未達", "no_data": "着信なし"}


def figures_table(figures: Mapping[str, Figure], previous: Mapping[str, Figure]) -> Table:
    """Every figure with its n, the period before, the interval and the formula."""
    rows: list[tuple[Cell, ...]] = []
    for figure in figures.values():
        before = previous.get(figure.kpi_id)
        interval = f"{figure.interval[0]}〜{figure.interval[1]}" if figure.interval else ""
        value = int(figure.value) if figure.value is not None and figure.unit in ("件", "回") else figure.value
        rows.append((figure.label, value, figure.unit_shown, figure.n, before.shown if before else "－", interval))
    notes = [
        f"{figure.label}：{figure.formula}{'。' + figure.note if figure.note else ''}" for figure in figures.values()
    ]
    header = ("指標", "値", "単位", "n", "前の期間", "95％信頼区間")
    return Table(FIGURES_TITLE, header, tuple(rows), tuple(notes), tuple(figures))


def parts_table(calls: Sequence[Call]) -> Table:
    """入電件数 by day and what became of the calls; every row and column sums."""
    days = sorted({call.day for call in calls if call.is_inbound})
    rows: list[tuple[Cell, ...]] = [(_day(day), *_parts([c for c in calls if c.day == day])) for day in days]
    rows.append(("合計", *_parts(calls)))
    header = ("日", "入電件数", *PART_LABELS.values(), "応答率（％）")
    return Table("日別の入電状況", header, tuple(rows), drill=tuple(day.isoformat() for day in days), drill_by="day")


def tally_table(tallies: Sequence[Tally]) -> Table:
    """手で数えた件数 by item, in the order of the first entry; from the log alone, whatever the city counts now."""
    units = {one.item: one.unit for one in tallies}
    rows = []
    for item, unit in units.items():
        mine = [one.number for one in tallies if one.item == item]
        rows.append((item, sum(mine), unit, len(mine)))
    note = "職員が入力した数です。同じ日と項目に何度も入力したときは、最後の数を使います。"
    return Table("手で数えた件数", ("項目", "合計", "単位", "入力した日数"), tuple(rows), (note,))


def months_table(months: Sequence[tuple[date, Sequence[Call]]]) -> Table:
    """The same by month, for the yearly report; each month by its first day."""
    rows: list[tuple[Cell, ...]] = [(f"{first.year}年{first.month}月", *_parts(calls)) for first, calls in months]
    rows.append(("合計", *_parts([call for _, calls in months for call in calls])))
    header = ("月", "入電件数", *PART_LABELS.values(), "応答率（％）")
    drill = tuple(first.isoformat() for first, _ in months)
    return Table("月別の入電状況", header, tuple(rows), drill=drill, drill_by="month")


def line_table(calls: Sequence[Call]) -> Table:
    """通話時間 by month and line, for a bill that goes by line (RPT-15); the times of 通話時間の合計."""
    groups: dict[tuple[str, str], list[Call]] = {}
    received = [call for call in calls if call.is_inbound]
    for call in received:
        groups.setdefault((f"{call.day.year}年{call.day.month}月", call.line), []).append(call)
    order = sorted(groups, key=lambda key: (groups[key][0].day.replace(day=1), key[1]))
    rows = [(month, _line_name(line), *_talked(groups[month, line])) for month, line in order]
    note = "電話の着信のうち、オペレーターが応答した通話の時間です（保留を含み、自動応答の時間は含みません）。"
    header = ("月", "回線", "入電件数", "応答件数", "通話時間（分）")
    return Table("回線別・月別の通話時間", header, (*rows, ("合計", "", *_talked(received))), (note,))


def _line_name(line: str) -> str:
    return {"": "（回線の記録なし）", SAMPLE_LINE: "見本の通話"}.get(line, line)


def _talked(calls: Sequence[Call]) -> tuple[int, int, float]:
    answered = handled(calls)
    return len(calls), len(answered), rounded(talked_secs(answered) / 60)


def heat_table(calls: Sequence[Call]) -> Table:
    counted = by_hour_and_weekday(calls)
    hours = range(min((hour for hour, _ in counted), default=8), max((hour for hour, _ in counted), default=19) + 1)
    rows: list[tuple[Cell, ...]] = []
    for hour in hours:
        cells = [counted[(hour, weekday)] for weekday in range(7)]
        rows.append((f"{hour}時台", *cells, sum(cells)))
    totals = [sum(counted[(hour, weekday)] for hour in hours) for weekday in range(7)]
    rows.append(("合計", *totals, sum(totals)))
    return Table("時間別・曜日別の入電件数", ("時間", *_WEEKDAYS, "合計"), tuple(rows), heat=True)


def category_table(calls: Sequence[Call]) -> Table:
    found = by_category(calls)
    made = _share_table("問い合わせ別（分類別）の件数", "分類", found, ("応答した着信を分類ごとに数えます。",))
    return replace(made, drill=tuple(share.key for share in found), drill_by="category")


def group_table(calls: Sequence[Call], groups: Mapping[str, str], order: Sequence[str]) -> Table:
    """The city's own coarse split (久留米: 予約・カードに関する問合せ・その他)."""
    found = by_group(calls, groups, order)
    made = _share_table("区分別の件数", "区分", found, ("応答した着信を、市の大きな区分ごとに数えます。",))
    return replace(made, drill=tuple(share.key for share in found), drill_by="group")


def slice_tables(calls: Sequence[Call]) -> list[Table]:
    """By channel and language of everything that was handled."""
    received = contacts(calls)
    channels, langs = shares(received, lambda call: call.channel), shares(received, lambda call: call.lang)
    named = [replace(share, key=CHANNEL_NAMES.get(share.key, share.key)) for share in channels]
    notes = ("外から受けた応対（受付件数）を数えます。",)
    by_channel = _share_table("経路別の件数", "経路", named, notes)
    spoken = [replace(share, key=LANG_LABELS.get(share.key, share.key)) for share in langs]
    by_lang = _share_table("言語別の件数", "言語", spoken, notes)
    return [
        replace(by_channel, drill=tuple(share.key for share in channels), drill_by="channel"),
        replace(by_lang, drill=tuple(share.key for share in langs), drill_by="lang"),
    ]


def faq_table(calls: Sequence[Call], titles: Callable[[str], str], limit: int | None = None) -> Table:
    """応対時の回答に利用したFAQごとの使用回数."""
    used = faq_uses(calls)
    rows = [(share.key, titles(share.key), share.number, share.percent) for share in used[:limit]]
    total = ("合計", "", sum(share.number for share in used), 100.0 if used else None)
    notes = ("回答に使ったFAQを、1件の応対につき1回数えます。表示や閲覧は数えません。",)
    header = ("FAQ番号", "質問", "使用回数", "割合（％）")
    drill = tuple(share.key for share in used[:limit])
    return Table("FAQ使用回数", header, (*rows, total), notes, drill, "faq")


def booking_table(calls: Sequence[Call]) -> Table:
    counts = {kind: sum(call.bookings.count(kind) for call in calls) for kind in BOOKING_LABELS}
    rows = [(label, counts[kind]) for kind, label in BOOKING_LABELS.items()]
    drill = tuple(f"booking_{kind}" for kind in BOOKING_LABELS)
    return Table("予約の受付件数", ("区分", "件数"), (*rows, ("合計", sum(counts.values()))), drill=drill)


def complaint_table(complaints: Sequence[Complaint]) -> Table:
    """件数・内容・対応状況 (S1 §5(3)) as they stand now; the text is redacted."""
    rows: list[tuple[Cell, ...]] = []
    for one in complaints:
        minutes = None if one.report_secs is None else round(one.report_secs / 60, 1)
        rows.append(
            (
                minute_stamp(one.received_at),
                one.record_id,
                SEVERITY_LABELS[one.content.severity],
                one.content.statement,
                STATE_LABELS[one.state],
                CAUSE_LABELS[one.content.root_cause],
                one.content.response,
                minutes,
            )
        )
    ids = tuple(one.record_id for one in complaints)
    header = ("受付日時", "記録番号", "重大度", "申出の内容", "対応状況", "原因", "対応", "市への報告まで（分）")
    return Table(
        "苦情・クレームの件数と内容、対応状況", header, tuple(rows), (f"{len(rows)}件",), ids, "record", live=True
    )


def workload_table(calls: Sequence[Call], loads: Sequence[Workload]) -> Table:
    """Everybody who answered or was present. Times come from the exchange's status messages alone: without them the
    table says so instead of showing zeros."""
    known = {load.operator: load for load in loads}
    answered = Counter(call.operator for call in handled(calls) if call.operator)
    names = sorted({*known, *answered})
    rows = [(name, answered[name], *_times(known.get(name))) for name in names]
    header = (
        "オペレーター",
        "応答件数",
        "在席（時間）",
        "離席（時間）",
        "応対（時間）",
        "稼働率（％）",
        "占有率（％）",
    )
    notes = (*_status_notes(names, known), UTILISATION_FORMULA, OCCUPANCY_FORMULA)
    return Table("オペレーターの稼働", header, tuple(rows), notes, tuple(names), "operator")


def _times(load: Workload | None) -> tuple[Cell, ...]:
    if load is None:
        return (None,) * 5
    spent = (_hours(load.present_secs), _hours(load.away_secs), _hours(load.busy_secs))
    return (*spent, load.utilisation, load.occupancy)


def _status_notes(names: Sequence[str], known: Mapping[str, Workload]) -> tuple[str, ...]:
    """What the exchange did not tell."""
    if not names:
        return ()
    if not known:
        return (
            "電話交換機からオペレーターの状態（status_interval）が届いていないため、在席・離席・応対の時間と稼働率は求められません。",
        )
    silent = [name for name in names if name not in known]
    if not silent:
        return ()
    return (
        f"状態（status_interval）が届いていない{len(silent)}人（{'、'.join(silent)}）は、時間と率を「－」としています。",
    )


def watch_table(found: Watch, contractual: bool) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = (
        ("目標", found.target),
        ("当日の応答率", found.today.value),
        ("月初からの応答率", found.month.value),
        ("月末の見込み", found.forecast),
        ("残りの期間に必要な応答率", found.needed),
        ("判定", _LEVELS[found.level]),
    )
    notes = ["見込みは、残りの営業日に今月の平均と同じ件数が入り、直近5営業日と同じ割合で応答するものとして求めます。"]
    if contractual:
        notes.append("応答率は契約で定められた水準です。下回るときは、速やかに市へ報告し、改善策を文書で提出します。")
    return Table("応答率の監視", ("項目", "値"), rows, tuple(notes))


def improvement_table(calls: Sequence[Call], rules: KpiRules) -> Table:
    """Causes by time slot, for the 改善報告 that is due when the target is missed; people add the measures."""
    rows = [
        (f"{slot.hour}時台", slot.offered, slot.answered, slot.lost, slot.percent, "")
        for slot in worst_slots(calls, rules, 24)
    ]
    header = ("時間帯", "着信件数", "応答件数", "応答できなかった件数", "応答率（％）", "改善策")
    return Table(
        "応答できなかった時間帯と改善策", header, tuple(rows), ("改善策の欄は、内容を確認して記入してください。",)
    )


def _parts(calls: Sequence[Call]) -> list[Cell]:
    found = {figure.kpi_id: figure for figure in volume_figures(calls)}
    parts: list[Cell] = [found["inbound"].n, *(found[name].n for name in PART_LABELS)]
    return [*parts, rate_figures(calls, KpiRules())[0].value if offered_in_service(calls) else None]


def _share_table(title: str, key: str, found: Sequence[Share], notes: tuple[str, ...] = ()) -> Table:
    rows = [(share.key, share.number, share.percent) for share in found]
    total = sum(share.number for share in found)
    return Table(title, (key, "件数", "割合（％）"), (*rows, ("合計", total, 100.0 if total else None)), notes)


def _hours(secs: float) -> float:
    return round(secs / 3600, 1)


def _day(day: date) -> str:
    return f"{day.isoformat()}（{_WEEKDAYS[day.weekday()]}）"
