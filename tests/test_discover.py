"""A search for unknown organisations over real servers: what it proposes, what it leaves alone, and hostile pages."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from chromium import browser_page, in_thread, sign_in
from faultnet import Asked, Canary, FaultNetwork, Site, Wire, home, page, pages
from pages import EVIL, Clock, Visitor, serving, with_people
from processes import begin, end, written

from benchmarks.discovery.measuring import NOW, names, sample, truth
from cli.main import main
from crawler.config import Config, config_from
from crawler.errors import ConfigError, RunUnderWay, WorkFailed
from crawler.model import Cluster
from crawler.scouting import SourceKind, Stroll
from db.candidates import CandidateState, Found
from db.desk import Desk
from db.processes import birth_of
from db.registry import read_registry
from db.rows import Cell, instant_text
from db.searches import Searches, Walked
from db.store import LEASE, RESUMED_WITHIN
from samples.sites import DISCOVERY
from schedules.discovering import Search, Step, as_found, search

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


# --- going on ---


def clusters_in_a_row(net: FaultNetwork, n: int, *, hangs: Event | None = None, after: int = 0) -> list[str]:
    """Websites that name an organisation each; those from `after` on wait as long as `hangs` is not set."""
    sites = []
    for i in range(n):
        hub = net.host(f"hub{i}.example", page(home()))
        answer = page(linking((hub, f"白帆{i}クラスター")))

        def held(wire: Wire, asked: Asked, answer: Site = answer) -> None:
            assert hangs is not None
            if hangs.is_set() or asked.path != "/":
                answer(wire, asked)
            else:
                wire.wait()

        sites.append(net.host(f"known{i}.example", held if hangs is not None and i >= after else answer))
    return sites


def asked_homes(net: FaultNetwork, name: str, n: int) -> list[int]:
    return [net.paths(f"{name}{i}.example").count("/") for i in range(n)]


def test_a_search_that_is_killed_goes_on_and_finds_what_a_whole_one_finds(
    net: FaultNetwork, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    n, done = 4, 2
    opened = Event()
    sites = clusters_in_a_row(net, n, hangs=opened, after=done)
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    for folder in (whole, parted):
        folder.mkdir()
        registered(folder, *sites)
        options = [*written(net, folder, politeness={"delay_s": 0.0, "concurrent_sites": 1}), *AT]
    killed = begin(["discover", *options])
    try:
        until(lambda: walks_kept(parted / "crawl.db") == done)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    finally:
        end(killed)
    assert candidates(parted / "crawl.db") == []
    opened.set()
    assert main(["discover", *options, "--format", "json"]) == 0
    said = capsys.readouterr()
    assert f"going on with the search of 2026-11-24 12:00 UTC: {done} of {n} sources are done\n" in said.err
    assert f"{n} clusters and 0 portals walked through" in said.err
    assert asked_homes(net, "known", done) == [1] * done, "what was walked through is not walked through again"
    assert asked_homes(net, "hub", n) == [1] * n
    assert walks_kept(parted / "crawl.db") == 0
    options = [*written(net, whole), *AT]
    assert main(["discover", *options, "--format", "json"]) == 0
    once = capsys.readouterr()
    assert "going on" not in once.err
    assert json.loads(said.out)["proposals"] == json.loads(once.out)["proposals"]
    assert candidates(parted / "crawl.db") == candidates(whole / "crawl.db")
    assert len(candidates(whole / "crawl.db")) == n


class Broken(Exception):
    """Raised where a test breaks a search off."""


def broken_off(desk: Desk, config: Config, phase: str, *, now: datetime = NOW, **options: bool) -> None:
    """Break a search off after its first walk of this phase."""

    def watch(step: Step) -> None:
        if step.phase == phase:
            raise Broken

    memory = Searches.over(desk)
    at = memory.begin_search(now, **options)
    with pytest.raises(Broken):
        search(desk, now=at, config=config, watch=watch, memory=memory)


def gone_on(
    desk: Desk, config: Config, *, now: datetime = NOW, afresh: bool = False
) -> tuple[Search, list[int], datetime]:
    """The search begun once more, how many of how many sources it had behind it, and its instant."""
    memory, told = Searches.over(desk), list[int]()
    at = memory.begin_search(now, afresh=afresh)
    found = search(desk, now=at, config=config, memory=memory, goes_on=lambda done, total: told.extend((done, total)))
    return found, told, at


@pytest.mark.parametrize(
    ("later", "afresh", "told"),
    [
        (timedelta(0), False, [1, 2]),
        (RESUMED_WITHIN, False, [1, 2]),
        (RESUMED_WITHIN + timedelta(seconds=1), False, []),
        (timedelta(0), True, []),
    ],
)
def test_a_search_goes_on_for_half_a_day_unless_it_is_to_begin_anew(
    net: FaultNetwork, tmp_path: Path, later: timedelta, afresh: bool, told: list[int]
) -> None:
    path = registered(tmp_path, *clusters_in_a_row(net, 2))
    config = net.config(politeness={"concurrent_sites": 1})
    with Desk.open(path) as desk:
        broken_off(desk, config, "sites")
        found, said, at = gone_on(desk, config, now=NOW + later, afresh=afresh)
    assert (said, at) == (told, NOW if told else NOW + later)
    assert [p.name for p in found.proposals] == ["白帆0クラスター", "白帆1クラスター"]
    assert asked_homes(net, "known", 2)[0] == (1 if told else 2)


def test_home_pages_that_were_looked_at_are_not_looked_at_again(net: FaultNetwork, tmp_path: Path) -> None:
    path = registered(tmp_path, *clusters_in_a_row(net, 2))
    config = net.config(politeness={"concurrent_sites": 1})
    with Desk.open(path) as desk:
        broken_off(desk, config, "homes")
        found, said, _ = gone_on(desk, config)
    assert said == [2, 2]
    assert (found.looked_at, found.pages, len(found.proposals)) == (2, 4, 2)
    assert (asked_homes(net, "known", 2), asked_homes(net, "hub", 2)[0]) == ([1, 1], 1)


def test_a_source_that_has_another_address_since_is_asked_anew(net: FaultNetwork, tmp_path: Path) -> None:
    first, second, moved = clusters_in_a_row(net, 3)
    path = registered(tmp_path, first, second)
    config = net.config(politeness={"concurrent_sites": 1})
    with Desk.open(path) as desk:
        broken_off(desk, config, "sites")
        desk.upsert_clusters([Cluster(cluster_id="c0", name_en="C0", website=moved)])
        found, said, _ = gone_on(desk, config)
    assert said == []
    assert [p.name for p in found.proposals] == ["白帆1クラスター", "白帆2クラスター"]


def test_a_website_that_was_given_up_is_not_tried_again(tmp_path: Path) -> None:
    path = registered(tmp_path, "http://a.example/")
    with Desk.open(path) as desk:
        memory = Searches.over(desk)
        memory.begin_search(NOW)
        (cluster,) = desk.clusters()
        stroll = Stroll(site=cluster, kind=SourceKind.CLUSTER, max_pages=4)
        memory.keep_walk("sites", stroll, Walked(None, "it took too long"))
        found, said, _ = gone_on(desk, Config())
    assert said == [1, 1]
    assert found.given_up == {"c0": "it took too long"}


@pytest.mark.parametrize(
    ("pid", "birth", "host", "heard", "held"),
    [
        (os.getppid(), None, "", timedelta(0), True),
        (os.getppid(), "another process of this number", "", timedelta(0), False),
        (2**22 + 1, "", "", timedelta(0), False),  # no such process
        (1, "", "elsewhere", LEASE - timedelta(seconds=1), True),
        (1, "", "elsewhere", LEASE, False),
    ],
)
def test_a_second_search_is_refused_while_one_is_under_way(
    tmp_path: Path, pid: int, birth: str | None, host: str, heard: timedelta, held: bool
) -> None:
    path = registered(tmp_path, "http://a.example/")
    with Desk.open(path, clock=lambda: NOW) as desk:
        memory = Searches.over(desk)
        memory.begin_search(NOW)
        of_it: dict[str, Cell] = {
            "pid": pid,
            "birth": birth_of(pid) if birth is None else birth,
            "host": host or socket.gethostname(),
        }
        with desk.transaction():
            sql = "UPDATE searches SET pid = :pid, birth = :birth, host = :host, heard_at = :heard"
            desk._do(sql, {**of_it, "heard": instant_text(NOW - heard)})
        if held:
            with pytest.raises(RunUnderWay, match="a search is under way in another process"):
                memory.begin_search(NOW, afresh=True)
        else:
            assert memory.begin_search(NOW + timedelta(hours=1)) == NOW


def test_a_dry_run_neither_goes_on_nor_can_be_gone_on_with(
    net: FaultNetwork, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = registered(tmp_path, *clusters_in_a_row(net, 2))
    options = [*written(net, tmp_path, politeness={"delay_s": 0.0, "concurrent_sites": 1}), *AT]
    with Desk.open(path) as desk:
        broken_off(
            desk, net.config(politeness={"concurrent_sites": 1}), "sites", now=datetime(2026, 11, 24, tzinfo=UTC)
        )
    assert main(["discover", *options, "--dry-run"]) == 0
    assert "going on" not in capsys.readouterr().err
    assert (walks_kept(path), candidates(path)) == (1, [])
    assert main(["discover", *options]) == 0
    assert "1 of 2 sources are done" in capsys.readouterr().err
    assert main(["discover", *options, "--afresh"]) == 0
    assert "going on" not in capsys.readouterr().err


def walks_kept(path: Path) -> int:
    with Desk.open(path) as desk:
        return desk.counts()["search_walks"]


def until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        Event().wait(0.1)
    raise AssertionError("it never came about")


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
