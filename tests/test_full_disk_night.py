"""The night on which the disk was full, as the staff is told of it: by a real scheduler with a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Self

import pytest
from made import visit

from cli.messages import write
from crawler.config import Config, Limits, Schedule, Storage
from crawler.job import Job, Progress
from crawler.model import Cluster, Plan, RunKind, RunState
from crawler.news import Letter
from crawler.notify import Notify
from crawler.timetable import JobName
from db.desk import Desk
from db.job_runs import JobRunState
from pipelines.watching import look, trouble, watch
from schedules.crawling import run_crawl
from schedules.crews import Crawling, Told
from schedules.keeper import Keeper
from schedules.limits import Judgement, Order
from schedules.night import Nights
from schedules.shares import End, Share
from schedules.telling import Digests

SITES = [f"c{n}" for n in range(8)]
FINE = replace(visit(), moved_to="", pages=tuple(replace(page, notices=()) for page in visit().pages))  # no news
STORED = 3  # visits of the second night before the disk is full; its pages may have room for another
HOUR = timedelta(hours=1)
CONFIG = Config(
    limits=Limits(min_free_bytes=0),
    storage=Storage(archive="", backups=""),
    schedule=Schedule(crawl_jitter_minutes=0),  # 02:00 in Tokyo: 17:00 UTC; the digest at 07:00 in Brussels: 06:00
    notify=Notify(weekly=""),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


EVE = at("2024-11-24T16:00")


@dataclass
class World:
    """A database on a disk that fills when it is told to, a clock, and what an administrator was told when."""

    path: Path
    now: datetime = EVE
    fills: bool = False  # in the middle of the next crawl
    looks_hourly: bool = True  # the check beside the scheduler
    most: int | None = None  # pages of the database that the disk has room for
    told: list[tuple[str, Letter]] = field(default_factory=list)
    desks: list[Desk] = field(default_factory=list)
    recipient: str = "mail:kato@x.example"
    language: str = "en"

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        with Desk.open(self.path, clock=lambda: self.now) as desk:
            self.desks.append(desk)
            if self.most is not None:
                self.bound()
            yield desk
            self.desks.pop()

    def bound(self) -> None:
        """Leave the database that is open no page to grow by; SQLite then says that the disk is full."""
        (size,) = self.desks[-1]._db.execute("PRAGMA page_count").fetchone()
        self.most = self.most or size
        self.desks[-1]._db.execute(f"PRAGMA max_page_count = {self.most}")

    def send(self, letter: Letter, at: datetime) -> None:
        """Take a message, as the recipient's channel."""
        self.told.append((f"{at:%m-%dT%H:%M}", letter))

    def keeper(self) -> Keeper:
        nights = Nights(config=CONFIG, ending=Event(), engine=self.crew)
        return Keeper(self.desk, {JobName.CRAWL: nights, JobName.DIGEST: self.teller()}, CONFIG.schedule, inline=True)

    def teller(self) -> Digests:
        return Digests(config=CONFIG, channels=[self], write=write(CONFIG), watch=lambda desk: watch(desk, CONFIG))

    def crew(self, crawling: Crawling) -> Visitors:
        return Visitors(self)

    def check(self) -> None:
        """What `clusterwatch doctor --since 26h --tell` does."""
        found = look(self.path, CONFIG, now=self.now, span=timedelta(hours=26))
        with self.desk() as desk:
            replace(self.teller(), watch=lambda desk: trouble(desk, found)).alarm(desk)

    def pass_time(self, keeper: Keeper, until: str) -> None:
        while self.now < at(until):
            self.now += HOUR
            assert keeper.step()
            if self.looks_hourly:
                self.check()

    def crawl_by_hand(self) -> None:
        with self.desk() as desk:
            run_crawl(desk, kind=RunKind.NIGHTLY, now=self.now, config=CONFIG, engine=self.crew)

    def subjects(self) -> list[tuple[str, str]]:
        return [(when, letter.subject) for when, letter in self.told]


class Visitors:
    """Tells of a visit to each cluster, without a network; in the middle of it somebody looks whether all is well."""

    workers = 1
    found = Judgement(Order.GO_ON)

    def __init__(self, world: World) -> None:
        self._world = world
        self._share: Share | None = None
        self._job: Job | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: object) -> None:
        pass

    @property
    def is_busy(self) -> bool:
        return self._share is not None

    def has_room(self) -> bool:
        return self._share is None

    def begin(self, share: Share, job: Job, plans: Iterable[Plan]) -> bool:
        assert [plan.cluster.cluster_id for plan in plans] == list(share.next)
        self._share, self._job = share, job
        return True

    def told(self) -> Iterator[Told]:
        share, job, world = self._share, self._job, self._world
        assert share is not None
        assert job is not None
        for n, cluster_id in enumerate(share.next):
            if n == STORED and world.fills:
                world.bound()
                world.fills = False
            elif n == STORED and world.looks_hourly:
                world.check()
            yield share, Progress(started=cluster_id)
            yield share, Progress(visit=replace(FINE, cluster_id=cluster_id, started_at=job.now, day=job.now.date()))
        yield share, End(found=Judgement(Order.GO_ON))
        self._share = None


@pytest.fixture
def world(tmp_path: Path) -> World:
    with Desk.open(tmp_path / "w.db", create=True, clock=lambda: EVE) as desk:
        desk.upsert_clusters(
            Cluster(cluster_id=c, name_en=f"Cluster {c}", website=f"https://{c}.example/") for c in SITES
        )
    return World(tmp_path / "w.db")


FAILED, AGAIN = "The nightly crawl failed", "the crawl runs again"


@pytest.mark.parametrize(
    ("hourly", "by_hand", "told"),
    [
        # The check beside the scheduler speaks once the night before, of 17:00, is older than a day and two hours.
        (True, False, [("11-25T20:00", FAILED), ("11-27T06:00", AGAIN)]),
        (True, True, [("11-25T20:00", FAILED), ("11-26T06:00", AGAIN)]),
        (False, False, [("11-26T06:00", FAILED), ("11-27T06:00", AGAIN)]),
    ],
)
def test_of_a_night_whose_disk_was_full_an_alarm_comes_and_the_rest_is_visited_later(
    world: World, hourly: bool, by_hand: bool, told: list[tuple[str, str]]
) -> None:
    world.looks_hourly = hourly
    keeper = world.keeper()
    keeper.begin()
    world.pass_time(keeper, "2024-11-25T16:00")
    world.fills = True
    world.pass_time(keeper, "2024-11-25T17:00")
    with world.desk() as desk:
        run, job_run = desk.runs(1)[0], desk.job_runs()[0]
        visited = list(desk.outcomes(run.run_id))
        assert (run.state, job_run.state, job_run.run_id) == (RunState.FAILED, JobRunState.FAILED, run.run_id)
        left = desk.waiting(run.run_id)
        assert (len(visited) >= STORED, visited + left) == (True, SITES)
        assert left
    world.most = None  # somebody makes room
    world.pass_time(keeper, "2024-11-26T03:00")
    if by_hand:
        world.crawl_by_hand()
    world.pass_time(keeper, "2024-11-27T07:00")
    keeper.end()
    assert world.subjects() == told
    words = f"the disk is full: free some space in {world.path.parent}, then run clusterwatch crawl again"
    assert words in world.told[0][1].text
    assert "What was seen before that is kept and counts." in world.told[0][1].text
    with world.desk() as desk:
        ended = [(run.state, len(desk.outcomes(run.run_id))) for run in reversed(desk.runs())]
        of_the_full_night = (RunState.DONE, len(SITES)) if by_hand else (RunState.FAILED, len(visited))
        assert ended == [(RunState.DONE, len(SITES)), of_the_full_night, (RunState.DONE, len(SITES))]
        if not by_hand:
            assert desk.task_ids(desk.runs(1)[0].run_id) == left + visited, "the rest comes first"
