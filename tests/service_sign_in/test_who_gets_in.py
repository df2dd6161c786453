"""Signing in through the service of an organisation: who gets in, and who is added by it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from chromium import browser_page, in_thread
from pages import Clock, Visitor
from provider import Provider
from through_service import came_back, identities, is_in, names

from db.desk import Desk
from db.people import Role, Way

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
