"""How many seats each hour needs, from the city's own calls (S2 §5, S3 2(3)): Erlang C on arrivals and handling times."""

from collections import Counter
from collections.abc import Sequence

from desk.kpi.call import Call
from desk.kpi.erlang import Seats, seats_needed
from desk.kpi.handling import handle_secs
from desk.kpi.volumes import of, offered_in_service
from desk.reports.model import Cell, Table
from knowledge.errors import InvalidInput
from knowledge.text.percent import percent

_HOUR_SECS = 3600.0


def average_handle_secs(calls: Sequence[Call]) -> float | None:
    """平均処理時間 of the answered calls that have ended; None when there are none."""
    ended = [handle_secs(call) for call in of(calls, "answered") if call.times.talk_secs is not None]
    return sum(ended) / len(ended) if ended else None


def seat_plan(calls: Sequence[Call], open_days: int, target: float, within_secs: float) -> dict[int, Seats]:
    """Seats by hour of the day for an average open day. Raises InvalidInput without calls to learn from."""
    handling = average_handle_secs(calls)
    if handling is None or handling <= 0 or open_days <= 0:
        raise InvalidInput("席数を求めるには、この期間に終了した応答と営業日が必要です。")
    by_hour = Counter(call.hour for call in offered_in_service(calls) if call.disposition != "bot_completed")
    return {
        hour: seats_needed(number / open_days, _HOUR_SECS, handling, target, within_secs)
        for hour, number in sorted(by_hour.items())
    }


def seat_table(plan: dict[int, Seats], target: float, within_secs: float) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            f"{hour}時台",
            found.seats,
            round(found.load_erlang, 1),
            round(found.service_level * 100, 1),
            round(found.asa_secs, 1),
            round(found.occupancy * 100, 1),
        )
        for hour, found in plan.items()
    ]
    header = ("時間", "必要な席数", "呼量（アーラン）", "サービスレベル（％）", "平均応答時間（秒）", "占有率（％）")
    goal = (
        f"目標：着信の{percent(target, 0)}に{within_secs:.0f}秒以内で応答（アーランC式。途中で切れる呼は見込みません）"
    )
    return Table("時間帯別の必要席数", header, tuple(rows), (goal,))
