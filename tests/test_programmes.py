"""Public programmes: which phase a row of the registry means, when it ended, and what a case says of it."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from made import AOBA, NIGHT, POST
from pages import NOW, Visitor, ceased, made

from cli import show
from crawler.model import Cluster, Evidence, Family
from crawler.policy import Policy
from pipelines.judging.ceasing import period_end, programme_over_on, question, silent_since
from pipelines.judging.programmes import ended, name_of, phases, phases_of

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 26)
STAGE_1, STAGE_2A, STAGE_2B = "stage I", "stage II, areas of 2007", "stage II, areas of 2008"


def funded(programme: str, start: str = "", end: str = "") -> Cluster:
    return Cluster(
        cluster_id="a",
        name_en="Aoba",
        website="http://a.example/",
        programme=programme,
        period_start=start,
        period_end=end,
    )


# --- the reference data ---


def test_every_phase_has_what_it_needs() -> None:
    assert len(phases()) == 17
    for phase in phases():
        assert all((phase.name_en, phase.name_ja, phase.phase_en, phase.phase_ja, phase.aliases, phase.sources)), phase
        assert phase.end is None or phase.start < phase.end, phase
        assert all(url.startswith("http") for url in phase.sources), phase
        assert all(alias == alias.lower() for alias in phase.aliases), phase
        assert not phase.successor or name_of(phase.successor)[0], phase
    assert name_of("nothing") == ("", "")


def test_a_programme_has_one_name_and_one_successor_in_all_its_phases() -> None:
    told = {p.programme: (p.name_en, p.name_ja, p.funder, p.aliases, p.successor) for p in phases()}
    assert [p for p in phases() if told[p.programme] != (p.name_en, p.name_ja, p.funder, p.aliases, p.successor)] == []


# --- which phase ---


@pytest.mark.parametrize(
    ("programme", "start", "found"),
    [
        ("MEXT Knowledge Cluster Initiative (1st stage)", "", [STAGE_1]),
        ("MEXT Knowledge Cluster Initiative (2nd stage)", "2007", [STAGE_2A]),
        ("MEXT Knowledge Cluster Initiative (2nd stage)", "2008-07", [STAGE_2B]),
        ("MEXT Knowledge Cluster Initiative (2nd stage)", "2008-03", [STAGE_2A]),
        ("MEXT Knowledge Cluster Initiative (2nd stage)", "", [STAGE_2A, STAGE_2B]),
        ("Knowledge Cluster Initiative (Global base type)", "2009-09-01", ["global base type"]),
        ("知的クラスター創成事業（第II期）", "2007", [STAGE_2A]),
        ("地域イノベーション戦略支援プログラム", "2013", ["areas of 2013"]),
        ("Regional Innovation Strategy", "2012-07", ["areas of 2012"]),
        ("METI Industrial Cluster Project (Tokai)", "", ["phases I to III"]),
        ("Aoba City", "", []),
        ("", "", []),
    ],
)
def test_which_phase_a_row_means(programme: str, start: str, found: list[str]) -> None:
    assert [p.phase_en for p in phases_of(funded(programme, start))] == found


# --- whether it is over ---


@pytest.mark.parametrize(
    ("programme", "start", "today", "on"),
    [
        ("Knowledge Cluster Initiative (2nd stage)", "2007", TODAY, date(2012, 3, 31)),
        ("Knowledge Cluster Initiative (2nd stage)", "2007", date(2012, 3, 31), None),
        ("Knowledge Cluster Initiative (2nd stage)", "2007", date(2012, 4, 1), date(2012, 3, 31)),
        ("Knowledge Cluster Initiative (2nd stage)", "", TODAY, date(2013, 3, 31)),
        # Of several the last one, and none when one goes on or nobody knows what else there is.
        ("Knowledge Cluster (1st stage); Regional Innovation Strategy", "2013", TODAY, date(2018, 3, 31)),
        ("Knowledge Cluster (1st stage); JETRO RIT 2016", "", TODAY, None),
        ("Knowledge Cluster (1st stage); Aoba Pref.", "", TODAY, None),
        ("COI STREAM", "2013", TODAY, None),
        ("Aoba Pref.", "", TODAY, None),
        ("", "", TODAY, None),
    ],
)
def test_when_a_programme_is_over(programme: str, start: str, today: date, on: date | None) -> None:
    over = ended(funded(programme, start), today)
    assert (over.on if over else None) == on


def test_no_end_is_told_before_the_one_that_the_default_registry_has() -> None:
    with (ROOT / "samples" / "japan.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if "FY" in row["period_end"] and row["period_end"][4] == "-"]
    early = []
    for row in rows:
        over = ended(funded(row["programme"], row["period_start"]), TODAY)
        last = period_end(row["period_end"])
        if over is not None and last is not None and over.on < last:
            early.append(row["cluster_id"])
    assert (len(rows) > 8, early) == (True, [])


# --- in the evidence ---


def test_the_end_of_the_programme_stands_in_where_the_row_has_none() -> None:
    facts = Evidence(cluster_id="a", as_of=NOW)
    (reason,) = question(funded("Knowledge Cluster Initiative (2nd stage)", "2007"), facts, Policy()).reasons
    assert (reason.code, reason.family, reason.points) == ("programme_ended", Family.REGISTRY, 2.0)
    assert reason.text == "Its programme, Knowledge Cluster Initiative, ended in 2012-03."
    assert reason.url.startswith("http://www.mext.go.jp/")
    own = question(funded("Knowledge Cluster Initiative (2nd stage)", "2007", "2015-03"), facts, Policy()).reasons
    assert [r.text for r in own] == [
        "According to the registry the period of Knowledge Cluster Initiative (2nd stage) ended in 2015-03."
    ]
    later = funded("Knowledge Cluster Initiative (2nd stage)", "2007", "2099-03")
    assert question(later, facts, Policy()).reasons == ()


@pytest.mark.parametrize(
    ("cluster", "on"),
    [
        (funded("Knowledge Cluster (1st stage)"), date(2009, 3, 31)),
        (funded("Knowledge Cluster (1st stage)", end="2012"), date(2012, 12, 31)),
        (funded("Knowledge Cluster (1st stage)", end="2099"), None),
        (funded("Aoba City", end="2012"), date(2012, 12, 31)),
        (funded("Aoba City"), None),
    ],
)
def test_the_last_day_is_the_rows_own_first(cluster: Cluster, on: date | None) -> None:
    assert programme_over_on(cluster, TODAY) == on


@pytest.mark.parametrize(("days", "silent"), [(548, False), (549, True)])
def test_a_site_is_silent_beyond_the_window(days: int, silent: bool) -> None:
    on = date.fromordinal(NIGHT.date().toordinal() - days)
    facts = Evidence(cluster_id="a", as_of=NIGHT, last_reached_at=NIGHT, latest=replace(POST, on=on))
    assert silent_since(facts, Policy()) == (on if silent else None)
    assert silent_since(replace(facts, latest=None), Policy()) is None


# --- on the case ---


@pytest.fixture
def database(tmp_path: Path) -> Path:
    aoba = replace(AOBA, programme="MEXT Knowledge Cluster Initiative (2nd stage)", period_start="2007", period_end="")
    return made(tmp_path / "desk.db", ceased(), clusters=(aoba,))


def test_the_case_names_the_end_of_the_programme(address: str) -> None:
    with Visitor(address, "kato") as kato:
        page = kato.get("/clusters/aoba").text
        assert "Programme ended March 2012" in page
        assert "Knowledge Cluster Initiative · stage II, areas of 2007 (MEXT) · April 2007 to March 2012" in page
        assert "followed by Regional Innovation Cluster Program" in page
        kato.post("/account/language", data={"language": "ja"})
        page = kato.get("/clusters/aoba").text
        assert "事業は2012年3月に終了" in page
        assert "知的クラスター創成事業 · 第II期（2007年度採択）" in page


def test_the_terminal_names_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    on = date(2013, 5, 1)
    facts = Evidence(cluster_id="aoba", as_of=NIGHT, last_reached_at=NIGHT, latest=replace(POST, on=on))
    cluster = funded("Knowledge Cluster Initiative (2nd stage)", "2007")
    show.print_case(show.console(), cluster, ceased(), facts, [], [])
    assert "Programme ended 2012-03; site silent since 2013" in capsys.readouterr().out
