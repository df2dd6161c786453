"""The benchmark over a crowd, in small: it ends, with the websites among it that hang, crash and never end."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.crowd import LIMIT_MB, page_of


def test_a_crowd_is_visited_whole_within_its_memory(tmp_path: Path) -> None:
    figures_file = tmp_path / "crowd.json"
    # In a process of its own: the tests around this one need memory too.
    command = [
        sys.executable,
        "-m",
        "benchmarks.crowd",
        "--clusters",
        "40",
        "--seconds",
        "3",
        "--json",
        str(figures_file),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(figures_file.read_text())
    assert (figures["clusters"], figures["visited"], figures["given_up"]) == (40, 39, 1)
    assert figures["pages"] > 3 * 37
    assert 0 < figures["spider_mb"] < LIMIT_MB
    assert 0 < figures["writer_mb"] < LIMIT_MB
    assert "pages per second" in done.stdout


def test_the_pages_of_the_crowd_are_the_same_every_time() -> None:
    assert page_of("c00001.example", "/news/") == page_of("c00001.example", "/news/")
    assert page_of("c00001.example", "/") != page_of("c00002.example", "/")
