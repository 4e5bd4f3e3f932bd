"""A small HTTP/1.1 load generator: so many keep-alive connections, each asks as soon as it has its answer."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from eval.bench.measure import Timing, timing


@dataclass(frozen=True, slots=True)
class LoadResult:
    """`per_sec` of `timing` is per connection; `throughput` is all connections together."""

    requests: int
    failures: int
    throughput: float
    timing: Timing


def any_answer(_body: bytes) -> bool:
    return True


async def load(
    host: str,
    port: int,
    path: str,
    bodies: Sequence[dict[str, Any]],
    connections: int,
    requests: int,
    is_right: Callable[[bytes], bool] = any_answer,
) -> LoadResult:
    """POST the bodies in turn until `requests` are answered. Anything but 200, or what is not right, is a failure."""
    raw = [_request(host, path, orjson.dumps(body)) for body in bodies]
    numbers = iter(range(requests))
    durations: list[float] = []
    failures = 0

    async def one_connection() -> None:
        nonlocal failures
        reader, writer = await asyncio.open_connection(host, port)
        for number in numbers:
            started = time.perf_counter()
            writer.write(raw[number % len(raw)])
            status, body = await _answer(reader)
            durations.append((time.perf_counter() - started) * 1e3)
            failures += status != 200 or not is_right(body)
        writer.close()
        await writer.wait_closed()

    started = time.perf_counter()
    await asyncio.gather(*(one_connection() for _ in range(connections)))
    return LoadResult(requests, failures, requests / (time.perf_counter() - started), timing(durations))


def _request(host: str, path: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read one whole answer; its status and body. Raises ConnectionError when the server sends none that can be framed."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    if "content-length" not in headers:
        raise ConnectionError("answer without content-length")
    body = await reader.readexactly(int(headers["content-length"]))
    return int(head[0].split(" ", 2)[1]), body
