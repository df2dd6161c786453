"""Watches crawl processes and the machine around them, and says when to end one, how, and why."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from threading import Event

from crawler.config import Config, Limits
from db.disk import free_bytes
from db.run_control import CANCEL, PAUSE
from db.store import Store

LOOK_EVERY_S = 1.0  # between two looks; each costs a question to the database and three to the kernel
TO_FINISH_S = 20.0  # for the visits under way when the program itself is to end: whoever asked will not wait for long
_HARD = 1.5  # of the memory ceiling: a process that grows on while it ends politely is killed

Goer = Callable[[], None]  # asked all along whether to go on; raises whatever it wants to end the crawl with


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one run is held to, beside the settings."""

    skipped: Mapping[str, str] = field(default_factory=dict)  # clusters not to be visited, each with its reason
    deadline: datetime | None = None  # then the run ends with what it has
    ending: Event | None = None  # when set, the run stops, to be continued later
    # What it raises ends the crawl process with its browser and goes on to the caller; the run stays as interrupted.
    go_on: Goer | None = None


UNBOUNDED = Bounds()


class Order(StrEnum):
    """What is to be done with a crawl process."""

    GO_ON = "go_on"
    FINISH = "finish"  # end politely: finish the visits under way, begin no other
    KILL = "kill"


class Why(StrEnum):
    """Why a crawl process is to end."""

    SITE = "site"  # one site takes too long; the run goes on without it
    MEMORY = "memory"  # too large; the run goes on in a fresh process
    PAUSED = "paused"  # the run waits for a person
    ENDING = "ending"  # the program itself is asked to end; the run is continued by the next one
    CANCELLED = "cancelled"
    DEADLINE = "deadline"
    DISK = "disk"
    AWAY = "away"  # the machines that visit cannot be reached; the run is continued when they can


GOES_ON = frozenset({Why.SITE, Why.MEMORY})
WAITS = frozenset({Why.PAUSED, Why.ENDING, Why.AWAY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one look at a crawl shows."""

    now: datetime
    deadline: datetime | None = None
    wish: str = ""
    wished_by: str = ""
    ending: bool = False
    free_bytes: int | None = None  # None: not known
    memory_bytes: int | None = None  # of the crawl process, resident; None: not known
    visits_s: Mapping[str, float] = field(default_factory=dict)  # the visits under way, how long each has lasted


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a look leads to."""

    order: Order
    why: Why | None = None
    words: str = ""  # for the ledger
    sites: tuple[str, ...] = ()  # those that take too long


def judge(sight: Sight, limits: Limits, site_s: float) -> Judgement:
    """What is to be done about a crawl that looks like this, when a site may take `site_s` seconds. Pure."""
    late = tuple(sorted(site for site, elapsed_s in sight.visits_s.items() if elapsed_s > site_s))
    if late:
        return Judgement(Order.KILL, Why.SITE, f"took longer than {site_s:g} seconds", late)
    if sight.wish == CANCEL:
        return Judgement(Order.FINISH, Why.CANCELLED, f"cancelled by {sight.wished_by}")
    if sight.wish == PAUSE:
        return Judgement(Order.FINISH, Why.PAUSED, f"paused by {sight.wished_by}")
    if sight.ending:
        return Judgement(Order.FINISH, Why.ENDING, "the program was asked to end")
    if sight.deadline is not None and sight.now >= sight.deadline:
        return Judgement(Order.FINISH, Why.DEADLINE, f"the run had to end by {sight.deadline:%Y-%m-%d %H:%M} UTC")
    if sight.free_bytes is not None and sight.free_bytes < limits.min_free_bytes:
        return Judgement(
            Order.FINISH,
            Why.DISK,
            f"the disk has only {_mib(sight.free_bytes)} MiB free, less than limits.min_free_bytes "
            f"({_mib(limits.min_free_bytes)} MiB)",
        )
    if sight.memory_bytes is not None and sight.memory_bytes > limits.max_memory_bytes:
        order = Order.KILL if sight.memory_bytes > _HARD * limits.max_memory_bytes else Order.FINISH
        return Judgement(order, Why.MEMORY, f"the crawl process took {_mib(sight.memory_bytes)} MiB of memory")
    return Judgement(Order.GO_ON)


def _mib(n_bytes: int) -> str:
    return f"{n_bytes / 2**20:.0f}"


def memory_bytes(pid: int) -> int | None:
    """How much memory a process has, resident; None where the system does not tell, as outside Linux."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def asked_of(store: Store, run_id: int, bounds: Bounds) -> Callable[[], Sight]:
    """What gives, each time it is called, the part of a sight that a whole run shares."""

    def ask() -> Sight:
        wish, by = store.wish(run_id)
        return Sight(
            now=store.now(),
            deadline=bounds.deadline,
            wish=wish,
            wished_by=by,
            ending=bounds.ending is not None and bounds.ending.is_set(),
            free_bytes=free_bytes(store.path),
        )

    return ask


class Overseer:
    """Looks at one crawl process, or at a run as a whole. What it found last stands in `found`."""

    def __init__(self, ask: Callable[[], Sight], config: Config, go_on: Goer | None = None) -> None:
        self.found = Judgement(Order.GO_ON)
        self._ask, self._limits, self._go_on = ask, config.limits, go_on
        self._site_s = config.budget.max_seconds + config.limits.overtime_seconds
        self._began: dict[str, float] = {}  # the visits under way, by the monotonic clock: asleep, it stands
        self._looked_s = self._found_s = 0.0

    @property
    def fell(self) -> bool:
        """Whether a process that left visits under way was brought down by one of them, not ended by us for others."""
        return self.found.order is Order.GO_ON or (self.found.why is Why.MEMORY and self.found.order is Order.KILL)

    def visit_begins(self, cluster_id: str) -> None:
        """A visit begins."""
        self._began[cluster_id] = time.monotonic()

    def visit_ends(self, cluster_id: str) -> None:
        """A visit has ended."""
        self._began.pop(cluster_id, None)

    def go_on(self) -> None:
        """Ask whoever ordered the crawl; raises what they want to end it with."""
        if self._go_on is not None:
            self._go_on()

    def look_now(self) -> Order:
        """What is to be done before there is a process."""
        self._looked_s = 0.0
        return self.look(None)

    def look(self, pid: int | None) -> Order:
        """What is to be done now with the process of this id, None for no process. An order only grows harder."""
        self.go_on()
        now_s = time.monotonic()
        if self._looked_s and now_s - self._looked_s < LOOK_EVERY_S:
            return self.found.order
        self._looked_s = now_s
        judged = judge(self._sight(pid, now_s), self._limits, self._site_s)
        if self._is_news(judged):
            self.found, self._found_s = judged, now_s
        elif self.found.why is Why.ENDING and now_s - self._found_s > TO_FINISH_S:
            self.found = replace(self.found, order=Order.KILL)
        return self.found.order

    def _is_news(self, judged: Judgement) -> bool:
        """Whether this says more than what was found before; one end of the run does not take the place of another."""
        if judged.order is Order.GO_ON or self.found.order is Order.KILL:
            return False
        return (
            self.found.order is Order.GO_ON
            or judged.order is Order.KILL
            or (self.found.why in GOES_ON and judged.why not in GOES_ON)
        )

    def _sight(self, pid: int | None, now_s: float) -> Sight:
        return replace(
            self._ask(),
            memory_bytes=memory_bytes(pid) if pid is not None else None,
            visits_s={site: now_s - began_s for site, began_s in self._began.items()},
        )
