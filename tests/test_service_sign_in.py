"""Signing in through another service, against a real one on this machine: who gets in, and every lie it could tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from chromium import browser_page, in_thread
from made import stored
from pages import NOW, Clock, Visitor, serving, with_people
from provider import CLIENT, SECRET, Provider, providing

from cli.main import main
from crawler.config import Config
from crawler.errors import ConfigError
from crawler.sign_in import SignIn
from db.desk import Desk
from db.people import Role, Way
from review import asking, oidc
from review.oidc import Service, service_of
from review.service_sign_in import COOKIE


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


def settings(provider: Provider, address: str, **changed: object) -> SignIn:
    base = SignIn(
        issuer=provider.issuer, public_url=address, client_id=CLIENT, client_secret_variable="TEST_CLIENT_SECRET"
    )
    return replace(base, **changed)  # type: ignore[arg-type]


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


# --- who gets in ---


def test_somebody_whose_verified_address_is_known_is_let_in_and_known_from_then_on(
    visitor: Visitor, database: Path, provider: Provider
) -> None:
    answer = came_back(visitor, "/sign-in/start?next=/queue%3Fkind%3Dmoved")
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue?kind=moved")
    assert ">kato</a>" in visitor.get("/").text
    assert identities(database) == ["s-1"]
    with Desk.open(database, clock=Clock()) as desk:
        assert [s.way for s in desk.sessions("kato")] == [Way.SERVICE]
        assert [e.what for e in desk.audit()][:2] == ["sign_in", "link_identity"]
    provider.person = {"sub": "s-1"}  # from now on the account alone says who it is
    with Visitor(str(visitor.base_url)) as again:
        assert came_back(again).status_code == 303
        assert ">kato</a>" in again.get("/").text


@pytest.mark.parametrize(
    "person",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": "other@example.org"},
        {"email": None},
        {"email": ["kato@example.org"]},
        {"email": "kato@example.org\x00"},
    ],
    ids=str,
)
def test_an_address_that_is_not_verified_or_not_known_opens_nothing(
    visitor: Visitor, database: Path, provider: Provider, person: dict[str, object]
) -> None:
    provider.person |= person  # the name "kato" stays: a name is not enough
    answer = came_back(visitor)
    assert answer.status_code == 403
    assert "You are not let in yet" in answer.text
    assert "s-1" in answer.text, "what an admin needs to link the account"
    assert not is_in(visitor)
    assert identities(database) == []


def test_an_address_that_passed_to_another_account_opens_nothing(
    visitor: Visitor, database: Path, provider: Provider
) -> None:
    came_back(visitor)
    provider.person |= {"sub": "s-2"}
    with Visitor(str(visitor.base_url)) as successor:
        assert came_back(successor).status_code == 403
        assert not is_in(successor)
    assert identities(database) == ["s-1"]


def test_an_account_that_an_admin_linked_is_let_in_whatever_its_address(
    visitor: Visitor, database: Path, provider: Provider
) -> None:
    with Desk.open(database) as desk:
        desk.link_identity("vera", provider.issuer, "s-9", by="boss")
    provider.person = {"sub": "s-9", "email": "kato@example.org", "email_verified": False}
    assert came_back(visitor).status_code == 303
    assert ">vera</a>" in visitor.get("/").text


def test_the_account_of_another_issuer_is_another_account(visitor: Visitor, database: Path, provider: Provider) -> None:
    with Desk.open(database) as desk:
        desk.link_identity("boss", "https://elsewhere.example", "s-1", by="test")
    assert came_back(visitor).status_code == 303
    assert ">kato</a>" in visitor.get("/").text


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_disabled_person_is_not_let_in(visitor: Visitor, database: Path, when: str) -> None:
    if when == "after":
        came_back(visitor)
        assert is_in(visitor)
    with Desk.open(database) as desk:
        desk.disable_person("kato", by="boss")
    assert not is_in(visitor)
    assert came_back(visitor).status_code == 403
    assert not is_in(visitor)


@pytest.mark.parametrize(
    ("allowed", "person", "gets_in"),
    [
        ({"allowed_domains": ("example.org",)}, {}, True),
        ({"allowed_domains": ("EXAMPLE.org",)}, {}, True),
        ({"allowed_domains": ("example.com",)}, {}, False),
        ({"allowed_domains": ("example.org",)}, {"email": "suzuki@sub.example.org"}, False),
        ({"allowed_domains": ("example.org",)}, {"email": "suzuki@evilexample.org"}, False),
        ({"allowed_domains": ("example.org",)}, {"email": "a@example.org@evil.example"}, False),
        ({"allowed_domains": ("example.org",)}, {"email_verified": False}, False),
        ({"allowed_names": ("Suzuki",)}, {"email_verified": False}, True),
        ({"allowed_names": ("tanaka",)}, {}, False),
        ({"allowed_domains": ("example.org",)}, {"preferred_username": "boss"}, False),
        ({"allowed_domains": ("example.org",)}, {"preferred_username": "<b>x</b>"}, False),
        ({"allowed_domains": ("example.org",)}, {"preferred_username": None}, False),
        ({"allowed_domains": ("example.org",), "name_claim": "email"}, {}, True),
    ],
    ids=str,
)
def test_who_comes_in_without_being_added(
    changed: dict[str, object], request: pytest.FixtureRequest, database: Path, provider: Provider,
    allowed: dict[str, object], person: dict[str, object], gets_in: bool,
) -> None:  # fmt: skip
    changed |= {"first_role": "viewer", **allowed}
    known = {"sub": "s-5", "email": "suzuki@example.org", "email_verified": True, "preferred_username": "Suzuki"}
    provider.person = {**known, **person}
    visitor: Visitor = request.getfixturevalue("visitor")
    before = names(database)
    assert came_back(visitor).status_code == (303 if gets_in else 403)
    assert is_in(visitor) is gets_in
    new = set(names(database)) - set(before)
    name = "suzuki@example.org" if changed.get("name_claim") == "email" else "suzuki"
    assert new == ({name} if gets_in else set())
    if gets_in:
        with Desk.open(database) as desk:
            found = desk.person(name)
            assert found is not None
            assert (found.role, found.password) == (Role.VIEWER, "")


def test_nobody_is_added_when_the_settings_do_not_say_so(visitor: Visitor, database: Path, provider: Provider) -> None:
    provider.person = {"sub": "s-5", "email": "suzuki@example.org", "email_verified": True}
    assert came_back(visitor).status_code == 403
    assert len(names(database)) == 3


def test_a_public_client_and_a_secret_in_the_form_work_too(
    changed: dict[str, object], request: pytest.FixtureRequest, provider: Provider
) -> None:
    changed |= {"client_secret_variable": ""}
    provider.secret = ""
    assert came_back(request.getfixturevalue("visitor")).status_code == 303


def test_a_secret_goes_into_the_form_where_the_service_wants_it_there(visitor: Visitor, provider: Provider) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert came_back(visitor).status_code == 303


def test_people_who_come_through_the_service_get_no_password_of_their_own(visitor: Visitor, database: Path) -> None:
    with Desk.open(database) as desk:
        desk.add_person("mori", Role.VIEWER, "", by="test")
        desk.link_identity("mori", _issuer(visitor), "s-1", by="test")
    came_back(visitor)
    assert "need no password here" in visitor.get("/account").text
    assert visitor.post("/account/password", data={"new": "correct horse battery"}).status_code == 403
    with Desk.open(database) as desk:
        mori = desk.person("mori")
        assert mori is not None
        assert mori.password == ""


def _issuer(visitor: Visitor) -> str:
    parts = urlsplit(visitor.get("/sign-in/start").headers["location"])
    return f"{parts.scheme}://{parts.netloc}"


# --- tokens that lie ---


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


# --- returns that lie ---


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


# --- a service that is broken ---


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


# --- off by default ---


def test_without_settings_there_is_neither_button_nor_route(database: Path, clock: Clock) -> None:
    with serving(database, clock=clock) as address, Visitor(address) as visitor:
        assert "/sign-in/" not in visitor.get("/login").text
        for path in ("/sign-in/start", "/sign-in/return", "/sign-in/return?code=x&state=y"):
            assert visitor.get(path).status_code == 404


def test_the_button_says_what_the_settings_say_and_leads_on(
    changed: dict[str, object], request: pytest.FixtureRequest
) -> None:
    changed |= {"label_en": "Sign in with <Example>", "label_ja": "例で続ける"}
    visitor: Visitor = request.getfixturevalue("visitor")
    page = visitor.get("/login?next=/queue").text
    (link,) = re.findall(r'href="(/sign-in/start[^"]*)">Sign in with &lt;Example&gt;</a>', page)
    assert came_back(visitor, link).headers["location"] == "/queue"
    assert "例で続ける" in visitor.get("/login", headers={"Accept-Language": "ja"}).text


# --- settings and doctor ---


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("unset", "the variable NOT_SET is not set"),
        ("missing", "cannot be read"),
        ("empty", "is empty"),
        ("binary", "cannot be read"),
        ("good", ""),
    ],
)
def test_the_secret_comes_from_a_variable_or_a_file(
    provider: Provider, clock: Clock, tmp_path: Path, kind: str, says: str
) -> None:
    file = tmp_path / "secret"
    if kind != "missing":
        file.write_bytes({"binary": b"\xff", "good": f"{SECRET}\n".encode()}.get(kind, b" \n"))
    way: dict[str, object] = {"client_secret_variable": "NOT_SET"}
    if kind != "unset":
        way = {"client_secret_variable": "", "client_secret_file": str(file)}
    if says:
        with pytest.raises(ConfigError, match=says):
            service_of(settings(provider, "http://127.0.0.1", **way), clock)
    else:
        service = service_of(settings(provider, "http://127.0.0.1", **way), clock)
        assert service is not None
        assert service._secret == SECRET


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ("", "ok  sign-in service: {issuer} (send people back to https://desk.example/sign-in/return)"),
        ("issuer", "BAD sign-in service: the discovery document is that of another issuer"),
        ("down", "BAD sign-in service: "),
        ("secret", "BAD sign-in service: sign_in.client_secret_variable: the variable NOT_SET is not set"),
    ],
)
def test_doctor_asks_the_service(
    provider: Provider, tmp_path: Path, capsys: pytest.CaptureFixture[str], trouble: str, says: str
) -> None:
    provider.metadata = {"issuer": "https://evil.example"} if trouble == "issuer" else {}
    provider.broken = {"/.well-known/openid-configuration": "500 error"} if trouble == "down" else {}
    variable = "NOT_SET" if trouble == "secret" else "TEST_CLIENT_SECRET"
    config = tmp_path / "c.toml"
    config.write_text(
        f'[sign_in]\nissuer = "{provider.issuer}"\npublic_url = "https://desk.example"\nclient_id = "{CLIENT}"\n'
        f'client_secret_variable = "{variable}"\n'
    )
    main(("doctor", "--config", str(config), "--db", str(tmp_path / "none.db")))
    assert says.format(issuer=provider.issuer) in capsys.readouterr().out


def test_doctor_says_nothing_of_a_service_that_nobody_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(("doctor", "--db", str(tmp_path / "none.db")))
    assert "sign-in" not in capsys.readouterr().out


# --- in a real browser ---


@pytest.mark.browser
@pytest.mark.timeout(180)
def test_signing_in_through_the_service_in_a_real_browser(address: str, provider: Provider, tmp_path: Path) -> None:
    """From another website's link, so that cookies and policy are put to the test as a browser does it."""
    seen: dict[str, object] = {}

    def visit() -> None:
        with browser_page(locale="ja-JP") as (page, complaints):
            page.goto(f"{address}/queue")
            page.click("a[href^='/sign-in/start']")
            page.wait_for_url(f"{address}/queue")
            seen["name"] = page.inner_text(".who a[href='/account']")
            cookies = {c.get("name", ""): c for c in page.context.cookies()}
            seen["cookies"] = sorted(cookies)
            seen["session"] = (cookies["clusterwatch"].get("httpOnly"), cookies["clusterwatch"].get("sameSite"))
            page.goto(f"{address}/account")
            seen["way"] = "外部サービスで" in page.inner_text("main")
            page.click("form[action='/account/sessions/end'] button")
            page.wait_for_url(f"{address}/login")
            provider.person = {"sub": "nobody-known"}
            page.click("a[href^='/sign-in/start']")
            page.wait_for_selector("h1")
            seen["unknown"] = "nobody-known" in page.inner_text("main")
            seen["complaints"] = [c for c in complaints if "403" not in c]

    in_thread(visit)
    assert seen == {
        "name": "kato", "cookies": ["clusterwatch"], "session": (True, "Lax"), "way": True, "unknown": True,
        "complaints": [],
    }  # fmt: skip
