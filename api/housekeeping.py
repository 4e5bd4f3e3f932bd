"""What a running server does by the clock: the new day of the FAQ, retention, dead sessions, yesterday's calls."""

import asyncio
import logging
from datetime import date

from starlette.concurrency import run_in_threadpool

from api.doors import Doors
from ingestion.summaries import take_closed_records
from knowledge.errors import MadoguchiError

_EVERY_SECS = 30.0
_HOURLY = 120
_log = logging.getLogger(__name__)


async def keep_house(doors: Doors) -> None:
    """Runs until cancelled."""
    day, round_number = doors.services.clock.today(), 0
    while True:
        await asyncio.sleep(_EVERY_SECS)
        round_number += 1
        day = await run_in_threadpool(tidy, doors, day, round_number % _HOURLY == 0)


def tidy(doors: Doors, day: date, hourly: bool) -> date:
    """One round; returns the day that has been begun. What fails is tried again in the next round."""
    services, today = doors.services, doors.services.clock.today()
    try:
        if today != day:
            services.faqs.start_day()
            services.usage.purge(services.settings.store.search_log_days)
            if take_closed_records(services):
                services.learning.wake()
            day = today
        if hourly:
            doors.accounts.housekeeping()
    except MadoguchiError:
        _log.exception("housekeeping failed")
    return day
