"""`clusterwatch demo` without `--once`: the pages over the sample network, which stays up until Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

import httpx
import pytest
from pages import Visitor
from processes import CLUSTERWATCH, children, end, wait_until_gone

NOW = "2026-11-24T18:00Z"


def begin(folder: Path, *options: str) -> subprocess.Popen[bytes]:
    """The demo of one night as a process of its own, with the folder for what it leaves behind."""
    return subprocess.Popen(
        [CLUSTERWATCH, "demo", "--nights", "1", "--now", NOW, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(folder)},
        start_new_session=True,
    )


@pytest.mark.timeout(300)
def test_the_demo_serves_its_pages_looks_again_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    demo = begin(tmp_path)
    try:
        assert demo.stdout is not None
        said = ""
        while "/enter?token=" not in said:
            line = demo.stdout.readline().decode()
            assert line, f"ended without a link: {said}"
            said += line
        found = re.search(r"(http://127\.0\.0\.1:\d+)/enter\?token=(\S+)", said)
        assert found
        assert "ended-notice" in said, "the table comes first"
        with Visitor(found.group(1)) as visitor:
            assert visitor.post("/enter", data={"token": found.group(2)}).status_code == 303
            assert "Aoba Photonics Cluster" in visitor.get("/").text
            look = visitor.post("/clusters/active-bilingual/rescan").headers["location"]
            with visitor.stream("GET", f"{look}/events", timeout=120) as stream:
                events = "".join(stream.iter_text())
            assert "event: over" in events
            page = visitor.get(look).text
            assert "http://aoba-photonics.example/" in page
            assert "answered (200)" in page
            assert "Before and now" in page
        processes = children(demo.pid)
        demo.send_signal(signal.SIGINT)
        _, complaint = demo.communicate(timeout=60)
        assert demo.returncode == 130
        assert b"Traceback" not in complaint
        assert wait_until_gone(processes) == set()
        with pytest.raises(httpx.ConnectError):
            httpx.get(found.group(1), trust_env=False)
    finally:
        end(demo)
        if demo.stdout is not None:
            demo.stdout.close()
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


@pytest.mark.timeout(300)
def test_the_demo_ends_by_itself_when_told_so(tmp_path: Path) -> None:
    database = tmp_path / "kept" / "demo.db"
    database.parent.mkdir()
    (tmp_path / "tmp").mkdir()
    demo = begin(tmp_path / "tmp", "--once", "--keep", str(database))
    try:
        out, complaint = demo.communicate(timeout=240)
    finally:
        end(demo)
    assert (demo.returncode, complaint) == (0, b"")
    assert "enter?token=" not in out.decode()
    assert database.exists()
