"""The same crawl on other machines: Dask.distributed behind the crew that a run is given. Its only importer.

A shard is a task, and on a worker it is a crawl process as everywhere. What Dask is for here: which worker is free, and
bytes from one machine to another, encrypted. The memory of a run is the ledger, never Dask: nothing is tried again by a
scheduler, an answer is stored first and released then, and what a worker or the scheduler took with it waits in the
ledger until it is handed out anew.

A shard may be at two places never, not even when a worker is cut off and goes on. So a task asks the scheduler all along
whether it is still wanted, and ends its crawl process when the answer is no, or none comes for `LEASE_S`; and a share
whose task was lost is not handed out before that has surely happened.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from types import ModuleType, TracebackType
from typing import Any, Protocol, Self

import msgspec

from crawler.errors import ConfigError
from crawler.job import Job, Progress, encode_job
from crawler.machines import Dist, uses_tls
from crawler.model import Cluster, Plan
from schedules.crews import Crawling, Engine, Told
from schedules.errand import Answer, Mark, hold_mark, visit_job
from schedules.limits import Judgement, Order, Why
from schedules.shares import End, Share

logger = logging.getLogger(__name__)

LEASE_S = 20.0  # a task that cannot reach the scheduler for so long ends its crawl process
PATIENCE_S = 120.0  # how long we wait for a scheduler, or for a first worker: a machine starts again in so long
_LOOK_S = 0.2  # between two looks at what has come back
_ASK_S = 2.0  # between two questions of a task whether it is still wanted, and of us how many workers there are
_CONNECT_S = 5.0
_AHEAD = 2  # shares for each thread of a worker: while one is stored, the next is under way
_MISSING = "{} needs the packages for several machines: pip install 'clusterwatch[dist]'"


class _Turns(Protocol):
    """The turns of this machine; see `spiders.turns`."""

    def taken(self, cluster: Cluster) -> AbstractContextManager[bool]: ...


def dask_engine(dist: Dist, turns: Callable[[str], _Turns]) -> Engine:
    """What gives a crew of the workers of this scheduler.

    `turns` opens the file by which crawls of this machine take turns: a second look here waits for a shard elsewhere.
    Raises ConfigError when the packages for it are not installed, or a certificate cannot be read.
    """
    _distributed("dist.scheduler")
    for name in ("tls_ca", "tls_cert", "tls_key"):
        path = getattr(dist, name)
        if path and not os.access(path, os.R_OK):
            raise ConfigError(f"dist.{name}: {path} cannot be read")
    return partial(DaskCrew, dist=dist, turns=turns)


def _distributed(wanted_by: str) -> ModuleType:
    """The library, quiet: what it complains about is told by us where somebody must act on it."""
    try:
        import distributed
    except ImportError as error:
        raise ConfigError(f"{_MISSING.format(wanted_by)} ({error})") from None
    theirs = logging.getLogger("distributed")
    for handler in list(theirs.handlers):
        theirs.removeHandler(handler)
    theirs.setLevel(logging.CRITICAL)
    return distributed


@dataclass(slots=True, eq=False)
class _Errand:
    """A share that is with a worker."""

    share: Share
    future: Any  # distributed.Future, which ships no types
    turns: ExitStack
    lost_until_s: float | None = None  # its task is lost; until then its crawl process may still be at work


@dataclass(slots=True)
class _Line:
    """The connection to the scheduler, when there is one, and how many tasks its workers take at once."""

    client: Any = None  # distributed.Client, which ships no types
    slots: int = 0
    asked_s: float = 0.0
    found_s: float = field(default_factory=time.monotonic)  # when there was a worker last
    missed: bool = False  # that there is none was said


class DaskCrew:
    """The workers of a scheduler. None of them works on the run after the block, as soon as it has heard of its end."""

    workers = 0

    def __init__(self, crawling: Crawling, *, dist: Dist, turns: Callable[[str], _Turns]) -> None:
        self.found = Judgement(Order.GO_ON)
        self._crawling, self._dist, self._make_turns = crawling, dist, turns
        self._token = secrets.token_hex(8)
        self._overseer = crawling.overseer()
        self._errands: list[_Errand] = []
        self._count = 0
        self._line = _Line()
        self._decoder = msgspec.json.Decoder(Progress)
        self._finishing = False
        # Tasks of a command that was killed end as those that are lost do.
        self._not_before_s = time.monotonic() + _fence_s() if crawling.continued else 0.0
        self._turns: _Turns | None = None
        self._mark: Mark | None = None
        self._held = ExitStack()

    def __enter__(self) -> Self:
        self._connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()
        for errand in self._errands:
            errand.turns.close()
        self._held.close()

    @property
    def is_busy(self) -> bool:
        """Whether any share is with a worker, or may be."""
        return bool(self._errands)

    def has_room(self) -> bool:
        """Whether another share can be handed out."""
        if self.found.why is not None or self._finishing or time.monotonic() < self._not_before_s:
            return False
        return len(self._errands) < _AHEAD * self._slots()

    def begin(self, share: Share, job: Job, plans: Iterable[Plan]) -> bool:
        """Hand a share out; False while another crawl of this machine is at one of its websites."""
        if self._turns is None:
            self._turns = self._make_turns(job.turns)
        planned = tuple(plans)  # of a shard: few
        with ExitStack() as stack:
            if not all(stack.enter_context(self._turns.taken(p.cluster)) for p in planned):
                return False
            if job.shelf is not None and self._mark is None:
                try:
                    self._mark = self._held.enter_context(hold_mark(job.shelf, self._token))
                except OSError as error:
                    self._give_up(f"{job.shelf.folder}: nothing can be written there ({error.strerror})")
                    return False
            self._count += 1
            future = self._line.client.submit(
                visit_shard,
                encode_job(replace(job, plans=planned, turns="")),
                self._mark,
                [_FINISH, self._token],
                LEASE_S,
                key=f"clusterwatch-{self._crawling.run_id}-{self._token}-{self._count}",
                pure=False,
                retries=0,
            )
            self._errands.append(_Errand(share, future, stack.pop_all()))
        return True

    def told(self) -> Iterator[Told]:
        """What the workers have told, a shard at a time. What they told is released once it was taken."""
        order = self._overseer.look(None)
        if order is Order.FINISH and not self._finishing:
            self._finishing = True
            self._tell_to_finish()
        if order is Order.KILL:  # whoever continues the run waits until the tasks have noticed
            self._give_up(self._overseer.found.words, self._overseer.found.why)
        elif self.found.why is None and self._is_broken():
            self._lose_all()
            self._connect()
        self._slots()
        time.sleep(_LOOK_S)
        for errand in list(self._errands):
            if self.found.order is Order.KILL:
                yield self._back(errand, End(found=self.found, lost=True))
            elif errand.lost_until_s is None and errand.future.done():
                yield from self._answered(errand)
            elif errand.lost_until_s is not None and time.monotonic() >= errand.lost_until_s:
                yield self._back(errand, End(found=self._overseer.found, lost=True))

    def _answered(self, errand: _Errand) -> Iterator[Told]:
        """What a task has brought, or why it has not."""
        answer = self._answer(errand)
        if answer is None:
            return
        for line in answer.lines.splitlines():
            yield errand.share, self._decoder.decode(line)
        errand.future.release()
        if answer.refused:
            self._give_up(answer.refused, finish=True)
        found = answer.end.found
        if found.why is Why.PAUSED:  # we told it to finish, and know why
            found = self._overseer.found
        yield self._back(errand, replace(answer.end, found=found))

    def _answer(self, errand: _Errand) -> Answer | None:
        """The answer of a task that is done, None when it brought none after all."""
        distributed = _distributed("dist.scheduler")
        future = errand.future
        try:
            if future.status == "finished":
                answer: Answer = future.result(timeout=_CONNECT_S)
                return answer
            error = future.exception(timeout=_CONNECT_S) if future.status == "error" else None
        except TimeoutError:  # a worker takes an answer with it when it dies: then it is made again
            return None
        except (OSError, distributed.client.CancelledError) as broken:
            error = broken
        if error is None or isinstance(error, distributed.scheduler.KilledWorker | OSError):
            logger.info("a worker was lost with a shard: %s", error)
            errand.lost_until_s = time.monotonic() + _fence_s()
            return None
        return Answer(end=End(found=Judgement(Order.GO_ON), log=f"on a worker: {error!r}"))

    def _back(self, errand: _Errand, end: End) -> Told:
        """A share that is with no worker any more."""
        self._errands.remove(errand)
        errand.turns.close()
        return errand.share, end

    def _give_up(self, words: str, why: Why | None = Why.AWAY, *, finish: bool = False) -> None:
        """End the run, to be continued. `finish`: with what is under way."""
        if self.found.why is None:
            self.found = Judgement(Order.FINISH if finish else Order.KILL, why, words)
        if finish:
            self._tell_to_finish()

    # --- the scheduler ---

    def _connect(self) -> None:
        """Reach the scheduler, within our patience."""
        distributed = _distributed("dist.scheduler")
        until_s, level = time.monotonic() + PATIENCE_S, logging.WARNING
        while self._overseer.look(None) is Order.GO_ON:
            try:
                client = distributed.Client(
                    self._dist.scheduler, timeout=_CONNECT_S, set_as_default=False, security=self._security(distributed)
                )
                client.run_on_scheduler(_never_again())
            except (OSError, TimeoutError, distributed.client.CancelledError) as error:
                words = f"the Dask scheduler at {self._dist.scheduler} cannot be reached ({_brief(error)})"
                logger.log(level, "%s: waiting for it", words)
                level = logging.DEBUG  # once is enough
                if time.monotonic() >= until_s:
                    self._give_up(words)
                    return
                time.sleep(min(1.0, PATIENCE_S))
                continue
            self._line = _Line(client)
            return
        self._give_up(self._overseer.found.words, self._overseer.found.why)

    def _security(self, distributed: ModuleType) -> object:
        dist = self._dist
        if not uses_tls(dist):
            return None
        return distributed.Security(
            tls_ca_file=dist.tls_ca, tls_client_cert=dist.tls_cert, tls_client_key=dist.tls_key, require_encryption=True
        )

    def _slots(self) -> int:
        """How many tasks the workers take at once."""
        line, now_s = self._line, time.monotonic()
        words = f"the Dask scheduler at {self._dist.scheduler} has no workers"
        if now_s - line.asked_s >= _ASK_S and line.client is not None:
            line.asked_s = now_s
            with suppress(OSError, TimeoutError):  # the next look finds out what is wrong
                line.slots = sum(line.client.nthreads().values())
        if line.slots:
            line.found_s, line.missed = now_s, False
        elif now_s - line.found_s >= PATIENCE_S:
            self._give_up(words)
        elif not line.missed and now_s - line.found_s >= _CONNECT_S:
            line.missed = True
            logger.warning("%s: waiting for one", words)
        return line.slots

    def _tell_to_finish(self) -> None:
        """Have the tasks begin no further visit. Those of a scheduler that is gone find that out by themselves."""
        if self._line.client is None:
            return
        with suppress(OSError, TimeoutError):
            self._line.client.set_metadata([_FINISH, self._token], True)

    def _is_broken(self) -> bool:
        """Whether the connection broke since the last look; when it is there again, tasks of before are forgotten."""
        forgotten = any(e.future.status == "cancelled" for e in self._errands if e.lost_until_s is None)
        return forgotten or self._line.client.status != "running"

    def _lose_all(self) -> None:
        """The scheduler is gone, and with it every task: what they brought until now is lost."""
        until_s = time.monotonic() + _fence_s()
        for errand in self._errands:
            errand.lost_until_s = errand.lost_until_s or until_s
        self._hang_up()

    def _hang_up(self) -> None:
        """Leave the scheduler, which forgets our tasks."""
        client, self._line = self._line.client, _Line()
        if client is None:
            return
        # RuntimeError: a scheduler that comes back in this instant finds a client that connects again while it closes.
        with suppress(OSError, TimeoutError, RuntimeError):
            if client.status == "running":
                client.cancel([e.future for e in self._errands], force=True)
            client.close(timeout=_CONNECT_S)


_FINISH = "clusterwatch-finish"


def _fence_s() -> float:
    """After so long nothing is at work any more for a task that is lost."""
    return 1.5 * LEASE_S + _ASK_S


def _never_again() -> Callable[..., None]:
    """What has a scheduler try no task a second time by itself. Sent by its code: a scheduler may lack our packages."""

    def allow_no_failures(dask_scheduler: Any) -> None:  # Any: a class of the library, which ships no types
        dask_scheduler.allowed_failures = 0

    return allow_no_failures


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


# --- on a worker ---


def visit_shard(order: bytes, mark: Mark | None, finish: list[str], lease_s: float) -> Answer:
    """Visit the clusters of a job, as a task on a worker; gives all that the crawl process told."""
    from distributed import get_worker
    from distributed.utils import sync

    worker = get_worker()
    key = worker.get_current_task()

    def ask() -> tuple[bool, bool]:
        """Whether this very task is still to be done here, and whether it is to finish."""
        within_s = lease_s / 4
        here: Any = sync(worker.loop, worker.scheduler.processing, workers=[worker.address], callback_timeout=within_s)
        said = sync(worker.loop, worker.scheduler.get_metadata, keys=finish, default=False, callback_timeout=within_s)
        return key in here[worker.address], bool(said)

    return visit_job(order, mark, ask, lease_s=lease_s, every_s=min(_ASK_S, lease_s / 4))
