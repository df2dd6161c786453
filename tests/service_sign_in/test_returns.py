"""Returns from the service that lie: of another attempt, too late, twice, or to somewhere else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pages import Clock, Visitor
from provider import CLIENT, SECRET, Provider
from through_service import came_back, is_in, to_service

from review import oidc
from review.service_sign_in import COOKIE


@pytest.mark.parametrize(
    "response",
    [
        {"state": "another"},
        {"state": "-"},
        {"iss": "https://evil.example"},  # a mix-up: the code of another service
    ],
    ids=str,
)
def test_a_return_of_another_attempt_or_service_asks_for_no_token(
    visitor: Visitor, provider: Provider, response: dict[str, str]
) -> None:
    provider.response = response
    answer = came_back(visitor)
    assert answer.status_code == 400
    assert "not begun in this browser" in answer.text
    assert not is_in(visitor)
    assert provider.count("/token") == 0


@pytest.mark.parametrize(("promised", "gets_in"), [(True, False), (False, True)])
def test_an_issuer_that_was_promised_may_not_be_missing(
    visitor: Visitor, provider: Provider, promised: bool, gets_in: bool
) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": promised}
    provider.response = {"iss": "-"}
    came_back(visitor)
    assert is_in(visitor) is gets_in


@pytest.mark.parametrize("response", [{"code": "-", "error": "access_denied"}, {"code": "-"}, {"code": "stale"}])
def test_what_the_service_declines_signs_nobody_in(
    visitor: Visitor, provider: Provider, response: dict[str, str]
) -> None:
    provider.response = response
    answer = came_back(visitor)
    assert (answer.status_code, "did not sign you in" in answer.text) == (401, True)
    assert not is_in(visitor)


def test_what_an_error_says_is_not_shown(visitor: Visitor, provider: Provider) -> None:
    provider.response = {"error": "<script>alert(1)</script>", "error_description": "call this number"}
    page = came_back(visitor).text
    assert "alert(1)" not in page
    assert "call this number" not in page


def test_a_return_works_once(visitor: Visitor, provider: Provider, database: Path) -> None:
    back = to_service(visitor)
    kept = visitor.cookies[COOKIE]
    assert visitor.get(back).status_code == 303
    assert COOKIE not in visitor.cookies, "the cookie of the attempt is gone"
    visitor.post("/logout")
    assert visitor.get(back).status_code == 400
    visitor.cookies.set(COOKIE, kept, domain="127.0.0.1", path="/sign-in")
    assert visitor.get(back).status_code == 400
    assert not is_in(visitor)
    assert provider.count("/token") == 1


def test_a_code_that_was_used_elsewhere_is_worth_nothing(visitor: Visitor, provider: Provider) -> None:
    back = to_service(visitor)
    code = parse_qs(urlsplit(back).query)["code"][0]
    provider.codes.pop(code)  # somebody was faster
    assert visitor.get(back).status_code == 401
    assert not is_in(visitor)


def test_a_stolen_code_is_worth_nothing_in_another_attempt(visitor: Visitor, provider: Provider) -> None:
    stolen = parse_qs(urlsplit(to_service(visitor)).query)["code"][0]
    with Visitor(str(visitor.base_url)) as thief:
        back = to_service(thief)
        own = parse_qs(urlsplit(back).query)["code"][0]
        assert thief.get(back.replace(own, stolen)).status_code == 401, "the verifier is that of another attempt"
        assert not is_in(thief)


def test_the_service_refuses_a_code_without_its_verifier(provider: Provider) -> None:
    query = {
        "response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256", "code_challenge": "x",
        "scope": "openid", "nonce": "n", "state": "s", "redirect_uri": "http://127.0.0.1/sign-in/return",
    }  # fmt: skip
    code = parse_qs(urlsplit(provider.authorize(query)).query)["code"][0]
    form = {"code": code, "redirect_uri": query["redirect_uri"], "client_secret": SECRET}
    assert provider.token(form, "")[0] == 400


def test_nobody_is_signed_in_as_somebody_else_by_a_link_from_an_attacker(visitor: Visitor, provider: Provider) -> None:
    provider.person = {"sub": "attacker"}
    with Visitor(str(visitor.base_url)) as attacker:
        back = to_service(attacker)
    assert visitor.get(back).status_code == 400, "a browser that began no attempt"
    to_service(visitor)
    assert visitor.get(back).status_code == 400, "a browser that began another attempt"
    assert provider.count("/token") == 0


def test_a_return_after_ten_minutes_is_too_late(visitor: Visitor, clock: Clock) -> None:
    back = to_service(visitor)
    clock.now += oidc.ATTEMPT + timedelta(seconds=1)
    assert visitor.get(back).status_code == 400
    assert not is_in(visitor)


@pytest.mark.parametrize(
    "forge",
    [
        lambda cookie: "",
        lambda cookie: "x",
        lambda cookie: "x.y",
        lambda cookie: cookie[:-2],
        lambda cookie: "A" + cookie,
        lambda cookie: cookie.partition(".")[0] + ".",
        lambda cookie: "WyJhIiwgOTk5OTk5OTk5OSwgIi8iXQ." + cookie.partition(".")[2],
        lambda cookie: "é" * 9,
    ],
)
def test_a_forged_cookie_is_no_attempt(visitor: Visitor, forge: object) -> None:
    back = to_service(visitor)
    cookie: str = forge(visitor.cookies[COOKIE])  # type: ignore[operator]
    visitor.cookies.clear()
    headers = [(b"Cookie", f"{COOKIE}={cookie}".encode("latin-1"))]
    assert visitor.get(back, headers=headers).status_code == 400
    assert not is_in(visitor)


def test_the_cookie_of_an_attempt_is_out_of_reach_for_scripts_and_other_pages(visitor: Visitor) -> None:
    cookie = visitor.get("/sign-in/start").headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=lax", "Path=/sign-in", "Max-Age=600"):
        assert part in cookie


@pytest.mark.parametrize(
    "wish",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:%20x=1",
        "",
    ],
)
def test_signing_in_leads_to_no_other_website(visitor: Visitor, wish: str) -> None:
    answer = came_back(visitor, f"/sign-in/start?next={wish}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_the_return_goes_to_the_public_name_whatever_the_request_says(visitor: Visitor, address: str) -> None:
    port = urlsplit(address).port
    for host in (f"localhost:{port}", "127.0.0.1:1"):
        begun = visitor.get("/sign-in/start", headers={"Host": host, "X-Forwarded-Host": "evil.example"})
        asked = parse_qs(urlsplit(begun.headers["location"]).query)
        assert asked["redirect_uri"] == [f"{address}/sign-in/return"]


def test_each_attempt_has_values_of_its_own_and_no_secret_in_its_address(visitor: Visitor) -> None:
    asked = [parse_qs(urlsplit(visitor.get("/sign-in/start").headers["location"]).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name][0]) == 43, "256 bits"
    assert len({asked[0][name][0] for name in ("state", "nonce", "code_challenge")}) == 3
    assert "code_verifier" not in asked[0]
    assert "client_secret" not in asked[0]
