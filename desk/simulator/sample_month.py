"""A month of made-up calls for demonstrations: marked as such on their line, so that every report says so."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from desk.kpi.call import SAMPLE_LINE
from desk.simulator.pbx import CentreModel
from desk.simulator.scenario import simulated_month
from knowledge.profile import CityProfile

SAMPLE_SOURCE = "sample"
DAYS = 31
_BOT_SHARE = 0.15

Message = dict[str, Any]


def sample_messages(
    profile: CityProfile, now: datetime, after: datetime | None, faqs_by_category: Mapping[str, Sequence[str]]
) -> list[Message]:
    """Calls of the last DAYS days that are over by `now` and began after `after`. Same arguments, same messages."""
    since = max(now - timedelta(days=DAYS), after or now - timedelta(days=DAYS))
    model = CentreModel(seats=profile.centre.lines or 4, bot_share=_BOT_SHARE, complaint_share=0.0)
    messages: list[Message] = []
    for first in _months(since.date(), now.date()):
        messages += simulated_month(profile, first.year, first.month, 1, model, faqs_by_category)
    return marked(_finished(messages, since, now))


def _months(first: date, last: date) -> list[date]:
    months = [first.replace(day=1)]
    while (following := (months[-1] + timedelta(days=32)).replace(day=1)) <= last:
        months.append(following)
    return months


def _finished(messages: Sequence[Message], since: datetime, now: datetime) -> list[Message]:
    begins: dict[str, datetime] = {}
    ends: dict[str, datetime] = {}
    for message in messages:
        at = datetime.fromisoformat(message["at"])
        call_id = message["call_id"]
        begins[call_id] = min(at, begins.get(call_id, at))
        ends[call_id] = max(at, ends.get(call_id, at))
    kept = {call_id for call_id, began in begins.items() if since < began and ends[call_id] <= now}
    return [message for message in messages if message["call_id"] in kept]


def marked(messages: Sequence[Message]) -> list[Message]:
    """On the line of made-up calls, so that every report says what they are."""
    return [
        {**one, "attributes": {**one["attributes"], "line": SAMPLE_LINE}} if one["type"] == "call_offered" else one
        for one in messages
    ]
