"""Whole crawls with an archive: what websites sent is there the next day, once, whatever happened on the way."""

from __future__ import annotations

import gzip
import os
import signal
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from faultnet import NOW, Asked, FaultNetwork, Site, Wire, clusters, home, page, raw, without_robots
from processes import children
from test_crawling import Gate, begin, end, written
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from crawler.archive import KeptKind
from crawler.config import Config
from crawler.model import RunKind, VisitOutcome
from db.desk import Desk
from schedules.crawling import Crawl, Step, run_crawl

_NEXT = timedelta(days=1)


@contextmanager
def desk_of(folder: Path, websites: dict[str, str]) -> Iterator[Desk]:
    """A store with these clusters."""
    with Desk.open(folder / "crawl.db", create=True) as desk:
        desk.upsert_clusters(clusters(websites))
        yield desk


def run(desk: Desk, config: Config, nights: int = 0, kind: RunKind = RunKind.NIGHTLY, **options: object) -> Crawl:
    return run_crawl(desk, kind=kind, now=NOW + nights * _NEXT, config=config, **options)  # type: ignore[arg-type]


def files(folder: Path) -> list[Path]:
    """The WARC files beside the database."""
    return sorted((folder / "crawl-archive").glob("*/*.warc.gz"))


def types(path: Path) -> list[str]:
    """The types of the records of a file."""
    with path.open("rb") as stream:
        return [record.rec_type for record in ArchiveIterator(stream)]


def sound(folder: Path) -> bool:
    """Whether other tools find every file whole, and no mark of an open one is left."""
    inputs = list(map(str, files(folder)))
    assert not list((folder / "crawl-archive").glob("*/*.open"))
    return bool(Checker(Namespace(inputs=inputs, verbose=False)).process_all() == 0)


ODD = home().encode() + b"\0\xff" + "半角".encode("shift_jis")
PACKED = gzip.compress(home("<p>packed</p>").encode())
SITES: dict[str, tuple[Site, bytes]] = {
    "plain": (page(home()), home().encode()),
    "bytes": (page(ODD.decode("latin-1"), 200), ODD.decode("latin-1").encode()),
    "packed": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + PACKED),
        home("<p>packed</p>").encode(),
    ),
    "chunked": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"3\r\n<p>\r\n4\r\nokay\r\n0\r\n\r\n"),
        b"<p>okay",
    ),
    "folded": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServer: a\r\n WARC-Type: x\r\nX-Powered-By: \0\xe9\r\n\r\n"
            + home().encode()),
        home().encode(),
    ),
}  # fmt: skip


def test_every_page_that_was_read_is_there_as_it_was_sent(tmp_path: Path) -> None:
    with FaultNetwork() as network:
        websites = {name: network.site(f"{name}.example", site) for name, (site, _) in SITES.items()}
        websites["gone"] = network.site("gone.example", page("not here", 404))
        with desk_of(tmp_path, websites) as desk:
            done = run(desk, network.config())
            assert list(desk.archive_faults()) == []
            for name, (_, body) in SITES.items():
                (made,) = desk.visits(name)
                found = desk.kept(name, made.started_at)
                assert [f.digest for f in made.fetches if f.digest] == [k.digest for k in found]
                assert found[0].url == websites[name]
                kept = desk.kept_page(found[0].kept_id)
                assert kept is not None
                assert kept.body == body
            assert desk.all_kept("gone") == []
    assert done.warnings == []
    assert sound(tmp_path)
    assert len(files(tmp_path)) == 1


def test_the_second_night_stores_only_what_changed(tmp_path: Path) -> None:
    news = {"today": "2026年11月23日 展示会"}

    def site(wire: Wire, asked: Asked) -> None:
        wire.answer(home(f"<p>{news['today']}</p>" if asked.path == "/" else f"<p>{asked.path}</p>" * 300))

    with FaultNetwork() as network:
        websites = {"same": network.site("same.example", page(home("<p>x</p>" * 500))),
                    "news": network.site("news.example", without_robots(site))}  # fmt: skip
        with desk_of(tmp_path, websites) as desk:
            always = network.config(schedule={"full_visit_days": 1})  # a night that confirms another keeps nothing
            for night in range(2):
                run(desk, always, night)
                news["today"] = "2026年11月24日 研究会"
            first, second = (desk.kept("news", NOW + n * _NEXT) for n in range(2))
            same = [desk.kept("same", NOW + n * _NEXT) for n in range(2)]
            bodies = [p.body.decode() for k in (first[0], second[0]) if (p := desk.kept_page(k.kept_id))]
            run(desk, network.config(), 2, RunKind.RESCAN, cluster_ids=["same"])
            assert list(desk.archive_faults()) == []
    one, two, three = map(types, files(tmp_path))
    assert "展示会" in bodies[0]
    assert "研究会" in bodies[1]
    assert [k.digest for k in first[1:]] == [k.digest for k in second[1:]]
    assert [k.digest for k in same[0]] == [k.digest for k in same[1]]
    assert two.count("response") == 1
    assert two.count("revisit") == len(first) + len(same[0]) - 1
    assert three == ["warcinfo", *["revisit"] * len(same[0])]
    assert "response" in one
    assert sound(tmp_path)


def test_the_archive_can_be_switched_off(tmp_path: Path) -> None:
    with FaultNetwork() as network, desk_of(tmp_path, {"a": network.site("a.example", page(home()))}) as desk:
        done = run(desk, network.config(storage={"archive": ""}))
        (made,) = desk.visits("a")
        assert (made.outcome, made.fetches[0].digest) == (VisitOutcome.READ, "")
        assert desk.kept("a", NOW) == []
    assert done.warnings == []
    assert not (tmp_path / "crawl-archive").exists()


def test_an_archive_that_cannot_be_written_costs_no_visit_and_one_warning(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with FaultNetwork() as network:
        websites = {f"c{n}": network.site(f"c{n}.example", page(home())) for n in range(3)}
        with desk_of(tmp_path, websites):
            pass
        process = begin(["crawl", *written(network, tmp_path, storage={"archive": str(tmp_path / "file" / "x")})])
        try:
            _, complaint = process.communicate(timeout=60)
        finally:
            end(process)
    assert process.returncode == 0
    warnings = [line for line in complaint.decode().splitlines() if " WARNING " in line]
    assert len(warnings) == 1
    assert "name another folder in storage.archive" in warnings[0]
    with Desk.open(tmp_path / "crawl.db") as desk:
        assert {n: desk.visits(n)[0].outcome for n in websites} == dict.fromkeys(websites, VisitOutcome.READ)
        assert set(desk.latest_verdicts()) == set(websites)
        assert desk.archive_counts()["pages"] == 0
        assert warnings[0].partition(" WARNING crawl.spiders.visit: ")[2] == desk.runs(1)[0].note


def test_a_killed_spider_leaves_whole_files_and_a_complete_index(tmp_path: Path) -> None:
    gate = Gate()
    killed: list[int] = []

    def kill(step: Step) -> None:
        if step.cluster_id == "h0" and step.visit is None and not killed:
            assert gate.waiting.wait(60)
            (open_file,) = (tmp_path / "crawl-archive").glob("*/*.warc.gz")
            killed.extend(children(os.getpid()) - others)
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
            with open_file.open("ab") as stream:  # as if the kill had come in the middle of a write
                stream.write(b"\x1f\x8b\x08\0\0\0\0\0half")
            gate.open.set()

    with FaultNetwork() as network:
        websites = {f"c{n}": network.site(f"c{n}.example", without_robots(gate.free)) for n in range(3)}
        websites |= {f"h{n}": network.site(f"h{n}.example", without_robots(gate.held)) for n in range(2)}
        others = children(os.getpid())
        with desk_of(tmp_path, websites) as desk:
            run(desk, network.config(politeness={"concurrent_sites": 1}), watch=kill)
            assert list(desk.archive_faults()) == []
            for name in websites:
                (made,) = desk.visits(name)
                found = desk.kept(name, NOW)
                assert [k.digest for k in found] == [f.digest for f in made.fetches if f.digest]
                assert found
                assert all(desk.kept_page(k.kept_id) for k in found)
    assert len(killed) == 1
    assert len(files(tmp_path)) > 1  # each process began a file of its own
    assert sound(tmp_path)


def test_a_killed_command_leaves_what_the_next_crawl_mends(tmp_path: Path) -> None:
    gate = Gate()
    with FaultNetwork() as network:
        websites = {"c": network.site("c.example", without_robots(gate.free)),
                    "h": network.site("h.example", without_robots(gate.held))}  # fmt: skip
        with desk_of(tmp_path, websites):
            pass
        options = written(network, tmp_path, politeness={"delay_s": 0.0, "concurrent_sites": 1})
        process = begin(["crawl", *options])
        try:
            assert gate.waiting.wait(60)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        finally:
            end(process)
        (torn,) = files(tmp_path)
        with torn.open("ab") as stream:
            stream.write(b"\x1f\x8b\x08")
        gate.open.set()
        with desk_of(tmp_path, websites) as desk:
            run(desk, network.config())
            assert list(desk.archive_faults()) == []
            assert all(desk.kept(name, desk.visits(name)[0].started_at) for name in websites)
    assert sound(tmp_path)


@pytest.mark.browser
@pytest.mark.parametrize("length", [len("/tmp"), 200])  # Chromium dies over a folder of 63 bytes
def test_a_page_made_by_scripts_is_kept_in_both_forms_and_leaves_nothing_lying_about(
    tmp_path: Path, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from test_browser import APP, NEWS, shell

    momentary = tempfile.mkdtemp() if length < len(str(tmp_path)) else str(tmp_path / ("t" * length))
    Path(momentary).mkdir(exist_ok=True)
    monkeypatch.setattr(tempfile, "tempdir", momentary)
    monkeypatch.setenv("TMPDIR", momentary)

    def app(wire: Wire, asked: Asked) -> None:
        if asked.path == "/data/news.json":
            wire.answer(NEWS, Content_Type="application/json")
        else:
            wire.answer(shell(APP) if asked.path == "/" else "no", 200 if asked.path == "/" else 404)

    with FaultNetwork() as network:
        address = network.site("app.example", without_robots(app))
        with desk_of(tmp_path, {"app": address}) as desk:
            run(desk, network.config(browser={"enabled": True}, storage={"pictures": 0}))
            found = desk.kept("app", NOW)
            pages = {(k.kind, k.final_url): p.body for k in found if (p := desk.kept_page(k.kept_id))}
            (made,) = desk.visits("app")
    assert pages[KeptKind.RESPONSE, address] == shell(APP).encode()
    assert "第3回研究会を開催しました".encode() in pages[KeptKind.RENDERED, address]
    assert pages[KeptKind.RESPONSE, f"{address}data/news.json"] == NEWS.encode()
    assert [f.digest for f in made.fetches if f.rendered] == [k.digest for k in found if k.rendered]
    assert "conversion" in types(files(tmp_path)[0])
    assert sound(tmp_path)
    Path(momentary).rmdir()  # which it can be, empty as it is
