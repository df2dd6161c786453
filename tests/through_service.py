"""A visitor who signs in through the service, and what is known of people afterwards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
from pages import Visitor
from provider import CLIENT, Provider

from crawler.sign_in import SignIn
from db.desk import Desk


def settings(provider: Provider, address: str, **changed: object) -> SignIn:
    base = SignIn(
        issuer=provider.issuer, public_url=address, client_id=CLIENT, client_secret_variable="TEST_CLIENT_SECRET"
    )
    return replace(base, **changed)  # type: ignore[arg-type]


def to_service(visitor: Visitor, path: str = "/sign-in/start") -> str:
    """The address of the return, after the service has signed the visitor in."""
    begun = visitor.get(path)
    assert begun.status_code == 303, begun.text
    there = httpx.get(begun.headers["location"], trust_env=False)
    assert there.status_code == 302
    return there.headers["location"]


def came_back(visitor: Visitor, path: str = "/sign-in/start") -> httpx.Response:
    return visitor.get(to_service(visitor, path))


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/").status_code == 200


def identities(database: Path, name: str = "kato") -> list[str]:
    with Desk.open(database) as desk:
        return [i.subject for i in desk.identities(name)]


def names(database: Path) -> list[str]:
    with Desk.open(database) as desk:
        return [p.name for p in desk.people()]
