"""A search for unknown organisations over real servers: what it proposes, what it leaves alone, and hostile pages."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import browser_page, in_thread, sign_in
from faultnet import Asked, Canary, FaultNetwork, Wire, home, page, pages
from pages import EVIL, Clock, Visitor, serving, with_people
from processes import written

from benchmarks.discovery.measuring import NOW, names, sample, truth
from cli.main import main
from crawler.config import config_from
from crawler.errors import ConfigError, WorkFailed
from crawler.model import Cluster
from db.candidates import CandidateState, Found
from db.desk import Desk
from db.registry import read_registry
from samples.sites import DISCOVERY
from schedules.discovering import as_found, search

AT = ["--now", "2026-11-24"]


def test_on_the_sample_network_clusters_are_proposed_and_nothing_else() -> None:
    found, measured = sample()
    assert {p.lead.domain for p in found.proposals} == truth(DISCOVERY / "truth.csv")
    assert (measured.precision, measured.recall) == (1.0, 1.0)
    assert (found.clusters, found.portals) == (4, 2)
    assert found.unread == ["http://closed-portal.example/: robots disallow"]
    by_domain = {p.lead.domain: as_found(p) for p in found.proposals}
    hydrogen = by_domain["houyo-h2.example"]  # three pictures without words link to it
    assert (hydrogen.name, hydrogen.website) == ("豊予水素ネットワーク", "http://houyo-h2.example/")
    assert hydrogen.source == "http://cluster-portal.example/clusters/2.html"
    best = as_found(found.proposals[0])
    assert best.why.splitlines()[0].endswith("“筑後次世代電池コンソーシアム”. (+40)")


def test_home_pages_are_worth_their_requests() -> None:
    _, links_alone = sample(home_pages=0)
    assert links_alone.precision < 0.6  # dead, parked, dissolved and moved ones look like clusters from afar
    assert links_alone.recall < 0.7


# --- what a search leaves alone ---


@pytest.fixture
def net() -> Iterator[FaultNetwork]:
    with FaultNetwork() as up:
        yield up


def registered(folder: Path, *websites: str) -> Path:
    """A registry of these websites."""
    path = folder / "crawl.db"
    with Desk.open(path, create=True) as desk:
        desk.upsert_clusters([Cluster(cluster_id=f"c{i}", name_en=f"C{i}", website=w) for i, w in enumerate(websites)])
    return path


def linking(*links: tuple[str, str]) -> str:
    """A page with these addresses and the words of their links."""
    items = "".join(f'<li><a href="{url}">{words}</a></li>' for url, words in links)
    return home(f"<h2>リンク集</h2><ul>{items}</ul>")


def candidates(path: Path, state: CandidateState = CandidateState.OPEN) -> list[Found]:
    with Desk.open(path) as desk:
        return [c.found for c in desk.candidates_in(state, limit=-1)]


def test_a_rejected_one_never_comes_back_and_one_that_waits_is_counted(net: FaultNetwork, tmp_path: Path) -> None:
    valley = net.host("valley.example", page(home()))
    hub = net.host("hub.example", page(home()))
    site = net.host("known.example", page(linking((valley, "白帆バレー推進協議会"), (hub, "黒潮クラスター"))))
    path = registered(tmp_path, site)
    options = [*written(net, tmp_path), *AT]
    assert main(["discover", *options]) == 0
    assert [f.name for f in candidates(path)] == ["黒潮クラスター", "白帆バレー推進協議会"]
    assert net.paths("valley.example") == ["/"]
    with Desk.open(path) as desk:
        number = next(c.candidate_id for c in desk.candidates_in(CandidateState.OPEN) if "白帆" in c.found.name)
        desk.reject_candidate(number, by="boss", reason="known")
    assert main(["discover", *options]) == 0
    assert [f.name for f in candidates(path)] == ["黒潮クラスター"]
    assert (net.paths("valley.example"), net.paths("hub.example")) == (["/"], ["/"])  # nobody is asked twice
    with Desk.open(path) as desk:
        assert [c.times_found for c in desk.candidates_in(CandidateState.OPEN)] == [2]
        assert [e.what for e in desk.audit()][:1] == ["candidates:added"]


def test_a_site_is_walked_no_deeper_than_its_lists(net: FaultNetwork, tmp_path: Path) -> None:
    loop = {f"/links/{n}.html": home(f'<a href="/links/{n + 1}.html">リンク {n + 1}</a>') for n in range(50)}
    more = '<a href="/links/0.html">リンク集</a> <a href="/about.html">概要</a> <a href="/news/">お知らせ</a>'
    site = net.host("loop.example", pages({"/": home(more), "/news/": home(), **loop}))
    registered(tmp_path, site)
    assert main(["discover", *written(net, tmp_path), *AT]) == 0
    assert net.paths("loop.example") == ["/", "/links/0.html", "/news/", "/links/1.html"]


def test_two_pages_that_link_to_each_other_are_read_once(net: FaultNetwork, tmp_path: Path) -> None:
    by_path = {"/": home('<a href="/a/">Links</a>'), "/a/": home('<a href="/">Links</a> <a href="/a/">Links</a>')}
    portal = net.host("portal.example", pages(by_path))
    registered(tmp_path)
    options = written(net, tmp_path, discover={"portals": [portal]})
    assert main(["discover", *options, *AT]) == 0
    assert net.paths("portal.example") == ["/", "/a/"]


# --- hostile pages ---


def test_a_portal_of_a_hundred_thousand_links_costs_no_more_than_its_bounds(
    net: FaultNetwork, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    links = "".join(f"<a href=//x{n}.example>Cluster</a>" for n in range(100_000))
    portal = net.host("portal.example", page(home(links)))
    registered(tmp_path)
    options = written(net, tmp_path, discover={"portals": [portal], "home_pages": 5, "proposals": 3})
    assert main(["discover", *options, *AT, "--format", "json"]) == 0
    said = capsys.readouterr()
    assert len(json.loads(said.out)["proposals"]) == 3
    assert "They name 400 organisations that nobody knows; 5 were looked at, 3 proposed." in said.err
    assert "392 more have points enough" in said.err
    assert sum(net.names.asked.get(f"x{n}.example", 0) > 0 for n in range(100_000)) <= 5


def test_addresses_that_are_not_public_are_never_reached(net: FaultNetwork, tmp_path: Path) -> None:
    canary = Canary("127.0.0.3")
    try:
        inside = net.host("inside.example", page("", 302, Location=f"{canary.url}/x"))
        refresh = net.host("refresh.example", page(f'<meta http-equiv="refresh" content="0; url={canary.url}/">'))
        links = linking(
            (inside, "黒潮クラスター"), (refresh, "白帆クラスター"), (f"{canary.url}/", "赤松クラスター"),
            ("http://private.example/", "青葉クラスター"), ("file:///etc/passwd", "緑川クラスター"),
        )  # fmt: skip
        net.names.zone["private.example"] = ["127.0.0.3"]
        site = net.host("known.example", page(links))
        path = registered(tmp_path, site)
        options = written(net, tmp_path, network={"allow": ["127.0.0.1/32"], "nameservers": [net.names.address]})
        assert main(["discover", *options, *AT]) == 0
        assert canary.reached == []
        assert {f.name for f in candidates(path)} <= {"黒潮クラスター", "白帆クラスター", "青葉クラスター"}
    finally:
        canary.close()


def test_robots_txt_is_obeyed_everywhere(net: FaultNetwork, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def closed(wire: Wire, asked: Asked) -> None:
        wire.answer("User-agent: *\nDisallow: /", Content_Type="text/plain")

    shy = net.host("shy.example", closed)
    portal = net.host("portal.example", closed)
    path = registered(tmp_path, net.host("known.example", page(linking((shy, "白帆ロボットクラスター")))))
    options = written(net, tmp_path, discover={"portals": [portal]})
    assert main(["discover", *options, *AT]) == 0
    assert (net.paths("shy.example"), net.paths("portal.example")) == ([], [])
    (found,) = candidates(path)  # the name is enough
    assert "could not be read (robots disallow), which says nothing" in found.why
    assert "A portal could not be read: " in capsys.readouterr().err


def test_a_name_with_a_script_in_it_runs_nowhere(
    net: FaultNetwork, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = f"=1+{EVIL[:25]}\x1b[31mクラスター".replace("<", "&lt;")
    hub = net.host("evil.example", page(home()))
    path = registered(tmp_path, net.host("known.example", page(linking((hub, evil)))))
    options = written(net, tmp_path)
    assert main(["discover", *options, *AT, "--dry-run"]) == 0
    assert "\x1b[31m" not in capsys.readouterr().out
    assert main(["discover", *options, *AT, "--format", "csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["name"].startswith("'=1+<script>alert(1)</script>")
    with_people(path)

    def look() -> None:
        with serving(path, clock=Clock()) as address, browser_page() as (shown, complaints):
            shown.on("dialog", lambda dialog: complaints.append(dialog.message))
            sign_in(shown, address, "boss")
            shown.goto(f"{address}/candidates")
            assert "<script>alert(1)</script>" in shown.inner_text(".candidate h2")
            assert shown.locator(".candidate script, .candidate img").count() == 0
            assert complaints == []

    in_thread(look)


# --- the process ---


def test_a_crawl_process_that_ends_at_once_is_told_and_not_tried_for_ever(net: FaultNetwork, tmp_path: Path) -> None:
    path = registered(tmp_path, net.host("known.example", page(home())))
    (tmp_path / "scrapy.py").write_text("raise SystemExit(3)")
    with Desk.open(path) as desk, pytest.raises(WorkFailed, match="no website could be asked"):
        search(desk, now=NOW, config=net.config(), environment={"PYTHONPATH": str(tmp_path)})
    assert net.paths("known.example") == []


def test_a_full_disk_ends_the_search(net: FaultNetwork, tmp_path: Path) -> None:
    path = registered(tmp_path, net.host("known.example", page(home())))
    config = net.config(limits={"min_free_bytes": 2**50})
    with Desk.open(path) as desk, pytest.raises(WorkFailed, match=r"the disk has only .* MiB free"):
        search(desk, now=NOW, config=config)
    assert candidates(path) == []


# --- the command ---


def test_a_dry_run_keeps_nothing_and_the_limit_is_kept(
    net: FaultNetwork, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hubs = [(net.host(f"h{n}.example", page(home())), f"白帆{n}クラスター") for n in range(3)]
    path = registered(tmp_path, net.host("known.example", page(linking(*hubs))))
    options = [*written(net, tmp_path), *AT]
    assert main(["discover", *options, "--dry-run", "--limit", "2", "--format", "json"]) == 0
    said = capsys.readouterr()
    rows = json.loads(said.out)["proposals"]
    assert [row["name"] for row in rows] == ["白帆0クラスター", "白帆1クラスター"]
    assert (
        rows[0]["why_ja"].splitlines()[0]
        == "名称にクラスターを表す語「クラスター」があります：「白帆0クラスター」。 (+40)"
    )
    assert rows[0]["source"].endswith("known.example:" + rows[0]["source"].rsplit(":", 1)[1])
    assert "1 more have points enough" in said.err
    assert "A dry run: nothing was kept." in said.err
    assert candidates(path) == []
    assert main(["discover", *options, "--limit", "2"]) == 0
    assert len(candidates(path)) == 2
    assert "  1. 白帆0クラスター  " in capsys.readouterr().out


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "x"])
def test_a_limit_that_is_none_is_refused(tmp_path: Path, limit: str) -> None:
    path = registered(tmp_path, "http://known.example/")
    assert main(["discover", "--db", str(path), "--limit", limit]) == 2
    assert candidates(path) == []


def test_with_nothing_to_begin_with_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = registered(tmp_path)
    assert main(["discover", "--db", str(path)]) == 2
    assert "import a registry with clusterwatch import FILE, or name portals" in capsys.readouterr().err
    assert main(["discover", "--db", str(tmp_path / "none.db")]) == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"portals": ["javascript:alert(1)"]}, "discover.portals: 'javascript:alert"),
        ({"portals": "https://a.example/"}, "discover.portals must be a list"),
        ({"pages_per_cluster": 0}, "discover.pages_per_cluster must be between 1 and 20"),
        ({"home_pages": -1}, "discover.home_pages must be between 0 and"),
        ({"depth": 3}, "discover.depth is not a setting"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words.replace("(", r"\(")):
        config_from({"discover": settings})


def test_the_page_of_candidates_says_why_in_the_readers_language(net: FaultNetwork, tmp_path: Path) -> None:
    hub = net.host("hub.example", page(home()))
    path = registered(tmp_path, net.host("known.example", page(linking((hub, "白帆クラスター")))))
    assert main(["discover", *written(net, tmp_path), *AT]) == 0
    with_people(path)
    with serving(path, clock=Clock()) as address:
        for language, words in (("en", "Its home page can be read: "), ("ja", "トップページを読めました：")):
            with Visitor(address, "kato") as kato:
                kato.headers["Accept-Language"] = language
                shown = kato.get("/candidates").text
                assert f"<li><bdi>{words}" in shown
                assert "(+40)" in shown


def test_most_names_of_the_default_registry_would_be_proposed() -> None:
    count, missed = names(read_registry(DISCOVERY.parent / "japan.csv").accepted)
    assert count > 200
    assert len(missed) / count < 0.36
