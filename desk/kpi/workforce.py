"""Who was how long in which state: 稼働率 and 占有率 from status intervals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from desk.events.model import Event, in_order
from desk.kpi.figure import exact_sum, rounded

_BUSY = frozenset({"talking", "hold", "after_call"})
_WORKING = _BUSY | {"ready"}
_PRESENT = _WORKING | {"away"}
UTILISATION_FORMULA = "稼働率 ＝（通話 ＋ 保留 ＋ 後処理 ＋ 待機）÷ 在席時間（離席を含む）"
OCCUPANCY_FORMULA = "占有率 ＝（通話 ＋ 保留 ＋ 後処理）÷（通話 ＋ 保留 ＋ 後処理 ＋ 待機）"


@dataclass(frozen=True, slots=True)
class Workload:
    """Seconds of one operator inside a period; rates in percent."""

    operator: str
    present_secs: float
    busy_secs: float
    ready_secs: float
    away_secs: float
    utilisation: float | None
    occupancy: float | None


def workloads(events: Iterable[Event], begins_at: datetime, ends_at: datetime) -> list[Workload]:
    """By operator. Intervals are cut at the period's ends and where the next one begins, so no second counts twice."""
    spans: dict[str, list[Event]] = {}
    for event in sorted({e.event_id: e for e in events if e.type == "status_interval"}.values(), key=in_order):
        spans.setdefault(event.text("operator"), []).append(event)
    return [_workload(operator, found, begins_at, ends_at) for operator, found in sorted(spans.items())]


def _workload(operator: str, spans: list[Event], begins_at: datetime, ends_at: datetime) -> Workload:
    secs: dict[str, Decimal] = {}
    for place, event in enumerate(spans):
        until = datetime.fromisoformat(event.text("until"))
        if place + 1 < len(spans):
            until = min(until, spans[place + 1].at)
        length = (min(until, ends_at) - max(event.at, begins_at)).total_seconds()
        if length > 0:
            state = event.text("state")
            secs[state] = secs.get(state, Decimal(0)) + exact_sum((length,))
    present, working, busy = (_total(secs, states) for states in (_PRESENT, _WORKING, _BUSY))
    return Workload(
        operator,
        float(present),
        float(busy),
        float(working - busy),
        float(present - working),
        rounded(working * 100 / present) if present else None,
        rounded(busy * 100 / working) if working else None,
    )


def _total(secs: dict[str, Decimal], states: frozenset[str]) -> Decimal:
    return sum((value for state, value in secs.items() if state in states), Decimal(0))
