"""Who visits a website just now, among the crawls of one machine: a night and a second look take turns.

Scrapy makes one request at a time to a host, but only within its process. Each website stands for one byte of a file,
and a crawl holds the lock of that byte during its visit. The system frees the locks of a process that ends, however it
ends. The file holds nothing.
"""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from crawler.model import Cluster
from crawler.shards import places


class Turns:
    """The turns of this process. Without a file it never waits."""

    def __init__(self, path: str = "") -> None:
        # Such locks belong to the process: closing the file anywhere in it would free all of them, so it stays open.
        # Whoever may write the database beside it may write it too.
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666) if path else -1
        self._held: Counter[int] = Counter()  # two clusters of one domain hold the same lock

    @contextmanager
    def taken(self, cluster: Cluster) -> Iterator[bool]:
        """Whether the websites of a cluster are ours while the block lasts; never waits."""
        taken = places(cluster) if self._file >= 0 else ()
        ours = self._take(taken)
        try:
            yield ours
        finally:
            if ours:
                self._free(taken)

    def _take(self, places: tuple[int, ...]) -> bool:
        got: list[int] = []
        for place in places:
            if not self._held[place] and not self._lock(place):
                self._free(tuple(got))
                return False
            self._held[place] += 1
            got.append(place)
        return True

    def _lock(self, place: int) -> bool:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except BlockingIOError:
            return False
        return True

    def _free(self, places: tuple[int, ...]) -> None:
        for place in places:
            self._held[place] -= 1
            if not self._held[place]:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)
