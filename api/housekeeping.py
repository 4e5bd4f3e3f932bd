"""What a running server does by the clock: the new day of the FAQ, retention, dead sessions, yesterday's calls,
messages to other systems, the watch of 応答率, reports that are due, copies of the data and of the FAQ."""

import asyncio
import logging
import sqlite3
from datetime import date

from starlette.concurrency import run_in_threadpool

from api.copies import Copies
from api.doors import Doors
from api.offline_faq import keep_offline_page
from api.routes.health import ready
from desk.webhooks.http_post import http_post
from desk.webhooks.service import Post
from ingestion.summaries import take_closed_records
from knowledge.errors import MadoguchiError
from knowledge.retention.keeper import kept_since

_EVERY_SECS = 30.0
_LOOK_EVERY_SECS = 0.5
"""A supervisor hears of a call within a second or two."""
_HOURLY = 120
_WATCH_ROUNDS = 10
"""応答率 is looked at every five minutes."""
_MESSAGES_A_ROUND = 10
"""A receiver that hangs costs five seconds a message: the round must end."""
_log = logging.getLogger(__name__)


async def keep_house(doors: Doors) -> None:
    """Runs until cancelled."""
    day, round_number = doors.services.clock.today(), 0
    copies = Copies(doors.services.settings, doors.services.clock)
    while True:
        await asyncio.sleep(_EVERY_SECS)
        round_number += 1
        day = await run_in_threadpool(tidy, doors, day, round_number % _HOURLY == 0)
        await run_in_threadpool(tend_desk, doors, round_number % _WATCH_ROUNDS == 0)
        await run_in_threadpool(copy_data, copies)
        if round_number % _HOURLY == 1:
            await run_in_threadpool(keep_offline, doors)


async def beat_on(doors: Doors) -> None:
    """The heartbeat behind 稼働率, apart from everything that may take long. Runs until cancelled."""
    while True:
        await run_in_threadpool(beat, doors)
        await asyncio.sleep(_EVERY_SECS)


async def watch_calls(doors: Doors) -> None:
    """Calls supervisors when a rule is met. Runs until cancelled."""
    while True:
        await run_in_threadpool(look_at_calls, doors)
        await asyncio.sleep(_LOOK_EVERY_SECS)


def look_at_calls(doors: Doors) -> None:
    """One round; whatever breaks here, calls go on and the next round tries again."""
    try:
        doors.phone.desk.alerts.look()
    except Exception:
        _log.exception("the calls could not be looked at and are looked at again")


def beat(doors: Doors) -> None:
    """Only a service that could answer runs."""
    try:
        if ready(doors):
            doors.phone.desk.heartbeat.beat()
    except MadoguchiError:
        _log.exception("the heartbeat could not be written")


def end_beats(doors: Doors) -> None:
    try:
        doors.phone.desk.heartbeat.end()
    except MadoguchiError:
        _log.exception("the end of this run could not be written")


def tidy(doors: Doors, day: date, hourly: bool) -> date:
    """One round; returns the day that has been begun. What fails is tried again in the next round."""
    services, today = doors.services, doors.services.clock.today()
    try:
        if today != day:
            services.faqs.start_day()
            if take_closed_records(services, kept_since(services.clock, services.settings.retention.summaries_days)):
                services.learning.wake()
            day = today
        if hourly:
            doors.accounts.housekeeping()
    except MadoguchiError:
        _log.exception("housekeeping failed")
    doors.retention.run()
    return day


def copy_data(copies: Copies) -> None:
    """The copy that is due; one that fails is tried again when the next one is due."""
    try:
        copies.take()
    except (MadoguchiError, sqlite3.Error):
        _log.exception("the copy of the data could not be taken")


def keep_offline(doors: Doors) -> None:
    """The FAQ as one page, at most an hour old, for when this server is down."""
    try:
        keep_offline_page(doors.services)
    except MadoguchiError:
        _log.exception("the FAQ for the hours of a failure could not be written")


def tend_desk(doors: Doors, watch: bool, post: Post = http_post) -> None:
    """Send the webhook messages that are due and, with `watch`, tell the city when 応答率 is or will be too low and make
    one report that is due. Calls that are over get their evaluation sheets."""
    desk = doors.phone.desk
    try:
        if watch:
            desk.rate_alert.check()
            desk.kept.make_due()
        desk.quality.mark_due()
        desk.webhooks.deliver_due(post, _MESSAGES_A_ROUND)
    except MadoguchiError:
        _log.exception("the desk's messages could not be sent and are tried again")
