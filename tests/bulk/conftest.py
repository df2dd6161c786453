"""What these tests begin with: six clusters with an open question each, and who decides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from many import CLUSTERS, NAMES, moved
from pages import Clock, Visitor, ceased, made

from db.bulk import Bulks


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Six clusters: five with a question whether they have ceased, one whether it has moved; four in Miyagi."""
    words = [ceased(name, points=float(n)) for n, name in enumerate(NAMES[:5], start=5)]
    return made(tmp_path / "desk.db", *words, moved("fir"), clusters=CLUSTERS)


@pytest.fixture
def kato(address: str) -> Iterator[Visitor]:
    with Visitor(address, "kato") as visitor:
        yield visitor


@pytest.fixture
def desk(database: Path, clock: Clock) -> Iterator[Bulks]:
    with Bulks.open(database, clock=clock) as found:
        yield found
