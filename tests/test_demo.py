"""The whole flow on the sample network: registry, crawl, reading, judging, flags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.demo import sample_config
from crawler.model import Outcome, RunKind, VisitOutcome
from crawler.policy import Policy
from db.importing import import_registry
from db.registry import read_registry
from db.store import Store
from pipelines.judging.judge import judge
from samples.expectations import differences
from samples.server import SampleNetwork
from schedules.crawling import run_crawl

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parent.parent / "samples"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, dict[int, tuple[str, ...]]]]:
    """A store after three nights, and what differed from the stories after the second and third."""
    database = tmp_path_factory.mktemp("demo") / "demo.db"
    differing: dict[int, tuple[str, ...]] = {}
    with SampleNetwork(now=NOW) as network, Store.open(database, create=True) as store:
        import_registry(store, read_registry(SAMPLES / "clusters.csv"), partial=False, dry_run=False)
        config = sample_config(network.nameserver)
        config = replace(config, budget=replace(config.budget, max_seconds=8.0))
        proxies = {"http_proxy": network.proxy_url, "https_proxy": network.proxy_url, "no_proxy": ""}
        for night in (1, 2, 3):
            at = NOW - timedelta(days=3 - night)
            network.today = at
            done = run_crawl(store, kind=RunKind.NIGHTLY, now=at, config=config, environment=proxies)
            assert not done.void, done.log
            assert not done.failed, done.log
            if night > 1:
                differing[night] = differences(store.latest_verdicts(), nights=night, today=NOW.date())
        yield store, differing


@pytest.mark.browser
@pytest.mark.timeout(300)
@pytest.mark.parametrize("night", [2, 3])
def test_every_sample_is_found_to_be_what_its_story_is(
    crawled: tuple[Store, dict[int, tuple[str, ...]]], night: int
) -> None:
    assert crawled[1][night] == ()


def test_judging_again_from_stored_visits_gives_the_same_verdicts(
    crawled: tuple[Store, dict[int, tuple[str, ...]]],
) -> None:
    store, _ = crawled
    for cluster_id, stored in store.latest_verdicts().items():
        (cluster,) = store.clusters([cluster_id])
        again = judge(cluster, store.visits(cluster_id), as_of=stored.decided_at, policy=Policy())
        assert again == stored


def test_every_item_shows_its_page_and_its_words(crawled: tuple[Store, dict[int, tuple[str, ...]]]) -> None:
    store, _ = crawled
    for verdict in store.latest_verdicts().values():
        assert verdict.reasons
        if verdict.latest is not None:
            assert verdict.latest.raw
            assert verdict.latest.url.startswith("http://")


@pytest.mark.parametrize(
    ("cluster_id", "outcome"),
    [
        ("forbidden-to-robots", Outcome.HTTP_403),
        ("robots-disallow", Outcome.ROBOTS_DISALLOW),
        ("redirect-loop", Outcome.REDIRECT_LOOP),
        ("maintenance", Outcome.HTTP_5XX),
        ("unknown-name", Outcome.DNS_NXDOMAIN),
    ],
)
def test_trouble_is_told_apart(
    crawled: tuple[Store, dict[int, tuple[str, ...]]], cluster_id: str, outcome: Outcome
) -> None:
    visit = crawled[0].visits(cluster_id)[-1]
    assert visit.failure is outcome
    assert visit.outcome is not VisitOutcome.READ


@pytest.mark.browser
def test_the_page_that_shows_nothing_by_itself_was_shown_in_a_browser(
    crawled: tuple[Store, dict[int, tuple[str, ...]]],
) -> None:
    visit = crawled[0].visits("javascript-shell")[-1]
    assert any(f.rendered for f in visit.fetches)
