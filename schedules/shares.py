"""A run in parts: what one crawl process at a time works on, and what follows from how that process ended. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.shards import Shard, slice_length
from schedules.limits import GOES_ON, Judgement, Why

MAX_RESTARTS = 100  # of one share; more crashes than that are no fault of single websites
# In a row, of processes that begin no visit. One may be killed while it starts; whatever stops three stops all.
MAX_IDLE = 3
DIED = "the crawl process died or hung while visiting it"
NO_START = "the crawl process could not start"
TOO_OFTEN = "the crawl process died too often"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Clusters of a run that are in one place at a time: one process visits them, or they wait for the next."""

    waiting: tuple[str, ...]
    suspects: tuple[str, ...] = ()  # of these: what brought a process down is among them. First, and each alone
    restarts: int = 0
    idle: int = 0  # processes in a row that began no visit

    @property
    def next(self) -> tuple[str, ...]:
        """What the next process is to visit."""
        return self.suspects or self.waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a crawl process ended."""

    found: Judgement  # by whoever watched it
    under_way: frozenset[str] = frozenset()  # visits that it left
    fell: bool = False  # one of these brought it down
    lost: bool = False  # together with all that it knew: the machine it was on is gone, or cannot be reached
    log: str = ""  # the end of what it wrote to standard error


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What follows from an end."""

    share: Share | None  # what is left to be visited, None when nothing is
    given_up: dict[str, str]  # clusters, each with the reason
    hopeless: bool = False  # its processes could not even start


def settled(share: Share, end: End, remaining: Sequence[str]) -> Settled:
    """What follows when a process of a share ended like this, and these of its clusters have no visit yet."""
    given_up: dict[str, str] = {}
    found = end.found
    if found.why is Why.SITE:
        given_up = dict.fromkeys(found.sites, found.words)
    elif share.suspects and end.under_way and end.fell:  # visited alone, so it is the cause
        given_up = dict.fromkeys(sorted(end.under_way), found.words or DIED)
    left = tuple(c for c in remaining if c not in given_up)
    if not left:
        return Settled(share=None, given_up=given_up)
    begun = end.under_way or len(left) < len(share.waiting) or end.lost or found.why not in {None, Why.MEMORY}
    idle = 0 if begun else share.idle + 1
    if idle == MAX_IDLE:
        return Settled(share=None, given_up=given_up | dict.fromkeys(left, found.words or NO_START), hopeless=True)
    if share.restarts + 1 == MAX_RESTARTS:
        return Settled(share=None, given_up=given_up | dict.fromkeys(left, TOO_OFTEN))
    # Of the visits under way at a death one was the cause: they are made one at a time, before all others.
    died = end.under_way if end.fell else frozenset()
    suspects = tuple(c for c in left if c in died or c in share.suspects)
    again = replace(share, waiting=left, suspects=suspects, idle=idle, restarts=share.restarts + 1)
    return Settled(share=again, given_up=given_up)


def ends_run(end: End) -> bool:
    """Whether a process was ended for a reason that ends the whole run."""
    return end.found.why is not None and end.found.why not in GOES_ON


class Waiting:
    """What of a run waits to be visited. What a process has left goes before what no process had yet."""

    def __init__(self, shards: Sequence[Shard], workers: int, size: int) -> None:
        """`workers` processes will share these; 0: as many as come, a shard each."""
        self._shards = deque(shards)
        self._workers, self._size = workers, size
        self._left: deque[Share] = deque()
        self._off: deque[Share] = deque()

    def __bool__(self) -> bool:
        return bool(self._left or self._shards or self._off)

    def take(self) -> Share:
        """The next share. Raises IndexError when nothing waits."""
        if self._left:
            return self._left.popleft()
        if not self._shards:
            return self._off.popleft()
        count = slice_length(self._shards, self._workers, self._size) if self._workers else 1
        taken = [self._shards.popleft() for _ in range(max(1, count))]
        return Share(waiting=tuple(cluster_id for shard in taken for cluster_id in shard))

    def put_back(self, share: Share) -> None:
        """Have a share wait on, before others."""
        self._left.append(share)

    def put_off(self, share: Share) -> None:
        """Have a share wait until all others have been handed out."""
        self._off.append(share)

    def clear(self) -> tuple[str, ...]:
        """Have nothing wait any more; gives what did."""
        rest = [*(s.waiting for s in (*self._left, *self._off)), *self._shards]
        for part in (self._left, self._off, self._shards):
            part.clear()
        return tuple(cluster_id for part in rest for cluster_id in part)
