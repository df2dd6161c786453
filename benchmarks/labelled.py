"""Labelled real websites: the format, and a server for them. Shared by the measurements.

A folder holds `truth.csv` (one row a host), `sites.json` and `serve.py`, which serves every host through an HTTP
proxy on loopback as it stood on its capture date.
"""

from __future__ import annotations

import csv
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One website and the truth about it."""

    host: str
    start_url: str
    captured: datetime  # noon UTC of the capture day
    latest: frozenset[str]  # acceptable ISO days; empty: no dated item at all
    activity: frozenset[str]
    english: frozenset[str]
    home_language: str
    scored: bool
    trap: str


class MissingFolder(Exception):
    """Raised when a folder of labelled sites is not there or not complete; the command line tells the person."""


def read_truth(folder: Path) -> tuple[Labelled, ...]:
    """The labelled sites of a folder."""
    path = folder / "truth.csv"
    if not path.is_file() or not (folder / "serve.py").is_file():
        raise MissingFolder(f"{folder} holds no truth.csv and serve.py: no labelled sites, so nothing was measured")
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(_labelled(row) for row in csv.DictReader(lines))


def _labelled(row: dict[str, str]) -> Labelled:
    tier = row["english_tier"]
    languages = [code for code in row.get("languages_offered", "").split(",") if code]
    return Labelled(
        host=row["host"],
        start_url=row["start_url"],
        captured=datetime.fromisoformat(f"{row['commit_date'][:10]}T12:00:00").replace(tzinfo=UTC),
        latest=frozenset(filter(None, [row["latest_post_date"], *_words(row.get("acceptable_dates", ""))])),
        activity=frozenset([row["expected_flag"], *_words(row.get("acceptable_flags", ""))]),
        english=frozenset({"none" if tier == "japanese_only" else tier}),
        home_language=next((code for code in languages if code != "en"), "ja"),
        scored=row.get("score", "yes") != "no",
        trap=row.get("trap", ""),
    )


def _words(cell: str) -> list[str]:
    return [word.strip() for word in re.split(r"[;|]", cell) if word.strip()]


@contextmanager
def served(folder: Path, *, patience_s: float = 20.0) -> Iterator[str]:
    """Serve the sites of a folder; gives the address of the proxy, and ends the server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(folder / "serve.py"), "--port", str(port), "--rewrite-https", "--no-tls"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            _wait_for(port, patience_s)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(port: int, patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise MissingFolder(f"the server of the labelled sites did not start on port {port}") from None
            time.sleep(0.05)
