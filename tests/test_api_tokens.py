"""Tokens: how they are made and end, and whom the interface lets in."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from pages import NOW, PASSWORD, Clock, Visitor
from programs import Program, kind

from db.desk import Desk
from db.tokens import LONGEST_DAYS, MOST, TokenRefused
from review import passwords

# --- tokens ---


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer x",
        "Basic a2F0bzp4",
        "Bearer " + "x" * 5000,
        "{token}",
        "Bearer {token}x",
        "Bearer é",
    ],
)
def test_a_wrong_token_is_refused_whatever_cookie_comes_with_it(
    address: str, tokens: dict[str, str], header: str
) -> None:
    sent = header.format(token=tokens["boss"]).encode()
    with Visitor(address, "boss") as browser:
        assert browser.get("/api/me").json()["token"] == ""
        answer = browser.get("/api/me", headers={b"Authorization": sent})
        assert kind(answer) == (401, "token")
        assert answer.headers["www-authenticate"] == 'Bearer realm="clusterwatch", error="invalid_token"'
        assert kind(browser.post("/api/clusters/aoba/rescan", headers={b"Authorization": sent})) == (401, "token")


def test_without_a_token_the_answer_says_how_to_come_in(address: str) -> None:
    with Program(address, "") as stranger:
        answer = stranger.get("/api/clusters")
        assert kind(answer) == (401, "token")
        assert answer.headers["www-authenticate"] == 'Bearer realm="clusterwatch"'
        assert kind(stranger.post("/api/clusters/aoba/rescan")) == (401, "token")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({}, 403),
    ],
)
def test_the_cookie_counts_for_our_own_pages_only_even_to_look(
    address: str, headers: dict[str, str], status: int
) -> None:
    with Visitor(address, "kato") as browser:
        del browser.headers["Sec-Fetch-Site"]
        answer = browser.get("/api/clusters", headers=headers)
        assert answer.status_code == status
        assert status == 200 or kind(answer) == (403, "other_site")


def test_a_token_needs_no_word_of_a_browser(kato: Program) -> None:
    answer = kato.post("/api/clusters/aoba/rescan", headers={"Sec-Fetch-Site": "cross-site", "Origin": "null"})
    assert answer.status_code == 202


def test_a_token_works_to_its_last_moment(kato: Program, clock: Clock) -> None:
    clock.now += timedelta(days=90) - timedelta(seconds=1)
    assert kato.get("/api/me").status_code == 200
    clock.now += timedelta(seconds=1)
    assert kind(kato.get("/api/me")) == (401, "token")


def test_the_day_of_the_last_use_is_kept(kato: Program, database: Path, clock: Clock) -> None:
    assert kato.get("/api/me").json()["token_last_used_on"] is None
    clock.now += timedelta(days=3)
    assert kato.get("/api/me").json()["token_last_used_on"] == "2024-11-26"
    with Desk.open(database, clock=clock) as desk:
        (token,) = desk.tokens("kato")
        assert str(token.last_used_on) == "2024-11-29"


def test_a_disabled_persons_token_is_refused_at_once_and_for_good(kato: Program, database: Path, clock: Clock) -> None:
    with Desk.open(database, clock=clock) as desk:
        desk.disable_person("kato", by="test")
        assert kind(kato.get("/api/me")) == (401, "token")
        (entry,) = desk.audit(1)
        assert (entry.what, entry.details) == ("disable_person", {"tokens_revoked": 1})
        assert desk.tokens("kato") == []


@pytest.mark.parametrize(("ticked", "status"), [({}, 200), ({"tokens": "1"}, 401)])
def test_another_password_revokes_tokens_only_when_asked(
    kato: Program, address: str, ticked: dict[str, str], status: int
) -> None:
    with Visitor(address, "kato") as browser:
        browser.post("/account/password", data={"old": PASSWORD, "new": "another horse battery", **ticked})
        assert browser.get("/").status_code == 303
    assert kato.get("/api/me").status_code == status


def test_unknown_tokens_are_slowed_down_and_the_pages_stay_open(kato: Program, address: str, clock: Clock) -> None:
    limit = passwords.LIMITS["address"]

    def guess(number: int) -> int:
        with Program(address, f"cw_{number}") as guesser:
            return guesser.get("/api/me").status_code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(guess, range(limit + 5)))
    assert codes == [401] * limit + [429] * 5
    refused = kato.get("/api/me")
    assert kind(refused) == (429, "throttled")
    assert refused.headers["retry-after"] == "900"
    with Visitor(address, "kato") as browser:
        assert browser.get("/").status_code == 200
    clock.now += passwords.WINDOW + timedelta(seconds=1)
    assert kato.get("/api/me").status_code == 200


def test_a_forgotten_program_locks_nobody_out(
    kato: Program, address: str, tokens: dict[str, str], database: Path, clock: Clock
) -> None:
    with Desk.open(database, clock=clock) as desk:
        (token,) = desk.tokens("vera")
        desk.revoke_token("vera", token.token_id, by="vera")
    with Program(address, tokens["vera"]) as forgotten:
        codes = {forgotten.get("/api/me").status_code for _ in range(passwords.LIMITS["address"] + 1)}
    assert codes == {401}
    assert kato.get("/api/me").status_code == 200


def test_a_token_is_made_on_the_account_page_shown_once_and_revoked(address: str, database: Path) -> None:
    with Visitor(address, "vera") as vera:
        page = vera.post("/account/tokens", data={"name": "<b>report</b>", "days": "7"})
        (secret,) = re.findall(r'value="(cw_[\w-]{43})"', page.text)
        assert "&lt;b&gt;report" in page.text
        assert secret not in vera.get("/account").text
        assert secret.encode() not in database.read_bytes()
        with Program(address, secret) as program:
            assert program.get("/api/me").json()["token_expires_at"] == "2024-12-03T09:00:00Z"
            (path,) = re.findall(r'action="(/account/tokens/\d+/revoke)"', vera.get("/account").text)
            with Visitor(address, "kato") as other:
                other.post(path)
            assert program.get("/api/me").status_code == 200, "a token of somebody else"
            assert vera.post(path).status_code == 303
            assert program.get("/api/me").status_code == 401
    with Desk.open(database) as desk:
        done = [e for e in desk.audit() if "token" in e.what]
    assert [(e.what, e.by, e.about) for e in done] == [("revoke_token", "vera", "vera"), ("make_token", "vera", "vera")]
    assert "cw_" not in json.dumps([dict(e.details) for e in done])


@pytest.mark.parametrize(
    ("name", "days", "taken"),
    [
        ("report", "1", True), ("report", "366", True), ("x" * 60, "90", True), ("報告", "90", True),
        ("", "90", False), ("  ", "90", False), ("x" * 61, "90", False), ("a\nb", "90", False),
        ("report", "0", False), ("report", "367", False), ("report", "-1", False), ("report", "", False),
        ("report", "²", False), ("report", "9999999999", False),
    ],
)  # fmt: skip
def test_which_tokens_are_made(address: str, database: Path, name: str, days: str, taken: bool) -> None:
    with Visitor(address, "vera") as vera:
        answer = vera.post("/account/tokens", data={"name": name, "days": days})
    assert answer.status_code == (200 if taken else 422)
    assert ('<p class="fault" role="alert">' in answer.text) is not taken
    with Desk.open(database, clock=lambda: NOW) as desk:
        assert len(desk.tokens("vera")) == int(taken)


def test_a_person_has_so_many_tokens_and_no_more(database: Path, clock: Clock) -> None:
    with Desk.open(database, clock=clock) as desk:
        for number in range(MOST):
            desk.make_token("vera", f"t{number}", LONGEST_DAYS, by="vera")
        with pytest.raises(TokenRefused) as refused:
            desk.make_token("vera", "one more", 1, by="vera")
        assert refused.value.code == "most"
        desk.revoke_token("vera", 1, by="vera")
        assert desk.make_token("vera", "one more", 1, by="vera")
        with pytest.raises(TokenRefused):
            desk.make_token("nobody", "x", 1, by="vera")
