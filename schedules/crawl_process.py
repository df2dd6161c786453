"""A crawl as a subprocess: started with a job, heard line by line, watched, and ended with all that it started.

A Twisted reactor cannot start twice in one process, and a crash of a parser or a browser must not take the store with
it: so the spider lives in a process of its own and tells its visits over a pipe.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from multiprocessing.connection import wait
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Self

import msgspec

from crawler.config import Config, scrapy_settings
from crawler.job import STOP, AnyJob, Job, PictureJob, Progress, encode_job, encode_plan
from crawler.model import Plan
from db.disk import room_in
from schedules.crawl_log import CrawlLog
from schedules.limits import Order, Overseer
from schedules.shares import End

# A crawl that tells nothing for this long, beyond the longest visit, hangs in our own code and is ended.
SILENCE_S = 60.0
_TO_START_S = 60.0  # more for the first word: a busy machine takes its time to load everything
_TO_END_S = 10.0  # for a crawl to end when it is asked to
_TO_LEAVE_S = 2.0  # the same when nobody waits for what it does: one that hangs in our code does not hear us
_HEARD_EVERY_S = 0.5  # between two questions whether the crawl may go on
_FOLDER = "clusterwatch-"
_LONGEST_FOLDER = 56  # bytes; see `_where_paths_are_short`
_AT_ONCE = 1 << 16  # bytes of a pipe


class CrawlProcess:
    """A crawl process. It never outlives this block, nor does what it and its browser put into files of the moment:
    a browser that is killed leaves its profile and its socket lying about.
    """

    def __init__(
        self,
        job: AnyJob,
        overseer: Overseer,
        environment: dict[str, str] | None = None,
        run_id: int = 0,
        plans: Iterable[Plan] = (),
    ) -> None:
        """`plans`: more than the job has; each is let go as soon as it is written."""
        self.overseer = overseer
        self.under_way: set[str] = set()  # clusters whose visit has begun and not ended
        self._silence_s = job.config.budget.max_seconds + SILENCE_S
        self._rest = b""
        self._asked = False
        self._decoder = msgspec.json.Decoder(Progress)
        folder = Path(_where_paths_are_short())
        with ExitStack() as stack, room_in(folder):
            # What is being killed may still write while the folder goes.
            own = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix=_FOLDER, dir=folder, ignore_cleanup_errors=True))
            )
            order, log = own / "job.json", own / "log"
            self._log = CrawlLog(log, run_id, _write(order, job, plans))
            with log.open("wb") as errors:
                self._process = _started(job, order, errors, environment)
            self._folder = stack.pop_all()
        self._until_s = monotonic() + self._silence_s + _TO_START_S

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(hurry=error is not None)

    @property
    def out(self) -> int:
        """The descriptor of the pipe on which it tells."""
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def look(self) -> bool:
        """Pass its log on, and do what the overseer says; False when that killed it. The overseer may raise."""
        self._log.pass_on()
        order = self.overseer.look(self._process.pid)
        if order is Order.KILL:
            self.kill()
            return False
        if order is Order.FINISH and not self._asked:
            self._asked = True
            ask_to_finish(self._process)
        return True

    def is_silent(self) -> bool:
        """Whether it has told nothing for too long."""
        return monotonic() >= self._until_s

    def read(self) -> list[bytes] | None:
        """The lines that it has just told; None at the end. The torn last line of a killed crawl is left out."""
        told = os.read(self.out, _AT_ONCE)
        if not told:
            return None
        self._until_s = monotonic() + self._silence_s
        *lines, self._rest = (self._rest + told).split(b"\n")
        return lines

    def understood(self, line: bytes) -> Progress:
        """What a line says; a visit that begins or ends is noted."""
        progress = self._decoder.decode(line)
        if progress.started:
            self.under_way.add(progress.started)
            self.overseer.visit_begins(progress.started)
        if progress.visit is not None:
            self.under_way.discard(progress.visit.cluster_id)
            self.overseer.visit_ends(progress.visit.cluster_id)
        if progress.scouted is not None:
            self.under_way.discard(progress.scouted.site_id)
            self.overseer.visit_ends(progress.scouted.site_id)
        return progress

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def close(self, *, hurry: bool = False) -> End:
        """See it and what it started to their end, and say how that was. `hurry`: nobody waits for what it does."""
        _end(self._process, hurry=hurry)
        self._log.pass_on(ended=True)
        log = self._log.tail()
        self._folder.close()
        overseer = self.overseer
        return End(found=overseer.found, under_way=frozenset(self.under_way), fell=overseer.fell, log=log)


def listen(processes: Sequence[CrawlProcess]) -> Iterator[tuple[CrawlProcess, bytes | None]]:
    """What these have just told, a line at a time; None for one that has ended, or was ended: because it told nothing
    for too long, or because its overseer says so. Waits for half a second at most.
    """
    heard = []
    for process in processes:
        if process.look():
            heard.append(process)
        else:
            yield process, None
    ready = set(wait([process.out for process in heard], _HEARD_EVERY_S)) if heard else set()
    for process in heard:
        if process.out not in ready:
            if process.is_silent():
                process.kill()
                yield process, None
            continue
        lines = process.read()
        if lines is None:
            yield process, None
        for line in lines or ():
            yield process, line


def _write(order: Path, job: AnyJob, plans: Iterable[Plan]) -> list[str]:
    """Write the order for a crawl; gives the ids of its clusters."""
    cluster_ids = [plan.cluster.cluster_id for plan in job.plans] if isinstance(job, Job) else []
    with order.open("wb") as lines:
        lines.write(encode_job(job))
        for plan in plans:
            lines.write(encode_plan(plan))
            cluster_ids.append(plan.cluster.cluster_id)
    return cluster_ids


def _started(
    job: AnyJob, order: Path, errors: IO[bytes], environment: dict[str, str] | None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        _command(_spider_of(job), order, job.config),
        stdin=subprocess.PIPE,  # closed by our end, however we end: the crawl ends with it
        stdout=subprocess.PIPE,
        stderr=errors,
        env={
            **os.environ,
            **(environment or {}),
            "TMPDIR": str(order.parent),
        },
        start_new_session=True,
    )


def _spider_of(job: AnyJob) -> str:
    """The name of the spider that carries out a job."""
    if isinstance(job, Job):
        return "visit"
    return "picture" if isinstance(job, PictureJob) else "scout"


def _command(spider: str, order: Path, config: Config) -> list[str]:
    settings = {
        **scrapy_settings(config),
        "ITEM_PIPELINES": {"pipelines.deliver.DeliverVisits": 100},
        "LOG_LEVEL": "WARNING",
    }
    # Without -P a folder of this name, wherever the command is given, would be run in place of ours.
    return [sys.executable, "-P", "-m", "spiders", spider, str(order), json.dumps(settings)]


def _where_paths_are_short() -> str:
    """The folder for files of the moment; where its path is long, the one that every system of the kind has.

    Chromium keeps a socket in a folder of its own in there, and dies at once when the path is longer than the system
    admits: `TMPDIR/org.chromium.Chromium.XXXXXX/SingletonSocket` in 108 bytes on Linux, in 104 on macOS.
    """
    usual = tempfile.gettempdir()
    ours = len(os.fsencode(usual)) + len(f"/{_FOLDER}12345678")
    return usual if ours <= _LONGEST_FOLDER else "/tmp"  # noqa: S108  # the folder made in it is private


def ask_to_finish(process: subprocess.Popen[bytes]) -> None:
    """Have the crawl begin no further visit. One that is ending by itself hears nothing any more."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        os.write(process.stdin.fileno(), STOP)


def _end(process: subprocess.Popen[bytes], *, hurry: bool) -> None:
    """End the process and its group, and free its pipes. The browser goes with it: it hangs on a pipe of the crawl."""
    assert process.stdin is not None
    if hurry:
        with suppress(OSError):
            process.stdin.close()  # it ends at once, as if we had died
    _wait(process, hurry=hurry)
    for end in (process.terminate, process.kill):
        if process.poll() is None:
            end()
            _wait(process, hurry=hurry)
    if process.returncode:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started and left behind
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _wait(process: subprocess.Popen[bytes], *, hurry: bool) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_TO_LEAVE_S if hurry else _TO_END_S)
