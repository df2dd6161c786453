"""Tokens that hold, and tokens that lie."""

from __future__ import annotations

import pytest
from pages import NOW, Clock, Visitor
from provider import CLIENT, Provider
from through_service import came_back, is_in

from review import oidc


@pytest.mark.parametrize("sign", ["RS256", "ES256"])
def test_signatures_that_hold(visitor: Visitor, provider: Provider, sign: str) -> None:
    provider.sign = sign
    assert came_back(visitor).status_code == 303
    assert is_in(visitor)


@pytest.mark.parametrize("sign", ["none", "HS256", "stranger"])
def test_signatures_that_do_not_hold(visitor: Visitor, provider: Provider, sign: str) -> None:
    provider.sign = sign
    assert came_back(visitor).status_code == 401
    assert not is_in(visitor)


_T = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("claims", "gets_in"),
    [
        ({"nonce": "another"}, False),
        ({"nonce": None}, False),
        ({"aud": "another-client"}, False),
        ({"aud": None}, False),
        ({"aud": [CLIENT]}, True),
        ({"aud": [CLIENT, "another-client"]}, False),
        ({"aud": [CLIENT, "another-client"], "azp": "another-client"}, False),
        ({"aud": [CLIENT, "another-client"], "azp": CLIENT}, True),
        ({"iss": "https://evil.example"}, False),
        ({"iss": None}, False),
        ({"exp": _T - 61}, False),
        ({"exp": _T - 59}, True),
        ({"exp": None}, False),
        ({"exp": "tomorrow"}, False),
        ({"iat": _T + 61}, False),
        ({"iat": _T + 59}, True),
        ({"nbf": _T + 61}, False),
        ({"sub": None}, False),
        ({"sub": ""}, False),
        ({"sub": "x" * 256}, False),
        ({"sub": 5}, False),
        ({"padding": "x" * 200_000}, False),
    ],
    ids=lambda value: str(value)[:60],
)
def test_which_claims_hold(visitor: Visitor, provider: Provider, claims: dict[str, object], gets_in: bool) -> None:
    provider.claims = claims
    assert came_back(visitor).status_code == (303 if gets_in else 401)
    assert is_in(visitor) is gets_in


def test_a_new_key_is_looked_up_but_not_for_everybody_who_names_one(
    visitor: Visitor, provider: Provider, clock: Clock
) -> None:
    assert came_back(visitor).status_code == 303
    provider.sign = "new_key"
    assert came_back(visitor).status_code == 401, "the keys are not a minute old"
    clock.now += oidc.KEYS_AT_MOST
    assert came_back(visitor).status_code == 303
    assert provider.count("/keys") == 2
    assert provider.count("/.well-known/openid-configuration") == 1, "kept for an hour"
    clock.now += oidc.METADATA_LASTS
    came_back(visitor)
    assert provider.count("/.well-known/openid-configuration") == 2
