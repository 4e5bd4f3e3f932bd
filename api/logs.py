"""Structured logs on standard error: one JSON object a line, every string redacted before it is written."""

import logging
import sys
from typing import Any

import orjson
import structlog

from knowledge.ports import Redactor
from knowledge.privacy.log_events import redact_event

_QUIET = ("httpx", "httpcore", "qdrant_client", "urllib3", "multipart", "python_multipart", "alembic")


def configure_logs(redactor: Redactor, level: str) -> None:
    """Route the standard library's logging and structlog through the redactor."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact_event(redactor), _render],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _render(_logger: Any, _method: str, event: Any) -> str:
    return orjson.dumps(event, default=str).decode()
