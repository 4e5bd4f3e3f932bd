"""The copies of the server process that read questions beside it, so that one server uses more than one core."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from api.inline import searches_here
from api.reading.copy import Read, copied, framed, unframed
from knowledge.answering.ahead import Ahead, Reading, Unread, View
from knowledge.bootstrap import Services
from knowledge.errors import Unavailable

QUIET_SECS = 1.0
"""How long FAQ, synonyms and models must stay as they are before new copies are made."""
PATIENCE_SECS = 2.0
"""A reading takes three milliseconds: a copy that gives no reply for so long will give none."""
_LONGEST_WAIT_SECS = 600.0
_MOST_DOUBLINGS = 20
_KEPT_BUSY = 5
"""A copy has so many questions waiting before the server takes one itself: with 8 callers it then reads a quarter of them,
and both cores are busy (two thirds went to the copy with 0, and 450 to 490 instead of 500 to 540 questions a second)."""
_SHARE = 3
"""Beyond that a copy takes so many for one that waits in the server, which has other work as well."""
_log = logging.getLogger(__name__)


class _Copy(asyncio.Protocol):
    """One copy and what it has been asked."""

    def __init__(self, pid: int, lost: Callable[["_Copy"], None]) -> None:
        self.pid = pid
        self.waiting: dict[int, asyncio.Future[Reading | None]] = {}
        self.heard_at = time.monotonic()
        self._lost = lost
        self._buffer = bytearray()
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's are not of that class, but do the same

    def ask(self, number: int, question: Unread) -> "asyncio.Future[Reading | None]":
        """None comes of one that has ended, or ends before it replies."""
        if not self.waiting:
            self.heard_at = time.monotonic()
        done: asyncio.Future[Reading | None] = asyncio.get_running_loop().create_future()
        if self._transport is None or self._transport.is_closing():
            done.set_result(None)
            return done
        self.waiting[number] = done
        self._transport.write(framed((number, question)))
        return done

    def data_received(self, data: bytes) -> None:
        self.heard_at = time.monotonic()
        self._buffer += data
        for number, reading in unframed(self._buffer):
            _settle(self.waiting.pop(number, None), reading)

    def silent(self, secs: float) -> bool:
        return bool(self.waiting) and time.monotonic() - self.heard_at > secs

    def connection_lost(self, _error: Exception | None) -> None:
        self._lost(self)

    def end(self) -> None:
        """Whoever waits goes the ordinary way."""
        if self._transport is not None:
            self._transport.close()
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        for done in self.waiting.values():
            _settle(done, None)
        self.waiting.clear()


class Copies:
    """Belongs to one event loop. Without a copy that knows the present FAQ, everything goes the ordinary way."""

    def __init__(
        self, ahead: Ahead, count: int, quiet_secs: float = QUIET_SECS, patience_secs: float = PATIENCE_SECS
    ) -> None:
        self._ahead = ahead
        self._count = count
        self._quiet_secs = quiet_secs
        self._patience_secs = patience_secs
        self._copies: list[_Copy] = []
        self._view: View | None = None
        self._number = 0
        self._losses = 0
        self._renewal: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Raises nothing: without copies the service is slower under load, and that is all."""
        await self._make()
        self._watch = asyncio.create_task(self._look())

    async def close(self) -> None:
        for task in (self._renewal, self._watch):
            if task is not None:
                task.cancel()
        await asyncio.gather(*(t for t in (self._renewal, self._watch) if t is not None), return_exceptions=True)
        self._end_all()

    async def read(self, question: Unread, waiting_here: int) -> bool:
        """Whether the question has been read ahead. False at once where it is known, or where this process, in which
        `waiting_here` questions wait, is as good a place for it."""
        view = self._ahead.view()
        if self._view is None or not self._view.stands(view):
            if self._view is not None:
                self._losses = 0  # an edit: what went wrong with the copies before says nothing about the next
            self._renew()
            return False
        copy = min(self._copies, key=lambda one: len(one.waiting), default=None)
        if copy is None or len(copy.waiting) > _KEPT_BUSY + _SHARE * waiting_here or self._ahead.known(question):
            return False
        self._number += 1
        reading = await copy.ask(self._number, question)
        if reading is not None:
            self._ahead.keep(view, question, reading)
        return reading is not None

    def pids(self) -> list[int]:
        return [copy.pid for copy in self._copies]

    def _renew(self) -> None:
        """Once for many changes; copies that end again and again are made less and less often."""
        self._end_all()
        if self._renewal is None or self._renewal.done():
            wait = min(_LONGEST_WAIT_SECS, self._quiet_secs * 2 ** min(self._losses, _MOST_DOUBLINGS))
            self._renewal = asyncio.create_task(self._make_after(wait))

    async def _make_after(self, secs: float) -> None:
        await asyncio.sleep(secs)
        await self._make()

    async def _make(self) -> None:
        self._end_all()
        made: list[_Copy] = []
        try:
            view, beside = self._ahead.view(), self._ahead.beside()
            for _ in range(self._count):
                made.append(await _begun(lambda questions: beside.read(view, questions), self._lost))
            made, self._copies, self._view = [], made, view
        except (OSError, Unavailable):
            self._losses += 1
            _log.warning("no copy of the process could be made: questions are read in the server alone")
        finally:  # also when the server closes meanwhile
            for copy in made:
                copy.end()

    def _lost(self, copy: _Copy) -> None:
        if copy in self._copies:
            _log.warning("a process that reads questions has ended: others are made")
            self._losses += 1
            self._renew()

    async def _look(self) -> None:
        """Until cancelled: a copy that does not reply is given up."""
        while True:
            await asyncio.sleep(self._patience_secs / 2)
            if any(copy.silent(self._patience_secs) for copy in self._copies):
                _log.warning("a process that reads questions does not reply: others are made")
                self._losses += 1
                self._renew()

    def _end_all(self) -> None:
        ended, self._copies, self._view = self._copies, [], None
        for copy in ended:
            copy.end()


async def _begun(read: Read, lost: Callable[[_Copy], None]) -> _Copy:
    """Raises OSError."""
    pid, link = copied(read)
    copy = _Copy(pid, lost)
    try:
        await asyncio.get_running_loop().create_connection(lambda: copy, sock=link)
    except BaseException:  # the server is closing
        link.close()
        copy.end()
        raise
    return copy


def copies_for(services: Services) -> Copies | None:
    """None where the server shall do without: by setting, where questions wait for neural models anyway, and where a vector
    server's candidates may not be quite those from memory."""
    settings = services.settings
    if not settings.server.reading_processes or not searches_here(settings) or settings.privacy.ginza_names:
        return None
    if settings.index.kind != "edge":
        return None
    return Copies(services.ahead, settings.server.reading_processes)


def _settle(done: "asyncio.Future[Reading | None] | None", reading: Reading | None) -> None:
    if done is not None and not done.done():  # the caller may have gone
        done.set_result(reading)
