"""Who may sign in: the rules in the store, the pages of the admin, one's own sessions, and the same in the terminal."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from made import stored
from pages import PASSWORD, Clock, Visitor, serving, with_people

from cli.main import main
from crawler.config import Config
from db.desk import Desk
from db.identities import FILTERS
from db.people import HANDED_LINK, PersonRefused, Refusal, Role, Way, name_fault
from review import passwords
from review.agents import browser


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return with_people(stored(tmp_path / "clusterwatch.db"))


@pytest.fixture
def desk(database: Path, clock: Clock) -> Iterator[Desk]:
    with Desk.open(database, clock=clock) as opened:
        yield opened


@pytest.fixture
def address(database: Path, clock: Clock) -> Iterator[str]:
    with serving(database, clock=clock, config=Config()) as found:
        yield found


@pytest.fixture
def boss(address: str) -> Iterator[Visitor]:
    with Visitor(address, "boss") as visitor:
        yield visitor


def refused(work: Callable[[], object]) -> Refusal:
    with pytest.raises(PersonRefused) as told:
        work()
    return told.value.why


def audited(desk: Desk) -> list[str]:
    """What was done about people, the oldest first, without the sign-ins."""
    return [f"{e.by} {e.what} {e.about}" for e in reversed(desk.audit()) if e.by != "test" and e.what != "sign_in"]


# --- the rules ---


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("kato", True), ("kato.jiro-2_x", True), ("kato@example.org", True), ("加藤", True), ("x" * 60, True),
        ("", False), ("x" * 61, False), ("a b", False), ("Kato", False), ("-", False), ("@", False), ("a/b", False),
        ("a\n", False), ("<b>", False), ("..", False),
    ],
)  # fmt: skip
def test_what_is_a_login_name(name: str, is_one: bool) -> None:
    assert name_fault(name) is not is_one


def test_nobody_acts_on_themselves_and_the_last_admin_stays(desk: Desk) -> None:
    for by, why in (("boss", Refusal.ONESELF), ("command line", Refusal.LAST_ADMIN)):
        assert refused(lambda by=by: desk.disable_person("boss", by=by)) is why
        assert refused(lambda by=by: desk.set_role("boss", Role.VIEWER, by=by)) is why
    desk.set_role("kato", Role.ADMIN, by="boss")
    desk.set_role("boss", Role.VIEWER, by="kato")
    assert refused(lambda: desk.disable_person("kato", by="boss")) is Refusal.LAST_ADMIN
    desk.set_role("boss", Role.ADMIN, by="kato")
    desk.disable_person("boss", by="kato")
    assert refused(lambda: desk.set_role("kato", Role.VIEWER, by="vera")) is Refusal.LAST_ADMIN, "boss is disabled"
    desk.set_role("boss", Role.VIEWER, by="kato")
    assert [p.role for p in desk.people() if p.name == "boss"] == [Role.VIEWER]


def test_two_admins_who_demote_each_other_at_once_leave_one(database: Path) -> None:
    with Desk.open(database) as desk:
        desk.set_role("kato", Role.ADMIN, by="boss")

    def demote(pair: tuple[str, str]) -> str:
        with Desk.open(database) as desk:
            try:
                desk.set_role(pair[0], Role.VIEWER, by=pair[1])
            except PersonRefused as refusal:
                return str(refusal.why)
            return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, [("kato", "boss"), ("boss", "kato")])) == ["done", "last_admin"]


@pytest.mark.parametrize("end", ["role", "disabled", "everywhere", "unlinked"])
def test_what_else_ends_every_session(desk: Desk, end: str) -> None:
    desk.link_identity("kato", "https://id.example", "s-1", by="boss")
    tokens = [desk.begin_session("kato") for _ in range(2)]
    other = desk.begin_session("vera")
    if end == "role":
        desk.set_role("kato", Role.ADMIN, by="boss")
    elif end == "disabled":
        desk.disable_person("kato", by="boss")
    elif end == "unlinked":
        desk.unlink_identity("kato", "https://id.example", by="boss")
    else:
        assert desk.end_sessions("kato", by="kato") == 2
    assert [desk.session(token) for token in tokens] == [None, None]
    assert desk.session(other)


def test_the_same_role_again_changes_nothing(desk: Desk) -> None:
    token = desk.begin_session("kato")
    desk.set_role("kato", Role.REVIEWER, by="boss")
    assert desk.session(token)
    assert audited(desk) == []


def test_whoever_is_let_in_again_signs_in_as_before(desk: Desk) -> None:
    desk.disable_person("kato", by="boss")
    assert desk.session(desk.begin_session("kato")) is None
    assert refused(lambda: desk.make_link("kato", by="boss")) is Refusal.DISABLED
    desk.enable_person("kato", by="boss")
    assert desk.session(desk.begin_session("kato"))
    assert audited(desk) == ["boss disable_person kato", "boss enable_person kato"]


@pytest.mark.parametrize(
    ("email", "why"),
    [
        ("vera@example.org", None),
        ("  VERA@Example.org ", None),
        ("", None),
        ("vera", Refusal.EMAIL),
        ("vera@", Refusal.EMAIL),
        ("a b@example.org", Refusal.EMAIL),
        ("a@b@c", Refusal.EMAIL),
        ("Kato@example.org", Refusal.EMAIL_TAKEN),
        ("mori@example.org", Refusal.EMAIL_TAKEN),
    ],
)
def test_an_address_belongs_to_one_person(desk: Desk, email: str, why: Refusal | None) -> None:
    desk.set_email("kato", "kato@example.org", by="boss")
    desk.add_person("mori@example.org", Role.VIEWER, "", by="test")
    assert refused(lambda: desk.add_person("kato@example.org", Role.VIEWER, "", by="test")) is Refusal.TAKEN
    if why is None:
        desk.set_email("vera", email, by="boss")
    else:
        assert refused(lambda: desk.set_email("vera", email, by="boss")) is why
    vera = desk.person("vera")
    assert vera is not None
    assert vera.email == ("" if why else email.strip().lower())


def test_what_is_done_about_nobody_is_refused(desk: Desk) -> None:
    for work in (
        lambda: desk.set_role("nobody", Role.ADMIN, by="boss"),
        lambda: desk.disable_person("nobody", by="boss"),
        lambda: desk.enable_person("nobody", by="boss"),
        lambda: desk.make_link("nobody", by="boss"),
        lambda: desk.set_password("nobody", "hash", by="boss"),
        lambda: desk.set_email("nobody", "", by="boss"),
        lambda: desk.link_identity("nobody", "https://id.example", "s", by="boss"),
    ):
        assert refused(work) is Refusal.UNKNOWN
    assert audited(desk) == []


def test_one_account_is_one_persons_and_a_new_one_takes_the_place_of_the_old(desk: Desk) -> None:
    issuer = "https://id.example"
    desk.link_identity("kato", issuer, "s-1", by="boss")
    assert refused(lambda: desk.link_identity("vera", issuer, "s-1", by="boss")) is Refusal.SUBJECT_TAKEN
    for subject in ("", " s-2", "a\nb", "x" * 256):
        assert refused(lambda s=subject: desk.link_identity("kato", issuer, s, by="boss")) is Refusal.SUBJECT
    assert [i.subject for i in desk.identities("kato")] == ["s-1"], "a refusal takes nothing away"
    desk.link_identity("kato", issuer, "s-2", by="boss")
    assert [i.subject for i in desk.identities("kato")] == ["s-2"]
    desk.link_identity("vera", issuer, "s-1", by="boss")


# --- the pages ---


def test_a_person_is_added_with_a_password(boss: Visitor, address: str, desk: Desk) -> None:
    form = {"name": " Mori ", "email": "mori@example.org", "role": "viewer", "password": "another horse battery"}
    answer = boss.post("/people", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/people?added=mori")
    page = boss.get("/people?added=mori").text
    assert "mori may sign in now." in page
    assert "enter?token=" not in page
    with Visitor(address) as mori:
        assert mori.post("/login", data={"name": "mori", "password": form["password"]}).status_code == 303
    assert audited(desk) == ["boss add_person mori"]


def test_a_link_is_shown_once_and_signs_in_once_within_a_day(
    boss: Visitor, address: str, desk: Desk, clock: Clock
) -> None:
    page = boss.post("/people", data={"name": "mori", "role": "reviewer"}).text
    (link,) = re.findall(r'value="(http://[^"]+/enter\?token=[^"]+)"', page)
    assert link.startswith(address)
    assert link.split("=")[1] not in str(desk._all("SELECT * FROM sign_in_links"))
    assert "enter?token=" not in boss.get("/people").text + boss.get("/people/mori").text
    clock.now += HANDED_LINK - timedelta(seconds=1)
    with Visitor(address) as mori:
        assert mori.post("/enter", data={"token": link.split("=")[1]}).status_code == 303
        assert mori.post("/enter", data={"token": link.split("=")[1]}).status_code == 401
        assert "have no password yet" in mori.get("/account").text
    assert audited(desk) == ["boss add_person mori", "boss make_link mori"]


def test_a_link_lets_somebody_who_forgot_the_password_choose_another(boss: Visitor, address: str) -> None:
    page = boss.post("/people/kato/link").text
    (token,) = re.findall(r"enter\?token=([^\"]+)\"", page)
    with Visitor(address) as kato:
        kato.post("/enter", data={"token": token})
        assert "the old password is not needed" in kato.get("/account").text
        assert kato.post("/account/password", data={"new": "another horse battery"}).status_code == 303
        assert kato.post("/login", data={"name": "kato", "password": "another horse battery"}).status_code == 303
        assert kato.post("/account/password", data={"new": "a third horse battery"}).status_code == 422


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"name": "kato"}, 409, "There is a person of this name already."),
        ({"name": "KATO"}, 409, "There is a person of this name already."),
        ({"name": "a b"}, 409, "A login name has letters"),
        ({"name": "mori", "email": "nowhere"}, 409, "This is no e-mail address."),
        ({"name": "mori", "password": "password123"}, 422, "everybody tries first"),
        ({"name": "mori", "password": "short"}, 422, "ten characters at least"),
        ({"name": "mori", "password": "mori mori mori"}, 422, "contains"),
        ({"name": "mori", "role": "king"}, 422, "could not be understood"),
    ],
)
def test_who_cannot_be_added_is_told_why(
    boss: Visitor, desk: Desk, form: dict[str, str], status: int, says: str
) -> None:
    before = desk.people()
    answer = boss.post("/people", data=form)
    assert (answer.status_code, says in answer.text) == (status, True)
    assert "enter?token=" not in answer.text
    assert [p.name for p in desk.people()] == [p.name for p in before]


def test_everything_about_a_person_is_changed_on_their_page(boss: Visitor, address: str, desk: Desk) -> None:
    with Visitor(address, "kato") as kato:
        for what, value in (("role", "admin"), ("email", "kato@example.org"), ("disable", ""), ("enable", "")):
            answer = boss.post("/people/kato", data={"what": what, "value": value})
            assert (answer.status_code, answer.headers["location"]) == (303, f"/people/kato?done={what}")
            assert 'role="status"' in boss.get(answer.headers["location"]).text
            assert kato.get("/").status_code == 303, "signed out by the first of them"
    person = desk.person("kato")
    assert person is not None
    assert (person.role, person.email, person.disabled_at) == (Role.ADMIN, "kato@example.org", None)
    whats = ("set_role", "set_email", "disable_person", "enable_person")
    assert audited(desk) == [f"boss {what} kato" for what in whats]


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"what": "disable"}, 409, "You cannot disable yourself"),
        ({"what": "role", "value": "viewer"}, 409, "You cannot disable yourself or change your own role"),
        ({"what": "role", "value": "king"}, 422, "could not be understood"),
        ({"what": "erase"}, 422, "could not be understood"),
        ({}, 422, "could not be understood"),
        ({"what": "link_account", "value": "s-1"}, 422, "could not be understood"),
    ],
)
def test_what_is_refused_on_a_persons_page_says_why(
    boss: Visitor, desk: Desk, form: dict[str, str], status: int, says: str
) -> None:
    answer = boss.post("/people/boss", data=form)
    assert (answer.status_code, says in answer.text) == (status, True)
    assert boss.get("/").status_code == 200
    assert audited(desk) == []


def test_nobody_has_no_page(boss: Visitor) -> None:
    for method, path in (("GET", "/people/nobody"), ("POST", "/people/nobody"), ("POST", "/people/nobody/link")):
        assert boss.request(method, path, data={"what": "disable"} if method == "POST" else None).status_code == 404


# --- one's own sessions ---


def test_sessions_are_listed_and_all_ended(address: str, clock: Clock) -> None:
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    with Visitor(address) as here, Visitor(address, "kato") as there:
        here.headers["User-Agent"] = firefox
        here.post("/login", data={"name": "kato", "password": PASSWORD})
        page = here.get("/account").text
        assert page.count("<li>") == 2
        assert re.search(r"Firefox, Windows</strong> <span[^>]*>this one", page)
        assert page.count("this one") == 1
        assert here.post("/account/sessions/end").headers["location"] == "/login"
        assert [here.get("/").status_code, there.get("/").status_code] == [303, 303]


def test_what_a_browser_calls_itself_is_bounded_and_harmless(address: str, desk: Desk) -> None:
    with Visitor(address) as visitor:
        visitor.headers["User-Agent"] = "<script>alert(1)</script>" + "x" * 5000
        assert visitor.post("/login", data={"name": "kato", "password": PASSWORD}).status_code == 303
        assert "alert(1)" not in visitor.get("/account").text
    (session,) = desk.sessions("kato")
    assert (len(session.agent), session.way, session.is_this) == (300, Way.PASSWORD, False)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15", "Safari, macOS"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("", ""),
        ("something new", ""),
    ],
)  # fmt: skip
def test_how_a_browser_is_called(agent: str, name: str) -> None:
    assert browser(agent) == name


# --- kept filters ---


def keep(visitor: Visitor, name: str, query: str) -> str:
    answer = visitor.post("/filters", data={"name": name, "query": query})
    assert answer.status_code == 303
    return answer.headers["location"]


def chips(visitor: Visitor, path: str = "/") -> list[tuple[str, str]]:
    page = visitor.get(path).text
    return re.findall(r'<a href="/(\?[^"#]*)#mapping"[^>]*>([^<]*)</a><form', page)


def test_a_filter_is_kept_as_a_plain_address_until_it_is_removed(boss: Visitor, address: str, desk: Desk) -> None:
    back = keep(boss, "my part", "?prefecture=Miyagi&asked=1&sort=latest&way=down&page=3&evil=1&flag=")
    assert back == "/?prefecture=Miyagi&asked=1&sort=latest&way=down#mapping"
    assert chips(boss) == [("?prefecture=Miyagi&amp;asked=1&amp;sort=latest&amp;way=down", "my part")]
    with Visitor(address, "kato") as kato:
        assert chips(kato) == [], "another person's"
        kato.post("/filters/1/remove")
    assert len(chips(boss)) == 1
    keep(boss, "my part", "?flag=static")
    assert chips(boss) == [("?flag=static", "my part")]
    assert boss.post("/filters/1/remove", data={"query": "?flag=static"}).headers["location"] == "/?flag=static#mapping"
    assert chips(boss) == []
    whats = [e.what for e in reversed(desk.audit()) if "filter" in e.what]
    assert whats == ["save_filter", "save_filter", "forget_filter"]


@pytest.mark.parametrize(
    ("name", "query"), [("", "?flag=static"), ("  ", "?flag=static"), ("x", ""), ("x", "?"), ("x", "//evil.example")]
)
def test_what_is_no_filter_or_has_no_name_is_not_kept(boss: Visitor, name: str, query: str) -> None:
    assert keep(boss, name, query).startswith(("/?#", "/?flag=static#"))
    assert chips(boss) == []


def test_the_name_of_a_filter_is_only_words(boss: Visitor) -> None:
    keep(boss, "<img src=x onerror=alert(1)>\x00" + "y" * 100, "?q=<script>")
    page = boss.get("/").text
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "?q=%3Cscript%3E" in page


def test_nobody_keeps_filters_without_end(boss: Visitor, desk: Desk) -> None:
    person = desk.person("boss")
    assert person is not None
    for number in range(FILTERS):
        assert desk.save_filter(person, f"filter {number}", "?flag=static")
    back = keep(boss, "one more", "?flag=active")
    assert back == "/?flag=active&filters=full#mapping"
    assert "You keep too many filters" in boss.get(back).text
    assert keep(boss, "filter 7", "?flag=active") == "/?flag=active#mapping", "one that is there is replaced"
    assert len(desk.saved_filters(person)) == FILTERS


# --- the terminal ---


def test_the_terminal_has_the_same_rules(
    database: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def users(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed + "\n"))
        code = main(("users", *words, "--db", str(database)))
        said = capsys.readouterr()
        return code, said.out, said.err

    assert users("role", "kato", "admin")[:2] == (0, "kato is admin now.\n")
    assert users("role", "kato", "king")[0] == 2
    assert users("email", "kato", "Kato@Example.org")[0] == 0
    assert "belongs to another person" in users("email", "vera", "kato@example.org")[2]
    assert users("disable", "boss")[0] == 0
    code, _, err = users("disable", "kato")
    assert (code, "kato is the last admin; make somebody else an admin first" in err) == (2, True)
    assert users("role", "kato", "viewer")[0] == 2
    assert users("enable", "boss")[:2] == (0, "boss may sign in again.\n")
    code, out, _ = users("add", "mori", "--link", "--email", "mori@example.org", "--role", "viewer")
    assert (code, out.splitlines()[0]) == (0, "mori may sign in as viewer.")
    (token,) = re.findall(r"/enter\?token=(\S+)", out)
    again = re.findall(r"/enter\?token=(\S+)", users("link", "mori")[1])[0]
    with Desk.open(database) as desk:
        assert desk.use_link(token) is None, "a newer one took its place"
        assert desk.use_link(again)
        mori = desk.person("mori")
        assert mori is not None
        assert (mori.role, mori.email, mori.password) == (Role.VIEWER, "mori@example.org", "")
    users("disable", "mori")
    assert users("link", "mori")[0] == 2
    assert "there is no person 'nobody'" in users("role", "nobody", "viewer")[2]
    assert passwords.fault("x", "") == "short"
