"""A quiet night gives the verdicts of a full one, word by word: on every sample, over several nights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.demo import sample_config
from crawler.model import RunKind, Verdict
from db.importing import import_registry
from db.registry import read_registry
from db.store import Store
from samples.server import SampleNetwork
from schedules.crawling import run_crawl

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
NIGHTS = 3
Told = tuple[list[Mapping[str, Verdict]], list[int]]  # verdicts after each night, and how many visits confirmed


def crawled(folder: Path, full_visit_days: int) -> Told:
    """Some nights over the samples without a browser: a page that needs one is read in full anyway."""
    verdicts: list[Mapping[str, Verdict]] = []
    confirmed: list[int] = []
    with SampleNetwork(now=NOW) as network, Store.open(folder / f"{full_visit_days}.db", create=True) as store:
        import_registry(store, read_registry(Path("samples/clusters.csv")), partial=False, dry_run=False)
        config = sample_config(network.nameserver)
        config = replace(
            config,
            schedule=replace(config.schedule, full_visit_days=full_visit_days),
            budget=replace(config.budget, max_seconds=20.0),
            browser=replace(config.browser, enabled=False),
        )
        proxies = {"http_proxy": network.proxy_url, "https_proxy": network.proxy_url, "no_proxy": ""}
        for night in range(NIGHTS):
            at = NOW - timedelta(days=NIGHTS - 1 - night)
            network.today = at
            done = run_crawl(store, kind=RunKind.NIGHTLY, now=at, config=config, environment=proxies)
            assert not done.void, done.log
            confirmed.append(done.confirmed)
            verdicts.append(store.latest_verdicts())
    return verdicts, confirmed


@pytest.mark.timeout(400)
def test_every_sample_gets_the_same_verdict_on_quiet_nights_as_on_full_ones(tmp_path: Path) -> None:
    quiet, confirmed = crawled(tmp_path, 7)
    full, never = crawled(tmp_path, 1)
    assert never == [0] * NIGHTS
    assert confirmed[0] == 0
    assert min(confirmed[1:]) >= 5  # else nothing is shown here
    for night, whole in zip(quiet, full, strict=True):
        assert night == whole
