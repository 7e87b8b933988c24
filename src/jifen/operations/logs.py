"""The log of a server: one JSON object a line on stderr, with request ids and without what was sent.

Messages of errors are left out, because those of a database quote rows: an error is told by its type, its SQLSTATE and
constraint, and where in the code it came about.
"""

from __future__ import annotations

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import psycopg

_ENCODER: Final = msgspec.json.Encoder()


class JsonLines(logging.Formatter):
    """A record as one line of JSON; `fields` of a record stand beside its own."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage().partition("\n")[0],
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            told["errors"] = [_told(error) for error in _chain(record.exc_info[1])]
        return _ENCODER.encode(told).decode()


def log_as_lines() -> None:
    """Log everything from information upwards of ours, warnings of others, on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("jifen").setLevel(logging.INFO)


def _chain(error: BaseException) -> list[BaseException]:
    """An error and what led to it, the last first."""
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found:
        found.append(following)
        following = following.__cause__ or following.__context__
    return found


def _told(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    told: dict[str, Any] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(error, psycopg.Error):
        told["sqlstate"] = error.sqlstate
        told["constraint"] = error.diag.constraint_name
    return told
