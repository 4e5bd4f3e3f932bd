"""Where the work of one question runs."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from starlette.concurrency import run_in_threadpool

from knowledge.settings import Settings

_Result = TypeVar("_Result")


class Runner(Protocol):
    def __call__(self, work: Callable[[], _Result], /) -> Awaitable[_Result]: ...


async def _here(work: Callable[[], _Result]) -> _Result:
    return work()


def runner(settings: Settings) -> Runner:
    """The embedded search takes a millisecond or two: a change of thread would cost more than it saves.
    Neural models take long enough to hold up every other caller, so they run beside the event loop."""
    return _here if searches_here(settings) else run_in_threadpool


def searches_here(settings: Settings) -> bool:
    """Whether questions are searched on the event loop itself."""
    search = settings.search
    return search.embedder == "static" and search.reranker_dir is None and not settings.llm.model
