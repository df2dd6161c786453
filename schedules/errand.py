"""A shard on another machine: its crawl process, whether it is still wanted, and the folder that all machines share."""

from __future__ import annotations

import fcntl
import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from crawler.archive import Shelf
from crawler.job import decode_job
from db.run_control import PAUSE
from schedules.crawl_process import CrawlProcess, listen
from schedules.limits import Judgement, Order, Overseer, Sight, Why
from schedules.shares import End

logger = logging.getLogger(__name__)

# Whether the task is still to be done here, and whether it is to finish; raises when nobody answers.
Ask = Callable[[], tuple[bool, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a task brings back."""

    lines: bytes = b""  # that the crawl process told
    end: End
    refused: str = ""  # why it did not even begin: what somebody must set right


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A file in the archive by which a machine sees that it has the same folder there as the one that stores."""

    path: str
    token: str


@contextmanager
def hold_mark(shelf: Shelf, token: str) -> Iterator[Mark]:
    """A mark in the archive, locked while the block lasts. Raises OSError when it cannot be written."""
    folder = Path(shelf.folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".machines-{token}"
    try:
        with path.open("w", encoding="ascii") as mark:
            mark.write(token)
            mark.flush()
            fcntl.flock(mark, fcntl.LOCK_EX)
            yield Mark(path=str(path), token=token)
    finally:
        path.unlink(missing_ok=True)


def missing(mark: Mark) -> str:
    """What is wrong with the folder of a mark on this machine, "" when it is the same one, with its locks."""
    folder, here = Path(mark.path).parent, socket.gethostname()
    advice = "Mount the folder of storage.archive on every machine under the same path, or keep no pages"
    try:
        with Path(mark.path).open(encoding="ascii") as file:
            if file.read() != mark.token:
                return f"{here}: {folder} is not the archive of the machine that stores. {advice}"
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return ""
    except OSError as error:
        return f"{here}: {folder} is not the archive of the machine that stores ({error.strerror}). {advice}"
    return f"{here}: {folder} is shared without its locks, and two machines would write one file. Mount it with NFS 4"


class _Leave:
    """Whether a task may go on, by what it is told all along."""

    def __init__(self, ask: Ask, lease_s: float, every_s: float) -> None:
        self._ask, self._lease_s, self._every_s = ask, lease_s, every_s
        self._asked_s, self._heard_s = -every_s, time.monotonic()
        self.finish = False

    def goes_on(self) -> bool:
        """Whether the task is still wanted, and was so within the lease."""
        now_s = time.monotonic()
        if now_s - self._asked_s >= self._every_s:
            self._asked_s = now_s
            try:
                wanted, self.finish = self._ask()
            except (OSError, KeyError, RuntimeError) as error:  # no line; a scheduler that knows us not; our end
                logger.info("the scheduler does not answer: %r", error)
            else:
                if not wanted:
                    return False
                self._heard_s = time.monotonic()
        return time.monotonic() - self._heard_s < self._lease_s


def visit_job(order: bytes, mark: Mark | None, ask: Ask, *, lease_s: float, every_s: float) -> Answer:
    """Run a crawl process to its end, or until nobody wants it any more; gives all that it told."""
    refused = missing(mark) if mark is not None else ""
    if refused:
        return Answer(end=End(found=Judgement(Order.GO_ON)), refused=refused)
    job = decode_job(BytesIO(order))
    leave = _Leave(ask, lease_s, every_s)
    if not leave.goes_on() or leave.finish:  # it has waited here until it was no longer wanted
        told = Judgement(Order.FINISH, Why.PAUSED) if leave.finish else Judgement(Order.GO_ON)
        return Answer(end=End(found=told, lost=not leave.finish))

    def sight() -> Sight:
        return Sight(now=datetime.now(UTC), wish=PAUSE if leave.finish else "")

    process = CrawlProcess(job, Overseer(sight, job.config))
    try:
        lines, wanted = _heard(process, leave)
    except BaseException:
        process.close(hurry=True)
        raise
    end = process.close(hurry=not wanted)
    if not wanted:
        end = replace(end, found=Judgement(Order.GO_ON), fell=False, lost=True)
    return Answer(lines=b"".join(line + b"\n" for line in lines), end=end)


def _heard(process: CrawlProcess, leave: _Leave) -> tuple[list[bytes], bool]:
    """The lines of a process, and whether it came to its end while it was wanted."""
    lines: list[bytes] = []
    while leave.goes_on():
        for _, line in listen([process]):
            if line is None:
                return lines, True
            process.understood(line)
            lines.append(line)
    process.kill()
    return lines, False
