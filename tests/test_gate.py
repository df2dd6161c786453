"""The gate: figures beside floors, labelled sets by their digests, and what is said when something is missing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import gate
from benchmarks.gate import FLOORS, METRICS, SHOWN, Floor, Material, Metric, Of, checked, document, read_floors
from benchmarks.labelled import MissingFolder
from benchmarks.labelled_digest import digest_of

ROOT = Path(__file__).parents[1]


def metric(figure: float, name: str = "date", of: Of = Of.OWN) -> Metric:
    return Metric(name, of, lambda _: figure)


def floors(least: float, **by_set: float) -> dict[str, Floor]:
    return {"date": Floor(least=least, by_set=by_set)}


def a_set(folder: Path, label: str = "2026-01-01") -> Path:
    (folder / "pages").mkdir(parents=True)
    (folder / "truth.csv").write_text("host\na.example\n", encoding="utf-8")
    (folder / "pages.csv").write_text(
        f"file,url,true_date,published_date,captured\npages/a.html,http://a.example/a,{label},,2026-05-01\n",
        encoding="utf-8",
    )
    (folder / "pages" / "a.html").write_text(
        "<h1>お知らせ</h1><p>2026年1月1日</p><p>当協議会からのお知らせです。</p>", encoding="utf-8"
    )
    return folder


@pytest.mark.parametrize(("figure", "holds"), [(0.9, True), (0.8999, False), (1.0, True)])
def test_a_figure_must_reach_its_floor(figure: float, holds: bool) -> None:
    (found,) = checked(Material(), floors(0.9), [metric(figure)])
    assert found.holds is holds
    assert document([found]) == {"date": figure, "below": [] if holds else ["date"], "sets": {}}


def test_a_set_that_was_measured_here_has_a_floor_of_its_own_and_any_other_the_general_one(tmp_path: Path) -> None:
    sites = a_set(tmp_path / "known")
    digest = Material(sites=sites).digest(Of.PAGES)
    strict = floors(0.5, **{digest[:SHOWN]: 0.95})
    (known,) = checked(Material(sites=sites), strict, [metric(0.9, of=Of.PAGES)])
    assert (known.floor, known.known, known.holds) == (0.95, True, False)
    other = a_set(tmp_path / "other", label="2026-01-02")
    (unknown,) = checked(Material(sites=other), strict, [metric(0.9, of=Of.PAGES)])
    assert (unknown.floor, unknown.known, unknown.holds) == (0.5, False, True)


def test_what_needs_a_folder_that_is_not_given_is_left_out() -> None:
    assert checked(Material(), floors(0.9), [metric(1.0, of=Of.SITES), metric(1.0, of=Of.SET)]) == []


def test_a_digest_is_that_of_labels_and_pages_and_of_no_place(tmp_path: Path) -> None:
    what = ("pages.csv", "pages/**/*")
    one, same = a_set(tmp_path / "one"), a_set(tmp_path / "two")
    assert digest_of(one, what) == digest_of(same, what)
    (same / "README.md").write_text("words about it")
    assert digest_of(one, what) == digest_of(same, what)
    (same / "pages" / "a.html").write_text("<p>another</p>")
    assert digest_of(one, what) != digest_of(same, what)
    with pytest.raises(MissingFolder, match="holds no labelled set"):
        digest_of(tmp_path, what)


def test_every_metric_has_a_floor_and_every_floor_a_metric() -> None:
    assert {m.name for m in METRICS} == set(read_floors(FLOORS))
    assert len({m.name for m in METRICS}) == len(METRICS)


@pytest.mark.parametrize(
    "told", ["[date]\nfloor = 1.2", "[date]\nfloor = -0.1", "[date]\nfloor = 0.9\nsets = { ab = 95 }"]
)
def test_a_floor_is_a_share(tmp_path: Path, told: str) -> None:
    path = tmp_path / "floors.toml"
    path.write_text(told)
    with pytest.raises(ValueError, match=r"floors\.toml: the floor of date is"):
        read_floors(path)


def test_the_single_pages_are_counted_by_all_pages(tmp_path: Path) -> None:
    right, wrong = Material(sites=a_set(tmp_path / "a")), Material(sites=a_set(tmp_path / "b", label="2026-01-02"))
    pages = next(m for m in METRICS if m.name == "pages_52")
    assert (pages.figure(right), pages.figure(wrong)) == (1.0, 0.0)


def test_made_up_websites_are_measured_without_any_folder() -> None:
    material = Material(seeds=range(100_000, 100_020))
    told = {m.name: m.figure(material) for m in METRICS if m.of is Of.OWN}
    assert told["made_dates"] >= 0.8
    assert told["made_sure_right"] >= 0.9
    assert 0.3 <= told["made_sure_share"] < 1.0


def test_the_command_names_each_metric_below_its_floor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = tmp_path / "floors.toml"
    found.write_text("[good]\nfloor = 0.5\n[bad]\nfloor = 0.75\n[worse]\nfloor = 0.8\n")
    told = (metric(0.6, "good"), metric(0.7, "bad"), metric(0.1, "worse"))
    monkeypatch.setattr(gate, "METRICS", told)
    monkeypatch.setattr(gate, "FLOORS", found)
    assert gate.main(["--json", str(tmp_path / "g.json")]) == 1
    assert "gate: bad 0.7000 is below 0.7500; worse 0.1000 is below 0.8000" in capsys.readouterr().err
    figures = json.loads((tmp_path / "g.json").read_text())
    assert (figures["good"], figures["bad"], figures["below"]) == (0.6, 0.7, ["bad", "worse"])
    monkeypatch.setattr(gate, "METRICS", told[:1])
    assert gate.main([]) == 0


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.gate", "--sites", str(tmp_path / "none")],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 1
    assert re.fullmatch(r"gate: .*none holds no labelled set, so nothing was measured\n", done.stderr)
