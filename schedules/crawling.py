"""Runs a crawl as a subprocess, stores and judges what it delivers, and keeps the ledger. The one writer.

A Twisted reactor cannot start twice in one process, and a crash of a parser or a browser must not take the
store with it: so the spider lives in a process of its own and tells its visits over a pipe.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Protocol

from crawler.config import Config, scrapy_settings
from crawler.errors import StoreError
from crawler.job import STOP, Job, PageTold, PictureJob, decode_progress, encode_job
from crawler.model import RunKind, Verdict, Visit, VisitOutcome
from db.rescans import RescanLost
from db.rows import Run
from db.store import Store
from pipelines import runs
from schedules.crawl_log import CrawlLog
from schedules.limits import GOES_ON, UNBOUNDED, WAITS, Bounds, Order, Overseer, Why

logger = logging.getLogger(__name__)

_MAX_RESTARTS = 100  # of one run; more crashes than that are no fault of single websites
# In a row, of processes that begin no visit. One may be killed while it starts; whatever stops three stops all.
_MAX_IDLE = 3
# A crawl that tells nothing for this long, beyond the longest visit, hangs in our own code and is ended.
_SILENCE_S = 60.0
_TO_START_S = 60.0  # more for the first word: a busy machine takes its time to load everything
_TO_END_S = 10.0  # for a crawl to end when it is asked to
_TO_LEAVE_S = 2.0  # the same when nobody waits for what it does: one that hangs in our code does not hear us
_HEARD_EVERY_S = 0.5  # between two questions whether the crawl may go on
_FOLDER = "clusterwatch-"
_LONGEST_FOLDER = 56  # bytes; see `_where_paths_are_short`
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
    rendered: int = 0  # pages that a browser showed
    rendered_s: float = 0.0  # seconds that took, the requests of the pages' scripts included
    fetched_s: float = 0.0  # seconds of all requests, those shown in a browser included
    confirmed: int = 0  # visits that found the last full reading unchanged
    pictures: int = 0  # of home pages
    left_out: int = 0  # not to be visited in this run at all
    void: str = ""
    warnings: list[str] = field(default_factory=list)  # what somebody must act on although the run counts
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
    page: PageTold | None = None  # a fetch of the visit under way, in a rescan only
    waits: bool = False  # the visit has to wait: another process is at the website


Watcher = Callable[[Step], None]


class _Once(Protocol):
    """One crawl process over these clusters; gives those whose visits it left under way."""

    def __call__(self, cluster_ids: Sequence[str], *, alone: bool) -> set[str]: ...


def run_crawl(
    store: Store,
    *,
    kind: RunKind,
    now: datetime,
    config: Config,
    cluster_ids: Sequence[str] | None = None,
    bounds: Bounds = UNBOUNDED,
    watch: Watcher = lambda step: None,
    environment: dict[str, str] | None = None,
) -> Crawl:
    """Visit clusters (all by default), store every visit with its verdict, and say how it went.

    An interrupted run of the same kind is continued: what it has is kept, and nothing is visited twice.
    """
    run = store.begin_run(kind, now, cluster_ids, config.policy.name)
    crawl = _account_of(store, run.run_id, bounds)
    overseer = Overseer(store, run.run_id, config, bounds)
    about = {"run_id": run.run_id}
    logger.info(
        "run %s (%s) over %s clusters, %s of them done", run.run_id, kind, crawl.total, crawl.resumed, extra=about
    )

    def once(cluster_ids: Sequence[str], *, alone: bool) -> set[str]:
        job = _job(store, run, config, cluster_ids, alone=alone)
        return _one_process(store, job, crawl, overseer, watch, environment)

    try:
        _visit_all(store, crawl, overseer, once)
    except BaseException:  # raised again; a second look that was stopped is begun anew, under its own instant
        if kind is RunKind.RESCAN:
            with suppress(StoreError):
                store.abandon_run(run.run_id, "stopped")
        raise
    runs.shelf(store, run.run_id, config.storage)  # mends what a killed process left
    if overseer.found.why not in GOES_ON and store.waiting(run.run_id):  # else the end came with the last visit
        crawl.why, crawl.stopped = overseer.found.why, overseer.found.words
    if not crawl.waits:
        note = " ".join(crawl.warnings)
        crawl.void = runs.close(store, crawl.run_id, config.policy, stopped=crawl.stopped, note=note)
        if not crawl.void and not crawl.stopped:
            _take_pictures(store, crawl, run, Overseer(store, run.run_id, config, bounds), config, environment)
    logger.info("run %s: %s", run.run_id, crawl.void or crawl.stopped or "done", extra=about)
    return crawl


def _account_of(store: Store, run_id: int, bounds: Bounds) -> Crawl:
    """The account of a run that begins or is continued; the ledger learns what it leaves out and when it must end."""
    store.leave_out(run_id, bounds.skipped)
    store.end_by(run_id, bounds.deadline)
    left_out = len(store.skipped(run_id))
    total = store.task_count(run_id) - left_out
    return Crawl(run_id=run_id, total=total, resumed=total - len(store.waiting(run_id)), left_out=left_out)


def _visit_all(store: Store, crawl: Crawl, overseer: Overseer, once: _Once) -> None:
    """Start crawl processes until nothing waits or the run is to end.

    What brings them down is visited alone, and given up; what takes too long is given up.
    """
    suspects: list[str] = []
    waiting = store.waiting(crawl.run_id)
    idle = 0  # processes in a row that began no visit
    for _ in range(_MAX_RESTARTS):
        if not waiting or overseer.look(None) is not Order.GO_ON:
            return
        under_way = once(suspects or waiting, alone=bool(suspects))
        found = overseer.found
        if found.why is Why.SITE:
            _give_up(store, crawl, found.sites, found.words)
        elif suspects and under_way and overseer.fell:  # visited alone, so it is the cause
            _give_up(store, crawl, sorted(under_way), found.words or _DIED)
        remaining = store.waiting(crawl.run_id)
        begun = under_way or len(remaining) < len(waiting) or found.why not in {None, Why.MEMORY}
        idle = 0 if begun else idle + 1
        if idle == _MAX_IDLE:
            _give_up(store, crawl, remaining, found.words or "the crawl process could not start")
            return
        # Of the visits under way at a death one was the cause: they are made one at a time, before all others.
        died = under_way if overseer.fell else set()
        suspects = [c for c in remaining if c in died or c in suspects]
        waiting = remaining
    _give_up(store, crawl, waiting, "the crawl process died too often")


def _take_pictures(  # everything one process needs, and the account that it goes into
    store: Store, crawl: Crawl, run: Run, overseer: Overseer, config: Config, environment: dict[str, str] | None
) -> None:
    """Keep how the home pages look about which a run opened a question. What cannot be shown has no picture."""
    shelf = runs.shelf(store, run.run_id, config.storage)
    wanted = runs.pictures_wanted(store, run.run_id, config) if shelf and config.browser.enabled else ()
    if shelf is None or not wanted:
        return
    job = PictureJob(now=run.now, wanted=wanted, shelf=shelf, config=config)
    try:
        with _process(job, environment, overseer, crawl.run_id) as (lines, _):
            for progress in decode_progress(lines):
                if progress.warning and progress.warning not in crawl.warnings:
                    crawl.warnings.append(progress.warning)
                if progress.shot is not None:
                    store.add_picture(run.run_id, progress.shot)
                    crawl.pictures += 1
    except RescanLost:
        pass  # the verdicts are stored: whoever wants no more of the crawl can end no more than its pictures


def _job(store: Store, run: Run, config: Config, cluster_ids: Sequence[str], *, alone: bool) -> Job:
    """The order to visit these clusters, several at a time or each alone."""
    if alone:
        config = replace(config, politeness=replace(config.politeness, concurrent_sites=1))
    watched = run.kind is RunKind.RESCAN
    return Job(
        now=run.now,
        config=config,
        plans=runs.plans(store, run.kind, cluster_ids, now=run.now, config=config),
        shelf=runs.shelf(store, run.run_id, config.storage),
        tells_pages=watched,
        past_caches=watched,
        turns=str(store.turns_file),
    )


def _one_process(  # everything one process needs, and the account that it goes into
    store: Store,
    job: Job,
    crawl: Crawl,
    overseer: Overseer,
    watch: Watcher,
    environment: dict[str, str] | None,
) -> set[str]:
    """Run one crawl process to its end; gives the clusters whose visits it left under way."""
    clusters = {p.cluster.cluster_id: p.cluster for p in job.plans}
    under_way: set[str] = set()
    overseer.begin()
    with _process(job, environment, overseer, crawl.run_id) as (lines, log):
        for progress in decode_progress(lines):
            if progress.waits:
                watch(Step(progress.waits, None, None, _done(crawl), crawl.total, waits=True))
            if progress.page is not None:
                watch(Step(progress.cluster_id, None, None, _done(crawl), crawl.total, page=progress.page))
            if progress.started:
                under_way.add(progress.started)
                overseer.visit_begins(progress.started)
                store.claim(crawl.run_id, progress.started)
                watch(Step(progress.started, None, None, _done(crawl), crawl.total))
            if progress.warning and progress.warning not in crawl.warnings:
                crawl.warnings.append(progress.warning)
            if progress.visit is not None:
                overseer.go_on()  # nothing is stored of what somebody has just cancelled
                cluster_id = progress.visit.cluster_id
                under_way.discard(cluster_id)
                overseer.visit_ends(cluster_id)
                verdict = runs.take_in(
                    store,
                    crawl.run_id,
                    clusters[cluster_id],
                    progress.visit,
                    job.config,
                    progress.records,
                    progress.robots,
                )
                _account(crawl, progress.visit)
                about = {"run_id": crawl.run_id, "cluster_id": cluster_id}
                logger.info("%s: visited: %s", cluster_id, progress.visit.outcome, extra=about)
                watch(Step(cluster_id, progress.visit, verdict, _done(crawl), crawl.total))
        crawl.log = log.tail()
    return under_way


def _done(crawl: Crawl) -> int:
    return crawl.resumed + len(crawl.outcomes)


def _account(crawl: Crawl, visit: Visit) -> None:
    """Add a visit to the account of its run."""
    crawl.outcomes[visit.cluster_id] = visit.outcome
    crawl.pages += sum(1 for f in visit.fetches if f.status is not None)
    crawl.n_bytes += sum(f.n_bytes for f in visit.fetches)
    crawl.confirmed += visit.confirms is not None
    crawl.rendered += sum(1 for f in visit.fetches if f.rendered)
    crawl.rendered_s += sum(f.elapsed_s for f in visit.fetches if f.rendered)
    crawl.fetched_s += sum(f.elapsed_s for f in visit.fetches)


@contextmanager
def _process(
    job: Job | PictureJob, environment: dict[str, str] | None, overseer: Overseer, run_id: int
) -> Iterator[tuple[Iterator[bytes], CrawlLog]]:
    """A crawl process: its lines, and its log. It never outlives this block, nor does what it and its
    browser put into files of the moment: a browser that is killed leaves its profile and its socket lying about.
    """
    # What is being killed may still write while the folder goes.
    with tempfile.TemporaryDirectory(
        prefix=_FOLDER, dir=_where_paths_are_short(), ignore_cleanup_errors=True
    ) as folder:
        order = Path(folder) / "job.json"
        order.write_bytes(encode_job(job))
        path = Path(folder) / "log"
        log = CrawlLog(path, run_id, (p.cluster.cluster_id for p in job.plans) if isinstance(job, Job) else ())
        with path.open("wb") as errors:
            process = subprocess.Popen(
                _command("visit" if isinstance(job, Job) else "picture", order, job.config),
                stdin=subprocess.PIPE,  # closed by our end, however we end: the crawl ends with it
                stdout=subprocess.PIPE,
                stderr=errors,
                env={
                    **os.environ,
                    **(environment or {}),
                    "TMPDIR": folder,
                    "SCRAPY_SETTINGS_MODULE": "crawler.settings",
                },
                start_new_session=True,
            )
        try:
            yield _lines(process, job.config.budget.max_seconds + _SILENCE_S, overseer, log), log
        finally:
            _end_process(process)
            log.pass_on(ended=True)


def _where_paths_are_short() -> str:
    """The folder for files of the moment; where its path is long, the one that every system of the kind has.

    Chromium keeps a socket in a folder of its own in there, and dies at once when the path is longer than the system
    admits: `TMPDIR/org.chromium.Chromium.XXXXXX/SingletonSocket` in 108 bytes on Linux, in 104 on macOS.
    """
    usual = tempfile.gettempdir()
    ours = len(os.fsencode(usual)) + len(f"/{_FOLDER}12345678")
    return usual if ours <= _LONGEST_FOLDER else "/tmp"  # noqa: S108  # the folder made in it is private


def _lines(process: subprocess.Popen[bytes], silence_s: float, overseer: Overseer, log: CrawlLog) -> Iterator[bytes]:
    """What the process tells, line by line, until it ends, or is ended: because it told nothing for too long, or
    because the overseer says so. What asks whether to go on may raise, to the caller.
    """
    assert process.stdout is not None
    out = process.stdout.fileno()
    rest = b""
    until_s = monotonic() + silence_s + _TO_START_S
    asked = False
    while (left_s := until_s - monotonic()) > 0:
        log.pass_on()
        order = overseer.look(process.pid)
        if order is Order.KILL:
            break
        if order is Order.FINISH and not asked:
            asked = True
            _ask_to_finish(process)
        if not select.select([out], [], [], min(_HEARD_EVERY_S, left_s))[0]:
            continue
        told = os.read(out, 1 << 16)
        if not told:
            return
        until_s = monotonic() + silence_s
        *lines, rest = (rest + told).split(b"\n")
        yield from (line + b"\n" for line in lines)
    process.kill()


def _ask_to_finish(process: subprocess.Popen[bytes]) -> None:
    """Have the crawl begin no further visit. One that is ending by itself hears nothing any more."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        os.write(process.stdin.fileno(), STOP)


def _end_process(process: subprocess.Popen[bytes]) -> None:
    """End the process and its group, and free its pipes. The browser goes with it: it hangs on a pipe of the crawl."""
    assert process.stdin is not None
    if sys.exc_info()[0]:  # nobody waits for it any more
        with suppress(OSError):
            process.stdin.close()  # it ends at once, as if we had died
    _wait(process)
    for end in (process.terminate, process.kill):
        if process.poll() is None:
            end()
            _wait(process)
    if process.returncode:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started and left behind
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _wait(process: subprocess.Popen[bytes]) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_TO_LEAVE_S if sys.exc_info()[0] else _TO_END_S)


def _command(spider: str, order: Path, config: Config) -> list[str]:
    settings = {
        **scrapy_settings(config),
        "ITEM_PIPELINES": '{"pipelines.deliver.DeliverVisits": 100}',
        "LOG_LEVEL": "WARNING",
    }
    options = [word for key, value in settings.items() for word in ("-s", f"{key}={value}")]
    return [sys.executable, "-m", "scrapy", "crawl", spider, "-a", f"job={order}", *options]


def _give_up(store: Store, crawl: Crawl, cluster_ids: Sequence[str], reason: str) -> None:
    """Leave clusters out of the run: trying again would end in the same way for ever."""
    for cluster_id in cluster_ids:
        crawl.failed[cluster_id] = reason
        store.fail_task(crawl.run_id, cluster_id, reason)
