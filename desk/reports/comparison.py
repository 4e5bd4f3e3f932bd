"""Before and after: the calls and 自己解決率 of two periods side by side, with n, interval and an honest verdict."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desk.kpi.call import Call
from desk.kpi.compare import (
    MIN_DAYS,
    REDUCTION_FORMULA,
    Difference,
    Verdict,
    daily_difference,
    rate_difference,
    reduction,
)
from desk.kpi.figure import wilson
from desk.kpi.volumes import inbound, of
from desk.reports.model import Cell, Table, span_text
from desk.reports.numbers import Counted
from desk.reports.self_resolution import ChannelRate, SelfResolution
from knowledge.faq.periods import Period

VERDICTS: Mapping[Verdict, str] = {
    "more": "増えた",
    "less": "減った",
    "no_difference": "差は示されていない",
    "too_little": "比べられない（件数不足）",
}
_RATE_VERDICTS: Mapping[Verdict, str] = {**VERDICTS, "more": "上がった", "less": "下がった"}
_CAUTION = (
    "判定は、差の95％信頼区間が0を含まないときだけ「増えた」などと書きます。"
    "季節、曜日、制度の変更などの影響は取り除いていないため、差の原因は分かりません。"
)


@dataclass(frozen=True, slots=True)
class Procedures:
    """Cards and certificates issued or renewed in the two periods; 0 where the city does not say."""

    before: int = 0
    now: int = 0


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two periods; `open_days` are the days of its calendar on which the centre was open."""

    counted: Counted
    open_days: Sequence[date]

    def measured_days(self) -> list[date]:
        """Open days between the first and the last call: a log that begins or ends inside the period counts no zeros."""
        days = [call.day for call in inbound(self.counted.calls)]
        return [day for day in self.open_days if days and min(days) <= day <= max(days)]


def volume_comparison(before: Side, now: Side, procedures: Procedures) -> Table:
    """入電 and 応答, whole and by open day. Follows from the log alone."""
    old, new = inbound(before.counted.calls), inbound(now.counted.calls)
    rows: list[tuple[Cell, ...]] = [
        (
            "入電件数",
            len(old),
            len(before.measured_days()),
            len(new),
            len(now.measured_days()),
            len(new) - len(old),
            "",
            "",
        ),
        _daily("1営業日あたりの入電件数", before, old, now, new),
        _daily(
            "1営業日あたりの応答件数",
            before,
            of(before.counted.calls, "answered"),
            now,
            of(now.counted.calls, "answered"),
        ),
    ]
    found = reduction(len(old), len(new), procedures.before, procedures.now)
    rows.append(("入電削減率（％）", None, None, found.plain, None, None, "", ""))
    if found.per_procedure is not None:
        rows.append(
            (
                "交付・更新1件あたりの入電削減率（％）",
                None,
                procedures.before,
                found.per_procedure,
                procedures.now,
                None,
                "",
                "",
            )
        )
    header = ("指標", "前", "営業日数（前）", "後", "営業日数（後）", "差（後－前）", "差の95％信頼区間", "判定")
    notes = (
        *_sides(before.counted.period, now.counted.period),
        REDUCTION_FORMULA,
        f"1営業日あたりは、最初の入電から最後の入電までの営業日の平均です。差の区間は日ごとの件数のばらつきから求め（ウェルチの方法）、どちらかが{MIN_DAYS}営業日に満たないときは比べません。",
        _CAUTION,
    )
    return Table("前後の比較（入電）", header, tuple(rows), notes)


def self_resolution_comparison(before: Period, old: SelfResolution, now: Period, new: SelfResolution) -> Table:
    rows = [_rates(one, other) for one, other in zip(old.rates, new.rates, strict=True)]
    header = (
        "経路",
        "前（％）",
        "n（前）",
        "区間（前）",
        "後（％）",
        "n（後）",
        "区間（後）",
        "差",
        "差の区間",
        "判定",
    )
    notes = (
        *_sides(before, now),
        "差の単位はポイント、区間は95％信頼区間です。差の区間はニューカムの方法（ウィルソンの区間から求める）によります。",
        _CAUTION,
    )
    return Table("前後の比較（自己解決率・経路別）", header, tuple(rows), notes, live=True)


def _daily(label: str, before: Side, old: Sequence[Call], now: Side, new: Sequence[Call]) -> tuple[Cell, ...]:
    first, second = _by_day(before, old), _by_day(now, new)
    found = daily_difference(first, second)
    return (label, _mean(first), len(first), _mean(second), len(second), *_told(found, VERDICTS))


def _by_day(side: Side, calls: Sequence[Call]) -> list[int]:
    counts = Counter(call.day for call in calls)
    return [counts[day] for day in side.measured_days()]


def _mean(counts: Sequence[int]) -> float | None:
    return round(sum(counts) / len(counts), 1) if counts else None


def _rates(before: ChannelRate, now: ChannelRate) -> tuple[Cell, ...]:
    found = rate_difference(before.rate, now.rate)
    sides: list[Cell] = []
    for one in (before.rate, now.rate):
        sides += [one.percent, one.n, span_text(wilson(one.hits, one.n) if one.n else None)]
    return (now.label, *sides, *_told(found, _RATE_VERDICTS))


def _told(found: Difference, words: Mapping[Verdict, str]) -> tuple[Cell, ...]:
    return found.value, span_text(found.interval), words[found.verdict]


def _sides(before: Period, now: Period) -> tuple[str, str]:
    return (
        f"前：{before.first.isoformat()}〜{before.last.isoformat()}",
        f"後：{now.first.isoformat()}〜{now.last.isoformat()}",
    )
