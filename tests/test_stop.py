"""A server that is asked to end while people are at work ends in time, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from faultnet import FaultNetwork, clusters, without_robots
from pages import Visitor, with_people
from processes import Gate, address_told, begin, children, end, stop_seconds, wait_until_gone, written

from db.desk import Desk
from db.rescans import RescanState


def test_a_server_with_a_second_look_and_a_watcher_ends_in_the_time_that_its_unit_gives(tmp_path: Path) -> None:
    path = tmp_path / "crawl.db"
    gate = Gate()
    with FaultNetwork() as network:
        site = network.site("a.example", without_robots(gate.held))
        with Desk.open(path, create=True) as desk:
            desk.upsert_clusters(clusters({"a": site}))
        with_people(path)
        options = written(network, tmp_path, log={"form": "json", "level": "info"})
        process = begin(["serve", "--port", "0", *options])
        try:
            address, _ = address_told(process)
            with Visitor(address, "kato") as kato:
                shown = kato.post("/clusters/a/rescan").headers["location"].partition("?")[0]
                assert gate.waiting.wait(60)
                crawls = children(process.pid)
                with kato.stream("GET", f"{shown}/events") as events:
                    assert events.status_code == 200
                    os.kill(process.pid, signal.SIGTERM)
                    process.wait(stop_seconds("web"))
            assert process.returncode in {0, -signal.SIGTERM}, "systemd takes both for a proper end"
            assert crawls
            assert wait_until_gone(crawls) == set()
        finally:
            gate.open.set()
            end(process)
    with Desk.open(path) as desk:
        (last,) = [desk.rescan(1)]
        assert last is not None
        assert (last.state, last.after) == (RescanState.QUEUED, None), "whoever comes next makes it"
        assert desk.faults() == []
