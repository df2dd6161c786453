"""Processes that a process has started, found in /proc, and whether they have gone."""

from __future__ import annotations

from pathlib import Path
from threading import Event


def children(pid: int) -> set[int]:
    """The processes that a process has started, and theirs."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            started = task.read_text()
        except OSError:  # the process ends just now
            continue
        for child in map(int, started.split()):
            found |= {child} | children(child)
    return found


def spiders_of(pid: int) -> set[int]:
    """Of these the crawl processes."""
    return {child for child in children(pid) if b"\0spiders\0" in command(child)}


def command(pid: int) -> bytes:
    """The words that a process was started with, empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def wait_until_gone(pids: set[int]) -> set[int]:
    """The processes that are still there after a generous while."""
    patience = Event()
    for _ in range(200):
        pids = {p for p in pids if _is_alive(p)}
        if not pids or patience.wait(0.05):
            break
    return pids


def _is_alive(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
