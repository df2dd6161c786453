"""The benchmark over a crowd, in small: it ends, with the websites among it that hang, crash and never end."""

import json
from pathlib import Path

import pytest

from benchmarks.crowd import LIMIT_MB, main, page_of
from crawler.policy import Budget


def test_a_crowd_is_visited_whole_within_its_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.crowd._BUDGET", Budget(max_seconds=3.0))
    assert main(["--clusters", "40", "--json", str(tmp_path / "crowd.json")]) == 0
    figures = json.loads((tmp_path / "crowd.json").read_text())
    assert (figures["clusters"], figures["visited"], figures["given_up"]) == (40, 39, 1)
    assert figures["pages"] > 3 * 37
    assert 0 < figures["spider_mb"] < LIMIT_MB
    assert 0 < figures["writer_mb"] < LIMIT_MB
    assert "pages per second" in capsys.readouterr().out


def test_the_pages_of_the_crowd_are_the_same_every_time() -> None:
    assert page_of("c00001.crowd.example", "/news/") == page_of("c00001.crowd.example", "/news/")
    assert page_of("c00001.crowd.example", "/") != page_of("c00002.crowd.example", "/")
