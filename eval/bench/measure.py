"""Measuring: durations with their spread, and the memory of a process."""

import gc
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.summary import percentile


@dataclass(frozen=True, slots=True)
class Timing:
    """`n` durations in milliseconds."""

    n: int
    p50_ms: float
    p95_ms: float
    per_sec: float


def timing(durations_ms: Sequence[float]) -> Timing:
    total = sum(durations_ms)
    per_sec = len(durations_ms) / total * 1e3 if total else 0.0
    return Timing(len(durations_ms), percentile(durations_ms, 0.5), percentile(durations_ms, 0.95), per_sec)


def timed(action: Callable[[str], object], texts: Sequence[str], warm_up: int = 20) -> Timing:
    """One call after the other; some of the first texts (at most `warm_up`) are asked before without counting."""
    for text in texts[: min(warm_up, len(texts) // 4 + 1)]:
        action(text)
    gc.collect()
    durations = []
    for text in texts:
        started = time.perf_counter()
        action(text)
        durations.append((time.perf_counter() - started) * 1e3)
    return timing(durations)


def resident_mb(process: int | str = "self") -> float:
    """Memory of a process that is in RAM; of this one unless told."""
    return _status_mb("VmRSS:", process)


def peak_mb() -> float:
    """Highest memory this process ever had in RAM."""
    return _status_mb("VmHWM:", "self")


def cpu_secs(process: int) -> float:
    """Time a process has worked, all its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _status_mb(name: str, process: int | str) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:  # it has just ended
        return 0.0
    for line in status.splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return 0.0
