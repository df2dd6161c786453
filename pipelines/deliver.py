"""Delivers visits to the process that started the crawl, as lines of JSON on standard output.

That process is the one writer: it stores and judges. A closed pipe means it is gone, and so ends the crawl.
"""

from __future__ import annotations

import os
import sys
from threading import Thread
from typing import Self

from scrapy.crawler import Crawler

from crawler.archive import Shot
from crawler.job import (
    ARCHIVE_FAILED,
    PAGE_ASKED,
    STOP,
    TAKE_NO_MORE,
    VISIT_STARTED,
    VISIT_WAITS,
    PageTold,
    Progress,
    Report,
    encode_progress,
)
from crawler.scouting import Scouted


class DeliverVisits:
    """Item pipeline: one line when a visit begins, one when it ends; for a watched job also one a fetch."""

    def __init__(self, out: int) -> None:
        self._out = out  # file descriptor

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline, listening for visits that begin. It ends the crawl when the process that started it is gone."""
        # Whatever else prints would break the lines: from here on that goes where the log goes.
        pipeline = cls(os.dup(sys.__stdout__.fileno() if sys.__stdout__ else 1))
        os.dup2(2, 1)
        crawler.signals.connect(pipeline.started, signal=VISIT_STARTED)
        crawler.signals.connect(pipeline.waits, signal=VISIT_WAITS)
        crawler.signals.connect(pipeline.asked, signal=PAGE_ASKED)
        crawler.signals.connect(pipeline.warned, signal=ARCHIVE_FAILED)
        Thread(target=_end_with_parent, args=(crawler,), name="end-with-parent", daemon=True).start()
        return pipeline

    def started(self, cluster_id: str) -> None:
        """Tell that a visit begins."""
        self._write(Progress(started=cluster_id))

    def waits(self, cluster_id: str) -> None:
        """Tell that a visit cannot begin yet."""
        self._write(Progress(waits=cluster_id))

    def asked(self, cluster_id: str, told: PageTold) -> None:
        """Tell that a fetch ended."""
        self._write(Progress(cluster_id=cluster_id, page=told))

    def warned(self, words: str) -> None:
        """Tell what somebody must act on."""
        self._write(Progress(warning=words))

    def process_item(self, item: Report | Shot | Scouted) -> Report | Shot | Scouted:
        """Tell a finished visit, a picture, or a finished walk."""
        if isinstance(item, Shot):
            self._write(Progress(shot=item))
        elif isinstance(item, Scouted):
            self._write(Progress(scouted=item))
        else:
            self._write(Progress(visit=item.visit, records=item.records, robots=item.robots))
        return item

    def _write(self, progress: Progress) -> None:
        """Write one whole line; end this process at once when nobody reads any more."""
        line = memoryview(encode_progress(progress))
        try:
            while line:
                line = line[os.write(self._out, line) :]
        except BrokenPipeError:
            # The reader was killed. Its ledger knows which visits it has; going on would only trouble the sites.
            os._exit(1)


def _end_with_parent(crawler: Crawler) -> None:
    """Wait for the end of standard input, which the starting process holds open while it lives; then end at once.

    The browser ends with us: it listens on a pipe of ours. A word on standard input asks for a polite end.
    """
    from twisted.internet import reactor  # importing it earlier would install one before Scrapy chooses

    while said := os.read(0, 4096):
        if STOP in said:
            reactor.callFromThread(crawler.signals.send_catch_log, TAKE_NO_MORE)
    os._exit(1)
