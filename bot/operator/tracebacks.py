"""Tracebacks for the log, without the values that somebody typed.

What a database says of a row that it refuses holds the row, and what pydantic says of a payload holds the payload.
"""

import json
import logging
import sys
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError
from structlog.contextvars import get_contextvars

from bot.store import DatabaseUnreachable, driver_error_in_short

DRIVERS = ("sqlalchemy", "sqlite3", "aiosqlite", "psycopg", "psycopg_pool")


def without_values(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog: `exc_info` becomes the text `exception`."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given
    if given is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exception"] = told(error)
    return event


class Formatter(logging.Formatter):
    """The same for what libraries log."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        return told(ei[1]) if ei[1] is not None else ""


class JsonFormatter(Formatter):
    """A line of JSON, as our own are."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            **get_contextvars(),
            "event": record.getMessage(),
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def told(error: BaseException) -> str:
    """The traceback of an error and of what led to it. Of a database that is away the reason says all, and every loop
    logs it each second."""
    if isinstance(error, DatabaseUnreachable):
        return str(error)
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = [told(earlier), "\nand from it:\n"] if earlier is not None else []
    parts += ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__)]
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    text = _said(error)
    parts.append(f"{name}: {text}" if text else name)
    if isinstance(error, BaseExceptionGroup):
        parts += [f"\n| {line}" for one in error.exceptions for line in told(one).splitlines()]
    return "".join(parts)


def _said(error: BaseException) -> str:
    """What an error says, as far as it holds nobody's words."""
    if type(error).__module__.partition(".")[0] in DRIVERS:
        return driver_error_in_short(error)
    if isinstance(error, ValidationError):
        wrong = error.errors(include_input=False, include_context=False, include_url=False)
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in wrong)
    return str(error)
