"""The log processor that lets no personal datum through: every string of an event is redacted."""

import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

from knowledge.ports import Redactor

SAFE_KEYS = frozenset(
    {
        "timestamp", "level", "logger", "event_id", "request_id", "call_id", "query_id", "answer_id", "faq_id",
        "trace_id", "span_id", "version", "commit", "sha", "method", "status", "route", "took_ms", "pid", "thread",
    }
)  # fmt: skip
"""Keys whose values we generate ourselves. Paths, queries and messages are not among them."""
_MAX_DEPTH = 6
_MAX_CHARS = 20_000


class RedactEvent:
    """structlog processor: put it after `format_exc_info` or before it, tracebacks are covered both ways."""

    def __init__(self, redactor: Redactor, safe_keys: frozenset[str] = SAFE_KEYS) -> None:
        self._redactor = redactor
        self._safe_keys = safe_keys

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """A new event of the same shape; keys pass the redactor too."""
        return {self._text(str(key)): self._entry(str(key), value) for key, value in event.items()}

    def _entry(self, key: str, value: Any) -> Any:
        if key in self._safe_keys and isinstance(value, str | int | float | bool | None):
            return value
        if key == "exc_info" and value:
            return self._text(_traceback(value))
        return self._value(value, 0)

    def _value(self, value: Any, depth: int) -> Any:
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            return self._number(value)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bytes):
            return self._text(value.decode("utf-8", "replace"))
        if depth < _MAX_DEPTH and isinstance(value, Mapping):
            return {self._text(str(key)): self._value(item, depth + 1) for key, item in value.items()}
        if depth < _MAX_DEPTH and isinstance(value, list | tuple | set | frozenset):
            return [self._value(item, depth + 1) for item in value]
        return self._text(_described(value))

    def _number(self, value: int) -> int | str:
        """A 12-digit integer may be a 個人番号 as well as a string may."""
        return value if abs(value) < 10**9 else self._text(str(value))

    def _text(self, text: str) -> str:
        return str(self._redactor.redact(text[:_MAX_CHARS]).text)


def redact_event(redactor: Redactor, safe_keys: frozenset[str] = SAFE_KEYS) -> RedactEvent:
    """The processor for `structlog.configure(processors=[…, redact_event(redactor), renderer])`."""
    return RedactEvent(redactor, safe_keys)


def _traceback(value: Any) -> str:
    """Text of what structlog accepts as exc_info: True, an exception or a triple."""
    if isinstance(value, BaseException):
        return "".join(traceback.format_exception(value))
    if isinstance(value, tuple) and len(value) == 3 and isinstance(value[1], BaseException):
        return "".join(traceback.format_exception(value[1]))
    return traceback.format_exc() if value is True else _described(value)


def _described(value: object) -> str:
    try:
        return str(value)
    except Exception:  # a broken __str__ must not break logging
        return f"<{type(value).__name__}>"
