"""What the pages and the interface say of a saved page or a picture that was removed by its age."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from made import HOME, NEWS, NIGHT, verdict
from nights import a_night, quiet
from pages import Clock, Visitor, made, serving
from shelved import hang

from crawler.config import Limits, Storage
from db.desk import Desk
from schedules.cleaning_up import clean_up

NOW = NIGHT + timedelta(days=1000)
DAY = "21 Aug 2027"  # of NOW


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Four nights: of the second all saved pages went, of the third all but one; of three pictures the middle one."""
    path = made(tmp_path_factory.mktemp("removed") / "desk.db")
    for night in range(3):
        pages = {HOME: b"<p>home %d" % night, NEWS: b"<p>news %d" % night}
        a_night(path, quiet(verdict("aoba", night)), pages)
    a_night(path, quiet(verdict("aoba", 3)), {HOME: b"<p>home 3"}, unchanged=(NEWS,))
    _with_pictures(path)
    with Desk.open(path, clock=lambda: NOW) as desk:
        report = clean_up(desk, Storage(), Limits(), now=NOW)
    assert (report.going("pages"), report.going("pictures")) == (3, 1)
    with serving(path, clock=Clock(NOW)) as found:
        yield found


def _with_pictures(path: Path) -> None:
    for days, image in enumerate((b"1", b"2", b"3")):
        number = hang(path, image)
        with Desk.open(path) as desk, desk.transaction():
            at = (NIGHT + timedelta(days=days)).isoformat(timespec="microseconds")
            desk._do("UPDATE pictures SET at = :at WHERE id = :id", {"at": at, "id": number})


@pytest.fixture
def kato(address: str) -> Iterator[Visitor]:
    with Visitor(address, "kato") as visitor:
        yield visitor


# Numbers of saved pages: 1 and 2 of the first night, 3 and 4 of the second, 5 and 6 of the third, 7 of the fourth.
@pytest.mark.parametrize("path", ["/kept/3", "/kept/3/page", "/kept/4", "/kept/5", "/pictures/2"])
def test_what_was_removed_is_told_with_the_day(kato: Visitor, path: str) -> None:
    answer = kato.get(path)
    assert answer.status_code == 410
    assert f"was removed on {DAY}" in answer.text
    assert "because of its age" in answer.text
    assert 'href="/clusters/aoba"' in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "unsafe-inline" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/kept/1", "/kept/2/page", "/kept/6", "/kept/7", "/pictures/1", "/pictures/3"])
def test_what_stays_is_shown(kato: Visitor, path: str) -> None:
    assert kato.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/kept/8", "/kept/8/page", "/kept/0", "/pictures/4"])
def test_what_never_was_is_not_found(kato: Visitor, path: str) -> None:
    assert kato.get(path).status_code == 404


def test_it_is_told_in_japanese(kato: Visitor) -> None:
    kato.headers["Accept-Language"] = "ja"
    assert "保存期間が過ぎたため" in kato.get("/kept/3").text
    assert "この画像はもうありません" in kato.get("/pictures/2").text


def test_a_stranger_is_told_nothing(address: str) -> None:
    with Visitor(address) as stranger:
        assert stranger.get("/kept/3").status_code == 303


@pytest.mark.parametrize(("night", "told"), [(0, False), (1, True), (2, True), (3, False)])
def test_the_case_says_of_which_visits_saved_pages_were_removed(kato: Visitor, night: int, told: bool) -> None:
    at = (NIGHT + timedelta(days=night)).isoformat().replace("+", "%2B")
    assert (f"Saved pages of this visit were removed on {DAY}" in kato.get(f"/clusters/aoba?visit={at}").text) is told


def test_a_page_is_not_new_because_its_earlier_copy_was_removed(kato: Visitor) -> None:
    at = [(NIGHT + timedelta(days=night)).isoformat().replace("+", "%2B") for night in range(4)]
    page = kato.get(f"/clusters/aoba/changes?from={at[1]}&to={at[3]}").text
    assert f"were removed on {DAY}, 18:00 UTC because of their age" in page
    assert "not saved of both visits" in page
    assert "tag-new" not in page
    assert "because of their age" not in kato.get(f"/clusters/aoba/changes?from={at[0]}&to={at[3]}").text


@pytest.mark.parametrize("path", ["/api/kept/3", "/api/kept/3/bytes", "/api/pictures/2"])
def test_programs_are_told_too(kato: Visitor, path: str) -> None:
    answer = kato.get(path)
    assert answer.status_code == 410
    assert "It was removed on 2027-08-21 because of its age." in answer.text


@pytest.mark.parametrize("path", ["/api/kept/8", "/api/pictures/4"])
def test_programs_are_told_of_what_never_was(kato: Visitor, path: str) -> None:
    assert kato.get(path).status_code == 404
