"""Questions that arrive at the same moment are searched together: it takes half the time of one after the other, because
what one step of a search reads is still in the processor's cache for the next question."""

import asyncio
import time
from collections.abc import Callable, Sequence

from api.inline import searches_here
from knowledge.domain import SearchQuery
from knowledge.errors import Unavailable
from knowledge.search.retriever import Retriever
from knowledge.settings import Settings

AT_ONCE = 16
"""Enough for all of the gain; more would only make the first wait for the last."""
BESIDE_COPIES = 4
"""Where copies of this process read as well: what they have read must not wait long for us."""
Prepare = Callable[[Sequence[SearchQuery]], None]


class Together:
    """Gathers what is asked within one turn of the event loop it belongs to."""

    def __init__(self, prepare: Prepare, at_once: int = AT_ONCE) -> None:
        self._prepare = prepare
        self._at_once = at_once
        self._waiting: list[tuple[SearchQuery, asyncio.Future[None]]] = []

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def searched(self, query: SearchQuery) -> float:
        """Returns when a search for this query will find its result ready; the milliseconds that took."""
        started, loop = time.perf_counter(), asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._work, loop)
        self._waiting.append((query, done))
        await done
        return (time.perf_counter() - started) * 1e3

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        taken, self._waiting = self._waiting[: self._at_once], self._waiting[self._at_once :]
        if self._waiting:
            loop.call_soon(self._work, loop)
        failure: Exception | None = None
        try:
            self._prepare([query for query, _ in taken])
        except Unavailable:
            pass  # each search says so itself
        except Exception as exc:  # whoever waits must hear of it
            failure = exc
        for _, done in taken:
            if done.done():  # the caller has gone
                continue
            if failure is None:
                done.set_result(None)
            else:
                done.set_exception(failure)


def together(settings: Settings, retriever: Retriever, *, copies: bool) -> Together | None:
    """None where searches run beside the event loop. `copies`: whether others read questions as well."""
    at_once = BESIDE_COPIES if copies else AT_ONCE
    return Together(retriever.prepare, at_once) if searches_here(settings) else None
