"""The picture of the flows: well-formed, complete, readable without colour, whatever the numbers are."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise, product
from xml.etree import ElementTree

import pytest
from chromium import browser_page, in_thread
from hypothesis import given
from hypothesis import strategies as st

from crawler.model import Flag
from review.flow_picture import STOPS, THINNEST, FlowWords, bar_height, flow_picture
from review.texts import texts as spoken_in
from review.two_days_words import TwoDaysWords

SVG = "{http://www.w3.org/2000/svg}"
FLOWS = [flow for flow in product(STOPS, STOPS) if flow != (None, None)]
WORDS = FlowWords(
    title="Flags <on> two days", description="static → likely ceased: 1", before="1 May & after", after="1 June",
    names=("active", "static", "Japanese only", "likely ceased", "undetermined"), not_yet="not there yet",
    no_more="no longer there", nothing="There are no clusters on either day.",
)  # fmt: skip


def drawn(flows: dict[tuple[Flag | None, Flag | None], int]) -> ElementTree.Element:
    return ElementTree.fromstring(flow_picture(flows, WORDS))


def texts(root: ElementTree.Element) -> list[str]:
    return [t.text or "" for t in root.iter(f"{SVG}text")]


def bands(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [p for p in root.findall(f"{SVG}path") if p.get("fill", "").startswith("url(")]


def test_no_clusters_at_all_are_said() -> None:
    root = drawn({})
    assert texts(root) == ["1 May & after", "1 June", "There are no clusters on either day."]
    assert bands(root) == []


def test_one_cluster_is_one_band_with_its_number_at_both_ends_and_no_poster() -> None:
    root = drawn({(Flag.STATIC, Flag.LIKELY_CEASED): 1})
    assert len(bands(root)) == 1
    assert Counter(texts(root)) == Counter(["1 May & after", "1 June", "static", "likely ceased", "1", "1", "1", "1"])
    assert float(root.get("viewBox", "").split()[3]) < 160


def test_who_cannot_see_it_is_told() -> None:
    root = drawn({(Flag.STATIC, Flag.LIKELY_CEASED): 1})
    assert root.get("role") == "img"
    ids = {e.get("id"): e.text for e in root if e.get("id")}
    assert [ids[name] for name in root.get("aria-labelledby", "").split()] == [WORDS.title, WORDS.description]


def test_every_flag_has_a_pattern_or_an_edge_of_its_own() -> None:
    root = drawn(dict.fromkeys(FLOWS, 3))
    fills = [square.get("fill") for square in root.iter(f"{SVG}rect") if square.get("width") == "8"]
    lines = [line.get("d") for pattern in root.iter(f"{SVG}pattern") for line in pattern.iter(f"{SVG}path")]
    assert len(set(fills)) == len(fills) == 6
    assert len(set(lines)) == len(lines) == 4, "two are plain: one has a colour, and one is white with dashes"
    assert sum(band.get("stroke-dasharray") is not None for band in bands(root)) == 5


def test_colliding_ids_are_avoided_by_another_name() -> None:
    one, other = (flow_picture({(Flag.STATIC, Flag.STATIC): 1}, WORDS, name=name) for name in ("a", "b"))
    found = [set(re.findall(r'id="([^"]+)"', svg)) for svg in (one, other)]
    assert not found[0] & found[1]
    assert set(re.findall(r"url\(#([^)]+)\)", one)) <= found[0]


@pytest.mark.parametrize(("count", "total", "height"), [(1, 1, 40), (9, 9, 360), (10, 10, 360), (1, 20_000, THINNEST)])
def test_a_band_is_as_thick_as_its_number_says_within_bounds(count: int, total: int, height: float) -> None:
    assert bar_height(count, total) == height


def test_no_script_no_style_and_nothing_from_elsewhere() -> None:
    svg = flow_picture(dict.fromkeys(FLOWS, 3), WORDS)
    assert not re.search(r"<script|<style|style=|href|onload|javascript|<image|foreignObject", svg)
    assert "Flags &lt;on&gt; two days" in svg


@given(st.dictionaries(st.sampled_from(FLOWS), st.integers(1, 20_000)))
def test_every_number_stands_in_it_and_no_bars_of_a_side_overlap(
    flows: dict[tuple[Flag | None, Flag | None], int],
) -> None:
    root = drawn(flows)
    assert len(bands(root)) == len(flows)
    said = Counter(texts(root))
    sums: Counter[int] = Counter(n for count in flows.values() for n in (count, count))
    for side in (0, 1):
        by_stop: Counter[Flag | None] = Counter()
        for flow, count in flows.items():
            by_stop[flow[side]] += count
        sums.update(by_stop.values())
    assert {f"{n:,}": k for n, k in sums.items()} == {
        words: k for words, k in said.items() if words[0].isdigit() and " " not in words
    }
    height = float(root.get("viewBox", "").split()[3])
    rects = [r for r in root.findall(f"{SVG}rect") if r.get("stroke")]
    for x in {r.get("x") for r in rects}:
        edges = sorted((float(r.get("y", "")), float(r.get("height", ""))) for r in rects if r.get("x") == x)
        assert all(y + h + 10 < below for (y, h), (below, _) in pairwise(edges))
        assert edges[-1][0] + edges[-1][1] < height


@pytest.mark.browser
@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_words_leave_the_picture_or_meet_each_other(language: str) -> None:
    """Every flow at once, with the longest words: in a real browser, where letters have their real width."""
    told = TwoDaysWords(spoken_in(language))
    names = tuple(told.stop(stop, is_left=True) for stop in STOPS if stop is not None)
    words = FlowWords(
        title="t", description="d", before="1 May", after="1 June", names=names,
        not_yet=told.stop(None, is_left=True), no_more=told.stop(None, is_left=False), nothing="",
    )  # fmt: skip
    boxes: list[dict[str, float]] = []

    def look() -> None:
        with browser_page() as (page, complaints):
            page.set_content(f"<div>{flow_picture(dict.fromkeys(FLOWS, 20_000), words)}</div>")
            boxes.extend(
                page.evaluate(
                    "[...document.querySelectorAll('svg text')].map(t => { const b = t.getBBox();"
                    " return {x: b.x, y: b.y, right: b.x + b.width, bottom: b.y + b.height}; })"
                )
            )
            assert complaints == []

    in_thread(look)
    assert all(b["x"] >= 0 and b["right"] <= 760 for b in boxes)
    overlaps = [
        (a, b)
        for a in boxes
        for b in boxes
        if a is not b
        and a["x"] < b["right"] - 1
        and b["x"] < a["right"] - 1
        and a["y"] < b["bottom"] - 4
        and b["y"] < a["bottom"] - 4
    ]
    assert overlaps == []
