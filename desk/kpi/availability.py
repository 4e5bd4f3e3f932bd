"""稼働率: how much of the promised time the service ran, planned stops apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal

FORMULA = (
    "稼働率 ＝（対象時間 － 計画停止 － 停止）÷（対象時間 － 計画停止）。"
    "計画停止は、始まる前に理由とともに登録された時間のうち、実際に止まっていた分です。小数第4位を切り捨てます"
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    begins_at: datetime
    ends_at: datetime

    @property
    def secs(self) -> float:
        return (self.ends_at - self.begins_at).total_seconds()


@dataclass(frozen=True, slots=True)
class PlannedStop:
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Time inside the promised hours in which the service did not run; `reason` of the planned stop, else empty."""

    span: Span
    planned: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Availability:
    promised_secs: float
    gaps: tuple[Gap, ...]

    @property
    def planned_secs(self) -> float:
        return sum(gap.span.secs for gap in self.gaps if gap.planned)

    @property
    def down_secs(self) -> float:
        return sum(gap.span.secs for gap in self.gaps if not gap.planned)

    @property
    def percent(self) -> float | None:
        """Never rounded up: 99.8999 is not 99.9. None when nothing was promised or measured."""
        base = Decimal(str(self.promised_secs)) - Decimal(str(self.planned_secs))
        if base <= 0:
            return None
        share = (base - Decimal(str(self.down_secs))) * 100 / base
        return float(share.quantize(Decimal("0.001"), ROUND_FLOOR))


def availability(promised: Iterable[Span], ran: Iterable[Span], stops: Sequence[PlannedStop]) -> Availability:
    """`promised` do not overlap; `ran` may touch or overlap."""
    windows = sorted(promised)
    gaps: list[Gap] = []
    for hole in without(windows, ran):
        rest = [hole]
        for stop in stops:
            planned = [part for one in rest if (part := _common(one, stop.span))]
            gaps += [Gap(part, True, stop.reason) for part in planned]
            rest = without(rest, planned)
        gaps += [Gap(part, False) for part in rest]
    gaps.sort(key=lambda gap: gap.span)
    return Availability(sum(window.secs for window in windows), tuple(gaps))


def without(windows: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of the windows."""
    left = list(windows)
    for one in sorted(taken):
        left = [part for window in left for part in _cut(window, one)]
    return left


def _cut(window: Span, taken: Span) -> list[Span]:
    if _common(window, taken) is None:
        return [window]
    parts = (Span(window.begins_at, taken.begins_at), Span(taken.ends_at, window.ends_at))
    return [part for part in parts if part.secs > 0]


def _common(one: Span, other: Span) -> Span | None:
    common = Span(max(one.begins_at, other.begins_at), min(one.ends_at, other.ends_at))
    return common if common.secs > 0 else None
