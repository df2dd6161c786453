"""What a visitor of the staff's pages can try: every route as a stranger, as each role, and from another website."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from made import stored
from pages import NOW, PASSWORD, PEOPLE, Clock, Visitor, serving, with_people
from starlette.routing import Route

from crawler.config import Config
from db.desk import Desk
from db.people import SESSION, Role
from review import passwords
from review.api.problems import is_api
from review.app import create_app
from review.needs import BODIES, NEEDS, PUBLIC, may
from review.signing import own_path

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
IDS = {
    "{name}": "desk.css",
    "{person}": "kato",
    "{filter_id}": "1",
    "{cluster_id}": "aoba",
    "{answer_id}": "1",
    "{rescan_id}": "1",
    "{form}": "csv",
    "{letter_id}": "1",
    "{kept_id}": "1",
    "{picture_id}": "1",
    "{bulk_id}": "1",
}
IDS |= {"{upload_id}": "none", "{token_id}": "99", "{candidate_id}": "1", "{job}": "crawl", "{run_id}": "1"}


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_people(stored(tmp_path_factory.mktemp("gate") / "desk.db", nights=2))


@pytest.fixture(scope="module")
def address(database: Path, clock: Clock) -> Iterator[str]:
    with Desk.open(database, clock=clock) as desk:
        desk.ask_rescan("cedar", by="kato")
    with serving(database, clock=clock) as found:
        yield found


def routes(database: Path) -> list[tuple[str, str]]:
    """Every route that the application has, by method and template."""
    found = create_app(database, Config()).routes
    assert all(isinstance(route, Route) for route in found)
    return [(method, route.path) for route in found if isinstance(route, Route) for method in route.methods or ()]


def path_of(template: str) -> str:
    for name, value in IDS.items():
        template = template.replace(name, value)
    return template


def rows(database: Path) -> dict[str, int]:
    with Desk.open(database) as desk:
        return desk.counts()


# --- the walk over every route ---


def test_every_route_says_whom_it_is_for_and_no_other_is_listed(database: Path) -> None:
    assert set(routes(database)) == set(NEEDS)


def test_a_stranger_reaches_what_is_public_and_nothing_else(database: Path, address: str) -> None:
    before = rows(database)
    with Visitor(address) as stranger:
        for method, template in routes(database):
            if NEEDS[method, template] == PUBLIC:
                continue
            answer = stranger.request(method, path_of(template))
            if is_api({"path": template}):
                assert answer.status_code == 401, template
                assert answer.headers["content-type"] == "application/problem+json"
            elif method == "GET":
                assert (answer.status_code, answer.headers["location"][:11]) == (303, "/login?next"), template
            else:
                assert answer.status_code == 401, template
            assert "Aoba" not in answer.text
    assert rows(database) == before


@pytest.mark.parametrize("name", PEOPLE)
def test_a_role_reaches_what_it_needs_and_nothing_else(database: Path, address: str, name: str) -> None:
    with Visitor(address, name) as visitor:
        for method, template in routes(database):
            if (
                template in {"/logout", "/account/sessions/end", "/rescans/{rescan_id}/events"}
                or NEEDS[method, template] == PUBLIC
            ):
                continue
            answer = visitor.request(method, path_of(template))
            if may(PEOPLE[name], NEEDS[method, template]):
                assert answer.status_code not in {401, 403, 500}, template
            else:
                assert answer.status_code == 403, template


@pytest.mark.parametrize("name", PEOPLE)
def test_a_token_reaches_what_its_role_needs_and_no_page(database: Path, address: str, name: str, clock: Clock) -> None:
    with Desk.open(database, clock=clock) as desk:
        token = desk.make_token(name, "walk", 1, by="test")
    with httpx.Client(base_url=address, trust_env=False, headers={"Authorization": f"Bearer {token}"}) as program:
        for method, template in routes(database):
            if NEEDS[method, template] == PUBLIC:
                continue
            answer = program.request(method, path_of(template))
            if not is_api({"path": template}):
                assert answer.status_code in {303, 403}, template
            elif may(PEOPLE[name], NEEDS[method, template]):
                assert answer.status_code not in {401, 403}, template
            else:
                assert (answer.status_code, answer.json()["type"]) == (403, "/api#forbidden"), template


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": ""},
    ],
)
def test_no_form_of_another_website_does_anything(database: Path, address: str, headers: dict[str, str]) -> None:
    with Visitor(address, "boss") as boss:
        before = rows(database)
        del boss.headers["Sec-Fetch-Site"]
        sent = {name: value for name, value in headers.items() if value}
        for method, template in routes(database):
            if method in UNSAFE or is_api({"path": template}):
                answer = boss.request(method, path_of(template), headers=sent, data={"name": "x", "password": "x"})
                assert (answer.status_code, "another website" in answer.text) == (403, True), template
        assert rows(database) == before
        assert boss.get("/").status_code == 200, "still signed in"


def test_a_form_of_ours_is_known_by_its_origin_too(address: str) -> None:
    with Visitor(address) as visitor:
        del visitor.headers["Sec-Fetch-Site"]
        answer = visitor.post("/login", data={"name": "kato", "password": PASSWORD}, headers={"Origin": address})
        assert answer.status_code == 303


def test_looking_changes_nothing(database: Path, address: str) -> None:
    with Visitor(address, "boss") as boss:
        before = rows(database)
        for method, template in routes(database):
            if method == "GET" and "events" not in template:
                boss.get(path_of(template))
        assert rows(database) == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "POST"])
def test_other_methods_are_refused_everywhere(address: str, database: Path, method: str) -> None:
    with Visitor(address, "boss") as boss:
        known = set(routes(database))
        for _, template in routes(database):
            if (method, template) not in known:
                answer = boss.request(method, path_of(template))
                assert answer.status_code in {403, 405}, template
                assert answer.status_code == 403 or method not in answer.headers["allow"], template


def test_head_is_get_without_its_body(address: str, database: Path) -> None:
    with Visitor(address, "vera") as vera, Visitor(address) as stranger:
        for method, template in routes(database):
            if method != "GET" or template in {"/export/{form}", "/api/export.{form}", "/sign-in/start"}:
                continue
            head = vera.head(path_of(template))
            assert head.content == b"", template
            if "events" not in template:
                assert head.status_code == vera.get(path_of(template)).status_code, template
        assert vera.head("/").headers["content-type"] == "text/html; charset=utf-8"
        assert stranger.head("/queue").headers["location"] == "/login?next=%2Fqueue"
        assert stranger.head("/api/me").status_code == 401
        assert vera.head("/logout").status_code == 405
        assert vera.get("/").status_code == 200, "still signed in"


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/queue", "GET, HEAD, OPTIONS"),
        ("/answers", "OPTIONS, POST"),
        ("/people", "GET, HEAD, OPTIONS, POST"),
        ("/api/people", "GET, HEAD, OPTIONS, POST"),
        ("/api/bulks/7/undo", "OPTIONS, POST"),
    ],
)
def test_options_tells_the_methods_and_nothing_to_other_websites(address: str, path: str, allow: str) -> None:
    with Visitor(address) as stranger:
        told = stranger.options(path, headers={"Origin": "http://evil.example", "Access-Control-Request-Method": "GET"})
    assert (told.status_code, told.headers["allow"], told.content) == (204, allow, b"")
    assert not [name for name in told.headers if name.startswith("access-control")]


def test_options_of_what_is_not_there_is_not_there(address: str) -> None:
    with Visitor(address, "vera") as vera:
        assert vera.options("/nowhere").status_code == 404
        assert vera.options("/api/nowhere").status_code == 404


# --- headers, hosts, sizes ---


@pytest.mark.parametrize("path", ["/login", "/", "/nowhere", "/static/desk.css", "/clusters/nobody", "/queue"])
def test_every_answer_carries_the_headers_that_keep_it_harmless(address: str, path: str) -> None:
    for name in ("", "kato"):
        with Visitor(address, name) as visitor:
            headers = visitor.get(path).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            if not path.startswith("/static/"):
                assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::2]:80", "169.254.1.1"]
)
def test_another_name_in_the_host_header_is_refused(address: str, host: str) -> None:
    with Visitor(address, "boss") as boss:
        for path in ("/", "/login", "/static/desk.css"):
            assert boss.get(path, headers={"Host": host}).status_code in {400, 421}


def test_a_large_body_is_refused_before_it_is_read(address: str) -> None:
    with Visitor(address) as visitor:
        assert visitor.post("/login", data={"name": "x" * 70_000}).status_code == 413


@pytest.mark.parametrize(("name", "status"), [("", 401), ("kato", 403), ("boss", 404)])
def test_a_route_that_takes_more_still_asks_who_it_is_before_it_reads(address: str, name: str, status: int) -> None:
    path = "/clusters/nobody/edit" if name == "boss" else "/registry/import"
    with Visitor(address, name) as visitor:
        assert visitor.post(path, content=b"x" * 900_000).status_code == status


@pytest.mark.parametrize("route", sorted(BODIES))
def test_a_route_that_takes_more_has_a_limit_too(address: str, route: tuple[str, str]) -> None:
    with Visitor(address, "boss") as boss:
        cookie = f"clusterwatch={boss.cookies['clusterwatch']}"
    name = address.removeprefix("http://")
    lines = (f"{route[0]} {path_of(route[1])} HTTP/1.1", f"Host: {name}", "Sec-Fetch-Site: same-origin")
    head = "\r\n".join([*lines, f"Cookie: {cookie}", f"Content-Length: {BODIES[route] + 1}", "", ""])
    with socket.create_connection(("127.0.0.1", int(name.rpartition(":")[2])), timeout=30) as raw:
        raw.sendall(head.encode())  # and not one byte of the body
        assert raw.recv(4096).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "name", ["../app.py", "..%2fapp.py", "%2e%2e/needs.py", "desk.css/../../app.py", "mark.svg%00"]
)
def test_only_the_static_files_are_served(address: str, name: str) -> None:
    with Visitor(address) as visitor:
        answer = visitor.get(f"/static/{name}")
        assert answer.status_code in {303, 404}
        assert "import" not in answer.text


# --- signing in ---


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(address: str) -> None:
    with Visitor(address) as visitor:
        cookie = visitor.post("/login", data={"name": "kato", "password": PASSWORD}).headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie, "on loopback there is no TLS"


def test_a_session_is_over_after_signing_out_wherever_its_cookie_is(address: str) -> None:
    with Visitor(address, "kato") as kato, Visitor(address) as thief:
        thief.cookies.set("clusterwatch", kato.cookies["clusterwatch"], domain="127.0.0.1")
        assert thief.get("/").status_code == 200
        kato.post("/logout")
        assert thief.get("/").status_code == 303


def test_a_changed_password_ends_every_session(address: str, database: Path) -> None:
    with Desk.open(database) as desk:
        desk.add_person("meyer", Role.REVIEWER, passwords.hash_of(PASSWORD), by="test")
    with Visitor(address, "meyer") as here, Visitor(address, "meyer") as elsewhere:
        new = {"old": PASSWORD, "new": "another horse battery"}
        assert here.post("/account/password", data={**new, "old": "wrong"}).status_code == 422
        assert elsewhere.get("/").status_code == 200
        assert here.post("/account/password", data=new).status_code == 303
        assert here.get("/").status_code == 303
        assert elsewhere.get("/").status_code == 303
        assert here.post("/login", data={"name": "meyer", "password": new["new"]}).status_code == 303


def test_a_session_ends_after_its_day(address: str, clock: Clock) -> None:
    with Visitor(address, "kato") as kato:
        assert kato.get("/").status_code == 200
        clock.now += SESSION
        assert kato.get("/").status_code == 303
        clock.now = NOW


def test_guessing_is_slowed_down_and_tells_nothing(address: str, database: Path, clock: Clock) -> None:
    with Desk.open(database, clock=clock) as desk:
        desk.add_person("lena", Role.VIEWER, passwords.hash_of(PASSWORD), by="test")
    with Visitor(address) as guesser:
        wrong = [guesser.post("/login", data={"name": "lena", "password": f"guess {n}"}) for n in range(5)]
        unknown = guesser.post("/login", data={"name": "nobody", "password": "guess"})
        assert {a.status_code for a in (*wrong, unknown)} == {401}
        assert unknown.text.replace("nobody", "lena") == wrong[0].text
        assert guesser.post("/login", data={"name": "lena", "password": PASSWORD}).status_code == 429
        assert guesser.post("/login", data={"name": "kato", "password": PASSWORD}).status_code == 303
        clock.now += passwords.WINDOW + timedelta(seconds=1)
        assert guesser.post("/login", data={"name": "lena", "password": PASSWORD}).status_code == 303
        clock.now = NOW


def test_guesses_that_come_all_at_once_do_not_pass_the_throttle_together(tmp_path: Path) -> None:
    with serving(with_people(stored(tmp_path / "desk.db")), clock=Clock()) as address:

        def guess(number: int) -> int:
            with Visitor(address) as guesser:
                return guesser.post("/login", data={"name": "kato", "password": f"guess {number}"}).status_code

        with ThreadPoolExecutor(12) as pool:
            codes = list(pool.map(guess, range(12)))
    assert sorted(codes) == [401] * passwords.LIMITS["both"] + [429] * (12 - passwords.LIMITS["both"])


def test_one_address_may_not_try_every_name(tmp_path: Path) -> None:
    clock = Clock()
    with serving(with_people(stored(tmp_path / "desk.db")), clock=clock) as address, Visitor(address) as guesser:
        for number in range(passwords.LIMITS["address"]):
            guesser.post("/login", data={"name": f"name{number}", "password": "guess"})
        assert guesser.post("/login", data={"name": "kato", "password": PASSWORD}).status_code == 429


def test_a_sign_in_link_works_once_and_looking_at_it_uses_nothing_up(
    address: str, database: Path, clock: Clock
) -> None:
    with Desk.open(database, clock=clock) as desk:
        link = desk.make_link("boss")
    with Visitor(address) as first, Visitor(address) as second:
        for _ in range(2):
            assert first.get(f"/enter?token={link}").status_code == 200
        assert first.post("/enter", data={"token": link}).status_code == 303
        assert first.get("/audit").status_code == 200
        assert second.post("/enter", data={"token": link}).status_code == 401
        assert second.post("/enter", data={"token": ""}).status_code == 401
        assert second.get("/").status_code == 303


def test_a_disabled_person_is_out_at_once(address: str, database: Path) -> None:
    with Desk.open(database) as desk:
        desk.add_person("gone", Role.ADMIN, passwords.hash_of(PASSWORD), by="test")
    with Visitor(address, "gone") as gone:
        with Desk.open(database) as desk:
            desk.disable_person("gone", by="test")
        assert gone.get("/").status_code == 303
        assert gone.post("/login", data={"name": "gone", "password": PASSWORD}).status_code == 401


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", "short"),
        ("x" * 9, "short"),
        ("password12345", "common"),
        ("Sunshine2026!", "common"),
        ("1234567890", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("kato likes tea", "name"),
        ("x" * 201, "long"),
        ("correct horse battery", ""),
        ("会議室の鍵は三階にある", ""),
    ],
)
def test_which_passwords_are_taken(password: str, fault: str) -> None:
    assert passwords.fault(password, "kato") == fault


@pytest.mark.parametrize(
    ("wish", "path"),
    [
        ("/queue?kind=moved", "/queue?kind=moved"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_to_a_page_of_ours(wish: str, path: str) -> None:
    assert own_path(wish) == path


def test_cookies_are_secure_off_loopback(tmp_path: Path) -> None:
    app = create_app(stored(tmp_path / "desk.db"), Config(), secure=True)
    assert app.world.secure
