"""Logs on standard error: JSON for machines, lines for people; never a query, a token or the text of an exception."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

QUERY = re.compile(r"\?[^\s'\"]*")
OPAQUE = re.compile(r"(?<=/)[A-Za-z0-9_-]{20,}")
"""A part of an address that is long enough to be a token."""


def configure(level: str, *, readable: bool) -> None:
    """Send what we log from `level` on to standard error, and what libraries log from WARNING on."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        told_safely,
        without_secrets,
    ]
    last: Processor = structlog.dev.ConsoleRenderer(colors=False) if readable else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("securenet").setLevel(level.upper())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def told_safely(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event with the kind and the places of an exception: its text can carry what a person typed."""
    failure = event.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()
    error = failure[1] if isinstance(failure, tuple) else failure
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["failure"] = type(error).__qualname__
        event["places"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event without queries and opaque parts of addresses."""
    return {name: _plain(value) for name, value in event.items()}


def _plain(value: Any) -> Any:
    return OPAQUE.sub("…", QUERY.sub("", value)) if isinstance(value, str) else value
