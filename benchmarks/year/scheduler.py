"""The real scheduler with a clock that is told to it: `python -m benchmarks.year.scheduler`, killed like any process.

Each line on its input says where the clock is to go: `until INSTANT` in steps of ten minutes, `jump INSTANT` at once, as
when the machine was asleep. It says `at INSTANT` before each step and `done` after each line.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from cli.context import Context
from cli.scheduling import jobs
from crawler.errors import SchedulerHeld
from db.desk import Desk
from schedules.keeper import Keeper

STEP = timedelta(minutes=10)  # a longer one would be taken for a machine that slept


class Clock:
    """The time, as it was told."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time now."""
        return self.now


def steps(now: datetime, words: list[str]) -> Iterator[datetime]:
    """The instants that a line on the input leads to. Pure."""
    word, until = words[0], datetime.fromisoformat(words[1])
    while word == "until" and now + STEP < until:
        now += STEP
        yield now
    if until > now:
        yield until


def _told(*words: str) -> None:
    print(*words, flush=True)


def _keeper(database: Path, config: Path, clock: Clock, room: int | None) -> Keeper:
    @contextmanager
    def open_desk() -> Iterator[Desk]:
        with Desk.open(database, clock=clock, archive=context.config.storage.archive) as desk:
            if room is not None:
                desk._db.execute(f"PRAGMA max_page_count = {most}")  # SQLite then says that the disk is full
            yield desk

    context = Context(database=database, config=Context.of(database, config).config, now=clock.now)
    with Desk.open(database) as desk:
        most = int(desk._db.execute("PRAGMA page_count").fetchone()[0]) + (room or 0)
    return Keeper(open_desk, jobs(context, Event()), context.config.schedule, inline=True)


def main() -> int:
    """Be the scheduler until the input ends."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.year.scheduler", description=__doc__)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--now", type=datetime.fromisoformat, required=True)
    parser.add_argument("--room", type=int, help="pages of the database that the disk has room for")
    typed = parser.parse_args()
    clock = Clock(typed.now)
    keeper = _keeper(typed.db, typed.config, clock, typed.room)
    try:
        keeper.begin()
    except SchedulerHeld as error:
        _told("held", str(error))
        return 1
    _told("began")
    for line in sys.stdin:
        for now in steps(clock.now, line.split()):
            clock.now = now
            _told("at", now.isoformat())
            if not keeper.step():
                _told("ended")
                return 1
        _told("done")
    keeper.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
