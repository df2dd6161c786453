"""`clusterwatch demo`: the whole thing on the sample network, and `clusterwatch doctor`'s friend for newcomers."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.context import Context, NowOption, instant
from cli.crawling import crawl_watched
from cli.faults import show_faults
from cli.serving import one_time_link, run_server
from crawler.config import Config, Network, Politeness
from crawler.errors import UsageError, WorkFailed
from crawler.model import RunKind
from crawler.policy import Budget
from db.desk import Desk
from db.importing import import_registry
from db.registry import read_registry
from db.store import Store
from pipelines.judging.evidence import evidence
from pipelines.judging.verdict import verdict as verdict_of
from review.app import create_app
from schedules.rescanning import looker

NIGHTS = 3


@dataclass(frozen=True, slots=True)
class _Story:
    """A registry of samples, what they should be found to be, and the one that is shown as an example."""

    registry: str
    expected: str
    shown: str


_JAPAN = _Story("clusters.csv", "expected.json", "ended-notice")
_EUROPE = _Story("europe.csv", "expected_europe.json", "fr-ceased")


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("demo")(demo)


def sample_config(nameserver: str) -> Config:
    """Settings for the sample network: it is ours and close by, so a visit need neither wait nor last long."""
    return Config(
        network=Network(allow=("127.0.0.0/8",), nameservers=(nameserver,), contact="the demo of Clusterwatch"),
        politeness=Politeness(delay_s=0.0, concurrent_sites=16),
        budget=replace(Budget(), max_seconds=8.0),
    )


def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the table instead of serving the pages.")] = False,
    nights: Annotated[int, typer.Option("--nights", min=1, max=60, help="How many nights to crawl.")] = NIGHTS,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="FILE", help="Keep the demo's database in this file.")
    ] = None,
    now: NowOption = "",
    europe: Annotated[
        bool, typer.Option("--europe", help="European clusters in four languages instead of the Japanese ones.")
    ] = False,
    faults: Annotated[
        bool, typer.Option("--faults", help="Show every way a visit can end, each brought about and recognised.")
    ] = False,
    fault_class: Annotated[
        str, typer.Option("--class", metavar="NAME", help="With --faults: all variants of this class.")
    ] = "",
) -> int:
    """Crawl a network of sample websites for some nights, and show the flags with their evidence."""
    if fault_class and not faults:
        raise UsageError("--class goes with --faults")
    if faults:
        show_faults(fault_class, instant(now))
        return 0
    _demonstrate(instant(now), nights, keep, _EUROPE if europe else _JAPAN, once=once)
    if keep:
        print(f"\nThe database is kept: clusterwatch flags --db {keep}")
    return 0


def _demonstrate(last_night: datetime, nights: int, keep: Path | None, story: _Story, *, once: bool) -> None:
    """The nights over the sample network, what they showed, and unless `once` the pages over it."""
    from samples.server import SampleNetwork  # only the demo needs the samples

    with tempfile.TemporaryDirectory(prefix="clusterwatch-demo-") as folder:
        database = keep or Path(folder) / "demo.db"
        with SampleNetwork(now=last_night) as network, Store.open(database, create=True) as store:
            print(f"The sample network is up: websites behind {network.proxy_url}, names from {network.nameserver}.")
            registry = read_registry(Path(str(files("samples"))) / story.registry)
            import_registry(store, registry, partial=False, dry_run=False)
            config = sample_config(network.nameserver)
            proxies = {"http_proxy": network.proxy_url, "https_proxy": network.proxy_url, "no_proxy": ""}
            for night in range(nights):
                at = last_night - timedelta(days=nights - 1 - night)
                print(f"Night {night + 1} of {nights}: {at:%Y-%m-%d} …", flush=True)
                network.today = at
                context = Context(database=database, config=config, now=at)
                done = crawl_watched(store, context, RunKind.NIGHTLY, None, environment=proxies)
                if done.void or not done.outcomes:
                    raise WorkFailed(done.void or f"nothing could be visited. The crawl said:\n{done.log}")
            _print(store, config, story.shown)
            _compare(store, nights, last_night, story.expected)
            if not once:
                serve_demo(database, config, proxies, last_night)


def serve_demo(database: Path, config: Config, proxies: dict[str, str], now: datetime) -> None:
    """Serve the pages over the demo's database on loopback, until Ctrl-C, by a clock that stood at `now`.

    Second looks go to the sample network.
    """
    ahead = now - datetime.now(UTC)
    with Desk.open(database, clock=lambda: datetime.now(UTC) + ahead) as desk:
        link = one_time_link(desk)
    print()
    run_server(
        create_app(database, config, clock=lambda: datetime.now(UTC) + ahead, look=looker(config, proxies)),
        "127.0.0.1",
        0,
        link,
    )


def _print(store: Store, config: Config, shown: str) -> None:
    """The mapping, and one case as an example."""
    console = show.console()
    verdicts = store.latest_verdicts()
    clusters = store.clusters()
    console.print()
    console.print(show.mapping_table(((c, verdicts.get(c.cluster_id)) for c in clusters), console.width))
    example = next((c for c in clusters if c.cluster_id == shown), clusters[0])
    visits = store.visits(example.cluster_id)
    facts = evidence(example.cluster_id, visits, as_of=visits[-1].started_at, policy=config.policy)
    word = verdict_of(example, facts, config.policy)
    console.print(f"\nclusterwatch show {example.cluster_id}\n")
    show.print_case(console, example, word, facts, visits, store.verdict_history(example.cluster_id))


def _compare(store: Store, nights: int, last_night: datetime, expected: str) -> None:
    """Say whether every sample was found to be what its story is; raises WorkFailed naming those that were not."""
    from samples.expectations import FEWEST_NIGHTS, differences  # only the demo needs the samples

    if nights < FEWEST_NIGHTS:
        print(f"\nWhat the samples should be found to be is told after {FEWEST_NIGHTS} nights: nothing was compared.")
        return
    verdicts = store.latest_verdicts()
    found = differences(verdicts, nights=nights, today=last_night.date(), file=expected)
    if found:
        raise WorkFailed(f"not as samples/{expected} states: " + "; ".join(found))
    print(
        f"\nAll {len(verdicts)} samples have the flag, activity, English tier and date that samples/{expected} states."
    )
