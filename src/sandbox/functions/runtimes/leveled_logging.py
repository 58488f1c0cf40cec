"""Records of `logging` where the function has a log format or a log level: as JSON, and with their levels.

Part of the Python runtime, `python.py`, which imports it by its path, and only then. Source: awslambdaric,
lambda_runtime_log_utils.py and bootstrap.py.
"""

from __future__ import annotations

import json
import logging
import os
import time
import traceback

TYPE_CHECKING = False  # what type checkers take for true; importing typing would cost each cold start 5 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

IS_JSON = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"
LEVEL = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper().replace("TRACE", "DEBUG")
TIME = "%Y-%m-%dT%H:%M:%SZ"
# What every record has; the rest came with `extra`. (taskName, of Python 3.12 on, is shown where it is set.)
NO_EXTRAS = {*vars(logging.makeLogRecord({})), "aws_request_id", "tenant_id", "_frame_type"} - {"taskName"}

encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


def level_of(record: logging.LogRecord) -> int:
    """The standard level at or below a record's."""
    return min(50, max(0, record.levelno)) // 10 * 10


def frame_type(level: int, *, is_json: bool) -> bytes:
    """The type of a frame that tells its level: four for each from TRACE to FATAL, upwards of DEBUG."""
    kind = 0x06 + 4 * (level // 10) if level else 0x02
    return bytes((0xA5, 0x5A, 0x00, kind if is_json else kind + 1))


class JsonFormatter(logging.Formatter):
    """One JSON object a record, with what `extra` gave it. The record's level becomes a standard one."""

    def __init__(self) -> None:
        super().__init__(datefmt=TIME)

    def format(self, record: logging.LogRecord) -> str:
        record.levelno = level_of(record)
        record.levelname = logging.getLevelName(record.levelno)
        record._frame_type = frame_type(record.levelno, is_json=True)
        as_it_is = isinstance(record.msg, dict) and not record.args
        said: dict[str, Any] = {
            "timestamp": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "message": record.msg if as_it_is else record.getMessage(),
            "logger": record.name,
            **_of_error(record),
            "requestId": getattr(record, "aws_request_id", None),
            "location": _location(record),
        }
        for name, value in vars(record).items():
            if name not in NO_EXTRAS and name not in said:
                said[name] = value
        return encode({name: value for name, value in said.items() if value is not None}) + "\n"


def _of_error(record: logging.LogRecord) -> dict[str, Any]:
    # Also where there is none: `extra` cannot set these.
    if not record.exc_info:
        return {"stackTrace": None, "errorType": None, "errorMessage": None}
    kind, error, trace = record.exc_info
    return {
        "stackTrace": traceback.format_tb(trace),
        "errorType": kind.__name__,  # type: ignore[union-attr] # as awslambdaric does: it fails without one
        "errorMessage": str(error),
    }


def _location(record: logging.LogRecord) -> str | None:
    return f"{record.pathname}:{record.funcName}:{record.lineno}" if record.exc_info else None


class LevelHandler(logging.Handler):
    """Sends the records of `logging` as frames that tell their levels, by which Lambda filters them."""

    request_id = ""

    def __init__(self, write: Callable[[str, bytes], None]) -> None:
        super().__init__()
        self.write = write

    def emit(self, record: logging.LogRecord) -> None:
        record.aws_request_id = self.request_id
        text = self.format(record)
        kind = getattr(record, "_frame_type", None)
        self.write(text, kind or frame_type(level_of(record), is_json=False))


def of_error(error: dict[str, Any]) -> dict[str, Any]:
    """What the log tells of an error that nobody caught."""
    return {"timestamp": time.strftime(TIME, time.gmtime()), "level": "ERROR", **error}


ERROR = frame_type(logging.ERROR, is_json=True)
