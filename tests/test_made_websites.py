"""The made-up websites: the same every time, of every layout, with a truth that stands on their pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import confidence
from benchmarks.confidence import HELD_OUT, LOOKED_AT, is_right, visited
from benchmarks.websites import layouts
from benchmarks.websites.making import website
from benchmarks.websites.traps import TRAPS
from crawler.model import DatedItem, DateKind, DateSource, Precision

SEEDS = range(200)


def test_a_seed_is_one_website() -> None:
    assert website(7) == website(7)
    assert website(7).pages != website(8).pages


def test_the_seeds_that_are_measured_are_none_of_those_that_were_looked_at() -> None:
    assert not set(HELD_OUT) & set(LOOKED_AT)
    assert len(HELD_OUT) >= 60


def test_every_layout_is_met() -> None:
    met = {website(seed).layout for seed in SEEDS}
    assert met >= set(layouts.LAYOUTS) | {"yearless", "by year", "by era", "by fiscal year", "by month"}
    assert {website(seed).language for seed in SEEDS} == {"ja", "en", "de", "fr", "it"}
    assert len(TRAPS) >= 20


def test_the_truth_keeps_its_order() -> None:
    for seed in SEEDS:
        site = website(seed)
        assert site.latest <= site.published
        assert all(day <= site.today for day in site.published | site.stamps)
        assert all(day > site.today for day in site.coming)
        assert not site.latest or max(site.published) in site.latest


@pytest.mark.parametrize("layout", layouts.LAYOUTS | layouts.JAPANESE)
def test_a_layout_shows_every_entry(layout: str) -> None:
    site = next(s for seed in range(3_000) if (s := website(seed)).layout == layout and s.published)
    told = "".join(body.decode("utf-8", "replace") for _, body in site.pages.values())
    assert "href" in told


def test_a_visit_reads_what_is_there() -> None:
    reads = [visited(website(seed)) for seed in range(40)]
    assert sum(r.date_right for r in reads) >= 34
    answers = confidence.latest_posts(reads)
    assert len(answers) == sum(r.verdict.latest is not None for r in reads)
    assert sum(a.right for a in answers) <= sum(r.date_right for r in reads)


def test_an_item_is_right_by_what_it_says_that_it_is() -> None:
    site = next(s for seed in SEEDS if (s := website(seed)).published and s.stamps and s.coming)
    post, stamp, event = max(site.published), min(site.stamps - site.published), min(site.coming)

    def item(kind: DateKind, on: object, precision: Precision = Precision.DAY) -> DatedItem:
        return DatedItem(
            url=site.address, on=on, precision=precision, kind=kind, source=DateSource.LIST_ITEM, raw="x"  # type: ignore[arg-type]
        )  # fmt: skip

    assert is_right(item(DateKind.POST, post), site)
    assert is_right(item(DateKind.POST, post.replace(day=1), Precision.MONTH), site)
    assert not is_right(item(DateKind.MACHINE, post), site)
    assert is_right(item(DateKind.UPDATED, stamp), site)
    assert not is_right(item(DateKind.POST, stamp), site)
    assert is_right(item(DateKind.EVENT, event), site)
    assert not is_right(item(DateKind.UPDATED, event), site)


def test_the_measurement_prints_and_writes_its_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confidence, "HELD_OUT", range(100_000, 100_030))
    assert confidence.main(["--json", str(tmp_path / "c.json")]) == 0
    told = json.loads((tmp_path / "c.json").read_text())
    assert set(told) == {"latest", "items"}
    assert sum(row["n"] for row in told["latest"]["bins"]) == told["latest"]["n"]
    assert told["latest"]["sure_right"] >= 0.9
    assert "Latest posts of made-up websites" in capsys.readouterr().out
    assert confidence.main([str(tmp_path / "none")]) == 1
    assert "holds no truth.csv" in capsys.readouterr().err
