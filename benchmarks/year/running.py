"""The scheduler as a process of its own: started, told where its clock goes, and killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.started import spiders_of, wait_until_gone

_GONE_WITHIN_S = 30.0
_REFUSED_WITHIN_S = 120.0


class Killed(Exception):
    """The scheduler is no more. Raised by `Scheduler.go`; the year starts another."""


class Scheduler:
    """One scheduler process. `now` is what its clock showed last."""

    def __init__(self, database: Path, config: Path, now: datetime, log: Path, *, room: int | None = None) -> None:
        self.now = now
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                _command(database, config, now, room),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self._hear("began")

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def go(self, word: str, until: datetime) -> None:
        """Let its clock go on: `until` step by step, or `jump`. Raises Killed when it does not live to see the end."""
        if until <= self.now:
            return
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{word} {until.isoformat()}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Killed from None
        self._hear("done")

    def kill(self) -> None:
        """SIGKILL, and wait until nothing of it goes on."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        _wait_for_death({self.pid})

    def kill_crawl(self) -> bool:
        """SIGKILL to its crawl process; False when there is none just now."""
        found = spiders_of(self.pid)
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _wait_for_death(found)
        return bool(found)

    def end(self) -> None:
        """Let it end by itself, or, when it is dead, free what it held."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.read()
        self._process.stdout.close()
        self._process.wait(timeout=_GONE_WITHIN_S)

    def _hear(self, awaited: str) -> None:
        """Read what it says until it says this. Raises Killed when it says nothing any more."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            word, _, told = line.strip().partition(" ")
            if word == awaited:
                return
            if word == "at":
                self.now = datetime.fromisoformat(told)
            else:
                raise RuntimeError(f"the scheduler said {line.strip()!r}")
        raise Killed


def second_is_refused(database: Path, config: Path, now: datetime, pid: int) -> str:
    """Start another scheduler; what is wrong with how it was refused, "" when it named the one that is there."""
    done = subprocess.run(
        _command(database, config, now, None), input="", capture_output=True, text=True, check=False,
        timeout=_REFUSED_WITHIN_S,
    )  # fmt: skip
    if done.returncode == 1 and done.stdout.startswith("held ") and f"process {pid} " in done.stdout:
        return ""
    return f"a second scheduler was not refused: exit code {done.returncode}, {done.stdout!r} {done.stderr[-500:]!r}"


def after_restart(now: datetime) -> datetime:
    """When a scheduler that died is started again."""
    return now + timedelta(minutes=1)


def _command(database: Path, config: Path, now: datetime, room: int | None) -> list[str]:
    command = [sys.executable, "-m", "benchmarks.year.scheduler", "--db", str(database), "--config", str(config)]
    return [*command, "--now", now.isoformat(), *(["--room", str(room)] if room is not None else [])]


def _wait_for_death(pids: set[int]) -> None:
    if wait_until_gone(pids):
        raise RuntimeError(f"of the processes {pids} one does not die")
