"""What these tests begin with: a service, and pages over three people on which it signs in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made import stored
from pages import Clock, Visitor, serving, with_people
from provider import SECRET, Provider, providing
from through_service import settings

from crawler.config import Config
from db.desk import Desk


@pytest.fixture
def provider(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("TEST_CLIENT_SECRET", SECRET)
    with providing(clock) as found:
        yield found


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Three people, of whom kato's e-mail address is known."""
    path = with_people(stored(tmp_path / "desk.db"))
    with Desk.open(path) as desk:
        desk.set_email("kato", "kato@example.org", by="test")
    return path


@pytest.fixture
def changed() -> dict[str, object]:
    """Settings that a test changes before it asks for the address."""
    return {}


@pytest.fixture
def address(database: Path, clock: Clock, provider: Provider, changed: dict[str, object]) -> Iterator[str]:
    def config(here: str) -> Config:
        return Config(sign_in=settings(provider, here, **changed))

    with serving(database, clock=clock, config=config) as found:
        yield found


@pytest.fixture
def visitor(address: str) -> Iterator[Visitor]:
    with Visitor(address) as found:
        yield found
