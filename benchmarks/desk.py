"""How fast the staff's pages answer over a large registry: made-up clusters, a real server, medians.

python -m benchmarks.desk [--clusters 10000] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import uvicorn

from crawler.config import Config
from crawler.model import (
    Activity,
    Cluster,
    DatedItem,
    DateKind,
    DateSource,
    English,
    Family,
    Flag,
    Precision,
    Reason,
    RunKind,
    RunState,
    Verdict,
)
from db.desk import Desk
from db.people import Role
from pipelines.judging.flags import flag_of
from review.app import create_app

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
ROUNDS = 15
_PART = " (part)"  # asked for as htmx does while somebody types
PATHS = {
    "overview": "/",
    "filter": "/?flag=japanese_only&prefecture=Miyagi&sort=latest&way=down",
    "search": "/?q=cluster+77",
    "page 100": "/?page=100",
    "open questions": "/?asked=1",
    "table alone": "/?q=cluster+77 (part)",
    "queue": "/queue",
    "queue, filter": "/queue?prefecture=Fukuoka&q=cluster",
    "many at once": "/bulk?decision=ceased",
    "many, filter": "/bulk?prefecture=Fukuoka&decision=ceased",
    "case": "/clusters/c00007",
}
_KINDS = (  # of twenty clusters: activity and English tier
    (Activity.ACTIVE, English.NONE), (Activity.ACTIVE, English.ACTIVE), (Activity.STATIC, English.STATIC),
    (Activity.UNDETERMINED, English.UNDETERMINED), (Activity.ACTIVE, English.NONE), (Activity.STATIC, English.NONE),
    (Activity.ACTIVE, English.STATIC), (Activity.LIKELY_CEASED, English.NONE), (Activity.ACTIVE, English.NONE),
    (Activity.ACTIVE, English.ACTIVE),
)  # fmt: skip


def fill(database: Path, count: int) -> str:
    """A registry of so many clusters after two nights; gives the token of a session."""
    clusters = [
        Cluster(
            cluster_id=f"c{n:05}", name_en=f"Made-up Cluster {n}", name_ja=f"架空クラスター{n}",
            website=f"https://c{n:05}.example/", prefecture=("Miyagi", "Osaka", "Aichi", "Fukuoka")[n % 4],
            sector=("Photonics", "Textiles", "Food")[n % 3],
        )
        for n in range(count)
    ]  # fmt: skip
    with Desk.open(database, create=True, clock=lambda: NOW) as desk:
        desk.upsert_clusters(clusters)
        desk.add_person("bench", Role.REVIEWER, "", by="benchmark")
        for night in (1, 0):
            at = NOW - timedelta(days=night, hours=8)
            run = desk.start_run(RunKind.NIGHTLY, at, [])
            with desk.transaction():
                for number, cluster in enumerate(clusters):
                    desk._put_verdict(
                        _verdict(cluster, number + (night if number % 100 == 0 else 0), at), run_id=run, visit_id=None
                    )
            desk.end_run(run, RunState.DONE)
        return desk.begin_session("bench")


def _verdict(cluster: Cluster, number: int, at: datetime) -> Verdict:
    activity, english = _KINDS[number % len(_KINDS)]
    day = date(2026, 11, 1) - timedelta(days=number % 3000)
    item = DatedItem(
        url=cluster.website, on=day, precision=Precision.DAY, kind=DateKind.POST, source=DateSource.LIST_ITEM,
        raw=f"{day.year}年{day.month}月{day.day}日", title="会員企業による展示会を開催しました",
    )  # fmt: skip
    reasons = tuple(
        Reason(
            code="long_silence" if activity is Activity.LIKELY_CEASED else "recent_post",
            text=f"The newest dated item is of {day}, within 548 days: “{item.title}”.",
            family=Family.SILENCE, points=4.0, url=item.url, raw=item.raw, overturned_by="Any newer dated item.",
        )
        for _ in range(3)
    )  # fmt: skip
    flag: Flag = flag_of(activity, english)
    word = Verdict(
        cluster_id=cluster.cluster_id, decided_at=at, policy="benchmark", activity=activity, english=english, flag=flag,
        reasons=reasons, points=float(number % 9), confidence=0.8, latest=item, languages=("ja", "en"),
    )  # fmt: skip
    return replace(word, reachability="read")


def measure(address: str, token: str) -> dict[str, dict[str, float]]:
    """For each page the median and the longest time in milliseconds, and its size in KiB."""
    place = urlsplit(address)
    found: dict[str, dict[str, float]] = {}
    for name, path in PATHS.items():
        times: list[float] = []
        size = 0
        for _ in range(ROUNDS):
            connection = HTTPConnection(place.hostname or "", place.port)
            begun = time.perf_counter()
            part = {"HX-Request": "true", "HX-Target": "results"} if path.endswith(_PART) else {}
            cookie = {"Cookie": f"clusterwatch={token}"}
            connection.request("GET", path.removesuffix(_PART), headers={**cookie, **part})
            answer = connection.getresponse()
            size = len(answer.read())
            times.append((time.perf_counter() - begun) * 1000)
            connection.close()
            if answer.status != 200:
                raise RuntimeError(f"{path} answered {answer.status}")
        found[name] = {"median_ms": statistics.median(times), "longest_ms": max(times), "kib": size / 1024}
    return found


def main() -> None:
    """Fill, serve, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clusters", type=int, default=10_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clusterwatch-desk-") as folder:
        database = Path(folder) / "desk.db"
        token = fill(database, options.clusters)
        app = create_app(database, Config(), clock=lambda: NOW)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", access_log=False))
        thread = Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        found = measure(f"http://127.0.0.1:{port}", token)
        server.should_exit = True
        thread.join(10)
    print(f"{options.clusters} clusters, {ROUNDS} requests each")
    print(f"{'page':<16}{'median ms':>10}{'longest ms':>12}{'KiB':>8}")
    for name, figures in found.items():
        print(f"{name:<16}{figures['median_ms']:>10.0f}{figures['longest_ms']:>12.0f}{figures['kib']:>8.0f}")
    if options.json:
        options.json.write_text(json.dumps({"clusters": options.clusters, "pages": found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
