"""Questions of one turn of the event loop are prepared at once, and nobody waits for ever."""

import asyncio
from collections.abc import Sequence

import pytest

from api.together import Together
from knowledge.domain import SearchQuery
from knowledge.errors import Unavailable
from knowledge.privacy.redacted import RedactedText

QUERIES = [SearchQuery(RedactedText(f"質問{n}")) for n in range(5)]


class Recorder:
    def __init__(self, failure: Exception | None = None) -> None:
        self.batches: list[list[SearchQuery]] = []
        self._failure = failure

    def __call__(self, queries: Sequence[SearchQuery]) -> None:
        self.batches.append(list(queries))
        if self._failure is not None:
            raise self._failure


async def test_what_arrives_together_is_prepared_together_and_each_caller_learns_how_long_it_took() -> None:
    prepare = Recorder()
    together = Together(prepare)
    waited = await asyncio.gather(*(together.searched(q) for q in QUERIES[:3]))
    await together.searched(QUERIES[3])
    assert prepare.batches == [QUERIES[:3], QUERIES[3:4]]
    assert all(ms > 0 for ms in waited)


async def test_no_more_than_so_many_at_once() -> None:
    prepare = Recorder()
    together = Together(prepare, at_once=2)
    await asyncio.gather(*(together.searched(q) for q in QUERIES))
    assert prepare.batches == [QUERIES[:2], QUERIES[2:4], QUERIES[4:]]


async def test_a_caller_who_leaves_takes_nobody_along() -> None:
    prepare = Recorder()
    together = Together(prepare)
    leaving, staying = (asyncio.create_task(together.searched(q)) for q in QUERIES[:2])
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying > 0
    assert prepare.batches == [QUERIES[:2]]


async def test_a_search_that_is_not_ready_is_left_to_say_so_itself() -> None:
    assert await Together(Recorder(Unavailable("まだ"))).searched(QUERIES[0]) > 0


async def test_any_other_failure_reaches_everybody_who_waits() -> None:
    together = Together(Recorder(ValueError("broken")))
    results = await asyncio.gather(*(together.searched(q) for q in QUERIES[:2]), return_exceptions=True)
    assert [type(result) for result in results] == [ValueError, ValueError]
    with pytest.raises(ValueError, match="broken"):
        await together.searched(QUERIES[2])
