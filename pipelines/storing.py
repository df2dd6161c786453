"""Plain `scrapy crawl visit`: the plans come from the database, and the visits go into it, judged.

The two ends meet in the ledger: the job begins a run as this process's own, and the pipeline stores into that run.
"""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from crawler.config import Config
from crawler.errors import StoreError
from crawler.job import VISIT_STARTED, Job, Report
from crawler.model import RunKind
from db.store import Store
from pipelines import runs

logger = logging.getLogger(__name__)

_NO_STORE = "no_store"  # the reason that Scrapy gives for the end


def database(settings: BaseSettings) -> Path:
    """The database file: what was said with -s, else the environment's, else the project's."""
    said = (settings.getpriority("CLUSTERWATCH_DB") or 0) > SETTINGS_PRIORITIES["project"]
    return Path((not said and os.environ.get("CLUSTERWATCH_DB")) or settings["CLUSTERWATCH_DB"])


def job_from_store(settings: BaseSettings) -> Job:
    """A nightly run over the whole registry, or the rest of an interrupted one. Ends the crawl when there is none."""
    path, config = database(settings), Config()
    try:
        with Store.open(path) as store:
            if not store.cluster_ids():
                raise StoreError(f"{path}: the registry is empty. Fill it with: clusterwatch import FILE")
            now = datetime.now(UTC).replace(microsecond=0)
            run = store.begin_run(RunKind.NIGHTLY, now, policy=config.policy.name)
            waiting = store.waiting(run.run_id)
            plans, shelf = (
                tuple(runs.plans(store, RunKind.NIGHTLY, waiting, now=run.now, config=config)),
                runs.shelf(store, run.run_id, config.storage),
            )
            return Job(now=run.now, plans=plans, config=config, shelf=shelf)
    except StoreError as error:
        logger.error("%s", error)  # the text says it all
        raise CloseSpider(_NO_STORE) from None


class StoreVisits:
    """Item pipeline: one transaction a visit, into the run that `job_from_store` began."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._config = Config()
        self._store: Store | None = None
        self._run_id = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline, listening for visits that begin and for the end."""
        pipeline = cls(database(crawler.settings))
        crawler.signals.connect(pipeline.started, signal=VISIT_STARTED)
        crawler.signals.connect(pipeline.ended, signal=signals.spider_closed)
        return pipeline

    def started(self, cluster_id: str) -> None:
        """Note in the ledger that a visit begins."""
        store = self._open()
        if store is not None:
            store.claim(self._run_id, cluster_id)

    def process_item(self, item: Report) -> Report:
        """Store a finished visit with its verdict and its records."""
        store = self._open()
        cluster_id = item.visit.cluster_id
        clusters = store.clusters([cluster_id]) if store else []
        if store is None or not clusters:
            raise DropItem(f"{cluster_id}: no run of this process over this cluster; the visit is not stored")
        runs.take_in(store, self._run_id, clusters[0], item.visit, self._config, item.records, item.robots)
        return item

    def ended(self, spider: Spider, reason: str) -> None:
        """Close the run after a whole crawl; after an interrupted one it waits to be continued."""
        store = self._open() if reason != _NO_STORE else None
        if store is None:
            return
        if reason == "finished":
            void = runs.close(store, self._run_id, self._config.policy)
            if void:
                logger.error("%s", void)
        store.close()
        self._store = None

    def _open(self) -> Store | None:
        """The store of this crawl, None when the crawl's plans did not come from it."""
        if self._store is None and self._path.exists():
            store = Store.open(self._path)
            run = store.own_run(RunKind.NIGHTLY)
            if run is None:
                store.close()
                return None
            self._store, self._run_id = store, run.run_id
        return self._store
