"""The product as an administrator runs it: its command line, a server process, a data folder of its own."""

import csv
import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

from eval.bench.measure import resident_mb
from knowledge.domain import FaqEntry
from knowledge.errors import Unavailable
from knowledge.faq.csv_export import cells_of

_CODE = Path(__file__).resolve().parents[2]
_COMMAND = "from api.cli import main; main()"
_LOOK_EVERY_SECS = 0.05
_START_LIMIT_SECS = 180.0


def csv_of(entries: Sequence[FaqEntry]) -> bytes:
    """An FAQ file as a city would hand it over."""
    rows = [{**cells_of(e), "status": "published"} for e in entries]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def command(folder: Path, *arguments: str, stdout: int | BinaryIO = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """`madoguchi ARGUMENTS` on this data folder."""
    # Training in the background would take the cores that are being measured.
    environment = {
        **os.environ,
        "PYTHONPATH": str(_CODE),
        "MADOGUCHI_DATA_DIR": str(folder),
        "MADOGUCHI_SEARCH__TRAINING__BACKGROUND": "false",
    }
    # A file and no pipe: a server that logs into a pipe nobody reads stops when it is full.
    with _log(folder).open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", _COMMAND, *arguments],
            cwd=_CODE, env=environment, stdout=stdout, stderr=log,
        )  # fmt: skip


def finished(process: subprocess.Popen[bytes], folder: Path, limit_secs: float = 600) -> None:
    """Wait for a command. Raises Unavailable when it fails."""
    if process.wait(timeout=limit_secs):
        tail = _log(folder).read_text(encoding="utf-8", errors="replace")[-400:]
        raise Unavailable(f"コマンドが失敗しました（{process.returncode}）：{tail}")


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command took: the memory of its largest process, and of all its processes at the same time."""

    secs: float
    largest_mb: float
    together_mb: float


def measured(process: subprocess.Popen[bytes], folder: Path, limit_secs: float = 1_800) -> Spent:
    """Wait for a command and watch the memory of its processes. Raises Unavailable when it fails or takes too long."""
    started, largest, together = time.perf_counter(), 0.0, 0.0
    while process.poll() is None:
        sizes = [resident_mb(pid) for pid in _family(process.pid)]
        largest, together = max(largest, *sizes, 0.0), max(together, sum(sizes))
        if time.perf_counter() - started > limit_secs:
            process.kill()
        time.sleep(_LOOK_EVERY_SECS)
    spent = time.perf_counter() - started
    finished(process, folder)
    return Spent(spent, largest, together)


def _family(pid: int) -> list[int]:
    """The process and all it started; those that just ended are left out."""
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                found += _family(int(child))
    return found


def _log(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.log")


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    ready_after_secs: float
    pid: int = 0


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A running server on a free port; `ready_after_secs` counts from the start of the process to /readyz."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.perf_counter()
    process = command(folder, "serve", "--port", str(port))
    try:
        _wait_ready(process, folder, f"http://127.0.0.1:{port}/readyz")
        yield Server("127.0.0.1", port, time.perf_counter() - started, process.pid)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        if process.poll() is None:
            process.kill()
            process.wait()


def _wait_ready(process: subprocess.Popen[bytes], folder: Path, url: str) -> None:
    deadline = time.perf_counter() + _START_LIMIT_SECS
    with httpx.Client(timeout=5) as client:
        while time.perf_counter() < deadline:
            if process.poll() is not None:
                finished(process, folder)
                raise Unavailable("サーバーが起動の途中で終わりました。")
            with suppress(httpx.TransportError):
                if client.get(url).status_code == 200:
                    return
            time.sleep(0.02)
    raise Unavailable("サーバーが時間内に準備できませんでした。")
