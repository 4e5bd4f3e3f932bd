"""A whole month of one city, ready to be sent to the PBX feed."""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from desk.kpi.erlang import seats_needed
from desk.simulator.pbx import CentreModel, pbx_messages
from desk.simulator.traffic import arrivals
from knowledge.profile import CityProfile, IsHoliday, japanese_holidays

_BUSY_HOUR_SHARE = 0.007  # of a month's calls in its busiest hour


def simulated_month(
    profile: CityProfile,
    year: int,
    month: int,
    seed: int = 1,
    model: CentreModel | None = None,
    faqs_by_category: Mapping[str, Sequence[str]] | None = None,
    is_holiday: IsHoliday | None = None,
) -> list[dict[str, Any]]:
    """Messages of the PBX feed by time. Same arguments, same messages."""
    rng = random.Random(seed)  # noqa: S311 - repeatable traffic, no secret
    calls = arrivals(profile, year, month, is_holiday or japanese_holidays(), rng)
    chosen = model or CentreModel(seats=_seats(profile, len(calls)))
    # A letter for the month: a long run of digits would be taken for a personal number and replaced.
    prefix = f"{profile.code}{seed}-{year % 100}{chr(96 + month)}"
    return pbx_messages(calls, chosen, rng, faqs_by_category, prefix)


def batches(messages: Sequence[dict[str, Any]], size: int = 1_000) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(messages), size):
        yield messages[start : start + size]


def _seats(profile: CityProfile, calls: int) -> int:
    """The city's own number of lines, else what Erlang C asks for in the busiest hour."""
    model = CentreModel()
    handle_secs = model.talk_secs + model.wrap_up_secs
    return profile.centre.lines or seats_needed(calls * _BUSY_HOUR_SHARE, 3600, handle_secs).seats
