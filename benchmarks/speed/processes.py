"""What processes cost: CPU of this one and of those that have ended, and the memory of those under way."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from pathlib import Path

from benchmarks.started import spiders_of
from schedules.crawling import Step

_LOOKS_EVERY = 20  # visits


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU so far, in seconds."""

    own_s: float
    children_s: float  # of processes that have ended

    @property
    def cpu_s(self) -> float:
        """All of it."""
        return self.own_s + self.children_s


def costs() -> Costs:
    """What this process and those that it started have cost. What still runs is not in it."""
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return Costs(own.ru_utime + own.ru_stime, ended.ru_utime + ended.ru_stime)


def peak_mb(pid: int | str) -> float:
    """Peak resident memory of a process, 0.0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((round(int(line.split()[1]) / 1024, 1) for line in lines if line.startswith("VmHWM")), 0.0)


class Peaks:
    """The memory of the crawl processes that this one has started, while they run."""

    def __init__(self) -> None:
        self.spider_mb = 0.0

    def look(self, step: Step) -> None:
        """Look now and then; a watcher of `run_crawl`."""
        if step.done % _LOOKS_EVERY == 0 or step.done + 1 >= step.total:
            self.spider_mb = max([self.spider_mb, *map(peak_mb, spiders_of(os.getpid()))])
