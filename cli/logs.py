"""What the programs say while they work: one form for all of them, on standard error."""

from __future__ import annotations

import logging
import os
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from cli.show import safe_lines
from crawler.config import LOG_FORMS, Log
from crawler.errors import UsageError

logger = logging.getLogger(__name__)

VARIABLE = "CLUSTERWATCH_LOG_FORM"
# Heard at the level of the settings: our own packages, what a crawl process said, and the server. Every library else is
# heard from warnings on, so that none tells at a lower level what it sends where.
_HEARD = ("crawler", "spiders", "pipelines", "schedules", "db", "review", "cli", "crawl", "uvicorn")
_ASKED_ALL_THE_TIME = frozenset({"/live", "/health"})  # by load balancers, every few seconds


def set_up(log: Log) -> None:
    """Say things in this form from now on. Raises UsageError when the variable names a form that there is not."""
    form = os.environ.get(VARIABLE, "") or log.form
    if form not in LOG_FORMS:
        raise UsageError(f"{VARIABLE}: must be one of {', '.join(LOG_FORMS)}, not {form!r}")
    level = logging.getLevelNamesMapping()[log.level.upper()]
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, _Stderr):
            root.removeHandler(handler)
    root.addHandler(_Stderr(_Json() if form == "json" else _Text()))
    root.setLevel(max(level, logging.WARNING))
    for name in _HEARD:
        logging.getLogger(name).setLevel(level)
    if form == "json":  # else a crash would write lines that are no records
        sys.excepthook = _crashed
        threading.excepthook = lambda a: _crashed(a.exc_type, a.exc_value, a.exc_traceback)


def in_json() -> bool:
    """Whether everything that is said is to be a record."""
    return any(isinstance(h, _Stderr) and isinstance(h.formatter, _Json) for h in logging.getLogger().handlers)


def say(text: str) -> None:
    """Tell whoever started the program: on standard output, or, where everything is a record, as one of level info."""
    if in_json():
        logger.info("%s", text)
    else:
        print(safe_lines(text), flush=True)


def without_secrets(record: logging.LogRecord) -> bool:
    """Takes the query out of a line about a request: tokens stand there, and what people search for.

    A filter for uvicorn's log of requests; False for what is asked all the time, and for a line that it does not know.
    """
    args = record.args
    if not isinstance(args, tuple) or len(args) != 5:
        return False
    client, method, target, version, status = args
    path = str(target).partition("?")[0]
    if path in _ASKED_ALL_THE_TIME and status == 200:
        return False
    record.args = (client, method, path, version, status)
    record.__dict__.update(client=client, method=method, path=path, status=status)
    return True


def _crashed(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    logger.critical("the program broke off", exc_info=(kind, error or kind(), trace))


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what is standard error at that moment: a progress bar puts itself in its place."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__(sys.stderr)
        self.setFormatter(formatter)

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


class _Text(logging.Formatter):
    """A line for people. Words of others can neither begin a line nor give orders to a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        said = safe_lines(super().format(record)).replace("\n", "\n    ")
        return f"{_time(record)} {record.levelname} {record.name}: {said}"


class _Json(JsonFormatter):
    """One object a line, in ASCII: no word of others ends a line or gives orders to a terminal."""

    def __init__(self) -> None:
        super().__init__(
            ("message",), rename_fields={"exc_info": "exception"}, reserved_attrs=(*RESERVED_ATTRS, "color_message")
        )

    # Any: what a record may carry
    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        log_data |= {"time": _time(record), "level": record.levelname.lower(), "logger": record.name}
        super().add_fields(log_data, record, message_dict)


def _time(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
