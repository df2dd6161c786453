"""What a link that signs in leads to, a word to who comes too late, and a way on for who may not do what was asked."""

from __future__ import annotations

from pathlib import Path

from pages import Clock, Visitor

from db.desk import Desk

CHOOSE = "Choose a password for the next time"


def link(database: Path, clock: Clock, name: str = "kato") -> str:
    with Desk.open(database, clock=clock) as desk:
        return desk.make_link(name)


def test_who_comes_in_by_a_link_is_led_to_a_password(address: str, database: Path, clock: Clock) -> None:
    with Visitor(address) as kato:
        entered = kato.post("/enter", data={"token": link(database, clock)})
        page = kato.get(entered.headers["location"]).text
        assert f'<a href="/account">{CHOOSE}</a>' in page
        new = "another horse battery"
        assert kato.post("/account/password", data={"new": new}).status_code == 303
        kato.post("/login", data={"name": "kato", "password": new})
        page = kato.get("/").text
        assert "<h1>Overview</h1>" in page
        assert CHOOSE not in page, "who has come in by it knows it"


def test_a_link_that_was_used_says_whom_to_ask(address: str, database: Path, clock: Clock) -> None:
    token = link(database, clock)
    with Visitor(address) as kato, Visitor(address) as late:
        assert kato.post("/enter", data={"token": token}).status_code == 303
        refused = late.post("/enter", data={"token": token})
    assert refused.status_code == 401
    assert "Ask an admin for a new one" in refused.text


def test_who_forgot_the_password_is_told_whom_to_ask(address: str) -> None:
    with Visitor(address) as anybody:
        assert "Forgotten your password? An admin can give you a link" in anybody.get("/login").text


def test_who_may_not_see_a_page_is_told_and_has_a_way_on(address: str) -> None:
    with Visitor(address, "vera") as vera:
        refused = vera.get("/people")
        assert refused.status_code == 403
        assert "Your role does not allow this. An admin can do it" in refused.text
        assert '<a href="/">To the overview</a>' in refused.text
        assert ">Timetable</a>" in refused.text, "the bar stands there too"
        vera.headers["Accept-Language"] = "ja"
        assert "あなたの権限ではできません" in vera.get("/people").text
