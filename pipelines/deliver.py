"""Delivers visits to the process that started the crawl, as lines of JSON on standard output.

That process is the one writer: it stores and judges. A closed pipe means it is gone, and so ends the crawl.
"""

from __future__ import annotations

import os
from typing import Self

from scrapy.crawler import Crawler

from crawler.job import VISIT_STARTED, Progress, encode_progress
from crawler.model import Visit


class DeliverVisits:
    """Item pipeline: one line when a visit begins, one when it ends."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline, listening for visits that begin."""
        pipeline = cls()
        crawler.signals.connect(pipeline.started, signal=VISIT_STARTED)
        return pipeline

    def started(self, cluster_id: str) -> None:
        """Tell that a visit begins."""
        _write(Progress(started=cluster_id))

    def process_item(self, item: Visit) -> Visit:
        """Tell a finished visit."""
        _write(Progress(visit=item))
        return item


def _write(progress: Progress) -> None:
    """Write one whole line; end this process at once when nobody reads any more."""
    line = memoryview(encode_progress(progress))
    try:
        while line:
            line = line[os.write(1, line) :]
    except BrokenPipeError:
        # The reader was killed. Its ledger knows which visits it has; going on would only trouble the sites.
        os._exit(1)
