"""The command over the sample network, and the process that it is."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from made import BARE, FULL_VISIT, stored, verdict
from rich.console import Console
from terminal import Run

from cli import crawling, show
from cli.main import main
from crawler.model import RunKind
from db.store import Store
from samples.server import SampleNetwork

ROOT = Path(__file__).parents[1]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The default database of the folder: three clusters, the first visited on two nights."""
    return stored(tmp_path / "clusterwatch.db", nights=2)


# --- the whole way, against the sample network ---


def settings_file(folder: Path, network: SampleNetwork, max_seconds: float = 8.0) -> Path:
    path = folder / "settings.toml"
    path.write_text(
        f'[network]\nallow = ["127.0.0.0/8"]\nnameservers = ["{network.nameserver}"]\ncontact = "tests"\n'
        f"[politeness]\ndelay_s = 0.0\n[budget]\nmax_seconds = {max_seconds}\n[browser]\nenabled = false\n"
    )
    return path


def sample_registry(folder: Path, *ids: str) -> Path:
    path = folder / "registry.csv"
    lines = (ROOT / "samples" / "clusters.csv").read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], *(line for line in lines if line.split(",")[0] in ids)]), encoding="utf-8")
    return path


def test_from_import_to_export(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2024, 11, 24, 18, tzinfo=UTC)
    with SampleNetwork(now=now) as network:
        for name, value in (("http_proxy", network.proxy_url), ("https_proxy", network.proxy_url), ("no_proxy", "")):
            monkeypatch.setenv(name, value)
        config = ("--config", settings_file(tmp_path, network))
        assert run("import", sample_registry(tmp_path, "silent", "no-website")).code == 0
        crawl = run("crawl", "--now", "2024-11-24T18:00Z", *config)
        assert crawl.code == 0, crawl.err
        assert "2 of 2 clusters visited: 1 read, 1 without a website." in crawl.out
        assert "Flags now: 1 likely ceased, 1 undetermined." in crawl.out
        rescan = run("rescan", "silent", "--now", "2024-11-25T18:00Z", *config)
    assert rescan.code == 0, rescan.err
    assert [line.split()[0] for line in rescan.out.splitlines() if line.startswith(("before", "now"))] == [
        "before",
        "now",
    ]
    assert "2024-11-24 18:00" in rescan.out
    assert "2024-11-25 18:00" in rescan.out
    assert run("export", "m.csv").code == 0
    with (tmp_path / "m.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["cluster_id"]: row for row in csv.DictReader(stream)}
    assert (rows["silent"]["flag"], rows["silent"]["decided_at"]) == ("likely_ceased", "2024-11-25T18:00:00Z")
    assert (rows["no-website"]["flag"], rows["no-website"]["reachability"]) == ("undetermined", "no_website")


def test_a_void_run_is_a_failure_that_says_why(run: Run, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    void = crawling.Crawl(run_id=1, total=1, void="our own network seems to be down")
    monkeypatch.setattr(crawling, "run_crawl", lambda *args, **kwargs: void)
    answer = run("crawl", "--db", database)
    assert answer.code == 1
    assert answer.err == "clusterwatch: our own network seems to be down\n"


def test_a_terminal_is_shown_a_bar_and_a_file_plain_lines(
    run: Run, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def three_visits(*args: object, watch: crawling.Watcher, **kwargs: object) -> crawling.Crawl:
        for done in (1, 2, 3):
            watch(crawling.Step("aoba", None, None, done - 1, 3))
            watch(crawling.Step("aoba", FULL_VISIT, verdict(), done, 3))
        return crawling.Crawl(run_id=1, total=3, outcomes={"aoba": FULL_VISIT.outcome}, failed={"cedar": "it died"})

    monkeypatch.setattr(crawling, "run_crawl", three_visits)
    plain = run("crawl", "--db", database)
    assert (plain.code, plain.err) == (0, "")
    assert plain.out.splitlines()[:3] == [
        "3 of 3 visited",
        "1 of 3 clusters visited: 1 read. 0 pages, 0.0 MiB, 0 shown in a browser.",
        "not visited: cedar: it died",
    ]
    monkeypatch.setattr(
        show, "console", lambda error=False: Console(stderr=error, force_terminal=True, markup=False, width=100)
    )
    terminal = run("crawl", "--db", database)
    assert "3/3" in terminal.err
    assert "3 of 3 visited" not in terminal.out


def test_a_crawl_can_bring_the_default_registry_along(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawling, "run_crawl", lambda *args, **kwargs: crawling.Crawl(run_id=1, total=118))
    answer = run("crawl", "--import-default")
    assert (answer.code, answer.err) == (0, "")
    assert "imported the default one, samples/japan.csv (118 clusters)" in answer.out
    with Store.open(tmp_path / "clusterwatch.db") as store:
        assert len(store.clusters()) == 118
    assert "imported" not in run("crawl", "--import-default").out


# --- the process itself ---


def command(*words: str, **kwargs: object) -> subprocess.Popen[str]:
    program = "from cli.main import run; run()"
    return subprocess.Popen(
        [sys.executable, "-c", program, *words], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        **kwargs,  # type: ignore[call-overload]
    )  # fmt: skip


def test_a_reader_that_has_seen_enough_is_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "many.db"
    with Store.open(path, create=True) as store:
        store.upsert_clusters(replace(BARE, cluster_id=f"c{i:05}") for i in range(1500))
    with command("flags", "--format", "csv", "--db", str(path)) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 1


def test_a_terminal_without_japanese_shows_escapes(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.db")
    with command("show", "aoba", "--db", str(path), env={**os.environ, "PYTHONIOENCODING": "ascii"}) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "\\u9752\\u8449" in out


def test_ctrl_c_ends_a_crawl_with_one_line_and_the_run_waits_to_be_continued(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with SampleNetwork(now=datetime.now(UTC)) as network:
        config = settings_file(tmp_path, network, max_seconds=60)
        assert main(["import", str(sample_registry(tmp_path, "slow-drip")), "--db", str(path)]) == 0
        proxies = {"http_proxy": network.proxy_url, "https_proxy": network.proxy_url, "no_proxy": ""}
        with command("crawl", "--db", str(path), "--config", str(config), env={**os.environ, **proxies}) as process:
            wait_for_visit(path)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "clusterwatch: stopped; what was stored is kept, and a crawl started again continues\n"
    with Store.open(path) as store:
        (unfinished,) = store.unfinished_runs(RunKind.NIGHTLY)
        assert store.waiting(unfinished.run_id) == ["slow-drip"]


def wait_for_visit(path: Path) -> None:
    """Until a visit is under way."""
    for _ in range(600):
        with Store.open(path) as store:
            if any(store.task_states(r.run_id).get("running") for r in store.runs(1)):
                return
        time.sleep(0.05)
    raise TimeoutError("no visit began")
