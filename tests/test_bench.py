"""The ratios of speed beside the recorded ones, and the network on which they are measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from benchmarks import sizing
from benchmarks.speed import __main__ as bench
from benchmarks.speed.network import NOW, Servers, Validators, host_of, network, page_of, paths
from benchmarks.speed.scale import Say, Scale
from crawler.reading import dates
from crawler.reading.page import parse

MORE, LESS = (
    bench.Recorded(asked=0.7, at_most=False, full=0.8, short=0.5),
    bench.Recorded(asked=3.0, at_most=True, full=2.8, short=4.0),
)


@pytest.mark.parametrize(
    ("recorded", "figure", "holds"),
    [
        (MORE, 0.4, True),
        (MORE, 0.39, False),
        (MORE, 9.0, True),
        (LESS, 5.0, True),
        (LESS, 5.01, False),
        (LESS, 0.1, True),
        (bench.Recorded(asked=1.1, at_most=True, full=1.0, short=None), 99.0, True),
    ],
)
def test_a_ratio_may_be_worse_by_a_fifth(recorded: bench.Recorded, figure: float, holds: bool) -> None:
    assert recorded.holds(figure) is holds


def test_what_is_recorded_can_be_read_and_names_what_is_measured() -> None:
    recorded = bench.read_recorded(bench.RECORDED)
    assert {"crawl_vs_bare_scrapy", "growth_20000_vs_200"} <= set(recorded)
    assert recorded["crawl_vs_bare_scrapy"].asked == 0.7
    assert not recorded["crawl_vs_bare_scrapy"].at_most


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[a]\nfull = 1.0\n", "a must say either"),
        ("[a]\nat_least = 1.0\nat_most = 1.0\nfull = 1.0\n", "a must say either"),
        ("[a]\nat_least = 1.0\nfull = 0.0\n", "a has 0.0"),
        ("[a]\nat_most = 1.0\nfull = 1.0\nshort = -1.0\n", "a has -1.0"),
    ],
)
def test_a_record_that_is_none_is_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "recorded.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        bench.read_recorded(path)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Scale]:
    """Two parts that measure nothing; what they were given."""
    given: list[Scale] = []

    def part(figures: Mapping[str, float]) -> bench.Part:
        def measure(scale: Scale, say: Say) -> Mapping[str, float]:
            given.append(scale)
            say("measuring")
            return figures

        return measure

    record = tmp_path / "recorded.toml"
    record.write_text("[fast]\nat_least = 1.0\nfull = 1.2\nshort = 1.0\n", encoding="utf-8")
    monkeypatch.setattr(bench, "RECORDED", record)
    monkeypatch.setattr(bench, "PARTS", {"good": part({"fast": 0.9, "beside_ms": 3.0}), "bad": part({"fast": 0.7})})
    return given


def test_the_figures_are_shown_and_written(
    measured: list[Scale], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "figures.json"
    assert bench.main(["good", "--short", "--pages", str(tmp_path), "--json", str(path)]) == 0
    assert measured == [Scale(short=True, pages=tmp_path)]
    assert json.loads(path.read_text(encoding="utf-8")) == {"fast": 0.9, "beside_ms": 3.0}
    told = capsys.readouterr()
    assert ("fast" in told.out, "≥ 1" in told.out, "beside_ms" in told.out) == (True, True, True)
    assert "bench: measuring" in told.err


def test_a_short_run_fails_where_a_ratio_is_worse_and_a_whole_one_does_not(
    measured: list[Scale], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(["bad", "--short"]) == 1
    assert "fast is 0.7, recorded was 1" in capsys.readouterr().err
    assert bench.main(["bad"]) == 0
    assert len(measured) == 2


def test_what_is_not_there_is_said_before_anything_is_measured(
    measured: list[Scale], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(["swift", "--sites", str(tmp_path / "none")]) == 2
    said = capsys.readouterr().err
    assert "no part is called swift: good, bad" in said
    assert "none: no such folder" in said
    assert measured == []


# --- the network ---


def _get(servers: Servers, number: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = Request(f"http://127.0.0.1:{servers.port}{path}", headers={"Host": host_of(number), **headers})
    try:
        with urlopen(request) as answer:  # loopback
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        return error.code, dict(error.headers), b""


def test_the_network_answers_as_web_servers_do() -> None:
    with network(Validators.MIXED) as servers:
        servers.sent()
        status, headers, body = _get(servers, 5, "/news/")
        assert (status, body) == (200, page_of(5, "/news/").encode())
        assert _get(servers, 5, "/news/", **{"If-None-Match": headers["ETag"]})[0] == 304
        assert _get(servers, 5, "/nowhere")[0] == 404
        dated = _get(servers, 2, "/")[1]["Last-Modified"]
        assert _get(servers, 2, "/", **{"If-Modified-Since": dated})[0] == 304
        assert not {"ETag", "Last-Modified"} & set(_get(servers, 3, "/")[1])
        assert servers.sent().requests == 6
        assert servers.sent() == type(servers.sent())(0, 0)


def test_websites_have_news_when_the_network_is_told_so() -> None:
    at = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    with network(Validators.ALL) as servers:
        _, before, _ = _get(servers, 1, "/")
        assert servers.news(at, 1.0, 2) == [0, 1]
        status, _, body = _get(servers, 1, "/", **{"If-None-Match": before["ETag"]})
        assert (status, "2026年11月25日" in body.decode()) == (200, True)
        assert "2026年11月25日" not in _get(servers, 2, "/")[2].decode()
        assert servers.news(at, 0.0, 2) == [0, 1]


@pytest.mark.parametrize("path", paths())
def test_the_made_pages_are_the_size_of_real_ones_and_read_as_such(path: str) -> None:
    body = page_of(7, path).encode()
    assert 15_000 < len(body) < 40_000
    items = dates.read(parse(body, f"http://{host_of(7)}{path}"), today=NOW.date())
    assert bool(items) is (path in {"/", "/news/", "/en/", "/en/news/"})


# --- how large a registry may be ---


def test_the_sizes_on_paper_are_those_of_the_document() -> None:
    text = (Path(__file__).parents[1] / "docs" / "scaling.md").read_text(encoding="utf-8")
    table = [f"| {' | '.join(row)} |" for row in sizing.rows(sizing.MEASURED, sizing.Assumed())]
    assert [line for line in table if line not in text] == []
    assert f"{sizing.MEASURED.crawl_ms:g} ms" in text
    assert f"{sizing.MEASURED.store_ms:g} ms" in text


@pytest.mark.parametrize(
    ("sites", "at_once", "cores", "writer_h", "mbit_s"),
    [
        (1, 1, 1, 0.0, 0.0),
        (800, 1, 1, 0.0022, 0.2),
        (801, 2, 1, 0.0022, 0.2),
        (20_160, 26, 1, 0.056, 5.04),  # 0.5 s each: seven tenths of one core for four hours
        (20_161, 26, 2, 0.056, 5.04),
    ],
)
def test_what_a_registry_takes(sites: int, at_once: int, cores: int, writer_h: float, mbit_s: float) -> None:
    size = sizing.sized(sites, sizing.Measured(crawl_ms=500.0, store_ms=10.0), sizing.Assumed())
    assert (size.at_once, size.cores) == (at_once, cores)
    assert size.writer_h == pytest.approx(writer_h, abs=0.001)
    assert size.mbit_s == pytest.approx(mbit_s, abs=0.01)


def test_sizes_from_figures_of_another_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = tmp_path / "bench.json"
    figures.write_text('{"workers_1_crawl_cpu_ms_per_visit": 1008, "workers_1_store_cpu_ms_per_visit": 20}', "utf-8")
    assert sizing.main([str(figures)]) == 0
    assert "1008 ms of crawl and 20 ms of store a visit" in capsys.readouterr().out
    figures.write_text("{}", "utf-8")
    assert sizing.main([str(figures)]) == 2
    assert "has no workers_1_crawl_cpu_ms_per_visit" in capsys.readouterr().err
