"""Which clusters a night could not read, behind the figures of the overview and the runs of the timetable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from made import AOBA, BARE, CEDAR, NIGHT, verdict, visit
from pages import Visitor, serving, with_people

from crawler.model import Outcome, RunKind, RunState, VisitOutcome
from db.desk import Desk
from review.texts import texts
from review.unread import whys

ENDS = {  # how the visit of each cluster ended, and why
    "aoba": (VisitOutcome.FAILED, Outcome.DNS_NXDOMAIN),
    "bare": (VisitOutcome.NO_WEBSITE, None),
    "cedar": (VisitOutcome.READ, None),
    "elm": (VisitOutcome.INCONCLUSIVE, Outcome.HTTP_403),
    "fir": (VisitOutcome.INCONCLUSIVE, None),
}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """One night over six clusters, of which one was read and one left out."""
    path = tmp_path / "desk.db"
    clusters = [AOBA, BARE, CEDAR]
    more = ("elm", "fir", "gum")
    clusters += [replace(CEDAR, cluster_id=name, name_en=f"{name.title()} Cluster", name_ja="") for name in more]
    with Desk.open(path, create=True) as desk:
        desk.upsert_clusters(clusters)
        run = desk.begin_run(RunKind.NIGHTLY, NIGHT, [c.cluster_id for c in clusters])
        for cluster_id, (outcome, failure) in ENDS.items():
            seen = replace(visit(cluster_id, 0), outcome=outcome, failure=failure)
            desk.add_visit(run.run_id, seen, verdict(cluster_id, 0))
        desk.fail_task(run.run_id, "gum", "broke the crawl twice")
        desk.end_run(run.run_id, RunState.DONE)
    return with_people(path)


@pytest.fixture
def vera(address: str) -> Iterator[Visitor]:
    with Visitor(address, "vera") as visitor:
        yield visitor


def rows(page: str) -> list[list[str]]:
    """The cells of the table, without markup."""
    body = page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.split(r"</t[hd]>", row)[:-1]]
        for row in body.split("<tr>")[1:]
    ]


def test_the_overview_leads_to_every_cluster_that_was_not_read(vera: Visitor) -> None:
    overview = vera.get("/").text
    assert 'href="/timetable/runs/1">Which these are' in overview
    assert rows(vera.get("/timetable/runs/1").text) == [
        ["Aoba Photonics Cluster", "failed name does not exist", "Every request"],
        ["Gum Cluster", "given up broke the crawl twice", "–"],
        ["Fir Cluster", "inconclusive", "Every request"],
        ["Elm Cluster", "inconclusive refuses us (403)", "Every request"],
        ["Bare Cluster", "no website", "Every request"],
    ]


def test_a_row_leads_to_its_visit(vera: Visitor) -> None:
    page = vera.get("/timetable/runs/1").text
    (path,) = re.findall(r'href="(/clusters/aoba\?visit=[^"#]*)', page)
    assert "Every request of the visit of 24 Nov 2024" in vera.get(path).text


def test_the_figures_of_the_overview_add_up(vera: Visitor) -> None:
    overview = " ".join(re.sub(r"<[^>]+>", "", vera.get("/").text).split())
    assert "2 inconclusive refuses us (403) (1), other reasons (1)" in overview
    assert "1 failed name does not exist (1)" in overview
    assert "1 given up broke the crawl twice (1)" in overview, "which says nothing about the website"
    assert "1 no website" in overview


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({}, []),
        ({"": 3}, []),
        ({"http_403": 2}, [("refuses us (403)", 2)]),
        ({"http_403": 2, "": 1}, [("refuses us (403)", 2), ("other reasons", 1)]),
        ({"words of ours": 1}, [("words of ours", 1)]),
    ],
)
def test_reasons_are_named_and_what_has_none_is_counted(found: dict[str, int], told: list[tuple[str, int]]) -> None:
    assert whys(texts("en"), found) == told


def test_only_nightly_runs_have_this_page(vera: Visitor, database: Path) -> None:
    with Desk.open(database) as desk:
        rescan = desk.begin_run(RunKind.RESCAN, NIGHT, ["aoba"])
    assert vera.get(f"/timetable/runs/{rescan.run_id}").status_code == 404
    assert vera.get("/timetable/runs/99").status_code == 404


def test_a_night_that_read_everything_says_so_and_one_under_way_that_more_may_come(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with Desk.open(path, create=True) as desk:
        desk.upsert_clusters([AOBA])
        run = desk.begin_run(RunKind.NIGHTLY, NIGHT, ["aoba"])
        with_people(path)
        with serving(path, clock=lambda: NIGHT) as address, Visitor(address, "vera") as vera:
            assert "This run is under way: more may follow." in vera.get("/timetable/runs/1").text
            desk.add_visit(run.run_id, visit("aoba", 0), verdict("aoba", 0))
            desk.end_run(run.run_id, RunState.DONE)
            page = vera.get("/timetable/runs/1").text
            assert "Every cluster could be read." in page
            assert "1 of 1 visited clusters could be read." in page
            assert "Which these are" not in vera.get("/").text
