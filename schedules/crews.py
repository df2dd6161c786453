"""Who visits the websites of a run: some crawl processes on this machine. `schedules.engine` has those on others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from crawler.config import Config
from crawler.job import Job, Progress
from crawler.model import Plan
from schedules.crawl_process import CrawlProcess, listen
from schedules.limits import Judgement, Order, Overseer
from schedules.shares import End, Share

Told = tuple[Share, Progress | End]  # what a process on a share has told, and at last how it ended


class Crew(Protocol):
    """Processes that visit shares of a run side by side. Each share is with one of them at most."""

    workers: int  # how many share what waits; 0: as many as there are, a shard each
    found: Judgement  # what ends the run for all of them, and is not a process's own

    @property
    def is_busy(self) -> bool:
        """Whether any share is with it."""
        ...

    def has_room(self) -> bool:
        """Whether another share can begin."""
        ...

    def begin(self, share: Share, job: Job, plans: Iterable[Plan]) -> bool:
        """Begin to visit the next of a share by this job, whose plans are made while they are gone through, once.

        False when it cannot be now, and should be tried later.
        """
        ...

    def told(self) -> Iterator[Told]:
        """What it has told since the last call; waits a moment for it. May raise what the overseer's asking raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawling:
    """What a crew must know about the run that it works on."""

    run_id: int
    config: Config
    overseer: Callable[[], Overseer]  # makes one, which must be asked in the thread that stores
    continued: bool = False  # processes of an earlier, interrupted command may have been at work on it
    environment: dict[str, str] | None = None


Engine = Callable[[Crawling], AbstractContextManager[Crew]]


class LocalCrew:
    """Crawl processes of this machine. None outlives the block."""

    def __init__(self, crawling: Crawling, workers: int) -> None:
        self.workers = workers
        self.found = Judgement(Order.GO_ON)
        self._crawling = crawling
        self._at_work: dict[CrawlProcess, Share] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._at_work:
            process.close(hurry=True)

    @property
    def is_busy(self) -> bool:
        """Whether any process is at work."""
        return bool(self._at_work)

    def has_room(self) -> bool:
        """Whether there are fewer processes than there may be."""
        return len(self._at_work) < self.workers

    def begin(self, share: Share, job: Job, plans: Iterable[Plan]) -> bool:
        """Start a process."""
        crawling = self._crawling
        process = CrawlProcess(job, crawling.overseer(), crawling.environment, crawling.run_id, plans)
        self._at_work[process] = share
        return True

    def told(self) -> Iterator[Told]:
        """What the processes have told, each visit as soon as it is there."""
        for process, line in listen(list(self._at_work)):
            share = self._at_work[process]
            if line is not None:
                yield share, process.understood(line)
                continue
            end = process.close()
            del self._at_work[process]
            yield share, end
