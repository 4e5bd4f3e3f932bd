"""Leaves an endpoint alone after several failures in a row; then one try decides whether it is back."""

from collections.abc import Callable
from threading import Lock
from typing import Literal

State = Literal["closed", "open", "half_open"]


class CircuitBreaker:
    """Thread-safe. `monotonic` in seconds."""

    def __init__(self, failures: int, rest_secs: float, monotonic: Callable[[], float]) -> None:
        self._limit = max(1, failures)
        self._rest_secs = rest_secs
        self._now = monotonic
        self._failures = 0
        self._opened_at: float | None = None
        self._trying = False
        self._lock = Lock()

    @property
    def state(self) -> State:
        with self._lock:
            return self._state()

    def _state(self) -> State:
        if self._opened_at is None:
            return "closed"
        return "half_open" if self._now() - self._opened_at >= self._rest_secs else "open"

    def enter(self) -> bool:
        """Whether a call may be made now; while half open, one at a time. Every entry ends in `succeeded`, `failed`
        or `left`."""
        with self._lock:
            state = self._state()
            if state == "open" or (state == "half_open" and self._trying):
                return False
            self._trying = state == "half_open"
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._opened_at, self._trying = 0, None, False

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._trying = False
            if self._opened_at is not None or self._failures >= self._limit:
                self._opened_at = self._now()

    def left(self) -> None:
        """Nothing was learnt about the endpoint."""
        with self._lock:
            self._trying = False

    def reset(self) -> None:
        self.succeeded()
