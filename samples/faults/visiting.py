"""Visits by the real spider, in a process of its own, without a store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crawler.config import Config, scrapy_settings
from crawler.job import Job, decode_progress, encode_job
from crawler.model import Cluster, Fetch, Plan, Visit
from samples.faults.network import FaultNetwork

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


@dataclass(slots=True)
class Told:
    """What a spider process told before it ended."""

    visits: dict[str, Visit] = field(default_factory=dict)
    started: list[str] = field(default_factory=list)
    log: str = ""
    exit_code: int | None = None

    def first(self, cluster_id: str) -> Fetch:
        """The first request of a visit."""
        return self.visits[cluster_id].fetches[0]


def clusters(websites: dict[str, str]) -> list[Cluster]:
    """A registry of websites by id."""
    return [Cluster(cluster_id=i, name_en=f"Cluster {i}", website=w) for i, w in websites.items()]


def spider_command(job: Job, folder: Path, **settings: str) -> list[str]:
    """The command that runs a job."""
    order = folder / "order.json"
    order.write_bytes(encode_job(job))
    said = {
        **scrapy_settings(job.config),
        "ITEM_PIPELINES": {"pipelines.deliver.DeliverVisits": 100},
        "LOG_LEVEL": "INFO",
        **settings,
    }
    return [sys.executable, "-P", "-m", "spiders", "visit", str(order), json.dumps(said)]


@contextmanager
def spider(
    job: Job, folder: Path, environment: dict[str, str] | None = None, **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A spider process under way; it has ended when the block has."""
    env = {**os.environ, **(environment or {})}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            spider_command(job, folder, **settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=env,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def crawl(
    network: FaultNetwork,
    websites: dict[str, str],
    config: Config | None = None,
    environment: dict[str, str] | None = None,
    **settings: str,
) -> Told:
    """Visit websites in a spider process of its own, to its end."""
    plans = tuple(Plan(cluster=c) for c in clusters(websites))
    job = Job(now=NOW, plans=plans, config=config or network.config())
    return told_by(job, Path(tempfile.mkdtemp(dir=network.folder)), environment, None, **settings)


def told_by(
    job: Job,
    folder: Path,
    environment: dict[str, str] | None = None,
    done: Callable[[int], None] | None = None,
    **settings: str,
) -> Told:
    """What the spider told of a job, from its beginning to its end; `done` hears how many visits have ended."""
    told = Told()
    with spider(job, folder, environment, **settings) as process:
        assert process.stdout is not None
        for progress in decode_progress(iter(process.stdout.readline, b"")):
            if progress.started:
                told.started.append(progress.started)
            if progress.visit is not None:
                told.visits[progress.visit.cluster_id] = progress.visit
                if done is not None:
                    done(len(told.visits))
        told.exit_code = process.wait(timeout=60)
    told.log = (folder / "log").read_text(encoding="utf-8", errors="replace")
    return told
