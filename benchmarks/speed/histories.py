"""A database as it is after many nights: real readings of made-up websites, seen again night after night. Quickly made.

The visits are what the course of a visit and its readers make of the websites of `network`: eight pages with some sixty
dated items, 25 KB as a document, as large as those of real websites. Some websites were away for a week. The tables of
fetches and of kept pages stay empty: nothing here reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from benchmarks import in_memory
from benchmarks.ceased.replay import at_night
from benchmarks.speed.network import NOW, host_of, page_of, paths
from crawler.model import Cluster, Outcome, RunKind, RunState, Verdict, Visit, VisitOutcome
from crawler.past import FORM
from crawler.policy import Policy
from db import queries, rows
from db.rows import Cell
from db.store import Store
from pipelines.judging.judge import judge
from pipelines.judging.remembering import UNVISITED, History, continued

LOOKS = 40  # different websites; clusters beyond them have the readings of one of these
_AWAY = 7  # nights for which every tenth of them could not be reached
_POLICY = Policy()


@dataclass(frozen=True, slots=True)
class Written:
    """One website after all its nights, as rows of the store that lack their cluster and run."""

    visits: list[dict[str, Cell]]  # one a night
    before_last: History  # what the visits but the last amount to
    verdict: Verdict


def cluster_of(number: int) -> Cluster:
    """A row of the registry."""
    host = host_of(number)
    name = f"第{number}クラスター推進協議会"
    return Cluster(cluster_id=host, name_en=f"Industrial Cluster {number}", name_ja=name, website=f"http://{host}/")


def looks(count: int = LOOKS) -> list[Visit]:
    """A visit to each of so many websites."""
    return [
        in_memory.visited(
            cluster_of(n), {path: ("text/html; charset=utf-8", page_of(n, path).encode()) for path in paths()}, NOW
        )
        for n in range(count)
    ]


def nights(look: Visit, number: int, count: int) -> Iterator[Visit]:
    """The same look on so many nights, the last of them `NOW`."""
    for night in range(count):
        visit = at_night(look, NOW - timedelta(days=count - 1 - night))
        away = number % 10 == 0 and count // 2 <= night < count // 2 + _AWAY
        gone = replace(visit, outcome=VisitOutcome.FAILED, failure=Outcome.TCP_TIMEOUT, pages=())
        yield gone if away else visit


def _written(number: int, look: Visit, count: int) -> Written:
    cluster, visits = cluster_of(number), list(nights(look, number, count))
    return Written(
        [rows.visit_row(0, visit) for visit in visits],
        continued(UNVISITED, visits[:-1]),
        judge(cluster, visits, as_of=visits[-1].started_at, policy=_POLICY),
    )


def fill(store: Store, clusters: int, count: int, seen: Sequence[Visit]) -> None:
    """A registry of so many clusters, and so many nights over all of them."""
    written = [_written(n, look, count) for n, look in enumerate(seen[:clusters])]
    numbers = {host_of(n): n % len(written) for n in range(clusters)}
    store.upsert_clusters(cluster_of(n) for n in range(clusters))
    many = store._db.conn.executemany
    run = 0
    for night in range(count):
        at = NOW - timedelta(days=count - 1 - night)
        with store.transaction():
            run = store.start_run(RunKind.NIGHTLY, at, [], _POLICY.name)
            tasks = ({"run_id": run, "cluster_id": c, "position": i, "state": "done"} for i, c in enumerate(numbers))
            many(queries.insert("tasks", ("run_id", "cluster_id", "position", "state")), tasks)
            made = ({**written[n].visits[night], "cluster_id": c, "run_id": run} for c, n in numbers.items())
            many(queries.insert("visits", written[0].visits[0]), made)
            store.end_run(run, RunState.DONE)
    with store.transaction():
        _conclude(store, run, numbers, written)


def _conclude(store: Store, run: int, numbers: Mapping[str, int], written: Sequence[Written]) -> None:
    """What the last night leaves of each cluster: its verdict, and the past without that night."""
    for cluster_id, number in numbers.items():
        one = written[number]
        row = store._one(queries.HAS_VISIT, run=run, cluster=cluster_id)
        visit_id = rows.whole(row, "id") if row else None
        store._put_verdict(replace(one.verdict, cluster_id=cluster_id), run_id=run, visit_id=visit_id)
        past = one.before_last.past
        if past.last_visited_at is not None:
            until = rows.instant_text(past.last_visited_at)
            values: dict[str, Cell] = {"cluster": cluster_id, "until": until, "form": FORM, "document": rows.pack(past)}
            store._do(queries.PUT_PAST, values)
