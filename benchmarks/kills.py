"""What a crawl makes of `kill -9` at random instants. `make kills [N=200] [JSON=FILE]`.

Real `clusterwatch crawl` processes visit made-up websites on loopback. At an instant drawn uniformly over what is left
of the run, one of three is killed in turn: the command, its crawl process, or both with all they started. The command
is then started again. After some kills the run is let come to its end, and counted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from time import monotonic, sleep

from rich.console import Console
from rich.table import Table

from benchmarks.crowd import NOW, crowd, host_of
from benchmarks.started import children, spiders_of, wait_until_gone
from crawler.model import Cluster
from db.archive_files import mend
from db.desk import Desk

KILLS_A_RUN = 8  # at most; then it is let come to its end, so that kills fall into all parts of a run
_LONGEST = timedelta(minutes=10)  # of one process; a run over these websites takes seconds
_LOOK_S = 0.05
_CONFIG = """
[network]
allow = ["127.0.0.0/8"]
nameservers = ["127.0.0.1:{names}"]
[politeness]
delay_s = 0.0
[budget]
max_pages = 3
[browser]
enabled = false
[crawl]
workers = {workers}
shard_clusters = 10
"""


class Victim(StrEnum):
    """Who is killed."""

    COMMAND = "command"  # which stores and judges
    CRAWL = "crawl process"  # which the command starts again
    ALL = "all"


# A crawl process that is killed twice while it visits one website alone is taken to be killed by it. So between two
# kills of it the command is killed, which knows nothing of the one before.
_TURNS = (Victim.COMMAND, Victim.CRAWL, Victim.ALL)


@dataclass(slots=True, kw_only=True)
class Figures:
    """What became of all kills."""

    seed: int
    sites: int
    kills: int = 0
    runs: int = 0
    completed: int = 0  # kills after which the run came to its end
    quick_check_clean: int = 0  # kills after which the database was whole
    lost_visits: int = 0  # websites of completed runs without a visit
    doubled_visits: int = 0  # visits beyond the one to each website
    processes_left: int = 0  # of those there when somebody was killed, that should have gone with them
    damaged_records: int = 0  # of the archive, after a run
    seconds: float = 0.0

    @property
    def broken(self) -> list[str]:
        """The promises that were not kept."""
        all_of = [n for n in ("completed", "quick_check_clean") if getattr(self, n) != self.kills]
        none_of = ("lost_visits", "doubled_visits", "processes_left", "damaged_records")
        return [*all_of, *(n for n in none_of if getattr(self, n))]


@dataclass(frozen=True, slots=True)
class Pace:
    """How a run goes that nobody disturbs."""

    start_s: float  # until the first visit is stored
    visits_s: float  # from then to its end

    def left(self, visits: int, sites: int) -> float:
        """How long a run takes that has so many visits."""
        return self.start_s + self.visits_s * (sites - visits) / sites


class Round:
    """One run over the websites, in a folder of its own."""

    def __init__(self, folder: Path, sites: int, port: int, names: int, workers: int) -> None:
        self.database = folder / "kills.db"
        self.sites = sites
        self._log = folder / "log"
        self._config = folder / "config.toml"
        self._config.write_text(_CONFIG.format(names=names, workers=workers), encoding="utf-8")
        hosts = [host_of(number) for number in range(sites)]
        with Desk.open(self.database, create=True) as desk:
            desk.upsert_clusters(Cluster(cluster_id=h, name_en=h, website=f"http://{h}:{port}/") for h in hosts)

    def begin(self) -> subprocess.Popen[bytes]:
        """The command under way."""
        command = [str(Path(sys.executable).parent / "clusterwatch"), "crawl", "--now", NOW.isoformat()]
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [*command, "--db", str(self.database), "--config", str(self._config)],
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )

    def visits(self) -> int:
        """How many visits are stored."""
        return int(self._asked("SELECT count(*) FROM visits"))

    def has_ended(self) -> bool:
        """Whether the ledger says that the run has ended."""
        return bool(self._asked("SELECT count(*) FROM runs WHERE state <> 'running'"))

    def is_whole(self) -> bool:
        """What SQLite says about the file."""
        return self._asked("PRAGMA quick_check") == "ok"

    def _asked(self, sql: str) -> int | str:
        with closing(sqlite3.connect(self.database, timeout=30)) as file:
            found: int | str = file.execute(sql).fetchone()[0]
            return found

    def count(self, figures: Figures, kills: int) -> None:
        """Count what a run that came to its end has."""
        done = self._asked("SELECT count(*) FROM runs WHERE state = 'done'") == 1
        visited = int(self._asked("SELECT count(DISTINCT cluster_id) FROM visits"))
        figures.completed += kills if done else 0
        figures.lost_visits += self.sites - visited
        figures.doubled_visits += self.visits() - visited
        with Desk.open(self.database) as desk:
            folder = desk.archive("{database}-archive")
            assert folder is not None
            mend(folder)
            figures.damaged_records += sum(1 for _ in desk.archive_faults())

    def said(self) -> str:
        """The end of what the command complained of."""
        return self._log.read_text(errors="replace")[-2000:]


def measure(kills: int, sites: int, seed: int, workers: int = 1) -> Figures:
    """So many kills over as many runs as that takes."""
    figures = Figures(seed=seed, sites=sites)
    chance = random.Random(seed)
    begun = monotonic()
    with crowd(sites) as (port, names):
        with tempfile.TemporaryDirectory(prefix="kills-") as folder:
            pace = _pace(Round(Path(folder), sites, port, names, workers))
        print(f"undisturbed: {pace.start_s:.1f} s to the first visit, {pace.visits_s:.1f} s more", flush=True)
        while figures.kills < kills:
            with tempfile.TemporaryDirectory(prefix="kills-") as folder:
                here = Round(Path(folder), sites, port, names, workers)
                most = min(KILLS_A_RUN, kills - figures.kills)
                made = _killed(here, figures, chance, pace, most)
                here.count(figures, made)
                figures.runs += 1
                told = f"{figures.kills} of {kills} kills in {figures.runs} runs, {monotonic() - begun:.0f} s"
                print(told if not figures.broken else f"{told}: {', '.join(figures.broken)}\n{here.said()}", flush=True)
    figures.seconds = round(monotonic() - begun, 1)
    return figures


def _pace(run: Round) -> Pace:
    """How a run goes that nobody disturbs."""
    begun = monotonic()
    process = run.begin()
    while process.poll() is None and not run.visits():
        sleep(_LOOK_S)
    first = monotonic()
    if process.wait(timeout=_LONGEST.total_seconds()):
        raise RuntimeError(f"a crawl fails that nobody disturbs:\n{run.said()}")
    return Pace(first - begun, monotonic() - first)


def _killed(run: Round, figures: Figures, chance: random.Random, pace: Pace, most: int) -> int:
    """Kill a run again and again, then let it come to its end; gives how many kills there were."""
    made = 0
    process = run.begin()
    watched: set[int] = set()
    while made < most:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=chance.uniform(0.0, pace.left(run.visits(), run.sites)))
        if process.poll() is not None:
            break  # it was quicker than the instant that was drawn
        victim = _TURNS[figures.kills % len(_TURNS)]
        there = _kill(process, victim)
        made += 1
        figures.kills += 1
        watched |= there
        if process.poll() is not None:
            figures.processes_left += len(wait_until_gone(watched))
            watched = set()
        figures.quick_check_clean += run.is_whole()
        if process.poll() is not None:
            if run.has_ended():
                return made  # there was nothing left to be done but to say so; another start would be another night
            process = run.begin()
    try:
        process.wait(timeout=_LONGEST.total_seconds())
    except subprocess.TimeoutExpired:
        _kill(process, Victim.ALL)
    figures.processes_left += len(wait_until_gone(watched))
    return made


def _kill(process: subprocess.Popen[bytes], victim: Victim) -> set[int]:
    """Kill one process or all; gives those that should be gone soon: all, or the crawl process with what it started.

    Where there is no crawl process at this instant, the command takes its place.
    """
    crawl = spiders_of(process.pid)
    below = children(process.pid)
    if victim is Victim.CRAWL and crawl:
        there = crawl.union(*(children(pid) for pid in crawl))
        _end(crawl)
        return there
    _end({process.pid, *(below if victim is Victim.ALL else ())})
    process.wait()
    return below


def _end(pids: set[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _shown(figures: Figures) -> Table:
    table = Table("figure", "value", title="A crawl that is killed")
    for name, value in asdict(figures).items():
        table.add_row(name.replace("_", " "), f"{value}")
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, print, and fail when a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--workers", type=int, default=1, help="crawl processes at once (default: 1)")
    parser.add_argument("--seed", type=int, help="of the instants (default: drawn, and printed)")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args(arguments)
    seed = options.seed if options.seed is not None else random.randrange(10**6)
    print(f"seed {seed}", flush=True)
    figures = measure(options.kills, options.sites, seed, options.workers)
    Console().print(_shown(figures))
    if options.json:
        options.json.write_text(json.dumps(asdict(figures), indent=2) + "\n", encoding="utf-8")
    if figures.broken:
        print(f"kills: broken: {', '.join(figures.broken)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
