"""The crawl processes of a process of ours, as the kernel tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def spiders_of(pid: int | str = "self") -> Iterator[int]:
    """The ids of the crawl processes that a process started."""
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            with suppress(OSError):
                if b"scrapy" in Path(f"/proc/{child}/cmdline").read_bytes():
                    yield int(child)


def is_dead(pid: int) -> bool:
    """Whether a process does nothing more; one that nobody has waited for yet is dead too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True
