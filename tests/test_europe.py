"""European clusters, whose home language is not Japanese: found, judged, worded and drawn as the Japanese ones are."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.demo import sample_config
from crawler.model import DateKind, Flag, RunKind
from db.desk import Desk
from db.importing import import_registry
from db.registry import read_registry
from pipelines.exporting import exported
from pipelines.judging.flags import wording
from samples.expectations import EUROPE, differences
from samples.server import SampleNetwork
from schedules.crawling import run_crawl

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parent.parent / "samples"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A store after two nights over the European samples."""
    database = tmp_path_factory.mktemp("europe") / "europe.db"
    with SampleNetwork(now=NOW) as network, Desk.open(database, create=True) as store:
        registry = read_registry(SAMPLES / "europe.csv")
        import_registry(store, registry, partial=False, dry_run=False)
        proxies = {"http_proxy": network.proxy_url, "https_proxy": network.proxy_url, "no_proxy": ""}
        for night in (1, 2):
            network.today = NOW - timedelta(days=2 - night)
            done = run_crawl(
                store, kind=RunKind.NIGHTLY, now=network.today, config=sample_config(network.nameserver),
                environment=proxies,
            )  # fmt: skip
            assert not done.void, done.log
            assert not done.failed, done.log
        yield store


@pytest.mark.timeout(300)
def test_every_european_sample_is_found_to_be_what_its_story_is(crawled: Desk) -> None:
    verdicts = crawled.latest_verdicts()
    assert differences(verdicts, nights=2, today=NOW.date(), file=EUROPE) == ()


@pytest.mark.parametrize(
    ("cluster_id", "raw", "on"),
    [
        ("fr-active", "18/11/2026", "2026-11-18"),
        ("de-active", "20.11.2026", "2026-11-20"),
        ("nl-static", "16 november 2026", "2026-11-16"),
        ("it-home", "17 novembre 2026", "2026-11-17"),
        ("nl-silent", "05-11-2020", "2020-11-05"),
        ("de-ceased", "29. Dezember 2025", "2025-12-29"),
    ],
)
def test_days_are_read_in_the_order_and_the_words_of_the_country(
    crawled: Desk, cluster_id: str, raw: str, on: str
) -> None:
    latest = crawled.latest_verdicts()[cluster_id].latest
    assert latest is not None
    assert (latest.raw, latest.on.isoformat(), latest.kind) == (raw, on, DateKind.POST)


def test_an_end_in_the_first_person_is_quoted_in_its_own_language(crawled: Desk) -> None:
    quotes = {
        name: next(r.raw for r in crawled.latest_verdicts()[name].reasons if r.code == "stated_end")
        for name in ("fr-ceased", "de-ceased")
    }
    assert "association a été dissoute le 10 octobre 2025" in quotes["fr-ceased"]
    assert "Verein hat sich zum 07.02.2026 aufgelöst" in quotes["de-ceased"]


def test_nothing_european_is_called_japanese(crawled: Desk) -> None:
    word = crawled.latest_verdicts()["it-home"]
    assert word.flag is Flag.JAPANESE_ONLY
    assert wording(word.flag, "it") == "home language only"
    for language, words in (("en", "home language only (1)"), ("ja", "自国語のみ (1)")):
        content, count = exported(crawled, "svg", None, generated_at=NOW, language=language)
        told = [t.text or "" for t in ET.fromstring(content).iter("{http://www.w3.org/2000/svg}text")]
        assert count == 7
        assert words in told
