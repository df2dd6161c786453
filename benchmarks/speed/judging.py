"""Judging every cluster again, and what the writer needs for a night: after years, and over many clusters.

CPU and memory of processes of their own; what is compared is measured in turn.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.ceased.replay import at_night
from benchmarks.speed.histories import cluster_of, fill, looks
from benchmarks.speed.network import NOW
from benchmarks.speed.processes import costs
from benchmarks.speed.scale import Say, Scale
from crawler.config import Config
from crawler.model import RunKind, Visit
from db.store import Store
from pipelines.runs import take_in

CLUSTERS = 20_000
SHORT_CLUSTERS = 400
NIGHTS = 30
AGES = (30, 365, 1_500)  # nights that a cluster has behind it
ROUNDS = 20


_COMMAND = """
import sys
from benchmarks.speed.processes import peak_mb
from cli.main import main
code = main(sys.argv[1:])
print(peak_mb("self"))
sys.exit(code)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost."""

    seconds: float
    cpu_s: float
    mb: float  # peak resident memory


def ran(words: Sequence[str]) -> Cost:
    """Run a command of ours to its end, in a process of its own. Raises CalledProcessError when it failed."""
    before, begun = costs().children_s, time.perf_counter()
    told = subprocess.run([sys.executable, "-c", _COMMAND, *words], stdout=subprocess.PIPE, text=True, check=True)
    return Cost(time.perf_counter() - begun, costs().children_s - before, float(told.stdout.splitlines()[-1]))


def _judge(database: Path, folder: Path, life_days: int) -> Cost:
    """All clusters judged again under a policy of its own, so that every verdict is written."""
    policy = folder / f"policy-{life_days}.toml"
    policy.write_text(f"[policy]\nlife_days = {life_days}\n", encoding="utf-8")
    return ran(["judge", "--db", str(database), "--policy", str(policy)])


def _judging(folder: Path, clusters: int, seen: Sequence[Visit], say: Say) -> dict[str, float]:
    """`judge` with what is stored of the past, and without it, from every visit."""
    database = folder / "judging.db"
    with Store.open(database, create=True) as store:
        fill(store, clusters, NIGHTS, seen)
    say(f"{clusters} clusters with {NIGHTS} visits each: {database.stat().st_size / 1e6:.0f} MB")
    nobody = folder / "nobody.db"
    Store.open(nobody, create=True).close()
    start = _judge(nobody, folder, 365)
    usual = _judge(database, folder, 364)
    with Store.open(database) as store, store.transaction():
        store._do("DELETE FROM pasts", {})
    afresh = _judge(database, folder, 363)
    figures = {
        "judge_ms_per_cluster": 1000 * (usual.cpu_s - start.cpu_s) / clusters,
        "judge_afresh_ms_per_cluster": 1000 * (afresh.cpu_s - start.cpu_s) / clusters,
        f"judge_mb_{clusters}": usual.mb,
    }
    if clusters == CLUSTERS:
        figures |= {"judge_20000_s": usual.seconds, "judge_afresh_20000_s": afresh.seconds}
    return figures


def _growing_old(folder: Path, seen: Sequence[Visit], rounds: int) -> dict[str, float]:
    """One more visit taken in by clusters of each age, in turn: CPU in milliseconds, the median."""
    stores = {age: Store.open(folder / f"age-{age}.db", create=True) for age in AGES}
    for age, store in stores.items():
        fill(store, 1, age, seen[:1])
    spent: dict[int, list[float]] = {age: [] for age in AGES}
    for night in range(1, rounds + 1):
        at = NOW + timedelta(days=night)
        for age, store in stores.items():
            run = store.begin_run(RunKind.NIGHTLY, at)
            begun = time.process_time()
            take_in(store, run.run_id, cluster_of(0), at_night(seen[0], at), Config())
            spent[age].append(1000 * (time.process_time() - begun))
    for store in stores.values():
        store.close()
    return {f"take_in_ms_{age}": statistics.median(times) for age, times in spent.items()}


def measure(scale: Scale, say: Say) -> Mapping[str, float]:
    """The figures of this part."""
    seen = looks()
    with tempfile.TemporaryDirectory(prefix="clusterwatch-judging-") as name:
        folder = Path(name)
        figures = _growing_old(folder, seen, ROUNDS // 2 if scale.short else ROUNDS)
        figures |= _judging(folder, SHORT_CLUSTERS if scale.short else CLUSTERS, seen, say)
    return {key: round(figure, 2) for key, figure in figures.items()}
