"""A service that is broken: it signs nobody in, and is not waited for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pages import Clock, Visitor
from provider import SECRET, Provider
from through_service import is_in, settings, to_service

from review import asking, oidc
from review.oidc import Service


@pytest.mark.parametrize(
    "how", ["silent", "trickle", "huge", "packed", "redirect", "500 error", "404 nothing", "200 {]"]
)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
def test_a_broken_service_signs_nobody_in_and_is_not_waited_for(
    visitor: Visitor, provider: Provider, monkeypatch: pytest.MonkeyPatch, how: str, path: str
) -> None:
    back = "" if path.startswith("/.") else to_service(visitor)
    if how in {"silent", "trickle"}:  # before the keys, the token endpoint has to answer in time
        monkeypatch.setattr(asking, "DEADLINE_S", 3.0 if path == "/keys" else 0.3)
    provider.broken = {path: how}
    answer = visitor.get(back or "/sign-in/start")
    assert 'class="fault"' in answer.text
    assert answer.status_code in {401, 503}
    assert not is_in(visitor)
    provider.broken = {}
    assert visitor.get("/login").status_code == 200, "the pages go on"


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("silent", "did not answer within 0.3 s"),
        ("trickle", "did not answer within 0.3 s"),
        ("huge", "answered more than 524288 bytes"),
        ("packed", "answered packed"),
    ],
)
def test_what_one_request_gives_up_on(provider: Provider, monkeypatch: pytest.MonkeyPatch, how: str, says: str) -> None:
    if how in {"silent", "trickle"}:
        monkeypatch.setattr(asking, "DEADLINE_S", 0.3)
    provider.broken = {"/keys": how}
    with pytest.raises(asking.Unreachable, match=says):
        asking.ask("GET", f"{provider.issuer}/keys")


def test_a_redirect_of_the_service_is_not_followed(provider: Provider) -> None:
    provider.broken = {"/keys": "redirect"}
    assert asking.ask("GET", f"{provider.issuer}/keys").status_code == 302


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"token_endpoint": "http://192.0.2.1/token"},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "https://user:pass@evil.example/"},
        {"jwks_uri": 5},
    ],
    ids=str,
)
def test_a_discovery_document_that_makes_no_sense_is_not_used(
    visitor: Visitor, provider: Provider, metadata: dict[str, object]
) -> None:
    provider.metadata = metadata
    answer = visitor.get("/sign-in/start")
    assert answer.status_code == 503
    assert "location" not in answer.headers


def test_a_service_that_hangs_holds_only_so_many_requests(
    provider: Provider, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service(settings(provider, "http://127.0.0.1"), SECRET, clock)
    for _ in range(oidc.AT_ONCE):
        assert service._slots.acquire(blocking=False)
    with pytest.raises(asking.Unreachable, match="too many"):
        service.begin("/")
    service._slots.release()
    assert service.begin("/")[0].startswith(provider.issuer)
    provider.broken = {"/.well-known/openid-configuration": "silent"}
    monkeypatch.setattr(asking, "DEADLINE_S", 0.2)
    clock.now += oidc.METADATA_LASTS
    for _ in range(2):  # a failure gives its place back
        with pytest.raises(asking.Unreachable, match="did not answer within"):
            service.begin("/")


def test_finished_attempts_are_remembered_within_bounds(
    provider: Provider, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "_REMEMBERED", 3)
    service = Service(settings(provider, "http://127.0.0.1"), SECRET, clock)
    for number in range(5):
        service._use(oidc.Attempt(secret=str(number), until=clock.now.timestamp() + 60, next="/"))
    assert list(service._finished) == ["2", "3", "4"]
    clock.now += timedelta(seconds=61)
    service._use(oidc.Attempt(secret="5", until=clock.now.timestamp() + 60, next="/"))
    assert list(service._finished) == ["5"]
