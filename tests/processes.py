"""Commands of ours as real processes, and what they have started."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

from faultnet import Asked, FaultNetwork, Wire, home

from benchmarks.started import children, wait_until_gone

__all__ = ["CLUSTERWATCH", "Gate", "begin", "children", "end", "wait_until_gone", "written"]

CLUSTERWATCH = str(Path(sys.executable).parent / "clusterwatch")


class Gate:
    """Sites that answer at once, and sites that answer only when the gate is open."""

    def __init__(self) -> None:
        self.open = Event()
        self.waiting: Event = Event()

    def free(self, wire: Wire, asked: Asked) -> None:
        """A site that answers."""
        wire.answer(home())

    def held(self, wire: Wire, asked: Asked) -> None:
        """A site that waits for the gate."""
        if not self.open.is_set():
            self.waiting.set()
            wire.wait()
            return
        wire.answer(home())


def written(net: FaultNetwork, folder: Path, **tables: dict[str, object]) -> list[str]:
    """The options of a command for this network."""
    config = folder / "config.toml"
    said: dict[str, dict[str, object]] = {
        "network": {"allow": ["127.0.0.0/8"], "nameservers": [net.names.address]},
        "politeness": {"delay_s": 0.0, "concurrent_sites": 2},
        "browser": {"enabled": False},
        **tables,
    }
    lines = []
    for table, values in said.items():
        lines.append(f"[{table}]")
        lines += [f"{k} = {str(v).lower() if isinstance(v, bool) else repr(v)}" for k, v in values.items()]
    config.write_text("\n".join(lines).replace("'", '"'), encoding="utf-8")
    return ["--db", str(folder / "crawl.db"), "--config", str(config)]


def begin(arguments: list[str]) -> subprocess.Popen[bytes]:
    """A command under way, in a process group of its own."""
    return subprocess.Popen(
        [CLUSTERWATCH, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Make sure that it is gone."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stderr is not None:
        process.stderr.close()


def stop_seconds(service: str) -> float:
    """How long systemd waits for a service to end before it kills it."""
    unit = Path(__file__).parents[1] / "deploy" / "systemd" / f"clusterwatch-{service}.service"
    (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", unit.read_text("utf-8"), re.MULTILINE)
    return float(seconds)


def address_told(process: subprocess.Popen[bytes]) -> tuple[str, list[bytes]]:
    """Where a server that logs as JSON at level info answers, and the lines that it said until then."""
    assert process.stderr is not None
    lines: list[bytes] = []
    for line in process.stderr:
        lines.append(line)
        found = re.findall(rb"The pages are at (http://[\d.]+:\d+)", line)
        if found:
            return found[0].decode(), lines
    raise AssertionError(b"".join(lines).decode())
