"""How long a part of the measurement may take, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What one run of `make bench` is given."""

    short: bool = False  # some seconds a part, for every change; else as docs/performance.md reports it
    pages: Path | None = None  # folder of real pages
    sites: Path | None = None  # folder of labelled websites


Say = Callable[[str], None]  # one line for whoever waits
Part = Callable[[Scale, Say], Mapping[str, float]]
