"""What a crawl process writes to standard error, passed on to our own log while it grows."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TAIL = 4000  # bytes that are told to whoever asks why a crawl came to nothing
_AT_ONCE = 1 << 20  # bytes
# The form that Scrapy writes by default. What stands between two such lines goes with the first: a traceback.
_RECORD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[([\w.-]+)\] (DEBUG|INFO|WARNING|ERROR|CRITICAL): (.*)")
# What these complain about is a website, and stands in its visit: nobody must act on it.
_ABOUT_SITES = ("scrapy.downloadermiddlewares", "scrapy.core.downloader", "scrapy.core.http2", "py.warnings")


@dataclass(frozen=True, slots=True)
class Said:
    """One record of the log of another process."""

    logger: str
    level: int
    message: str


def records(text: str) -> list[Said]:
    """The records in a part of the log. Lines before the first one, as of a crash at the start, are a warning. Pure."""
    found: list[Said] = []
    for line in text.splitlines():
        head = _RECORD.fullmatch(line)
        if head:
            found.append(Said(head[1], _level(head[1], head[2]), head[3]))
        elif found:
            found[-1] = Said(found[-1].logger, found[-1].level, f"{found[-1].message}\n{line}")
        elif line.strip():
            found.append(Said("process", logging.WARNING, line))
    return found


def _level(name: str, word: str) -> int:
    level = logging.getLevelNamesMapping()[word]
    return min(level, logging.INFO) if name.startswith(_ABOUT_SITES) else level


class CrawlLog:
    """The log of one process of one run."""

    def __init__(self, path: Path, run_id: int, cluster_ids: Iterable[str] = ()) -> None:
        self._path = path
        self._run_id = run_id
        self._cluster_ids = frozenset(cluster_ids)
        self._at = 0  # bytes passed on

    def pass_on(self, *, ended: bool = False) -> None:
        """Pass on what is new. The last record may go on growing until the process has `ended`."""
        with self._path.open("rb") as log:
            log.seek(self._at)
            new = log.read(_AT_ONCE)
        if not new:
            return
        whole = len(new) if ended else _begin_of_last(new)
        for said in records(new[:whole].decode("utf-8", "replace")):
            self._pass(said)
        self._at += whole

    def _pass(self, said: Said) -> None:
        first = said.message.partition(": ")[0]  # as our own modules write it
        about = {"cluster_id": first} if first in self._cluster_ids else {}
        extra = {"run_id": self._run_id, **about}
        logging.getLogger(f"crawl.{said.logger}").log(said.level, "%s", said.message, extra=extra)

    def tail(self) -> str:
        """The end of the log."""
        return self._path.read_bytes()[-_TAIL:].decode("utf-8", "replace").strip()


def _begin_of_last(new: bytes) -> int:
    """Where the last record begins; all of it when one fills the whole part."""
    lines = new.splitlines(keepends=True)
    heads = [n for n, line in enumerate(lines) if _RECORD.fullmatch(line.decode("utf-8", "replace").rstrip("\r\n"))]
    if not heads:
        return len(new) if len(new) == _AT_ONCE else 0
    return sum(map(len, lines[: heads[-1]])) or (len(new) if len(new) == _AT_ONCE else 0)
