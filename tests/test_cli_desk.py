"""`clusterwatch serve`, `users` and `review`: who gets in, what is refused, and answers from a terminal."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from made import AOBA, BARE
from pages import ceased

from cli import serving
from cli.main import main
from crawler.answers import Decision
from db.desk import Desk
from db.people import Role
from review import passwords

ROOT = Path(__file__).parents[1]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process, in a folder of its own, with a line on standard input."""
    for name in ("CLUSTERWATCH_DB", "CLUSTERWATCH_CONFIG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def command(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed + "\n"))
        code = main(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def database(tmp_path: Path) -> Path:
    with Desk.open(tmp_path / "clusterwatch.db", create=True) as desk:
        desk.upsert_clusters([AOBA, BARE])
        desk.replace_verdicts([ceased()])
    return tmp_path / "clusterwatch.db"


# --- users ---


def test_a_person_is_added_and_signs_in_with_the_password_typed(run: Run, database: Path) -> None:
    code, out, _ = run("users", "add", "Kato", "--role", "admin", typed="会議室の鍵は三階にある")
    assert (code, out) == (0, "kato may sign in as admin.\n")
    with Desk.open(database) as desk:
        (kato,) = desk.people()
        assert (kato.name, kato.role) == ("kato", Role.ADMIN)
        assert passwords.fits("会議室の鍵は三階にある", kato.password)
        assert not passwords.fits("something else", kato.password)


@pytest.mark.parametrize(
    ("words", "typed", "says"),
    [
        (["users", "add", "kato"], "password123", "everybody tries first"),
        (["users", "add", "kato"], "short", "10 characters at least"),
        (["users", "add", "kato"], "", "10 characters at least"),
        (["users", "add", "kato"], "kato kato kato", "contains the name"),
        (["users", "add", "a b"], "correct horse battery", "a login name has letters"),
        (["users", "add", "kato", "--role", "king"], "correct horse battery", "'king' is not one of"),
        (["users", "disable", "nobody"], "", "there is no person 'nobody'"),
        (["users", "password", "nobody"], "correct horse battery", "there is no person 'nobody'"),
    ],
)
@pytest.mark.usefixtures("database")
def test_what_is_refused_about_people_says_why(run: Run, words: list[str], typed: str, says: str) -> None:
    code, out, err = run(*words, typed=typed)
    assert (code, out) == (2, "")
    assert says in err


def test_a_name_is_given_once_and_a_password_changed(run: Run, database: Path) -> None:
    run("users", "add", "kato", typed="correct horse battery")
    assert "already" in run("users", "add", "kato", typed="correct horse battery")[2]
    with Desk.open(database) as desk:
        token = desk.begin_session("kato")
    assert run("users", "password", "kato", typed="another horse battery")[0] == 0
    with Desk.open(database) as desk:
        assert desk.session(token) is None
        assert passwords.fits("another horse battery", desk.people()[0].password)


@pytest.mark.usefixtures("database")
def test_people_are_listed_without_their_passwords(run: Run) -> None:
    run("users", "add", "kato", typed="correct horse battery")
    run("users", "disable", "kato")
    (kato,) = json.loads(run("users", "list", "--format", "json")[1])["people"]
    assert (kato["name"], kato["role"], kato["password"]) == ("kato", "reviewer", "yes")
    assert kato["disabled_at"]
    assert "argon2" not in run("users", "list")[1]
    assert run("users", "list", "--format", "csv")[1].startswith("name,role,")


def test_a_token_is_printed_once_listed_and_revoked(run: Run, database: Path) -> None:
    run("users", "add", "kato", typed="correct horse battery")
    code, out, _ = run("users", "token", "kato", "--name", "weekly report", "--days", "7")
    assert (code, out.startswith("cw_")) == (0, True)
    with Desk.open(database) as desk:
        bearer = desk.bearer(out.strip())
        assert bearer is not None
        assert (bearer.person.name, bearer.is_valid) == ("kato", True)
        assert bearer.token.expires_at - bearer.token.made_at == timedelta(days=7)
    (listed,) = json.loads(run("users", "tokens", "kato", "--format", "json")[1])["tokens"]
    assert (listed["id"], listed["name"], listed["last_used_on"]) == ("1", "weekly report", None)
    assert run("users", "revoke", "kato", "1")[:2] == (0, "Token 1 of kato works no more.\n")
    assert run("users", "revoke", "kato", "1")[0] == 2
    assert json.loads(run("users", "tokens", "kato", "--format", "json")[1])["tokens"] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["token", "nobody"], "there is no person 'nobody'"),
        (["token", "kato", "--days", "0"], "1 to 366 days"),
        (["token", "kato", "--days", "367"], "1 to 366 days"),
        (["token", "kato", "--name", " "], "needs a name"),
        (["token", "kato", "--name", "x" * 61], "needs a name"),
        (["revoke", "kato", "7"], "kato has no token 7"),
        (["tokens", "nobody"], "there is no person 'nobody'"),
    ],
)
@pytest.mark.usefixtures("database")
def test_a_token_that_cannot_be_made_or_ended_says_why(run: Run, words: list[str], says: str) -> None:
    run("users", "add", "kato", typed="correct horse battery")
    code, out, err = run("users", *words)
    assert (code, out) == (2, "")
    assert says in err


@pytest.mark.parametrize(("option", "left"), [([], 1), (["--revoke-tokens"], 0)])
def test_another_password_revokes_tokens_when_asked(run: Run, database: Path, option: list[str], left: int) -> None:
    run("users", "add", "kato", typed="correct horse battery")
    run("users", "token", "kato")
    assert run("users", "password", "kato", *option, typed="another horse battery")[0] == 0
    with Desk.open(database) as desk:
        assert len(desk.tokens("kato")) == left


# --- review ---


def test_questions_are_listed_answered_and_taken_back(run: Run, database: Path) -> None:
    (question,) = json.loads(run("review", "list", "--format", "json")[1])["questions"]
    assert (question["question"], question["cluster_id"], question["points"]) == ("ceased", "aoba", "6")
    code, out, _ = run("review", "answer", "aoba", "alive", "--note", "they wrote back", "--by", "kato")
    assert (code, "Kept as answer 1: aoba, alive" in out) == (0, True)
    assert "0 open questions" in run("review", "list")[1]
    assert '"reviewed_by": "kato"' in run("flags", "--format", "json")[1]
    assert run("review", "undo", "1")[0] == 0
    assert "1 open question\n" in run("review", "list")[1]
    with Desk.open(database) as desk:
        assert [a.decision for a in desk.answers(["aoba"])["aoba"]] == [Decision.ALIVE, Decision.UNDONE]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nobody", "alive"], "not in the registry, or never judged: nobody"),
        (["bare", "alive"], "never judged: bare"),
        (["aoba", "dead"], "'dead' is not one of"),
        (["aoba", "undone"], "taken back with: clusterwatch review undo"),
        (["aoba", "moved"], "--address"),
        (["aoba", "moved", "--address", "new.example"], "--address"),
        (["aoba", "alive", "--address", "https://new.example/"], "--address"),
        (["aoba", "snoozed"], "--until: snoozed needs"),
        (["aoba", "snoozed", "--until", "2020-01-01"], "needs a day to come"),
        (["aoba", "noted"], "--note"),
        (["aoba", "assigned", "--to", "nobody"], "--to"),
        (["aoba", "assigned"], "--to"),
        (["aoba", "alive", "--reason", "hunch"], "--reason"),
    ],
)
@pytest.mark.usefixtures("database")
def test_an_answer_that_makes_no_sense_is_refused(run: Run, words: list[str], says: str) -> None:
    code, out, err = run("review", "answer", *words)
    assert (code, out) == (2, "")
    assert says in err


@pytest.mark.usefixtures("database")
def test_what_was_never_answered_is_not_taken_back(run: Run) -> None:
    code, _, err = run("review", "undo", "7")
    assert code == 2
    assert "7:" in err


# --- serve ---


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_others_are_not_served_before_anybody_has_a_password(run: Run, host: str) -> None:
    code, _, err = run("serve", "--host", host)
    assert code == 2
    assert "clusterwatch users add NAME --role admin" in err


@pytest.mark.usefixtures("database")
def test_a_port_that_is_taken_is_told(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = run("serve", "--port", str(taken.getsockname()[1]))
    assert code == 1
    assert "Choose another --port" in err


def test_the_first_serve_prints_a_link_that_works_once(database: Path) -> None:
    code = "from cli.main import run; run()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, "serve", "--db", str(database), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as served:
        assert served.stdout is not None
        lines = [served.stdout.readline() for _ in range(3)]
        link = re.search(r"http://127\.0\.0\.1:\d+/enter\?token=(\S+)", "".join(lines))
        assert link, lines
        address = link.group().split("/enter")[0]
        with httpx.Client(base_url=address, trust_env=False, headers={"Sec-Fetch-Site": "same-origin"}) as browser:
            codes = [browser.post("/enter", data={"token": link.group(1)}).status_code for _ in range(2)]
            assert codes == [303, 401]
            assert "aoba" in browser.get("/").text
        served.send_signal(signal.SIGINT)
        assert served.wait(15) in {0, 130}
    with Desk.open(database) as desk:
        assert [(p.name, p.role, p.password) for p in desk.people()] == [("admin", Role.ADMIN, "")]


@pytest.mark.usefixtures("database")
def test_no_link_is_printed_once_somebody_has_a_password(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    links: list[str] = []
    monkeypatch.setattr(serving, "run_server", lambda app, host, port, link: links.append(link))
    run("serve")
    run("users", "add", "kato", typed="correct horse battery")
    run("serve")
    assert [bool(link) for link in links] == [True, False]
