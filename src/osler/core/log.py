"""Log lines as JSON, one object a line, made so that patient data cannot end up in them by accident.

* `extra` fields are written only when FIELDS names them.
* An exception is written as its type and where it happened. Its text is left out, because a database or parser may
  quote values in it; only our own errors, whose messages name paths and never values, keep theirs.
* Other libraries' messages are written without their arguments, first line only.
* A request's path is written without its query, and with `:id` for every part that could name a person.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from osler.core.errors import OslerError

FIELDS = frozenset(
    [
        *("request", "method", "path", "status", "ms", "bytes", "seconds", "count", "version"),
        *("migration", "job", "attempt", "worker", "pid", "port", "signal"),
    ]
)
"""The `extra` names that reach the log."""

TRUSTED = ("osler", "uvicorn")
"""Loggers whose messages take their arguments; no argument of theirs is clinical."""

_KEPT_PART = re.compile(r"[_$][A-Za-z_-]+")
_RESOURCE_TYPE = re.compile(r"[A-Z][A-Za-z]+")


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every logger of this process to one stream (standard error by default). Replaces what was set up before."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.setLevel(logging.NOTSET)
        logger.propagate, logger.disabled = True, False


class JsonFormatter(logging.Formatter):
    """One line of JSON for a record: at, level, logger, message, the allowed fields, error and where."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        line |= _access(record) if record.name == "uvicorn.access" else {"message": _message(record)}
        line |= {name: value for name, value in _extra(record).items() if name not in line}
        if record.exc_info and record.exc_info[1]:
            line |= _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=lambda value: type(value).__name__)


def path_shape(path: str) -> str:
    """The path without query, every part replaced by `:id` unless it is of the site's own vocabulary."""
    parts = path.split("?", 1)[0].split("/")
    return "/".join(part if _is_vocabulary(parts, place) else ":id" for place, part in enumerate(parts))


def _is_vocabulary(parts: list[str], place: int) -> bool:
    part = parts[place]
    if place <= 1 or not part or _KEPT_PART.fullmatch(part):
        return True
    return parts[1] == "static" or (parts[1] == "fhir" and place == 2 and _is_fhir_word(part))


def _is_fhir_word(part: str) -> bool:
    return part in ("metadata", ".well-known") or _RESOURCE_TYPE.fullmatch(part) is not None


def _access(record: logging.LogRecord) -> dict[str, Any]:
    if not isinstance(record.args, tuple) or len(record.args) != 5:
        return {"message": "request"}
    _client, method, path, _version, status = record.args
    return {"message": "request", "method": method, "path": path_shape(str(path)), "status": status}


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    extra = {name: value for name, value in vars(record).items() if name in FIELDS}
    if "path" in extra:
        extra["path"] = path_shape(str(extra["path"]))
    return extra


def _message(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in TRUSTED:
        return record.getMessage()
    return str(record.msg).partition("\n")[0]


def _error(error: BaseException) -> dict[str, Any]:
    told: dict[str, Any] = {"error": type(error).__qualname__, "where": _frames(error.__traceback__)}
    if isinstance(error, OslerError):
        told["reason"] = error.message
    cause = error.__cause__ or error.__context__
    if cause is not None:
        told["cause"] = type(cause).__qualname__
    return told


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-8:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
