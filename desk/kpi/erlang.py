"""Erlang C: how many seats keep the service level. Callers are assumed to wait, so the answer is on the safe side."""

from dataclasses import dataclass
from math import exp

from knowledge.errors import InvalidInput

MAX_SEATS = 2_000


@dataclass(frozen=True, slots=True)
class Seats:
    """Result for one interval; `asa_secs` is the mean wait of all calls."""

    seats: int
    load_erlang: float
    wait_probability: float
    service_level: float
    asa_secs: float
    occupancy: float


def wait_probability(load_erlang: float, seats: int) -> float:
    """Probability that a call has to wait; 1 when the seats cannot carry the load."""
    if load_erlang <= 0:
        return 0.0
    if seats <= load_erlang:
        return 1.0
    blocked = 1.0
    for busy in range(1, seats + 1):
        blocked = load_erlang * blocked / (busy + load_erlang * blocked)
    return blocked / (1 - (load_erlang / seats) * (1 - blocked))


def staffed(calls: float, interval_secs: float, handle_secs: float, seats: int, within_secs: float) -> Seats:
    """What `seats` achieve when `calls` come in an interval."""
    load = calls * handle_secs / interval_secs
    waiting = wait_probability(load, seats)
    free = seats - load
    if free <= 0:
        return Seats(seats, load, 1.0, 0.0, float("inf"), 1.0)
    level = 1 - waiting * exp(-free * within_secs / handle_secs)
    return Seats(seats, load, waiting, level, waiting * handle_secs / free, load / seats)


def seats_needed(
    calls: float, interval_secs: float, handle_secs: float, target: float = 0.8, within_secs: float = 20.0
) -> Seats:
    """The fewest seats that answer `target` (a share below 1) of the calls within `within_secs`. Raises InvalidInput."""
    if calls < 0 or interval_secs <= 0 or handle_secs <= 0 or not 0 < target < 1 or within_secs < 0:
        raise InvalidInput("件数、時間、目標（0より大きく100％より小さい値）を確認してください。")
    for seats in range(max(1, int(calls * handle_secs / interval_secs)), MAX_SEATS + 1):
        reached = staffed(calls, interval_secs, handle_secs, seats, within_secs)
        if reached.service_level >= target:
            return reached
    raise InvalidInput(f"{MAX_SEATS}席でも目標に届きません。件数と時間を確認してください。")
