"""Runs a crawl as a subprocess, stores and judges what it delivers, and keeps the ledger. The one writer.

A Twisted reactor cannot start twice in one process, and a crash of a parser or a browser must not take the
store with it: so the spider lives in a process of its own and tells its visits over a pipe.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import Event

from crawler.config import Config, scrapy_settings
from crawler.job import STOP, Job, decode_progress, encode_job
from crawler.model import RunKind, Verdict, Visit, VisitOutcome
from db.rows import Run
from db.store import Store
from pipelines import runs
from schedules.limits import GOES_ON, WAITS, Order, Overseer, Why

_MAX_RESTARTS = 100  # of one run; more crashes than that are no fault of single websites
# A crawl that tells nothing for this long, beyond the longest visit, hangs in our own code and is ended.
_SILENCE_S = 60.0
_TO_START_S = 60.0  # more for the first word: a busy machine takes its time to load everything
_LOOK_S = 0.5  # at most, between two looks at a silent process
_TO_END_S = 10.0  # for a crawl to end when it is asked to
_DIED = "the crawl process died or hung while visiting it"


@dataclass(slots=True)
class Crawl:
    """The account of one run, filled as it goes."""

    run_id: int
    total: int
    resumed: int = 0  # visits that an earlier, interrupted process had made
    outcomes: dict[str, VisitOutcome] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)  # cluster id, reason
    pages: int = 0
    n_bytes: int = 0
    rendered: int = 0
    left_out: int = 0  # not to be visited in this run at all
    void: str = ""
    why: Why | None = None  # it ended, or waits, before all was visited ...
    stopped: str = ""  # ... in words
    log: str = ""  # what the crawl wrote to standard error, its end

    @property
    def waits(self) -> bool:
        """Whether the run is to be continued: somebody paused it, or the program was asked to end."""
        return self.why in WAITS


@dataclass(frozen=True, slots=True)
class Step:
    """What happened just now, for whoever watches."""

    cluster_id: str
    visit: Visit | None  # None: the visit begins
    verdict: Verdict | None
    done: int
    total: int


Watcher = Callable[[Step], None]


def run_crawl(
    store: Store,
    *,
    kind: RunKind,
    now: datetime,
    config: Config,
    cluster_ids: Sequence[str] | None = None,
    skipped: Mapping[str, str] | None = None,
    deadline: datetime | None = None,
    ending: Event | None = None,
    watch: Watcher = lambda step: None,
    environment: dict[str, str] | None = None,
) -> Crawl:
    """Visit clusters (all by default), store every visit with its verdict, and say how it went.

    An interrupted run of the same kind is continued: what it has is kept, and nothing is visited twice. `skipped` are
    clusters of the run that are not to be visited, each with its reason. At `deadline` the run ends with what it has;
    when `ending` is set it stops to be continued later.
    """
    run = store.begin_run(kind, now, cluster_ids, config.policy.name)
    store.leave_out(run.run_id, skipped or {})
    store.end_by(run.run_id, deadline)
    states = store.task_states(run.run_id)
    crawl = Crawl(run_id=run.run_id, total=sum(states.values()) - states.get("skipped", 0))
    crawl.left_out = states.get("skipped", 0)
    crawl.resumed = crawl.total - len(store.waiting(run.run_id))
    overseer = Overseer(store, run.run_id, config.limits, deadline=deadline, ending=ending)
    _visit_all(store, run, config, crawl, overseer, watch, environment)
    if overseer.found.why is not None and overseer.found.why not in GOES_ON:
        crawl.why, crawl.stopped = overseer.found.why, overseer.found.words
    if not crawl.waits:
        crawl.void = runs.close(store, run.run_id, config.policy, stopped=crawl.stopped)
    return crawl


def _visit_all(
    store: Store,
    run: Run,
    config: Config,
    crawl: Crawl,
    overseer: Overseer,
    watch: Watcher,
    environment: dict[str, str] | None,
) -> None:
    """Visit what waits, in one process after another, until nothing waits or the run is to end."""
    suspects: list[str] = []
    waiting = store.waiting(run.run_id)
    for _ in range(_MAX_RESTARTS):
        if not waiting or overseer.look(None) is not Order.GO_ON:
            return
        job = _job(store, run.kind, run.now, config, suspects or waiting, alone=bool(suspects))
        under_way = _one_process(store, job, crawl, overseer, watch, environment)
        found = overseer.found
        if found.why is Why.SITE:
            _give_up(store, crawl, found.sites, found.words)
        elif suspects and under_way and found.order is Order.GO_ON:  # visited alone, so it is the cause
            _give_up(store, crawl, sorted(under_way), _DIED)
        remaining = store.waiting(run.run_id)
        if len(remaining) == len(waiting) and not under_way:
            _give_up(store, crawl, remaining, found.words or "the crawl process could not start")
            return
        # Of the visits under way at a death one was the cause: they are made one at a time, before all others.
        died = under_way if found.order is Order.GO_ON else set()
        suspects = [c for c in remaining if c in died or c in suspects]
        waiting = remaining
    _give_up(store, crawl, waiting, "the crawl process died too often")


def _job(store: Store, kind: RunKind, now: datetime, config: Config, cluster_ids: Sequence[str], *, alone: bool) -> Job:
    """The order to visit these clusters, several at a time or each alone."""
    if alone:
        config = replace(config, politeness=replace(config.politeness, concurrent_sites=1))
    return Job(now=now, config=config, plans=runs.plans(store, kind, cluster_ids))


def _one_process(
    store: Store, job: Job, crawl: Crawl, overseer: Overseer, watch: Watcher, environment: dict[str, str] | None
) -> set[str]:
    """Run one crawl process to its end; gives the clusters whose visits it left under way."""
    clusters = {p.cluster.cluster_id: p.cluster for p in job.plans}
    under_way: set[str] = set()
    overseer.begin()
    with _process(job, environment, overseer) as (lines, log):
        for progress in decode_progress(lines):
            if progress.started:
                under_way.add(progress.started)
                overseer.visit_begins(progress.started)
                store.claim(crawl.run_id, progress.started)
                watch(Step(progress.started, None, None, _done(crawl), crawl.total))
            if progress.visit is not None:
                cluster_id = progress.visit.cluster_id
                under_way.discard(cluster_id)
                overseer.visit_ends(cluster_id)
                verdict = runs.take_in(store, crawl.run_id, clusters[cluster_id], progress.visit, job.config.policy)
                _account(crawl, progress.visit)
                watch(Step(cluster_id, progress.visit, verdict, _done(crawl), crawl.total))
        crawl.log = log()
    return under_way


def _done(crawl: Crawl) -> int:
    return crawl.resumed + len(crawl.outcomes)


def _account(crawl: Crawl, visit: Visit) -> None:
    """Add a visit to the account of its run."""
    crawl.outcomes[visit.cluster_id] = visit.outcome
    crawl.pages += sum(1 for f in visit.fetches if f.status is not None)
    crawl.n_bytes += sum(f.n_bytes for f in visit.fetches)
    crawl.rendered += sum(1 for f in visit.fetches if f.rendered)


@contextmanager
def _process(
    job: Job, environment: dict[str, str] | None, overseer: Overseer
) -> Iterator[tuple[Iterator[bytes], Callable[[], str]]]:
    """A crawl process: its lines, and its log afterwards. It never outlives this block."""
    with tempfile.TemporaryDirectory(prefix="clusterwatch-") as folder:
        order = Path(folder) / "job.json"
        order.write_bytes(encode_job(job))
        log = Path(folder) / "log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                _command(order, job.config),
                stdin=subprocess.PIPE,  # closed by our end, however we end: the crawl ends with it
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **(environment or {}), "SCRAPY_SETTINGS_MODULE": "crawler.settings"},
                start_new_session=True,
            )
        try:
            yield _lines(process, job.config.budget.max_seconds + _SILENCE_S, overseer), lambda: _tail(log)
        finally:
            _end_process(process)


def _lines(process: subprocess.Popen[bytes], silence_s: float, overseer: Overseer) -> Iterator[bytes]:
    """What the process tells, line by line, until it ends, or is ended: because it told nothing for too long, or
    because the overseer says so.
    """
    assert process.stdout is not None
    out = process.stdout.fileno()
    rest = b""
    patience_s = silence_s + _TO_START_S
    told_s = time.monotonic()
    asked = False
    while time.monotonic() - told_s <= patience_s:
        order = overseer.look(process.pid)
        if order is Order.KILL:
            break
        if order is Order.FINISH and not asked:
            asked = True
            _ask_to_finish(process)
        if not select.select([out], [], [], min(_LOOK_S, patience_s))[0]:
            continue
        told = os.read(out, 1 << 16)
        if not told:
            return
        patience_s, told_s = silence_s, time.monotonic()
        *lines, rest = (rest + told).split(b"\n")
        yield from (line + b"\n" for line in lines)
    process.kill()


def _ask_to_finish(process: subprocess.Popen[bytes]) -> None:
    """Have the crawl begin no further visit. One that is ending by itself hears nothing any more."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.write(STOP)
        process.stdin.flush()


def _end_process(process: subprocess.Popen[bytes]) -> None:
    """End the process and its group, and free its pipes. The browser goes with it: it hangs on a pipe of the crawl."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=0 if sys.exc_info()[0] else _TO_END_S)
    for end in (process.terminate, process.kill):
        if process.poll() is None:
            end()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=_TO_END_S)
    if process.returncode:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started and left behind
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _command(order: Path, config: Config) -> list[str]:
    settings = {
        **scrapy_settings(config),
        "ITEM_PIPELINES": '{"pipelines.deliver.DeliverVisits": 100}',
        "LOG_LEVEL": "WARNING",
    }
    options = [word for key, value in settings.items() for word in ("-s", f"{key}={value}")]
    return [sys.executable, "-m", "scrapy", "crawl", "visit", "-a", f"job={order}", *options]


def _tail(log: Path, size: int = 4000) -> str:
    return log.read_bytes()[-size:].decode("utf-8", "replace").strip()


def _give_up(store: Store, crawl: Crawl, cluster_ids: Sequence[str], reason: str) -> None:
    """Leave clusters out of the run: trying again would end in the same way for ever."""
    for cluster_id in cluster_ids:
        crawl.failed[cluster_id] = reason
        store.fail_task(crawl.run_id, cluster_id, reason)
