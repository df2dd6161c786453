"""The benchmark of kills, in small: real crawls that are killed at random instants come to their end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.kills import Figures


def test_a_crawl_that_is_killed_comes_to_its_end(tmp_path: Path) -> None:
    wanted = tmp_path / "kills.json"
    command = [
        sys.executable,
        "-m",
        "benchmarks.kills",
        "--kills",
        "4",
        "--sites",
        "12",
        "--seed",
        "7",
        "--json",
        str(wanted),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(wanted.read_text())
    del figures["seconds"], figures["runs"]
    assert figures == {
        "seed": 7, "sites": 12, "kills": 4, "completed": 4, "quick_check_clean": 4, "lost_visits": 0,
        "doubled_visits": 0, "processes_left": 0, "damaged_records": 0,
    }  # fmt: skip
    assert done.stdout.startswith("seed 7\n")


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({}, []),
        ({"completed": 1}, ["completed"]),
        ({"quick_check_clean": 1}, ["quick_check_clean"]),
        ({"lost_visits": 1}, ["lost_visits"]),
        ({"doubled_visits": 1, "processes_left": 1}, ["doubled_visits", "processes_left"]),
        ({"damaged_records": 1}, ["damaged_records"]),
    ],
)
def test_a_promise_that_is_broken_is_named(changes: dict[str, int], broken: list[str]) -> None:
    figures = {"kills": 2, "completed": 2, "quick_check_clean": 2, **changes}
    assert Figures(seed=1, sites=3, **figures).broken == broken
