"""A run: what is to be visited is handed to crawl processes, what they tell is stored and judged. The one writer.

The processes are those of `schedules.crews` on this machine, or of `schedules.engine` on others; the ledger, which is
written here alone, is the memory of the run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from time import monotonic

from crawler.config import Config
from crawler.errors import DiskFull, StoreError
from crawler.job import Job, PageTold, PictureJob, Progress
from crawler.model import Cluster, Plan, RunKind, Verdict, Visit, VisitOutcome
from crawler.shards import MOST, Shard, shards
from crawler.urls import forget
from db.disk import room_kept
from db.rescans import RescanLost
from db.rows import Run
from db.store import Store
from pipelines import runs
from schedules.crawl_process import CrawlProcess, listen
from schedules.crews import Crawling, Crew, Engine, LocalCrew
from schedules.limits import GOES_ON, UNBOUNDED, WAITS, Bounds, Judgement, Order, Overseer, Why, asked_of
from schedules.shares import End, Share, Waiting, ends_run, settled

logger = logging.getLogger(__name__)

_CLUSTERS_AT_ONCE = 500  # of those that are only gone through
# Visits. Judging asks the same of an address several times within a visit; of a night's it would remember 9 MB.
_FORGETS_EVERY = 200
_HOLDS_EVERY_S = 60.0  # between two words to the ledger that we are still at work: well within `db.store.LEASE`


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


def run_crawl(  # noqa: PLR0913  # what a run is, what bounds it, who watches, and who visits
    store: Store,
    *,
    kind: RunKind,
    now: datetime,
    config: Config,
    cluster_ids: Sequence[str] | None = None,
    bounds: Bounds = UNBOUNDED,
    watch: Watcher = lambda step: None,
    environment: dict[str, str] | None = None,
    engine: Engine | None = None,
) -> Crawl:
    """Visit clusters (all by default), store every visit with its verdict, and say how it went.

    An interrupted run of the same kind is continued: what it has is kept, and nothing is visited twice. `engine` gives
    the machines that visit; without one this machine does, with `crawl.workers` processes.
    """
    run = store.begin_run(kind, now, cluster_ids, config.policy.name)
    about = {"run_id": run.run_id}
    crawling = Crawling(
        run_id=run.run_id,
        config=config,
        overseer=partial(Overseer, asked_of(store, run.run_id, bounds), config, bounds.go_on),
        continued=run.taken_at != run.started_at,
        environment=environment,
    )
    with _put_down(store, run):
        crawl = _account_of(store, run.run_id, bounds)
        logger.info(
            "run %s (%s) over %s clusters, %s of them done", run.run_id, kind, crawl.total, crawl.resumed, extra=about
        )
        found = _Visiting(store, run, crawl, crawling, watch).all(engine)
        runs.shelf(store, run.run_id, config.storage)  # mends what a killed process left
        if found.why not in GOES_ON and store.waiting(run.run_id):  # else the end came with the last visit
            crawl.why, crawl.stopped = found.why, found.words
        if not crawl.waits:
            note = " ".join(crawl.warnings)
            crawl.void = runs.close(store, crawl.run_id, config.policy, stopped=crawl.stopped, note=note)
    if not (crawl.waits or crawl.void or crawl.stopped):
        _take_pictures(store, crawl, run, crawling)
    logger.info("run %s: %s", run.run_id, crawl.void or crawl.stopped or "done", extra=about)
    return crawl


@contextmanager
def _put_down(store: Store, run: Run) -> Iterator[None]:
    """What raises in the block is raised again, and the ledger learns what must not look as if it went on.

    A second look that was stopped is begun anew, under its own instant. Of a full disk the words say where to make room,
    in the little that was kept for them. Where others have taken even this, the run counts as interrupted.
    """
    with room_kept(store.path) as free_it:
        try:
            yield
        except DiskFull as full:
            told = DiskFull(full_words(run.kind, full.folder), folder=full.folder, run_id=run.run_id)
            free_it()
            with suppress(StoreError):
                end = store.abandon_run if run.kind is RunKind.RESCAN else store.break_off
                end(run.run_id, str(told))
            raise told from full
        except BaseException:
            if run.kind is RunKind.RESCAN:
                with suppress(StoreError):
                    store.abandon_run(run.run_id, "stopped")
            raise


def full_words(kind: RunKind, folder: str) -> str:
    """What happened to a run that found the disk full, and what to do."""
    again = "clusterwatch crawl" if kind is RunKind.NIGHTLY else "the second look"
    return f"the disk is full: free some space in {folder}, then run {again} again. What was stored is kept"


def _account_of(store: Store, run_id: int, bounds: Bounds) -> Crawl:
    """The account of a run that begins or is continued; the ledger learns what it leaves out and when it must end."""
    store.leave_out(run_id, bounds.skipped)
    store.end_by(run_id, bounds.deadline)
    left_out = len(store.skipped(run_id))
    total = store.task_count(run_id) - left_out
    return Crawl(run_id=run_id, total=total, resumed=total - len(store.waiting(run_id)), left_out=left_out)


class _Visiting:
    """The visits of one run: hands shares out, takes in what is told of them, and starts again what has died."""

    def __init__(self, store: Store, run: Run, crawl: Crawl, crawling: Crawling, watch: Watcher) -> None:
        self._store, self._run, self._crawl, self._crawling, self._watch = store, run, crawl, crawling, watch
        self._overseer = crawling.overseer()
        self._clusters: dict[str, Cluster] = {}  # of the shares that are being visited
        self._begun = False  # a visit, by any process
        self._found = Judgement(Order.GO_ON)  # what ends the run, once something does
        self._held_s = monotonic()

    def all(self, engine: Engine | None) -> Judgement:
        """Visit until nothing waits or the run is to end; gives what ends it."""
        ids = self._store.waiting(self._run.run_id)
        config = self._crawling.config
        with engine(self._crawling) if engine else LocalCrew(self._crawling, self._workers) as crew:
            waiting = Waiting(self._shards(ids, crew), crew.workers, config.crawl.shard_clusters)
            while True:
                self._hand_out(crew, waiting)
                if not crew.is_busy and (self._found.why is not None or not waiting):
                    return self._found
                for share, told in crew.told():
                    if isinstance(told, End):
                        self._settle(share, told, waiting)
                    else:
                        self._take(told)
                if self._found.why is None:
                    self._found = crew.found
                self._hold()

    @property
    def _workers(self) -> int:
        return self._crawling.config.crawl.workers if self._run.kind is RunKind.NIGHTLY else 1

    def _shards(self, ids: Sequence[str], crew: Crew) -> Sequence[Shard]:
        """What waits, cut so that several processes can share it; whole, and in its order, for one."""
        if not ids or crew.workers == 1:
            return [tuple(ids[first : first + MOST]) for first in range(0, len(ids), MOST)]
        return shards(self._registered(ids), self._crawling.config.crawl.shard_clusters)

    def _registered(self, ids: Sequence[str]) -> Iterator[Cluster]:
        """These clusters, in this order; one that the registry has no more names no website."""
        for first in range(0, len(ids), _CLUSTERS_AT_ONCE):
            some = ids[first : first + _CLUSTERS_AT_ONCE]
            clusters = {c.cluster_id: c for c in self._store.clusters(some)}
            yield from (clusters.get(i) or Cluster(cluster_id=i, name_en=i, website="") for i in some)

    def _hand_out(self, crew: Crew, waiting: Waiting) -> None:
        """Give the crew as much as it takes, unless the run is to end."""
        while self._found.why is None and waiting and crew.has_room():
            if self._overseer.look_now() is not Order.GO_ON:
                self._found = self._overseer.found
                return
            share = waiting.take()
            job = self._job(share)
            if not crew.begin(share, job, self._plans(share)):
                self._forget(share.waiting)
                waiting.put_off(share)
                return

    def _plans(self, share: Share) -> Iterator[Plan]:
        """What to visit next of a share. Of a plan that was gone through no more is kept than whose visit it is."""
        config = self._crawling.config
        for plan in runs.plans(self._store, self._run.kind, share.next, now=self._run.now, config=config):
            self._clusters[plan.cluster.cluster_id] = plan.cluster
            yield plan

    def _forget(self, cluster_ids: Iterable[str]) -> None:
        """No visit to these clusters is under way any more."""
        for cluster_id in cluster_ids:
            self._clusters.pop(cluster_id, None)

    def _job(self, share: Share) -> Job:
        """The order to visit the next of a share, several at a time or each alone; its plans follow."""
        config, watched = self._crawling.config, self._run.kind is RunKind.RESCAN
        if share.suspects:
            config = replace(config, politeness=replace(config.politeness, concurrent_sites=1))
        return Job(
            now=self._run.now,
            config=config,
            plans=(),
            shelf=runs.shelf(self._store, self._run.run_id, config.storage),
            tells_pages=watched,
            past_caches=watched,
            turns=str(self._store.turns_file),
        )

    def _take(self, told: Progress) -> None:
        """Take in what a crawl process told."""
        store, crawl, run_id = self._store, self._crawl, self._run.run_id
        if told.waits:
            self._tell(told.waits, waits=True)
        if told.page is not None:
            self._tell(told.cluster_id, page=told.page)
        if told.started:
            self._begun = True
            store.claim(run_id, told.started)
            self._tell(told.started)
        _warn(crawl, told)
        visit = told.visit
        if visit is None or visit.cluster_id in crawl.outcomes:  # another machine may deliver twice
            return
        self._overseer.go_on()  # nothing is stored of what somebody has just cancelled
        if len(crawl.outcomes) % _FORGETS_EVERY == 0:
            forget()
        cluster = self._clusters[visit.cluster_id]
        verdict = runs.take_in(store, run_id, cluster, visit, self._crawling.config, told.records, told.robots)
        _account(crawl, visit)
        about = {"run_id": run_id, "cluster_id": visit.cluster_id}
        logger.info("%s: visited: %s", visit.cluster_id, visit.outcome, extra=about)
        self._tell(visit.cluster_id, visit=visit, verdict=verdict)

    def _tell(
        self,
        cluster_id: str,
        *,
        visit: Visit | None = None,
        verdict: Verdict | None = None,
        page: PageTold | None = None,
        waits: bool = False,
    ) -> None:
        done = self._crawl.resumed + len(self._crawl.outcomes)
        self._watch(Step(cluster_id, visit, verdict, done, self._crawl.total, page=page, waits=waits))

    def _settle(self, share: Share, end: End, waiting: Waiting) -> None:
        """Do what follows from the end of a process."""
        crawl = self._crawl
        crawl.log = end.log or crawl.log
        if ends_run(end) and self._found.why is None:
            self._found = end.found
        made = settled(share, end, [c for c in share.waiting if c not in crawl.outcomes and c not in crawl.failed])
        self._give_up(made.given_up)
        if made.share is not None:
            waiting.put_back(made.share)
        elif made.hopeless and not self._begun:
            self._give_up(dict.fromkeys(waiting.clear(), next(iter(made.given_up.values()))))
        self._forget(share.waiting)

    def _give_up(self, reasons: Mapping[str, str]) -> None:
        """Leave clusters out of the run: trying again would end in the same way for ever."""
        for cluster_id, reason in reasons.items():
            self._crawl.failed[cluster_id] = reason
            self._store.fail_task(self._run.run_id, cluster_id, reason)

    def _hold(self) -> None:
        """Tell the ledger that we are at work, also while nothing begins for long."""
        if monotonic() - self._held_s > _HOLDS_EVERY_S:
            self._held_s = monotonic()
            self._store.hold_run(self._run.run_id)


def _take_pictures(store: Store, crawl: Crawl, run: Run, crawling: Crawling) -> None:
    """Keep how the home pages look about which a run opened a question. What cannot be shown has no picture."""
    config = crawling.config
    shelf = runs.shelf(store, run.run_id, config.storage)
    wanted = runs.pictures_wanted(store, run.run_id, config) if shelf and config.browser.enabled else ()
    if shelf is None or not wanted:
        return
    job = PictureJob(now=run.now, wanted=wanted, shelf=shelf, config=config)
    try:
        with CrawlProcess(job, crawling.overseer(), crawling.environment, run.run_id) as process:
            while (told := _told_by(process)) is not None:
                for progress in told:
                    _warn(crawl, progress)
                    if progress.shot is not None:
                        store.add_picture(run.run_id, progress.shot)
                        crawl.pictures += 1
    except RescanLost:
        pass  # the verdicts are stored: whoever wants no more of the crawl can end no more than its pictures


def _told_by(process: CrawlProcess) -> list[Progress] | None:
    """What the one process has just told, None when it has ended."""
    lines = [line for _, line in listen([process])]
    return None if None in lines else [process.understood(line) for line in lines if line is not None]


def _warn(crawl: Crawl, told: Progress) -> None:
    """Note what somebody must act on, once."""
    if told.warning and told.warning not in crawl.warnings:
        crawl.warnings.append(told.warning)


def _account(crawl: Crawl, visit: Visit) -> None:
    """Add a visit to the account of its run."""
    crawl.outcomes[visit.cluster_id] = visit.outcome
    crawl.pages += sum(1 for f in visit.fetches if f.status is not None)
    crawl.n_bytes += sum(f.n_bytes for f in visit.fetches)
    crawl.confirmed += visit.confirms is not None
    crawl.rendered += sum(1 for f in visit.fetches if f.rendered)
    crawl.rendered_s += sum(f.elapsed_s for f in visit.fetches if f.rendered)
    crawl.fetched_s += sum(f.elapsed_s for f in visit.fetches)
